//! Since when, over restarts and failovers: what earlier reports say is taken over.
//!
//! Statuses are read field by field, not as types: a report that a later version wrote must not be lost over one new word.

use std::collections::BTreeSet;

use anyhow::Context as _;
use assay_api::{ComplianceFindings, ComplianceProfile, ComplianceReport, PROFILE_LABEL, Verdict};
use assay_catalog::ControlId;
use assay_engine::{FindingId, VerdictSince};
use assay_inventory::Subject;
use chrono::{DateTime, Utc};
use kube::api::{ApiResource, DynamicObject, ListParams};
use kube::{Api, Client, ResourceExt};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::assessment::Assessment;
use crate::publish::Target;
use crate::render::engine_verdict;

/// Everything Assay wrote that stands in the cluster.
pub(crate) struct Standing {
    profiles: Vec<DynamicObject>,
    reports: Vec<DynamicObject>,
    findings: Vec<DynamicObject>,
}

impl Standing {
    /// Reads it.
    pub(crate) async fn read(client: &Client) -> anyhow::Result<Self> {
        let all = async |resource: ApiResource| {
            let api: Api<DynamicObject> = Api::all_with(client.clone(), &resource);
            let list = api.list(&ListParams::default()).await;
            list.map(|list| list.items).with_context(|| {
                format!(
                    "listing {}; are the CRDs of deploy/ installed, and may this ServiceAccount list them?",
                    resource.plural
                )
            })
        };
        Ok(Self {
            profiles: all(ApiResource::erase::<ComplianceProfile>(&())).await?,
            reports: all(ApiResource::erase::<ComplianceReport>(&())).await?,
            findings: all(ApiResource::erase::<ComplianceFindings>(&())).await?,
        })
    }

    /// The highest epoch that any status carries.
    pub(crate) fn epoch(&self) -> i64 {
        let all = [&self.profiles, &self.reports, &self.findings];
        let all = all.into_iter().flatten();
        // No Lease can count further: more than that was planted, and must not outrank every leader to come.
        all.filter_map(|object| object.data.pointer("/status/epoch")?.as_i64())
            .filter(|epoch| *epoch < i64::from(i32::MAX))
            .max()
            .unwrap_or(0)
    }

    /// Takes over since when a profile's verdicts and findings are as they are.
    pub(crate) fn adopt(&self, assessment: &mut Assessment) {
        let name = assessment.name.clone();
        let profile = self
            .profiles
            .iter()
            .find(|object| object.name_any() == name);
        let status = profile.and_then(|object| object.data.get("status"));
        if let Some(since) = status.and_then(verdict_since) {
            assessment.history.adopt_profile(since);
        }
        for report in of_profile(&self.reports, &name) {
            adopt_report(&report.data, assessment);
        }
        for object in of_profile(&self.findings, &name) {
            let groups = object.data.pointer("/status/checks");
            for group in groups.and_then(Value::as_array).into_iter().flatten() {
                adopt_group(group, assessment);
            }
        }
    }

    /// Findings objects of a profile that stand in the cluster.
    pub(crate) fn targets(&self, profile: &str) -> BTreeSet<Target> {
        of_profile(&self.findings, profile).map(target).collect()
    }

    /// Findings objects of ours whose profile is gone.
    pub(crate) fn orphans(&self, is_known: impl Fn(&str) -> bool) -> Vec<Target> {
        let ours = self.findings.iter().filter(|object| {
            let profile = object.labels().get(PROFILE_LABEL);
            profile.is_some_and(|profile| !is_known(profile))
        });
        ours.map(target).collect()
    }
}

fn target(object: &DynamicObject) -> Target {
    Target::Findings(object.namespace().unwrap_or_default(), object.name_any())
}

fn of_profile<'a>(
    objects: &'a [DynamicObject],
    profile: &'a str,
) -> impl Iterator<Item = &'a DynamicObject> {
    objects.iter().filter(move |object| {
        object.data.pointer("/spec/profile").and_then(Value::as_str) == Some(profile)
    })
}

fn field<T: DeserializeOwned>(value: &Value, name: &str) -> Option<T> {
    serde_json::from_value(value.get(name)?.clone()).ok()
}

fn verdict_since(value: &Value) -> Option<VerdictSince> {
    let last_known = value.get("lastKnown").and_then(|known| {
        let verdict: Verdict = field(known, "verdict")?;
        Some((engine_verdict(verdict), field(known, "since")?))
    });
    Some(VerdictSince {
        verdict: engine_verdict(field(value, "verdict")?),
        since: field(value, "since")?,
        last_known,
    })
}

fn adopt_report(report: &Value, assessment: &mut Assessment) {
    let (Some(section), Some(status)) = (
        report.pointer("/spec/section").and_then(Value::as_u64),
        report.get("status"),
    ) else {
        return;
    };
    if let (Ok(section), Some(since)) = (u8::try_from(section), verdict_since(status)) {
        assessment.history.adopt_section(section, since);
    }
    let controls = status.get("controls").and_then(Value::as_array);
    for control in controls.into_iter().flatten() {
        let id: Option<ControlId> = field(control, "id");
        if let (Some(id), Some(since)) = (id, verdict_since(control)) {
            assessment.history.adopt_control(id, since);
        }
    }
}

fn adopt_group(group: &Value, assessment: &mut Assessment) {
    let id: Option<String> = field(group, "check");
    let Some(check) = id.and_then(|id| assay_checks::find(&id)) else {
        return;
    };
    let findings = group.get("findings").and_then(Value::as_array);
    for finding in findings.into_iter().flatten() {
        let Some(resource) = finding.get("resource") else {
            continue;
        };
        let text = |name: &str| {
            resource
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let since: Option<DateTime<Utc>> = field(finding, "since");
        if let Some(since) = since {
            let id = FindingId {
                check: check.meta.id,
                subject: Subject::named(
                    text("apiVersion"),
                    text("kind"),
                    text("namespace"),
                    text("name"),
                ),
            };
            let known = field(finding, "sinceKnown").unwrap_or(false);
            assessment.history.adopt_finding(id, since, known);
        }
    }
}
