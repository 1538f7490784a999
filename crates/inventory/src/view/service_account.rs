//! `ServiceAccounts`.

use serde::Deserialize;

use super::meta::RawMeta;
use super::{Meta, Text};
use crate::view::object::objects_or_null;

objects_or_null!(RawServiceAccount);

/// A `ServiceAccount`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServiceAccount {
    /// Metadata.
    pub meta: Meta,
    /// `automountServiceAccountToken`; unset means true unless the pod says otherwise.
    pub automount: Option<bool>,
    /// Annotations that name an identity in a cloud, with that identity.
    pub cloud_roles: Vec<(&'static str, Text)>,
}

/// Annotations by which clouds take a `ServiceAccount` for one of their own identities.
const CLOUD_ROLES: [&str; 3] = [
    "azure.workload.identity/client-id",
    "eks.amazonaws.com/role-arn",
    "iam.gke.io/gcp-service-account",
];

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
pub(crate) struct RawServiceAccount {
    metadata: RawMeta,
    automount_service_account_token: Option<bool>,
}

impl From<RawServiceAccount> for ServiceAccount {
    fn from(raw: RawServiceAccount) -> Self {
        let cloud_roles = CLOUD_ROLES.into_iter().filter_map(|annotation| {
            let role = raw.metadata.annotation(annotation)?;
            (!role.is_empty()).then(|| (annotation, Text::clone(role)))
        });
        Self {
            cloud_roles: cloud_roles.collect(),
            meta: raw.metadata.into_meta(),
            automount: raw.automount_service_account_token,
        }
    }
}
