//! The operator's rights, taken away and given back one resource at a time.

use k8s_openapi::api::rbac::v1::ClusterRole;
use kube::api::{ListParams, PostParams};
use kube::{Api, Client, ResourceExt};

use crate::MARK;

/// What was taken from the `ClusterRoles` of Assay that a [`Scene`](crate::Scene) installed.
pub struct Rights {
    client: Client,
    taken: Vec<ClusterRole>,
}

impl Rights {
    /// Takes a resource out of every rule that names it.
    ///
    /// # Errors
    /// If no rule names it, or a role cannot be written.
    pub async fn take(client: &Client, resource: &str) -> anyhow::Result<Self> {
        let api: Api<ClusterRole> = Api::all(client.clone());
        let mut taken = Vec::new();
        for role in api.list(&ListParams::default().labels(MARK)).await?.items {
            let mut less = role.clone();
            let rules = less.rules.get_or_insert_default();
            for rule in rules.iter_mut() {
                rule.resources
                    .get_or_insert_default()
                    .retain(|named| named != resource);
            }
            rules.retain(|rule| {
                rule.resources.as_ref().is_none_or(|list| !list.is_empty())
                    || rule.non_resource_urls.is_some()
            });
            if role.name_any().starts_with("assay") && less.rules != role.rules {
                api.replace(&role.name_any(), &PostParams::default(), &less)
                    .await?;
                taken.push(role);
            }
        }
        anyhow::ensure!(
            !taken.is_empty(),
            "no ClusterRole of Assay names {resource}"
        );
        Ok(Self {
            client: client.clone(),
            taken,
        })
    }

    /// Gives back what was taken.
    ///
    /// # Errors
    /// If a role cannot be written.
    pub async fn give_back(self) -> anyhow::Result<()> {
        let api: Api<ClusterRole> = Api::all(self.client);
        for role in self.taken {
            let mut now = api.get(&role.name_any()).await?;
            now.rules = role.rules;
            api.replace(&now.name_any(), &PostParams::default(), &now)
                .await?;
        }
        Ok(())
    }
}
