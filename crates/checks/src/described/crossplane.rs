//! Where objects of Crossplane tell how their clusters are set up.

use assay_inventory::view::{Fields, Text, ThirdPartyObject};
use assay_inventory::{Blind, Reason};

use super::name;

/// Where an object of Crossplane tells how its cluster is set up.
pub(super) struct Given<'a> {
    pub(super) path: &'static str,
    pub(super) parts: Vec<&'a Fields>,
}

/// What somebody gives Crossplane, to hold to or to begin with; of what it only observes, what it has found.
pub(super) fn given(object: &ThirdPartyObject) -> Result<Given<'_>, Blind> {
    let fields = &object.fields;
    let policies = fields.texts("spec.managementPolicies");
    let sets_up = |policy: &Text| matches!(policy.as_ref(), "*" | "Create" | "Update");
    if !policies.is_empty() && !policies.iter().any(sets_up) {
        let path = "status.atProvider";
        let found = fields.object(path).ok_or_else(|| {
            let message = format!(
                "{}: Crossplane only observes this cluster, and {path} does not tell yet how it is set up",
                name(object)
            );
            Blind::new(Reason::FirstPass, message)
        })?;
        return Ok(Given {
            path,
            parts: vec![found],
        });
    }
    let path = "spec.forProvider";
    Ok(Given {
        path,
        parts: [path, "spec.initProvider"]
            .into_iter()
            .filter_map(|path| fields.object(path))
            .collect(),
    })
}

impl<'a> Given<'a> {
    pub(super) fn items(&self, path: &'static str) -> impl Iterator<Item = &'a Fields> {
        self.parts.iter().flat_map(move |part| part.items(path))
    }
}
