//! `--profile`: what it changes, and how a wrong one is refused.

use crate::running::run;

#[test]
fn a_profile_changes_what_it_says() {
    let plain = run(&["scan", "flawed", "-o", "json"]);
    let with = run(&[
        "scan",
        "flawed",
        "--profile",
        "profiles/good.yaml",
        "-o",
        "json",
    ]);
    assert_eq!(with.json()["profile"], "payments");
    assert_eq!(plain.found("cluster-admin-binding"), ["-/ops"]);
    assert_eq!(
        with.found("cluster-admin-binding"),
        [""; 0],
        "ops is break-glass"
    );
    assert_eq!(with.check("privileged-container")["severity"], "Low");
    assert_eq!(
        with.check("credential-in-environment")["reason"],
        "DisabledByProfile"
    );
    assert_eq!(
        with.json()["scope"]["cde"]["namespaces"],
        serde_json::json!(["default"])
    );
    let findings = with.json()["findings"].clone();
    let web = findings
        .as_array()
        .unwrap()
        .iter()
        .find(|finding| finding["check"] == "privileged-container");
    assert_eq!(web.unwrap()["cde"], true);
}

#[test]
fn a_wrong_profile_is_refused_before_anything_is_judged() {
    for (file, said) in [
        (
            "misspelt.yaml",
            "profiles/misspelt.yaml: document 1, line 7, field spec.parameters.breakGlas: a ComplianceProfile has no such field; ",
        ),
        (
            "wrong-type.yaml",
            "profiles/wrong-type.yaml: document 1, line 8, field spec.checks[0].severity: unknown variant `Dreadful`, ",
        ),
        (
            "no-reason.yaml",
            "profiles/no-reason.yaml: document 1, line 9, field spec.checks[0].reason: it does not say why; ",
        ),
        (
            "no-such-check.yaml",
            "profiles/no-such-check.yaml: document 1, line 7, field spec.checks[0].id: no-such-check names no check of this version; ",
        ),
        (
            "same-check.yaml",
            "profiles/same-check.yaml: document 1, line 10, field spec.checks[1].id: host-pid stands above already; ",
        ),
        (
            "list.yaml",
            "profiles/list.yaml: document 1, line 5, field spec: it is a list; ",
        ),
    ] {
        let refused = run(&["scan", "flawed", "--profile", &format!("profiles/{file}")]);
        assert_eq!(refused.code, 2, "{file}");
        assert_eq!(refused.stdout, "", "{file}");
        assert!(
            refused.stderr.starts_with(&format!("error: {said}")),
            "{file}: {}",
            refused.stderr
        );
    }
}

#[test]
fn what_is_no_profile_is_refused() {
    let quota = run(&["scan", "flawed", "--profile", "clean/quota.yaml"]);
    assert_eq!(quota.code, 2);
    assert!(
        quota
            .stderr
            .contains("line 3, field kind: ResourceQuota is no ComplianceProfile"),
        "{}",
        quota.stderr
    );
    let many = run(&["scan", "flawed", "--profile", "flawed/rbac.yaml"]);
    assert_eq!(many.code, 2);
    assert!(
        many.stderr
            .contains("takes a file with one ComplianceProfile"),
        "{}",
        many.stderr
    );
    let missing = run(&["scan", "flawed", "--profile", "nowhere.yaml"]);
    assert_eq!(missing.code, 2);
    assert!(
        missing.stderr.contains("nowhere.yaml"),
        "{}",
        missing.stderr
    );
}
