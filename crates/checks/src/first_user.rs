//! The user a container's first process runs as, as far as the spec or the runtime tells.

use assay_inventory::view::{Container, ContainerKind, PodSpec, RuntimeUser};
use assay_inventory::{Blind, Reason, Variant, Workload};

use crate::Detail;
use crate::judging::{in_container, in_pod};

/// What is known of it.
pub(crate) enum FirstUser {
    /// It is root, by this field.
    Root(Detail),
    /// It is not.
    Other,
    /// The image decides, and nobody tells.
    Untold,
}

/// What a spec says.
fn by_spec(spec: &PodSpec, container: &Container) -> FirstUser {
    let own = &container.security;
    // Then the kubelet refuses to start it as root, whatever stands beside.
    if own.run_as_non_root.or(spec.security.run_as_non_root) == Some(true) {
        return FirstUser::Other;
    }
    match (own.run_as_user, spec.security.run_as_user) {
        (Some(0), _) => FirstUser::Root(in_container(container, "securityContext.runAsUser", "0")),
        (None, Some(0)) => FirstUser::Root(in_pod("securityContext.runAsUser", "0")),
        (None, None) => FirstUser::Untold,
        _ => FirstUser::Other,
    }
}

/// What the runtime said: nothing at all before the container has started.
fn by_runtime<'a>(variant: &Variant<'a>, container: &Container) -> Option<&'a RuntimeUser> {
    let mut users = variant.users.iter();
    users.find(|user| user.container == container.name)
}

/// The user of one container of one variant.
pub(crate) fn first_user(
    workload: &Workload,
    variant: &Variant<'_>,
    container: &Container,
) -> FirstUser {
    let said = by_spec(variant.spec, container);
    let ran = by_runtime(variant, container);
    if let (Some(0), FirstUser::Other | FirstUser::Untold) = (ran.and_then(|user| user.uid), &said)
    {
        return FirstUser::Root(Detail {
            container: container.name.clone(),
            field: format!(
                "status.{}[{}].user.linux.uid",
                statuses(container.kind),
                container.name
            ),
            value: "0".to_owned(),
        });
    }
    match (said, ran) {
        (FirstUser::Untold, Some(user)) if user.uid.is_some() => FirstUser::Other,
        // The runtime of its node does not say.
        (FirstUser::Untold, Some(_)) => FirstUser::Untold,
        (FirstUser::Untold, None) if twin_runs_as_other(workload, container) => FirstUser::Other,
        (said, _) => said,
    }
}

/// Whether the same image under the same name runs already, and not as root. So a rollout makes nothing unknown: what
/// has not started cannot do harm yet, and tells for itself once it has.
fn twin_runs_as_other(workload: &Workload, container: &Container) -> bool {
    workload.variants().iter().any(|variant| {
        let twin = variant.spec.containers.iter().find(|candidate| {
            candidate.name == container.name && candidate.image == container.image
        });
        twin.is_some_and(|twin| {
            matches!(by_spec(variant.spec, twin), FirstUser::Untold)
                && by_runtime(variant, twin)
                    .is_some_and(|user| user.uid.is_some_and(|uid| uid != 0))
        })
    })
}

const fn statuses(kind: ContainerKind) -> &'static str {
    match kind {
        ContainerKind::Init => "initContainerStatuses",
        ContainerKind::Main => "containerStatuses",
        ContainerKind::Ephemeral => "ephemeralContainerStatuses",
    }
}

/// Why it cannot be told. Of the reasons there are, `Unreachable` says it best: who would know, the runtime, gives no answer.
/// It is not `Stale` or `FirstPass`, since no answer was there before and none need come, and not `NotYetJudged`: it is
/// judged as soon as somebody tells.
pub(crate) fn untold(workload: &Workload, container: &Container) -> Blind {
    let (name, list) = (&container.name, container.kind.field());
    Blind::new(
        Reason::Unreachable,
        format!(
            "{}: nobody tells the user of {list}[{name}]: securityContext sets neither runAsNonRoot nor runAsUser, and no runtime fills in status.{}[{name}].user; set securityContext.runAsNonRoot to true",
            workload.key,
            statuses(container.kind),
        ),
    )
}
