//! What identities of a cloud become in the cluster: what 1.2, 2.1 and 2.2 judge of the map.

use assay_inventory::view::{Binding, Text};
use assay_inventory::{Blind, Identity, MappedIdentity};

use crate::granted::is_cluster_admin;
use crate::judging::shown;
use crate::{Cx, power};

/// Why there is nothing to judge.
pub(crate) const NO_MAP: &str = "there is no ConfigMap aws-auth in kube-system";

/// The entries of the map, if the cluster has one.
pub(crate) fn entries<'a>(cx: &Cx<'a>) -> Result<Option<&'a [MappedIdentity]>, Blind> {
    let map = cx.identity_map(cx.params.max_evidence_age)?;
    Ok(map.entries.as_deref())
}

/// Whether an entry gives `system:masters`.
pub(crate) fn is_master(entry: &MappedIdentity) -> bool {
    entry.groups.iter().any(|group| is_masters(group))
}

pub(crate) fn is_masters(group: &str) -> bool {
    group == "system:masters"
}

/// The binding by which a group holds every right in the whole cluster, if there is one.
pub(crate) fn administers<'a>(group: &Text, cx: &Cx<'a>) -> Result<Option<&'a Binding>, Blind> {
    let grants = cx.grants(&Identity::Group(group.clone()))?;
    let mut everything = grants.iter().filter(|grant| {
        let rules = grant.role.map(|role| role.rules.as_slice());
        grant.binding.meta.namespace.is_empty()
            && (is_cluster_admin(grant.binding)
                || rules.unwrap_or_default().iter().any(power::is_everything))
    });
    Ok(everything.next().map(|grant| grant.binding))
}

/// An entry, as messages begin.
pub(crate) fn title(entry: &MappedIdentity) -> String {
    format!(
        "ConfigMap kube-system/aws-auth: data.{} gives {}",
        entry.field,
        shown(&entry.arn)
    )
}
