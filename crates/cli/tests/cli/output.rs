//! The output: the published JSON, the table, and what happens when nobody reads it.

use std::io::Write;

use crate::running::{command, run, run_on};
use serde_json::Value;

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

#[test]
fn json_has_the_keys_of_the_contract() {
    let scan = run(&["scan", "flawed", "broken", "-o", "json"]).json();
    // serde_json sorts keys.
    assert_eq!(
        keys(&scan),
        [
            "assay", "cluster", "controls", "findings", "profile", "scope", "summary", "time",
            "version"
        ]
    );
    assert_eq!(keys(&scan["assay"]), ["checkSet", "version"]);
    assert_eq!(
        scan["cluster"],
        serde_json::json!({"id": null, "version": null})
    );
    assert_eq!(scan["version"], 1);
    assert_eq!(scan["profile"], "pci");
    let time = scan["time"].as_str().unwrap();
    assert_eq!(
        (time.len(), &time[10..11], &time[19..]),
        (20, "T", "Z"),
        "{time}"
    );
    let controls = scan["controls"].as_array().unwrap();
    assert_eq!(controls.len(), 42);
    for control in controls {
        assert_eq!(
            keys(control),
            ["basis", "checks", "id", "section", "title", "verdict"]
        );
        for check in control["checks"].as_array().unwrap() {
            assert_eq!(
                keys(check),
                [
                    "evaluated",
                    "excepted",
                    "failed",
                    "id",
                    "kind",
                    "reason",
                    "severity",
                    "status",
                    "unknown",
                    "version"
                ]
            );
        }
    }
    for finding in scan["findings"].as_array().unwrap() {
        assert_eq!(
            keys(finding),
            [
                "cde",
                "check",
                "control",
                "details",
                "exception",
                "kind",
                "message",
                "origin",
                "remediation",
                "resource",
                "severity",
                "since"
            ]
        );
        assert_eq!(
            keys(&finding["resource"]),
            ["apiVersion", "kind", "name", "namespace"]
        );
        assert_eq!(
            (&finding["since"], &finding["exception"]),
            (&Value::Null, &Value::Null)
        );
    }
}

#[test]
fn no_cluster_was_asked() {
    let scan = run(&["scan", "clean", "-o", "json"]).json();
    let causes = scan["summary"]["unknown"].as_array().unwrap();
    let cause = causes
        .iter()
        .find(|cause| cause["reason"] == "Unreachable")
        .unwrap();
    assert_eq!(cause["message"], "no cluster was asked");
    assert!(
        cause["controls"]
            .as_array()
            .unwrap()
            .contains(&"1.1".into())
    );
}

#[test]
fn yaml_begins_like_json() {
    let yaml = run(&["scan", "clean", "-o", "yaml"]).stdout;
    assert!(yaml.starts_with("version: 1\ntime: \""), "{yaml}");
    assert!(
        yaml.contains("\ncluster:\n  id: null\n  version: null\nprofile: pci\n"),
        "{yaml}"
    );
}

#[test]
fn the_table_has_every_section_and_sums_up() {
    let table = run(&["scan", "flawed"]).stdout;
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].starts_with("SECTION "), "{table}");
    assert!(lines[2].starts_with(" 2 Authorization "), "{table}");
    assert!(lines[16].starts_with("16 Segmentation "), "{table}");
    assert!(
        table.contains("cluster-admin-binding: Every right is granted"),
        "{table}"
    );
    assert!(table.contains("(flawed/rbac.yaml:1)"), "{table}");
    let last = lines.last().unwrap();
    assert!(
        last.starts_with("NotMet: 42 controls: ") && last.contains(" unknown, "),
        "{last}"
    );
    assert!(!table.contains('\u{1b}'), "colours are for terminals");
}

#[test]
fn findings_beyond_the_first_ten_are_counted_and_can_be_had() {
    let pod = |number: u8| {
        format!(
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{number:02}}}\n\
             spec: {{containers: [{{name: a, image: a, securityContext: {{privileged: true}}}}]}}\n"
        )
    };
    let pods = (0..13).map(pod).collect::<Vec<_>>().concat();
    let short = run_on(&pods, &["scan", "-"]).stdout;
    assert!(short.contains("and 3 more (--all shows them)"), "{short}");
    let long = run_on(&pods, &["scan", "-", "--all"]).stdout;
    assert!(long.contains("Pod default/p12: "), "{long}");
}

#[test]
fn a_reader_that_has_gone_is_no_trouble() {
    let mut child = command(&["scan", "-", "-o", "json"]).spawn().unwrap();
    drop(child.stdout.take());
    drop(child.stderr.take());
    let manifest = std::fs::read("tests/fixtures/flawed/rbac.yaml").unwrap();
    child.stdin.take().unwrap().write_all(&manifest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
}
