//! Which Secrets there are of the kinds that checks ask about.

use assay_inventory::{Fact, ListedSecret, ListedSecrets, Sought};

/// `NAMESPACE/NAME=KIND [MADE BY]`, between commas; `none` where there are none.
pub(super) fn listed(said: &str) -> Fact {
    let mut listed = ListedSecrets::default();
    for part in said.split(", ").filter(|part| *part != "none") {
        let Some(((namespace, name), what)) = part
            .split_once('=')
            .and_then(|(key, what)| Some((key.split_once('/')?, what)))
        else {
            panic!("not `NAMESPACE/NAME=KIND`: {part}");
        };
        let (kind, made_by) = what.split_once(' ').map_or((what, None), |(kind, at)| {
            (kind, Some(crate::world::at(at)))
        });
        let sought = match kind {
            "service-account-token" => Sought::ServiceAccountToken,
            "bootstrap-token" => Sought::BootstrapToken,
            "argo-cd-password" => Sought::ArgoCdPassword,
            "openshift-password" => Sought::OpenShiftPassword,
            "rancher-password" => Sought::RancherPassword,
            other => panic!("no such kind: {other}"),
        };
        let secret = ListedSecret {
            name: name.into(),
            made_by,
        };
        listed.add(namespace.into(), sought, secret);
    }
    Fact::ListedSecrets(listed)
}
