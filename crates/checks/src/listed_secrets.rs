//! What checks of Secrets share: whether the profile has them listed, and how one is named in a finding.

use assay_inventory::view::{Namespace, Text};
use assay_inventory::{Blind, ListedSecret, ListedSecrets, Reason, Sought, Subject};

use crate::judging::{found, in_pod};
use crate::{Cx, Detail, Outcome};

/// Why a check that only advises says nothing.
pub(crate) const NOT_LISTED: Outcome =
    Outcome::NotApplicable("the profile does not have Secrets listed");

/// What a profile has to set, and an administrator to bind, before anything can be told.
const OFF: &str = "Secrets are not listed: set spec.parameters.secretTypes: true in the profile, and bind Assay's ServiceAccount to ClusterRole assay-operator-secret-types (deploy/secret-types), by which it could read every Secret";

/// The Secrets that were listed, where the profile has it done. Nothing is read where it has not.
pub(crate) fn listed<'a>(cx: &Cx<'a>) -> Result<&'a ListedSecrets, Blind> {
    if cx.params.secret_types {
        cx.listed_secrets(cx.params.max_evidence_age)
    } else {
        Err(Blind::new(Reason::DisabledByProfile, OFF))
    }
}

/// A Secret, told by its type.
pub(crate) fn by_type(secret: &ListedSecret, sought: Sought) -> Detail {
    let (_, type_) = sought.field();
    in_pod(format!("secrets[{}].type", secret.name), type_)
}

/// A Secret, told by what is known of its name.
pub(crate) fn by_name(secret: &ListedSecret, what: &str) -> Detail {
    in_pod(format!("secrets[{}]", secret.name), what)
}

/// What the Secrets found in a namespace come to: none is a pass.
pub(crate) fn in_namespace(namespace: &Namespace, details: Vec<Detail>, fix: &str) -> Outcome {
    let subject = Subject::Namespace(Text::clone(&namespace.meta.name));
    found(&subject, details, fix)
}
