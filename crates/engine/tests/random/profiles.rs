//! The profiles that take over from one another.

use assay_checks::Severity;
use assay_engine::{CheckSetting, Profile, Scope};
use assay_inventory::view::{LabelSelector, Operator, Requirement, Selection};

use super::objects::NAMESPACES;

/// How many profiles there are.
pub(crate) const PROFILES: u8 = 12;

/// Profiles that differ in what they judge, how they rate it, and in what belongs to which part of the scope.
pub(crate) fn profile(which: u8) -> Profile {
    let mut profile = Profile {
        scope: scope(which / 3),
        ..Profile::default()
    };
    let which = which % 3;
    let setting = CheckSetting {
        disabled: (which == 2).then(|| "not here".into()),
        severity: (which == 1).then_some(Severity::Low),
    };
    for check in ["privileged-container", "default-deny-ingress"] {
        if which > 0 {
            profile.checks.insert(check.into(), setting.clone());
        }
    }
    profile.params.kubelet_probe = which == 1;
    profile.params.admission_probe = match which {
        0 => Selection {
            names: NAMESPACES.map(Into::into).into(),
            selector: None,
        },
        1 => Selection {
            selector: Some(labelled("app", Operator::Exists, &[])),
            ..Selection::default()
        },
        _ => Selection::default(),
    };
    profile.params.secret_types = which > 0;
    profile
}

/// Scopes of which labels decide, names, both, or nobody.
fn scope(which: u8) -> Scope {
    let mut scope = Scope::default();
    match which {
        0 => scope.cde.namespace_selector = Some(labelled("pci", Operator::In, &["cde"])),
        1 => {
            scope.cde.namespaces.insert(NAMESPACES[0].into());
            scope.cde.node_selector = Some(labelled("pci", Operator::Exists, &[]));
            scope.connected_to.namespace_selector = Some(labelled("pci", Operator::In, &["cde"]));
        }
        2 => {
            scope.cde.namespace_selector = Some(labelled("pci", Operator::DoesNotExist, &[]));
            scope.out_of_scope.namespaces.insert(NAMESPACES[0].into());
        }
        // No cardholder data environment.
        _ => scope.out_of_scope.namespace_selector = Some(labelled("app", Operator::Exists, &[])),
    }
    scope
}

fn labelled(key: &str, operator: Operator, values: &[&str]) -> LabelSelector {
    let values = values.iter().copied().map(Into::into).collect();
    let requirement = Requirement {
        key: key.into(),
        operator,
        values,
    };
    LabelSelector {
        requirements: vec![requirement],
    }
}
