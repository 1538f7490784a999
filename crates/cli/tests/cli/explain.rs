//! `assay explain`, `assay checks`, and what both names of the command say of themselves.

use std::process::Command;

use crate::running::run;

#[test]
fn a_check_is_explained() {
    let text = run(&["explain", "cluster-admin-binding"]);
    assert_eq!(text.code, 0);
    assert!(
        text.stdout
            .starts_with("# Every right is granted\n\n`cluster-admin-binding` version "),
        "{}",
        text.stdout
    );
    for part in [
        "## Why it matters",
        "## How to fix",
        "## Limits",
        "```yaml,fail",
        "of control 2.1 (Least privilege",
    ] {
        assert!(text.stdout.contains(part), "{part}: {}", text.stdout);
    }
}

#[test]
fn a_control_is_explained() {
    let text = run(&["explain", "2.2"]);
    assert_eq!(text.code, 0);
    for part in [
        "# 2.2 No hard-coded superuser group in use",
        "- `masters-certificate-request` (Requirement, Critical)",
        "- `superuser-credentials`: ",
        "- PCI DSS v4.0.1: ",
    ] {
        assert!(text.stdout.contains(part), "{part}: {}", text.stdout);
    }
}

#[test]
fn every_check_and_control_can_be_explained() {
    for check in assay_checks::all() {
        assert_eq!(
            run(&["explain", check.meta.id]).code,
            0,
            "{}",
            check.meta.id
        );
    }
    for (_, control) in assay_catalog::controls() {
        assert_eq!(
            run(&["explain", &control.id.to_string()]).code,
            0,
            "{}",
            control.id
        );
    }
}

#[test]
fn an_unknown_id_gets_suggestions() {
    let wrong = run(&["explain", "cluster-admin-bindng"]);
    assert_eq!((wrong.code, wrong.stdout.as_str()), (2, ""));
    assert!(
        wrong.stderr.contains("did you mean cluster-admin-binding"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn checks_are_listed() {
    let table = run(&["checks"]);
    assert_eq!(table.code, 0);
    assert_eq!(table.stdout.lines().count(), assay_checks::all().len() + 1);
    let list = run(&["checks", "-o", "json"]).json();
    let first = &list[0];
    for key in ["id", "control", "kind", "severity", "title", "version"] {
        assert!(!first[key].is_null(), "{key}: {first}");
    }
}

#[test]
fn the_version_names_the_check_set() {
    let version = run(&["--version"]);
    assert_eq!(version.code, 0);
    let expected = format!(
        "assay {} (check set {})\n",
        env!("CARGO_PKG_VERSION"),
        assay_checks::check_set()
    );
    assert_eq!(version.stdout, expected);
}

#[test]
fn the_plugin_calls_itself_as_kubectl_does() {
    let help = Command::new(env!("CARGO_BIN_EXE_kubectl-assay"))
        .args(["scan", "--help"])
        .output()
        .unwrap();
    let text = String::from_utf8(help.stdout).unwrap();
    assert!(text.contains("Usage: kubectl assay scan "), "{text}");
    let help = run(&["scan", "--help"]).stdout;
    assert!(help.contains("Usage: assay scan "), "{help}");
}
