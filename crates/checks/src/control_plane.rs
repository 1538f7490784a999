//! What checks of the control plane's flags share: every instance is judged, the worst counts, and one that is not known
//! keeps the others from passing for all. What was noted for one that is not known counts by what it gives, and never for a pass.

use assay_inventory::view::{Component, Flag, Flags, Text};
use assay_inventory::{Blind, Instance, Reason, Relation, Told};

use crate::judging::shown;
use crate::{Cx, Detail, Judgement, Outcome, Violation};

/// What such a check reads.
pub(crate) const READS: &[Relation] = &[
    Relation::ApiServerFlags,
    Relation::ControlPlane,
    Relation::KubeadmConfig,
];
/// What such a check reads that reads what API servers count as well.
pub(crate) const READS_WITH_METRICS: &[Relation] = &[
    Relation::ApiServerFlags,
    Relation::ControlPlane,
    Relation::KubeadmConfig,
    Relation::ApiServerMetrics,
];

/// A flag that is not as it should be.
pub(crate) struct Wrong {
    flag: Flag,
    value: String,
}

/// The flag with the value it has.
pub(crate) fn wrong(flags: &Flags, flag: Flag) -> Wrong {
    let value = flags.value(flag);
    Wrong {
        flag,
        value: if value.is_empty() {
            "unset".to_owned()
        } else {
            shown(value)
        },
    }
}

/// Judges every API server. `about` says what to get a statement on, where the provider hides the flags.
pub(crate) fn api_servers(
    cx: &Cx<'_>,
    about: &str,
    fix: &str,
    judge: impl Fn(&Flags) -> Option<Wrong>,
) -> Judgement {
    let told = cx.api_servers(cx.params.max_evidence_age);
    instances(told, about, fix, judge)
}

/// Judges every instance that was told of.
pub(crate) fn instances(
    told: Told<'_>,
    about: &str,
    fix: &str,
    judge: impl Fn(&Flags) -> Option<Wrong>,
) -> Judgement {
    let mut message = None;
    let mut details = Vec::new();
    let judged = |instance: &Instance<'_>| Some((instance.name.clone(), judge(instance.flags)?));
    let noted = told.noted.iter().filter_map(|instance| {
        let given = |(_, wrong): &(_, Wrong)| instance.flags.says(wrong.flag);
        judged(instance).filter(given)
    });
    for (name, Wrong { flag, value }) in told.instances.iter().filter_map(judged).chain(noted) {
        let field = format!("--{}", flag.name());
        message.get_or_insert_with(|| format!("{name}: {field} is {value}; {fix}"));
        details.push(Detail {
            container: Text::default(),
            field: format!("{name}: {field}"),
            value,
        });
    }
    if let Some(message) = message {
        return Ok(Outcome::Fail(Box::new(Violation {
            details,
            ..Violation::new(message)
        })));
    }
    told.untold
        .map_or(Ok(Outcome::Pass), |blind| Err(asking(blind, about)))
}

/// Judges every scheduler and every controller manager.
pub(crate) fn managers(
    cx: &Cx<'_>,
    fix: &str,
    judge: impl Fn(&Flags) -> Option<Wrong>,
) -> Judgement {
    let told = |component| cx.beside_api_servers(component, cx.params.max_evidence_age);
    let told = told(Component::Scheduler).and(told(Component::ControllerManager));
    instances(
        told,
        "the ports of scheduler and controller manager",
        fix,
        judge,
    )
}

/// Whether whoever is elsewhere on the network can reach a scheduler's or a controller manager's port.
pub(crate) fn serves_beyond_loopback(flags: &Flags) -> bool {
    let bound: Result<std::net::IpAddr, _> = flags.value(Flag::BindAddress).parse();
    flags.value(Flag::SecurePort) != "0" && !bound.is_ok_and(|address| address.is_loopback())
}

/// What the provider alone can tell is to be got from the provider.
pub(crate) fn asking(blind: Blind, about: &str) -> Blind {
    if blind.reason != Reason::ProviderHidden {
        return blind;
    }
    let message = format!("{}; get its statement on {about}", blind.message);
    Blind::new(Reason::ProviderHidden, message)
}

/// Whether whoever is elsewhere on the network can reach a URL's host.
pub(crate) fn is_beyond_loopback(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or(rest);
    let host = authority
        .rsplit_once(':')
        .map_or(authority, |(host, _)| host)
        .trim_matches(['[', ']']);
    let address: Result<std::net::IpAddr, _> = host.parse();
    host != "localhost" && !address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_known_in_every_form() {
        for near in [
            "http://127.0.0.1:2379",
            "http://[::1]:2379",
            "http://localhost:2379/",
        ] {
            assert!(!is_beyond_loopback(near), "{near}");
        }
        for far in [
            "http://0.0.0.0:2379",
            "http://10.0.0.1:2379",
            "http://etcd:2379",
            "http://[::]:2379",
        ] {
            assert!(is_beyond_loopback(far), "{far}");
        }
    }
}
