//! `assay access` on manifests: who, where, by which binding, and what is said when something is missing.

use serde_json::json;

use crate::running::{Run, run, run_on};

const RBAC: &str = r#"
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
rules:
- {apiGroups: [""], resources: [pods, pods/log], verbs: [get, list]}
- {nonResourceURLs: [/metrics], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: everywhere}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}
subjects:
- {apiGroup: rbac.authorization.k8s.io, kind: Group, name: ops}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: here, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}
subjects:
- {apiGroup: rbac.authorization.k8s.io, kind: User, name: jane}
- {kind: ServiceAccount, name: web, namespace: shop}
"#;

fn ask(question: &[&str]) -> Run {
    let mut args = vec!["access"];
    args.extend(question);
    args.extend(["-f", "-"]);
    run_on(RBAC, &args)
}

#[test]
fn who_can_names_the_binding_and_the_role() {
    let everywhere = "\
SUBJECT                  WHERE       BINDING                        ROLE
Group system:masters     everywhere  the API server itself          -
Group ops                everywhere  ClusterRoleBinding everywhere  ClusterRole reader
User jane                shop        RoleBinding shop/here          ClusterRole reader
ServiceAccount shop/web  shop        RoleBinding shop/here          ClusterRole reader
";
    let got = ask(&["who-can", "get", "pods"]);
    assert_eq!((got.code, got.stdout.as_str()), (0, everywhere), "{got:?}");
    assert_eq!(
        ask(&["who-can", "GET", "pods/log", "-n", "shop"]).stdout,
        everywhere
    );
    assert_eq!(
        ask(&["who-can", "get", "po", "--subresource", "log"]).stdout,
        everywhere
    );
    let elsewhere = ask(&["who-can", "list", "pods", "-n", "other"]).stdout;
    assert!(
        elsewhere.contains("Group ops") && !elsewhere.contains("jane"),
        "{elsewhere}"
    );
    let exec = ask(&["who-can", "create", "pods/exec"]).stdout;
    assert!(!exec.contains("reader"), "{exec}");
}

#[test]
fn paths_are_not_granted_by_role_bindings() {
    let who = ask(&["who-can", "get", "/metrics", "-o", "json"]).json();
    assert_eq!(who["question"], json!({"verb": "get", "path": "/metrics"}));
    assert_eq!(who["complete"], true);
    let subjects: Vec<&str> = who["holders"]
        .as_array()
        .unwrap()
        .iter()
        .map(|holder| holder["subject"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(subjects, ["system:masters", "ops"]);
}

#[test]
fn access_of_somebody_is_told_rule_by_rule() {
    let jane = ask(&["of", "user:jane", "-o", "json"]).json();
    assert_eq!(
        jane["grants"],
        json!([{
            "via": {"kind": "User", "namespace": null, "name": "jane"},
            "scope": "shop",
            "binding": {"kind": "RoleBinding", "namespace": "shop", "name": "here"},
            "role": {"kind": "ClusterRole", "namespace": null, "name": "reader"},
            "rules": [{"verbs": ["get", "list"], "apiGroups": [""], "resources": ["pods", "pods/log"]}],
        }])
    );
    let ops = ask(&["of", "group:ops"]).stdout;
    assert!(ops.contains("/metrics"), "{ops}");
    let account = ask(&["of", "sa:shop/web"]);
    let by_name = ask(&["of", "user:system:serviceaccount:shop:web"]);
    assert_eq!(account.stdout, by_name.stdout);
    let nobody = ask(&["of", "user:joe"]);
    assert_eq!(
        (nobody.code, nobody.stdout.as_str()),
        (0, "No binding reaches it.\n")
    );
}

#[test]
fn what_cannot_be_read_makes_the_answer_incomplete() {
    let (binding, _) = RBAC.split_once("---\n").unwrap_or_default();
    let without_role = RBAC.replace(binding, "");
    let args = ["access", "who-can", "get", "pods", "-f", "-", "-o", "json"];
    let got = run_on(&without_role, &args);
    assert_eq!(got.code, 2);
    assert!(
        got.stderr.contains("ClusterRole reader cannot be read"),
        "{got:?}"
    );
    let told = got.json();
    assert_eq!(told["complete"], false);
    assert_eq!(told["missing"][0]["reason"], "Unparseable");
    // Of somebody whom no such binding names, nothing is missing.
    let joe = ["access", "of", "user:joe", "-f", "-"];
    assert_eq!(run_on(&without_role, &joe).code, 0);
    let broken = run_on(&format!("{RBAC}---\nkind: [\n"), &args);
    assert_eq!(broken.code, 2);
    assert_eq!(broken.json()["complete"], false);
}

#[test]
fn questions_that_make_no_sense_are_refused() {
    for (question, hint) in [
        (vec!["who-can", "get", "secret"], "did you mean secrets?"),
        (
            vec!["who-can", "create", "pods", "--name", "a"],
            "leave --name out",
        ),
        (vec!["who-can", "get", "/metrics", "-n", "shop"], "leave -n"),
        (
            vec!["who-can", "get", "pods/log", "--subresource", "log"],
            "leave --subresource out",
        ),
        (vec!["of", "jane"], "user:NAME"),
    ] {
        let got = ask(&question);
        assert_eq!(got.code, 2, "{question:?}");
        assert!(got.stderr.contains(hint), "{question:?}: {}", got.stderr);
    }
    assert_eq!(run(&["access"]).code, 2);
}
