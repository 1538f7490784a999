//! Whether a pod is given a token of its `ServiceAccount` for the API, by what says so.

use assay_inventory::view::{PodSpec, ProjectedToken};
use assay_inventory::{Blind, ObjectKey, Variant, Workload};

use crate::judging::in_pod;
use crate::{Cx, Detail};

/// The `ServiceAccount` of one thing that a workload runs.
pub(crate) fn account(workload: &Workload, variant: &Variant<'_>) -> ObjectKey {
    ObjectKey::new(
        workload.key.namespace.clone(),
        variant.spec.service_account.clone(),
    )
}

/// What says that the pod gets a token for the API.
pub(crate) enum Source<'a> {
    /// The spec asks for it.
    Asked(&'a ProjectedToken),
    /// Admission has added it.
    Mounted,
    /// The template says so.
    Template,
    /// The `ServiceAccount` says so.
    Account,
    /// Neither says anything, which means yes.
    Default,
    /// The template says nothing, and there is no such `ServiceAccount` yet.
    NoAccount,
}

impl Source<'_> {
    /// Where it says so. Put in words only for a finding: most workloads are asked and have none.
    pub(crate) fn detail(&self, account: &ObjectKey) -> Detail {
        const AUTOMOUNT: &str = "automountServiceAccountToken";
        match self {
            Self::Asked(token) => in_pod(
                format!("volumes[{}].projected", token.volume),
                format!("a token of ServiceAccount {account}"),
            ),
            Self::Mounted => in_pod(
                "volumes[kube-api-access]",
                format!("a token of ServiceAccount {account}"),
            ),
            Self::Template => in_pod(AUTOMOUNT, "true"),
            Self::Account => in_pod(AUTOMOUNT, format!("true by ServiceAccount {account}")),
            Self::Default => in_pod(
                AUTOMOUNT,
                format!("unset, in ServiceAccount {account} as well"),
            ),
            Self::NoAccount => in_pod(
                AUTOMOUNT,
                format!("unset, which is true unless ServiceAccount {account} says otherwise"),
            ),
        }
    }
}

/// What says that the pod gets a token for the API unasked. Of live pods the volume itself tells, of templates the fields that
/// admission will go by.
pub(crate) fn token(
    variant: &Variant<'_>,
    account: &ObjectKey,
    cx: &Cx<'_>,
) -> Result<Option<Source<'static>>, Blind> {
    let spec = variant.spec;
    if !variant.template {
        return Ok(mounted(spec).then_some(Source::Mounted));
    }
    Ok(match spec.automount {
        Some(false) => None,
        Some(true) => Some(Source::Template),
        None => match cx.service_account(account)?.map(|it| it.automount) {
            Some(Some(false)) => None,
            Some(Some(true)) => Some(Source::Account),
            Some(None) => Some(Source::Default),
            None => Some(Source::NoAccount),
        },
    })
}

/// Whether admission added its token. Tokens that a template asks for itself have a purpose their author knows.
pub(crate) fn mounted(spec: &PodSpec) -> bool {
    let mut tokens = spec.tokens.iter();
    tokens.any(|token| token.is_by_admission() && is_login(token))
}

/// A token for the API that the spec itself asks for: in a template, which admission has not touched, each that stands there.
pub(crate) fn asked_for<'a>(variant: &Variant<'a>) -> Option<Source<'a>> {
    let mut tokens = variant.spec.tokens.iter();
    let asked =
        tokens.find(|token| is_login(token) && (variant.template || !token.is_by_admission()));
    asked.map(Source::Asked)
}

/// How API servers call themselves where nobody chose another name.
const API_SERVER: [&str; 2] = [
    "https://kubernetes.default.svc",
    "https://kubernetes.default.svc.cluster.local",
];

/// Whether the API server takes the token. What is made for others is theirs to limit.
pub(crate) fn is_login(token: &ProjectedToken) -> bool {
    match token.audience.as_deref() {
        None => true,
        Some(audience) => API_SERVER.contains(&audience),
    }
}
