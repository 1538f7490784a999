//! What `/metrics` tells of sight, of sections and of sources of evidence. Labels are bounded: profiles, kinds, sections, verdicts,
//! severities and sources.

use assay_api::{CollectorHealth, CollectorState, ComplianceProfileStatus, ComplianceReport};
use assay_inventory::{EvidenceKind, Kind};
use chrono::{DateTime, Utc};

use super::Follower;
use crate::assessment::Assessment;
use crate::render::{View, collectors};
use crate::serve::{CollectorLabels, FindingLabels, KindLabels, Metrics, SectionLabels};

const VERDICTS: [&str; 5] = ["Met", "NotMet", "Unknown", "NeedsEvidence", "NotApplicable"];
const SEVERITIES: [&str; 5] = ["Critical", "High", "Medium", "Low", "Advisory"];

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
        let of = (assessment.name.as_str(), report.spec.section);
        let controls = status.summary.controls;
        let counts = [
            controls.met,
            controls.not_met,
            controls.unknown,
            controls.needs_evidence,
            controls.not_applicable,
        ];
        for (verdict, count) in VERDICTS.into_iter().zip(counts) {
            let gauge = self
                .metrics
                .controls
                .get_or_create(&controls_of(of, verdict));
            gauge.set(count.into());
        }
        let findings = status.summary.findings;
        let counts = [
            findings.critical,
            findings.high,
            findings.medium,
            findings.low,
            findings.advisory,
        ];
        for (severity, count) in SEVERITIES.into_iter().zip(counts) {
            let gauge = self
                .metrics
                .findings
                .get_or_create(&findings_of(of, severity));
            gauge.set(count.into());
        }
    }

    /// Evidence has come, or has not: whose profiles tell of their sources otherwise than they are.
    pub(super) fn look_at_sources(&mut self, now: DateTime<Utc>) {
        let told = |collectors: &[CollectorHealth]| -> Vec<_> {
            let collectors = collectors.iter();
            collectors
                .map(|source| (source.name.clone(), source.state, source.message.clone()))
                .collect()
        };
        for assessment in self.assessments.values_mut() {
            let view = View {
                assessment,
                inventory: &self.inventory,
                now,
            };
            let present = collectors(view);
            assessment.status_touched |= told(&present) != told(&assessment.collectors);
        }
    }

    /// A source that the profile wants is failing, in part or as a whole, or is not. One that it no longer wants is not told of.
    pub(super) fn tell_sources(&self, profile: &str, status: &ComplianceProfileStatus) {
        for kind in EvidenceKind::ALL {
            let labels = collector_of(profile, kind);
            let collector = status
                .collectors
                .iter()
                .find(|collector| collector.name == kind.as_str());
            match collector {
                Some(collector) => {
                    let failing = matches!(
                        collector.state,
                        CollectorState::Failing | CollectorState::Partial
                    );
                    let gauge = self.metrics.failing.get_or_create(&labels);
                    gauge.set(i64::from(failing));
                }
                None => {
                    self.metrics.failing.remove(&labels);
                }
            }
        }
    }
}

impl Metrics {
    /// Tells no more of a profile that is gone: what stood last would be alerted on for ever.
    pub(super) fn forget_profile(&self, profile: &str) {
        for section in assay_catalog::sections() {
            let of = (profile, section.number);
            for verdict in VERDICTS {
                self.controls.remove(&controls_of(of, verdict));
            }
            for severity in SEVERITIES {
                self.findings.remove(&findings_of(of, severity));
            }
        }
        for kind in EvidenceKind::ALL {
            self.failing.remove(&collector_of(profile, kind));
        }
    }
}

fn controls_of((profile, section): (&str, u8), verdict: &str) -> SectionLabels {
    SectionLabels {
        profile: profile.to_owned(),
        section: format!("{section:02}"),
        verdict: verdict.to_owned(),
    }
}

fn findings_of((profile, section): (&str, u8), severity: &str) -> FindingLabels {
    FindingLabels {
        profile: profile.to_owned(),
        section: format!("{section:02}"),
        severity: severity.to_owned(),
    }
}

fn collector_of(profile: &str, kind: EvidenceKind) -> CollectorLabels {
    CollectorLabels {
        profile: profile.to_owned(),
        collector: kind.as_str().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_told_of_a_profile_that_is_gone() {
        let metrics = Metrics::new();
        for profile in ["pci", "other"] {
            let of = (profile, 2);
            metrics
                .controls
                .get_or_create(&controls_of(of, "NotMet"))
                .set(1);
            metrics
                .findings
                .get_or_create(&findings_of(of, "High"))
                .set(1);
            let labels = collector_of(profile, EvidenceKind::KubeletConfig);
            metrics.failing.get_or_create(&labels).set(1);
        }
        assert_eq!(metrics.text().matches("profile=\"other\"").count(), 3);
        metrics.forget_profile("other");
        assert_eq!(metrics.text().matches("profile=\"other\"").count(), 0);
        assert_eq!(metrics.text().matches("profile=\"pci\"").count(), 3);
    }
}
