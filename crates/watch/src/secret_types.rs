//! Secrets of the few kinds that checks ask about, by name: as tables, never as objects ([`crate::table`]), never watched, and only
//! where a profile wants it.
//!
//! A table does not say in which namespace an object is. So everything of a kind is asked for at once, which for a cluster
//! without any is the one request; and where there are some, namespaces are asked one by one until each is placed, those first in
//! which some were the last time. Kinds that mean something in one namespace alone are asked for there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use assay_inventory::view::Text;
use assay_inventory::{Blind, EvidenceKind, Fact, ListedSecret, ListedSecrets, Reason, Sought};
use chrono::Utc;
use futures::StreamExt;
use futures::stream;
use kube::Client;

use crate::Wanted;
use crate::collector::Collector;
use crate::table::{Listing, Row};

/// Namespaces asked at once.
const CONCURRENCY: usize = 4;
/// How often it is tried to place each Secret before it is told that they do not hold still.
const TRIES: usize = 3;

/// Lists Secrets by name.
pub(crate) struct SecretTypes {
    client: Client,
    /// In which namespaces some were found.
    known: Mutex<BTreeMap<Sought, BTreeSet<Text>>>,
}

impl SecretTypes {
    /// With the operator's own client.
    pub(crate) fn new(client: Client) -> Self {
        Self {
            client,
            known: Mutex::default(),
        }
    }

    /// All of a kind, each with its namespace.
    async fn find(&self, sought: Sought) -> Result<Vec<(Text, Row)>, Blind> {
        if let Some(namespace) = sought.namespace() {
            let namespace = Text::from(namespace);
            let rows = self.list(sought, Some(&namespace)).await?.into_iter();
            return Ok(rows.map(|row| (namespace.clone(), row)).collect());
        }
        for _ in 0..TRIES {
            let mut missing = Missing::of(&self.list(sought, None).await?);
            let mut found = Vec::new();
            let known = self.known(sought);
            self.look(sought, known.clone(), &mut missing, &mut found)
                .await?;
            if !missing.is_none() {
                let others = self
                    .namespaces()
                    .await?
                    .difference(&known)
                    .cloned()
                    .collect();
                self.look(sought, others, &mut missing, &mut found).await?;
            }
            if missing.is_none() {
                self.remember(sought, &found);
                return Ok(found);
            }
        }
        Err(Blind::new(
            Reason::Unreachable,
            "secrets come and go while their namespaces are asked for, so that some were in none of them",
        ))
    }

    /// Asks some namespaces, until nothing is missing any more.
    async fn look(
        &self,
        sought: Sought,
        namespaces: BTreeSet<Text>,
        missing: &mut Missing,
        found: &mut Vec<(Text, Row)>,
    ) -> Result<(), Blind> {
        let ask = |namespace: Text| async move {
            let rows = self.list(sought, Some(&namespace)).await;
            (namespace, rows)
        };
        let mut answers = stream::iter(namespaces)
            .map(ask)
            .buffer_unordered(CONCURRENCY);
        while !missing.is_none()
            && let Some((namespace, rows)) = answers.next().await
        {
            for row in rows? {
                missing.strike(&row.name);
                found.push((namespace.clone(), row));
            }
        }
        Ok(())
    }

    async fn list(&self, sought: Sought, namespace: Option<&Text>) -> Result<Vec<Row>, Blind> {
        let (field, value) = sought.field();
        let listing = Listing {
            what: "Secrets",
            path: namespace.map_or_else(
                || "/api/v1/secrets".to_owned(),
                |namespace| format!("/api/v1/namespaces/{namespace}/secrets"),
            ),
            fields: Some(format!("{field}={value}")),
            forbidden: "may not list secrets: bind Assay's ServiceAccount to ClusterRole assay-operator-secret-types (deploy/secret-types), by which it could read every Secret",
        };
        let mut rows = listing.rows(&self.client).await?;
        // What was not asked for is not kept, whoever sent it.
        rows.retain(|row| {
            value
                == if field == "type" {
                    &*row.type_
                } else {
                    &*row.name
                }
        });
        Ok(rows)
    }

    async fn namespaces(&self) -> Result<BTreeSet<Text>, Blind> {
        let listing = Listing {
            what: "Namespaces",
            path: "/api/v1/namespaces".to_owned(),
            fields: None,
            forbidden: "may not list namespaces (API group core), so that it cannot be told in which one a Secret is: grant it in Assay's ClusterRole",
        };
        let rows = listing.rows(&self.client).await?;
        Ok(rows.into_iter().map(|row| row.name).collect())
    }

    fn known(&self, sought: Sought) -> BTreeSet<Text> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&sought).cloned().unwrap_or_default()
    }

    fn remember(&self, sought: Sought, found: &[(Text, Row)]) {
        let namespaces = found.iter().map(|(namespace, _)| namespace.clone());
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(sought, namespaces.collect());
    }
}

/// Names of which it is not known yet in which namespace they are. Several may be alike.
struct Missing(BTreeMap<Text, usize>);

impl Missing {
    fn of(rows: &[Row]) -> Self {
        let mut names = BTreeMap::new();
        for row in rows {
            *names.entry(row.name.clone()).or_default() += 1;
        }
        Self(names)
    }

    fn strike(&mut self, name: &Text) {
        if let Some(count) = self.0.get_mut(name) {
            *count -= 1;
            if *count == 0 {
                self.0.remove(name);
            }
        }
    }

    fn is_none(&self) -> bool {
        self.0.is_empty()
    }
}

/// What is kept of a row: how old a Secret is where a check asks for it.
fn secret(sought: Sought, row: &Row) -> Result<ListedSecret, Blind> {
    let made_by = if sought == Sought::BootstrapToken {
        let age = row.least_age().ok_or_else(|| {
            let message = "the API server tells no age of bootstrap tokens that can be read";
            Blind::new(Reason::Unparseable, message)
        })?;
        Utc::now().checked_sub_signed(age)
    } else {
        None
    };
    Ok(ListedSecret {
        name: row.name.clone(),
        made_by,
    })
}

impl Collector for SecretTypes {
    const SOURCE: EvidenceKind = EvidenceKind::SecretTypes;
    const INTERVAL: Duration = Duration::from_mins(5);

    fn is_wanted(wanted: Option<&Wanted>) -> Option<bool> {
        wanted.map(|wanted| wanted.secret_types)
    }

    async fn collect(&self) -> Result<Fact, Blind> {
        let mut all = ListedSecrets::default();
        for sought in Sought::ALL {
            for (namespace, row) in self.find(sought).await? {
                all.add(namespace, sought, secret(sought, &row)?);
            }
        }
        Ok(Fact::ListedSecrets(all))
    }
}

#[cfg(test)]
mod tests;
