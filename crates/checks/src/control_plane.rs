//! What checks of the control plane's flags share: every instance is judged, the worst counts, and one that is not known
//! keeps the others from passing for all.

use assay_inventory::view::{Flag, Flags, Text};
use assay_inventory::{Blind, Reason, Relation, Told};

use crate::judging::shown;
use crate::{Cx, Detail, Judgement, Outcome, Violation};

/// What such a check reads.
pub(crate) const READS: &[Relation] = &[Relation::ApiServerFlags, Relation::ControlPlane];

/// A flag that is not as it should be.
pub(crate) struct Wrong {
    field: String,
    value: String,
}

/// The flag with the value it has.
pub(crate) fn wrong(flags: &Flags, flag: Flag) -> Wrong {
    let value = flags.value(flag);
    Wrong {
        field: format!("--{}", flag.name()),
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
    for instance in &told.instances {
        let Some(Wrong { field, value }) = judge(instance.flags) else {
            continue;
        };
        let name = &instance.name;
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
