//! Who writes: the operators' Lease.

use k8s_openapi::api::coordination::v1::Lease as Object;
use kube::{Api, Client};

use crate::{OPERATOR_NAMESPACE, eventually};

/// The Lease as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Who holds it; empty if nobody does.
    pub holder: String,
    /// The holder's epoch.
    pub epoch: i64,
}

impl Lease {
    /// Reads it.
    ///
    /// # Errors
    /// If there is none.
    pub async fn read(client: &Client) -> anyhow::Result<Self> {
        let api: Api<Object> = Api::namespaced(client.clone(), OPERATOR_NAMESPACE);
        let spec = api.get("assay-operator").await?.spec.unwrap_or_default();
        Ok(Self {
            holder: spec.holder_identity.unwrap_or_default(),
            epoch: spec.lease_transitions.unwrap_or_default().into(),
        })
    }

    /// Waits until `holder` has it.
    ///
    /// # Errors
    /// If that does not come true.
    pub async fn held_by(client: &Client, holder: &str) -> anyhow::Result<Self> {
        eventually(&format!("{holder} holds the Lease"), async || {
            let lease = Self::read(client).await?;
            Ok((lease.holder == holder).then_some(lease))
        })
        .await
    }
}
