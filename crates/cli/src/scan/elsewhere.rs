//! What manifests refer to and need not hold, since it may be in the cluster already: roles, accounts and namespaces.

use std::collections::BTreeSet;

use assay_inventory::view::{Object, PodSpec, RbacSubject, SubjectKind, Text};
use assay_inventory::{DecodeError, ObjectKey, role_key};

/// What the objects read refer to.
#[derive(Default)]
pub(super) struct Referred {
    /// Roles that bindings refer to.
    pub(super) roles: BTreeSet<ObjectKey>,
    /// `ServiceAccounts` of which checks ask whether they are there, or what they say; not `default`, which every namespace
    /// has and nobody needs to write.
    pub(super) accounts: BTreeSet<ObjectKey>,
    /// Namespaces of accounts that bindings name.
    pub(super) namespaces: BTreeSet<Text>,
}

impl Referred {
    /// Notes what an object refers to.
    pub(super) fn note(&mut self, object: &Object) {
        match object {
            Object::Binding(binding) => {
                let role = role_key(&binding.meta.namespace, &binding.role);
                self.roles.insert(role);
                for account in binding.subjects.iter().filter_map(account_of) {
                    self.namespaces.insert(account.namespace.clone());
                    self.account(account);
                }
            }
            Object::Controller(controller) => {
                if let Some(template) = &controller.template {
                    self.account_of_pods(&controller.meta.namespace, &template.spec);
                }
            }
            // Of a pod that was in a cluster its volumes tell.
            Object::Pod(pod) if pod.meta.uid.is_empty() => {
                self.account_of_pods(&pod.meta.namespace, &pod.spec);
            }
            _ => {}
        }
    }

    /// Whether pods get a token is left to their account, unless they say it themselves.
    fn account_of_pods(&mut self, namespace: &Text, spec: &PodSpec) {
        if spec.automount.is_none() {
            let name = spec.service_account.clone();
            self.account(ObjectKey::new(namespace.clone(), name));
        }
    }

    fn account(&mut self, account: ObjectKey) {
        if account.name.as_ref() != "default" {
            self.accounts.insert(account);
        }
    }
}

/// Why something cannot be read that is there, or will be, and stands in no manifest.
pub(super) fn unwritten(field: &str, remedy: &str) -> DecodeError {
    DecodeError {
        field: field.to_owned(),
        reason: format!("in none of the manifests; {remedy}"),
    }
}

/// The account that a subject is, by whichever of its names.
fn account_of(subject: &RbacSubject) -> Option<ObjectKey> {
    match subject.kind {
        SubjectKind::ServiceAccount => Some(ObjectKey::new(
            subject.namespace.clone(),
            subject.name.clone(),
        )),
        SubjectKind::User => {
            let name = subject.name.strip_prefix("system:serviceaccount:")?;
            let (namespace, name) = name.split_once(':')?;
            let is_whole = !namespace.is_empty() && !name.is_empty();
            is_whole.then(|| ObjectKey::new(namespace, name))
        }
        SubjectKind::Group => None,
    }
}
