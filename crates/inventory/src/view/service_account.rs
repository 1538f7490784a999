//! `ServiceAccounts`.

use serde::Deserialize;

use super::Meta;
use super::meta::RawMeta;
use crate::view::object::objects_or_null;

objects_or_null!(RawServiceAccount);

/// A `ServiceAccount`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServiceAccount {
    /// Metadata.
    pub meta: Meta,
    /// `automountServiceAccountToken`; unset means true unless the pod says otherwise.
    pub automount: Option<bool>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
pub(crate) struct RawServiceAccount {
    metadata: RawMeta,
    automount_service_account_token: Option<bool>,
}

impl From<RawServiceAccount> for ServiceAccount {
    fn from(raw: RawServiceAccount) -> Self {
        Self {
            meta: raw.metadata.into_meta(),
            automount: raw.automount_service_account_token,
        }
    }
}
