//! Rendering: the engine's state as the objects that people read.

mod findings;
mod profile;
mod report;
mod words;

#[cfg(test)]
mod tests;

pub(crate) use findings::findings_objects;
pub(crate) use profile::{collectors, profile_status};
pub(crate) use report::report;
pub(crate) use words::engine_verdict;

use assay_api::{ChangedBy, Finding, FindingBody, FindingDetail, FindingState, ResourceRef};
use assay_engine::{FindingId, History, Rank};
use assay_inventory::view::Text;
use assay_inventory::{EvidenceKey, Inventory, Per, Subject};
use chrono::{DateTime, Utc};

use crate::assessment::Assessment;

/// What one rendering sees: the same instant and the same facts for all its objects.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    /// The assessment rendered.
    pub(crate) assessment: &'a Assessment,
    /// The facts.
    pub(crate) inventory: &'a Inventory,
    /// The instant.
    pub(crate) now: DateTime<Utc>,
}

impl View<'_> {
    /// Whether the profile has a source asked for what it tells of: of a namespace, another profile may, or an earlier one did.
    fn asks_of(self, key: &EvidenceKey) -> bool {
        key.kind.per() != Per::Namespace
            || self.inventory.namespace(&key.about).is_some_and(|view| {
                let params = &self.assessment.engine.profile().params;
                params.admission_probe.selects(&view.meta)
            })
    }
}

/// Longest text of a value or message that comes from an object: hostile ones must not fill a report.
const LONGEST: usize = 512;
/// Most details a finding lists.
const MOST_DETAILS: usize = 32;

fn clipped(text: &str) -> String {
    if text.len() <= LONGEST {
        return text.to_owned();
    }
    let mut end = LONGEST;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…", text.get(..end).unwrap_or_default())
}

fn filled(text: &Text) -> Option<String> {
    Some(text.to_string()).filter(|text| !text.is_empty())
}

/// The reference to a subject's object.
fn resource(subject: &Subject, uid: &Text) -> ResourceRef {
    let (api_version, kind) = subject.api();
    let namespace = match subject {
        Subject::Namespace(_) => None,
        _ => subject.namespace().and_then(filled),
    };
    ResourceRef {
        api_version: api_version.to_string(),
        kind: kind.to_string(),
        namespace,
        name: subject.name().to_string(),
        uid: filled(uid),
    }
}

impl<'a> View<'a> {
    fn history(&self) -> &'a History {
        &self.assessment.history
    }

    /// Where an open finding stands among others.
    fn rank(&self, finding: &assay_engine::Finding<'a>) -> Rank<'a> {
        let engine = &self.assessment.engine;
        engine.rank(
            finding.check,
            finding.subject,
            finding.severity,
            self.inventory,
        )
    }

    /// An open finding in the form that reports list.
    fn finding(&self, finding: &assay_engine::Finding<'_>) -> Finding {
        let meta = &finding.check.meta;
        let id = FindingId {
            check: meta.id,
            subject: finding.subject.clone(),
        };
        let since = self.history().finding(&id);
        let (uid, changed_by) = self.inventory.provenance(finding.subject);
        let details = finding.violation.details.iter().take(MOST_DETAILS);
        Finding {
            check: meta.id.to_owned(),
            control: meta.control.to_string(),
            kind: words::kind(meta.kind),
            severity: words::severity(finding.severity),
            body: FindingBody {
                resource: resource(finding.subject, &uid),
                message: clipped(&finding.violation.message),
                details: details
                    .map(|detail| FindingDetail {
                        container: filled(&detail.container),
                        field: clipped(&detail.field),
                        value: Some(clipped(&detail.value)),
                        message: None,
                    })
                    .collect(),
                since: since.map_or(self.now, |since| since.at),
                since_known: since.is_some_and(|since| since.known),
                state: FindingState::Open,
                changed_by: changed_by.map(|changed| ChangedBy {
                    manager: changed.manager.to_string(),
                    time: Some(changed.time),
                }),
                origin: words::origin(finding.violation.origin),
                cde: self
                    .assessment
                    .engine
                    .is_cde(finding.subject, self.inventory),
                exception: None,
            },
        }
    }
}
