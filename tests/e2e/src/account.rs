//! What Assay says of a cluster at one time, so that it can be held against what it says at another.

use std::collections::BTreeMap;

use kube::api::{ApiResource, DynamicObject, ListParams};
use kube::{Api, Client};
use serde_json::Value;

/// Verdicts and findings, each with since when, by what they are of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account(BTreeMap<String, String>);

impl Account {
    /// What stands in the cluster now.
    ///
    /// # Errors
    /// If it cannot be listed.
    pub async fn read(client: &Client) -> anyhow::Result<Self> {
        let all = async |resource: ApiResource| -> anyhow::Result<Vec<DynamicObject>> {
            let api: Api<DynamicObject> = Api::all_with(client.clone(), &resource);
            Ok(api.list(&ListParams::default()).await?.items)
        };
        let mut account = Self::default();
        for object in all(ApiResource::erase::<assay_api::ComplianceProfile>(&())).await? {
            let name = object.metadata.name.unwrap_or_default();
            account.add_verdict(format!("profile {name}"), object.data.get("status"));
        }
        for object in all(ApiResource::erase::<assay_api::ComplianceReport>(&())).await? {
            let name = object.metadata.name.unwrap_or_default();
            account.add_report(&name, object.data.get("status"));
        }
        for object in all(ApiResource::erase::<assay_api::ComplianceFindings>(&())).await? {
            let namespace = object.metadata.namespace.unwrap_or_default();
            account.add_findings(&namespace, object.data.get("status"));
        }
        Ok(account)
    }

    /// What one status of a report says.
    #[must_use]
    pub fn of_report(name: &str, status: &Value) -> Self {
        let mut account = Self::default();
        account.add_report(name, Some(status));
        account
    }

    /// What one status of a profile says of the profile itself.
    #[must_use]
    pub fn of_profile(name: &str, status: &Value) -> Self {
        let mut account = Self::default();
        account.add_verdict(format!("profile {name}"), Some(status));
        account
    }

    fn add_report(&mut self, name: &str, status: Option<&Value>) {
        self.add_verdict(name.to_owned(), status);
        for control in items(status, "controls") {
            let id = text(control, "id");
            self.add_verdict(format!("{name} {id}"), Some(control));
        }
    }

    fn add_verdict(&mut self, of: String, status: Option<&Value>) {
        let said = status.map_or_else(
            || "nothing".to_owned(),
            |status| {
                format!(
                    "{} since {}",
                    text(status, "verdict"),
                    text(status, "since")
                )
            },
        );
        self.0.insert(of, said);
    }

    fn add_findings(&mut self, namespace: &str, status: Option<&Value>) {
        for group in items(status, "checks") {
            for finding in items(Some(group), "findings") {
                let resource = finding.get("resource").unwrap_or(&Value::Null);
                let of = format!(
                    "{} on {} {} in {namespace}",
                    text(group, "check"),
                    text(resource, "kind"),
                    text(resource, "name"),
                );
                let said = format!(
                    "{} since {} (known: {})",
                    text(finding, "state"),
                    text(finding, "since"),
                    finding.get("sinceKnown").unwrap_or(&Value::Null),
                );
                self.0.insert(of, said);
            }
        }
    }

    /// What is said here and not, or not so, in `other`; one line each.
    #[must_use]
    pub fn beyond(&self, other: &Self) -> Vec<String> {
        let differing = self
            .0
            .iter()
            .filter(|(of, said)| other.0.get(*of) != Some(said));
        differing
            .map(|(of, said)| {
                let there = other.0.get(of).map_or("nothing", String::as_str);
                format!("{of}: {said}, not {there}")
            })
            .collect()
    }

    /// What two accounts differ in; empty if in nothing.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let mut all = self.beyond(other);
        let missing = other.0.iter().filter(|(of, _)| !self.0.contains_key(*of));
        all.extend(missing.map(|(of, said)| format!("{of}: nothing, not {said}")));
        all
    }

    /// The same without what the predicate refuses, by what it is of.
    #[must_use]
    pub fn only(mut self, wanted: impl Fn(&str) -> bool) -> Self {
        self.0.retain(|of, _| wanted(of));
        self
    }

    /// How much is said.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn items<'a>(value: Option<&'a Value>, field: &str) -> impl Iterator<Item = &'a Value> {
    let list = value
        .and_then(|value| value.get(field))
        .and_then(Value::as_array);
    list.into_iter().flatten()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}
