//! Since when, over restarts and failovers: what earlier reports say is taken over.
//!
//! Of each object only that is kept, page by page: as trees of values, the findings of a large cluster would take more
//! memory than everything else. Words are read for themselves: a report that a later version wrote must not be lost
//! over one new verdict.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::Context as _;
use assay_api::tolerant::if_known;
use assay_api::{
    ComplianceFindings, ComplianceProfile, ComplianceReport, KeptLogins, PROFILE_LABEL, Verdict,
};
use assay_catalog::ControlId;
use assay_engine::{FindingId, VerdictSince};
use assay_inventory::{Delta, Subject};
use chrono::{DateTime, Utc};
use kube::api::{ListParams, ObjectMeta, Request};
use kube::{Client, Resource};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::assessment::Assessment;
use crate::publish::Target;
use crate::render::engine_verdict;

/// Objects a page: some MB of findings.
const PAGE: u32 = 50;
/// Longest a page may take. The client's own limit is made for watches, which may say nothing for minutes.
const PATIENCE: Duration = Duration::from_secs(30);

/// Everything Assay wrote that stands in the cluster, as far as it is taken over.
pub(crate) struct Standing {
    /// When it began to be read: what changed here since then, it may not tell.
    read: DateTime<Utc>,
    profiles: Vec<Written>,
    reports: Vec<Written>,
    findings: Vec<Written>,
}

/// An object of ours.
#[derive(Deserialize)]
struct Written {
    metadata: ObjectMeta,
    #[serde(default)]
    spec: Spec,
    #[serde(default)]
    status: Option<Status>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Spec {
    profile: String,
    section: Option<u8>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Status {
    epoch: i64,
    #[serde(flatten)]
    stands: Stands,
    controls: Vec<Control>,
    checks: Vec<Group>,
    #[serde(flatten)]
    issued: KeptLogins,
}

#[derive(Deserialize)]
struct Control {
    #[serde(deserialize_with = "if_known")]
    id: Option<ControlId>,
    #[serde(flatten)]
    stands: Stands,
}

/// A verdict, and since when it stands.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Stands {
    #[serde(deserialize_with = "if_known")]
    verdict: Option<Verdict>,
    #[serde(deserialize_with = "if_known")]
    since: Option<DateTime<Utc>>,
    last_known: Option<LastKnown>,
}

#[derive(Deserialize)]
struct LastKnown {
    #[serde(deserialize_with = "if_known")]
    verdict: Option<Verdict>,
    #[serde(deserialize_with = "if_known")]
    since: Option<DateTime<Utc>>,
}

/// The findings of one check.
#[derive(Deserialize)]
struct Group {
    check: String,
    #[serde(default)]
    findings: Vec<Finding>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Finding {
    resource: Reference,
    #[serde(deserialize_with = "if_known")]
    since: Option<DateTime<Utc>>,
    #[serde(default)]
    since_known: bool,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Reference {
    api_version: String,
    kind: String,
    namespace: String,
    name: String,
}

impl Standing {
    /// Reads it.
    pub(crate) async fn read(client: &Client) -> anyhow::Result<Self> {
        let read = Utc::now();
        Ok(Self {
            read,
            profiles: all::<ComplianceProfile>(client).await?,
            reports: all::<ComplianceReport>(client).await?,
            findings: all::<ComplianceFindings>(client).await?,
        })
    }

    /// The highest epoch that any status carries.
    pub(crate) fn epoch(&self) -> i64 {
        let all = [&self.profiles, &self.reports, &self.findings];
        let all = all.into_iter().flatten();
        // No Lease can count further: more than that was planted, and must not outrank every leader to come.
        all.filter_map(|object| Some(object.status.as_ref()?.epoch))
            .filter(|epoch| *epoch < i64::from(i32::MAX))
            .max()
            .unwrap_or(0)
    }

    /// The logins that whoever wrote these knew of. What can be read of another profile's is as good: they are the cluster's.
    pub(crate) fn logins(&self) -> impl Iterator<Item = Delta> {
        let statuses = self
            .profiles
            .iter()
            .filter_map(|object| object.status.as_ref());
        statuses.flat_map(|status| status.issued.deltas())
    }

    /// Takes over since when a profile's verdicts and findings are as they are.
    pub(crate) fn adopt(&self, assessment: &mut Assessment) {
        let name = assessment.name.clone();
        let mut profiles = self.profiles.iter();
        let profile = profiles.find(|object| object.metadata.name.as_ref() == Some(&name));
        let status = profile.and_then(|object| object.status.as_ref());
        if let Some(since) = status.and_then(|status| status.stands.since()) {
            assessment.history.adopt_profile(since, self.read);
        }
        for report in of_profile(&self.reports, &name) {
            adopt_report(report, self.read, assessment);
        }
        for object in of_profile(&self.findings, &name) {
            for group in object.status.iter().flat_map(|status| &status.checks) {
                adopt_group(group, self.read, assessment);
            }
        }
    }

    /// Findings objects of a profile that stand in the cluster.
    pub(crate) fn targets(&self, profile: &str) -> BTreeSet<Target> {
        of_profile(&self.findings, profile)
            .map(Written::target)
            .collect()
    }

    /// Findings objects of ours whose profile is gone.
    pub(crate) fn orphans(&self, is_known: impl Fn(&str) -> bool) -> Vec<Target> {
        let ours = self.findings.iter().filter(|object| {
            let labels = object.metadata.labels.as_ref();
            let profile = labels.and_then(|labels| labels.get(PROFILE_LABEL));
            profile.is_some_and(|profile| !is_known(profile))
        });
        ours.map(Written::target).collect()
    }
}

/// All objects of one of our kinds. One that cannot be read is as good as none: what it would have told is told anew.
async fn all<K: Resource<DynamicType = ()>>(client: &Client) -> anyhow::Result<Vec<Written>> {
    #[derive(Deserialize)]
    struct Page {
        metadata: Meta,
        items: Vec<Box<RawValue>>,
    }
    #[derive(Deserialize)]
    struct Meta {
        #[serde(rename = "continue", default)]
        next: Option<String>,
    }
    let path = K::url_path(&(), None);
    let mut all = Vec::new();
    let mut params = ListParams::default().limit(PAGE);
    loop {
        let request = Request::new(path.as_str()).list(&params)?;
        let asked = client.request::<Page>(request);
        let Ok(answer) = tokio::time::timeout(PATIENCE, asked).await else {
            anyhow::bail!("listing {}: the API server does not answer", K::plural(&()));
        };
        let page = answer.with_context(|| {
            format!(
                "listing {}; are the CRDs of deploy/ installed, and may this ServiceAccount list them?",
                K::plural(&())
            )
        })?;
        for item in &page.items {
            match serde_json::from_str(item.get()) {
                Ok(written) => all.push(written),
                Err(error) => {
                    tracing::warn!(kind = %K::kind(&()), %error, "an object of ours cannot be read and is not taken over");
                }
            }
        }
        match page.metadata.next.filter(|next| !next.is_empty()) {
            Some(next) => params.continue_token = Some(next),
            None => return Ok(all),
        }
    }
}

impl Written {
    fn target(&self) -> Target {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Target::Findings(text(&self.metadata.namespace), text(&self.metadata.name))
    }
}

impl Stands {
    fn since(&self) -> Option<VerdictSince> {
        let last_known = self.last_known.as_ref();
        Some(VerdictSince {
            verdict: engine_verdict(self.verdict?),
            since: self.since?,
            last_known: last_known
                .and_then(|known| Some((engine_verdict(known.verdict?), known.since?))),
        })
    }
}

fn of_profile<'a>(objects: &'a [Written], profile: &'a str) -> impl Iterator<Item = &'a Written> {
    objects
        .iter()
        .filter(move |object| object.spec.profile == profile)
}

fn adopt_report(report: &Written, read: DateTime<Utc>, assessment: &mut Assessment) {
    let (Some(section), Some(status)) = (report.spec.section, &report.status) else {
        return;
    };
    if let Some(since) = status.stands.since() {
        assessment.history.adopt_section(section, since, read);
    }
    for control in &status.controls {
        if let (Some(id), Some(since)) = (control.id, control.stands.since()) {
            assessment.history.adopt_control(id, since, read);
        }
    }
}

fn adopt_group(group: &Group, read: DateTime<Utc>, assessment: &mut Assessment) {
    let Some(check) = assay_checks::find(&group.check) else {
        return;
    };
    for finding in &group.findings {
        let Some(since) = finding.since else {
            continue;
        };
        let resource = &finding.resource;
        let id = FindingId {
            check: check.meta.id,
            subject: Subject::named(
                &resource.api_version,
                &resource.kind,
                &resource.namespace,
                &resource.name,
            ),
        };
        assessment
            .history
            .adopt_finding(id, since, finding.since_known, read);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_taken_over_and_one_that_cannot_be_read_loses_no_other() {
        let profile = r#"{"metadata": {"name": "pci"}, "status": {"epoch": 7, "verdict": "NotMet",
            "since": "2026-11-20T10:00:00Z", "issuedLeftOutUntil": "2027-11-20T10:00:00Z", "issued": [
                {"name": 7}, {"name": "jane", "uid": "1", "signerName": "kubernetes.io/kube-apiserver-client", "later": {}}]}}"#;
        let standing = Standing {
            read: DateTime::UNIX_EPOCH,
            profiles: vec![serde_json::from_str(profile).unwrap()],
            reports: Vec::new(),
            findings: Vec::new(),
        };
        let mut deltas = standing.logins();
        assert!(
            matches!(deltas.next(), Some(Delta::Recalled(csr)) if csr.meta.name.as_ref() == "jane")
        );
        assert!(matches!(deltas.next(), Some(Delta::LeftOut(_))));
        assert!(deltas.next().is_none());
    }

    #[test]
    fn a_word_of_a_later_version_loses_nothing_but_itself() {
        let report = r#"{"metadata": {"name": "pci-01-authentication"}, "spec": {"profile": "pci", "section": 1},
            "status": {"epoch": 7, "verdict": "Splendid", "since": "2026-11-20T10:00:00Z", "controls": [
                {"id": "1.1", "verdict": "NotMet", "since": "2026-11-20T10:00:00Z", "lastKnown": {"verdict": "?", "since": "?"}},
                {"id": "one", "verdict": "Met", "since": "2026-11-20T10:00:00Z"}]}}"#;
        let report: Written = serde_json::from_str(report).unwrap();
        let status = report.status.unwrap();
        assert_eq!((status.epoch, report.spec.section), (7, Some(1)));
        assert!(status.stands.since().is_none());
        let first = status.controls[0].stands.since().unwrap();
        assert_eq!(first.verdict, assay_engine::Verdict::NotMet);
        assert_eq!(first.last_known, None);
        assert!(status.controls[1].id.is_none());
    }
}
