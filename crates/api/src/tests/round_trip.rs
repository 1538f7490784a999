//! What is written can be read, reads the same, and is no longer than it needs to be.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::examples;
use crate::{
    ComplianceFindings, ComplianceFindingsStatus, ComplianceProfile, ComplianceProfileSpec,
    ComplianceProfileStatus, ComplianceReport, ComplianceReportStatus, FindingCounts, Summary,
    TimeSpan, Verdict, findings_name, report_name,
};

#[test]
fn full_examples_survive() {
    for (kind, example, written) in examples::all() {
        assert_eq!(written, example, "{kind}");
    }
}

#[test]
fn whole_objects_compare() {
    let report: ComplianceReport = serde_json::from_value(examples::report()).unwrap();
    let mut other = report.clone();
    assert_eq!(report, other);
    other.status.as_mut().unwrap().controls[0].checks[0].failed += 1;
    assert_ne!(report, other);
}

#[test]
fn times_are_written_with_whole_seconds_in_utc() {
    let mut report: ComplianceReport = serde_json::from_value(examples::report()).unwrap();
    let status = report.status.as_mut().unwrap();
    let fraction = TimeDelta::microseconds(345_678);
    status.since += fraction;
    status.verified_at += fraction;
    status.conditions[0].last_transition_time += fraction;
    let control = &mut status.controls[0];
    control.since += fraction;
    control.last_known.as_mut().unwrap().since += fraction;
    *control.evidence.as_mut().unwrap().oldest.as_mut().unwrap() += fraction;
    let body = &mut control.worst[0].body;
    body.since += fraction;
    *body.changed_by.as_mut().unwrap().time.as_mut().unwrap() += fraction;
    assert_eq!(serde_json::to_value(&report).unwrap(), examples::report());

    let mut seen = 0;
    for (_, _, written) in examples::all() {
        times(&written, &mut seen);
    }
    assert!(seen > 15, "{seen}");
}

/// Every text in the examples that begins like a date must be a time in the one form.
fn times(value: &Value, seen: &mut usize) {
    match value {
        Value::String(text) if text.starts_with("2026-") => {
            *seen += 1;
            assert_eq!((text.len(), text.chars().last()), (20, Some('Z')), "{text}");
        }
        Value::Array(items) => items.iter().for_each(|item| times(item, seen)),
        Value::Object(fields) => fields.values().for_each(|field| times(field, seen)),
        _ => {}
    }
}

#[test]
fn what_is_empty_is_not_written() {
    let at = DateTime::<Utc>::from_timestamp(1_795_168_800, 0).unwrap();
    let report = ComplianceReportStatus {
        verdict: Verdict::default(),
        since: at,
        verified_at: at,
        epoch: 0,
        last_known: None,
        conditions: vec![],
        summary: Summary::default(),
        controls: vec![],
        truncated: None,
    };
    let profile = ComplianceProfileStatus {
        observed_generation: None,
        verdict: Verdict::default(),
        since: at,
        verified_at: at,
        epoch: 0,
        last_known: None,
        conditions: vec![],
        summary: Summary::default(),
        sections: vec![],
        fix_first: vec![],
        sight: vec![],
        collectors: vec![],
        statements: vec![],
        entitlements: None,
        issued: Vec::new(),
        issued_left_out_until: None,
        version: None,
    };
    let findings = ComplianceFindingsStatus {
        epoch: 0,
        verified_at: at,
        summary: FindingCounts::default(),
        checks: vec![],
    };
    let written = [
        serde_json::to_string(&report).unwrap(),
        serde_json::to_string(&profile).unwrap(),
        serde_json::to_string(&findings).unwrap(),
    ];
    assert_eq!(written[0], written[1]);
    assert!(written[0].len() < 320, "{}", written[0]);
    assert!(written[2].len() < 160, "{}", written[2]);
    assert!(!written.concat().contains("null"));
}

#[test]
fn an_empty_profile_is_a_whole_one() {
    let profile: ComplianceProfile = serde_json::from_value(
        json!({"apiVersion": "compliance.assay.dev/v1alpha1", "kind": "ComplianceProfile", "metadata": {"name": "pci"}, "spec": {}}),
    )
    .unwrap();
    assert_eq!(profile.spec, ComplianceProfileSpec::default());
    assert_eq!(
        profile.spec.parameters.max_evidence_age,
        TimeSpan::minutes(15)
    );
    assert_eq!(
        serde_json::to_value(&profile.spec).unwrap(),
        json!({"parameters": {"maxEvidenceAge": "15m"}})
    );
}

#[test]
fn grouped_findings_do_not_repeat_their_check() {
    let report: ComplianceReport = serde_json::from_value(examples::report()).unwrap();
    let finding = report.status.unwrap().controls[0].worst[0].clone();
    let findings: ComplianceFindings = serde_json::from_value(examples::findings()).unwrap();
    let mut group = findings.status.unwrap().checks.remove(0);
    group.findings.clear();

    group.push(finding.clone());
    let mut rerated = finding.clone();
    rerated.severity = crate::Severity::Low;
    group.push(rerated.clone());

    let written = serde_json::to_value(&group).unwrap();
    for repeated in ["check", "control", "kind", "severity"] {
        assert!(written["findings"][0][repeated].is_null(), "{repeated}");
    }
    assert_eq!(written["findings"][1]["severity"], "Low");
    assert_eq!(group.expand().collect::<Vec<_>>(), [finding, rerated]);
}

#[test]
fn names_are_built_as_designed() {
    assert_eq!(
        report_name("pci", "02-authorization"),
        "pci-02-authorization"
    );
    assert_eq!(findings_name("pci", 1), "pci");
    assert_eq!(findings_name("pci", 2), "pci.2");
}
