//! What a profile says, in the engine's terms.

use std::collections::{BTreeMap, BTreeSet};

use assay_checks::{Params, Severity};
use assay_inventory::Subject;
use assay_inventory::view::{LabelSelector, Labels, Text};

/// A profile: what is assessed, in which scope, with which parameters.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Profile {
    /// Name of the `ComplianceProfile`.
    pub name: Text,
    /// Parameters of checks.
    pub params: Params,
    /// Checks switched off or re-rated, by id.
    pub checks: BTreeMap<Text, CheckSetting>,
    /// What belongs to which part of the PCI scope.
    pub scope: Scope,
}

/// What a profile changes about a check.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CheckSetting {
    /// Switched off, and why.
    pub disabled: Option<Text>,
    /// Another severity for all its findings.
    pub severity: Option<Severity>,
}

/// The PCI scope: what is not listed is in scope, but not in the cardholder data environment. It excuses nobody from a check:
/// see docs/decisions/0006-scope.md.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope {
    /// The cardholder data environment.
    pub cde: Membership,
    /// Systems connected to it.
    pub connected_to: Membership,
    /// Systems said to be out of scope.
    pub out_of_scope: Membership,
}

/// Namespaces and nodes, by name or label.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Membership {
    /// Namespace names.
    pub namespaces: BTreeSet<Text>,
    /// Namespaces by label.
    pub namespace_selector: Option<LabelSelector>,
    /// Node names.
    pub nodes: BTreeSet<Text>,
    /// Nodes by label.
    pub node_selector: Option<LabelSelector>,
}

/// Which part of the scope something belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScopeClass {
    /// Inside the cardholder data environment.
    Cde,
    /// Connected to it.
    ConnectedTo,
    /// In scope because nobody said otherwise.
    InScope,
    /// Out of scope, by the profile's word.
    OutOfScope,
}

impl Membership {
    fn has_namespace(&self, name: &str, labels: Option<&Labels>) -> bool {
        self.namespaces.contains(name) || selects(self.namespace_selector.as_ref(), labels)
    }

    fn has_node(&self, name: &str, labels: Option<&Labels>) -> bool {
        self.nodes.contains(name) || selects(self.node_selector.as_ref(), labels)
    }

    fn is_declared(&self) -> bool {
        *self != Self::default()
    }
}

fn selects(selector: Option<&LabelSelector>, labels: Option<&Labels>) -> bool {
    selector
        .zip(labels)
        .is_some_and(|(selector, labels)| selector.matches(labels))
}

impl Scope {
    /// Whether a cardholder data environment is declared at all.
    #[must_use]
    pub fn is_declared(&self) -> bool {
        self.cde.is_declared()
    }

    /// Class of a subject, the strictest that claims it. Cluster-scoped subjects other than nodes and namespaces are in scope.
    #[must_use]
    pub fn class(&self, subject: &Subject, inventory: &assay_inventory::Inventory) -> ScopeClass {
        let claims = |membership: &Membership| match subject {
            Subject::Node(name) => {
                membership.has_node(name, inventory.node(name).map(|node| &*node.meta.labels))
            }
            _ => subject.namespace().is_some_and(|name| {
                let labels = inventory.namespace(name).map(|view| &*view.meta.labels);
                membership.has_namespace(name, labels)
            }),
        };
        [
            (&self.cde, ScopeClass::Cde),
            (&self.connected_to, ScopeClass::ConnectedTo),
            (&self.out_of_scope, ScopeClass::OutOfScope),
        ]
        .into_iter()
        .find(|(membership, _)| claims(membership))
        .map_or(ScopeClass::InScope, |(_, class)| class)
    }
}
