//! What `/metrics` tells of sight and of sections. Labels are bounded: kinds, sections, verdicts and severities.

use assay_api::ComplianceReport;
use assay_inventory::Kind;
use chrono::{DateTime, Utc};

use super::Follower;
use crate::assessment::Assessment;
use crate::serve::{FindingLabels, KindLabels, SectionLabels};

impl Follower {
    pub(super) fn tell_sight(&self, now: DateTime<Utc>) {
        for kind in Kind::ALL {
            let labels = KindLabels {
                kind: kind.full_name(),
            };
            let blind = self.inventory.blind(kind, now).is_some();
            self.metrics
                .blind
                .get_or_create(&labels)
                .set(i64::from(blind));
        }
    }

    pub(super) fn tell_section(&self, assessment: &Assessment, report: &ComplianceReport) {
        let Some(status) = &report.status else {
            return;
        };
        let section = format!("{:02}", report.spec.section);
        let controls = status.summary.controls;
        let by_verdict = [
            ("Met", controls.met),
            ("NotMet", controls.not_met),
            ("Unknown", controls.unknown),
            ("NeedsEvidence", controls.needs_evidence),
            ("NotApplicable", controls.not_applicable),
        ];
        for (verdict, count) in by_verdict {
            let labels = SectionLabels {
                profile: assessment.name.clone(),
                section: section.clone(),
                verdict: verdict.to_owned(),
            };
            self.metrics
                .controls
                .get_or_create(&labels)
                .set(count.into());
        }
        let findings = status.summary.findings;
        let by_severity = [
            ("Critical", findings.critical),
            ("High", findings.high),
            ("Medium", findings.medium),
            ("Low", findings.low),
            ("Advisory", findings.advisory),
        ];
        for (severity, count) in by_severity {
            let labels = FindingLabels {
                profile: assessment.name.clone(),
                section: section.clone(),
                severity: severity.to_owned(),
            };
            self.metrics
                .findings
                .get_or_create(&labels)
                .set(count.into());
        }
    }
}
