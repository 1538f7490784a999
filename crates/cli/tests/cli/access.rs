//! `assay access` on manifests: who, where, by which binding, and what is said when something is missing.

use std::fs;
use std::path::{Path, PathBuf};

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

/// Keeps a review of these manifests in a file of that name.
fn kept(manifests: &str, name: &str) -> PathBuf {
    let review = run_on(manifests, &["access", "review", "-f", "-", "-o", "json"]);
    assert_eq!(review.code, 0, "{review:?}");
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&file, review.stdout).unwrap();
    file
}

fn diff(file: &Path, manifests: &str, more: &[&str]) -> Run {
    let mut args = vec!["access", "diff", file.to_str().unwrap(), "-f", "-"];
    args.extend(more);
    run_on(manifests, &args)
}

#[test]
fn a_review_is_kept_and_compared_by_identity_and_rule() {
    let file = kept(RBAC, "compared.json");
    let same = diff(&file, RBAC, &[]);
    assert_eq!(same.code, 0, "{same:?}");
    assert!(
        same.stdout.starts_with("Nothing has changed.\n"),
        "{same:?}"
    );
    let later = RBAC
        .replace("verbs: [get, list]", "verbs: [get, delete]")
        .replace("name: jane", "name: joe");
    let told = diff(&file, &later, &["-o", "json"]);
    assert_eq!(told.code, 1, "{told:?}");
    let told = told.json();
    let changes = told["changes"].as_array().unwrap();
    let of = |subject: &str| {
        let mut all = changes.iter();
        all.find(|change| change["subject"] == subject).unwrap()
    };
    let rule =
        |verb: &str| json!({"apiGroups": [""], "resources": ["pods", "pods/log"], "verbs": [verb]});
    assert_eq!(
        *of("Group ops"),
        json!({"subject": "Group ops", "change": "changed", "added": [rule("delete")], "removed": [rule("list")]})
    );
    assert_eq!(of("User jane")["change"], "removed");
    assert_eq!(of("User joe")["change"], "added");
    assert_eq!(of("User joe")["added"][0]["namespace"], "shop");
    assert_eq!(changes.len(), 4, "{told}");
    assert_ne!(told["reviewed"], told["hash"]);
    let table = diff(&file, &later, &[]).stdout;
    assert!(table.contains("may now"), "{table}");
    assert!(table.contains("no longer"), "{table}");
}

#[test]
fn a_review_that_is_not_whole_is_none() {
    let (_, binding) = RBAC.split_once("---\n").unwrap_or_default();
    for manifests in [binding, "kind: ["] {
        let review = run_on(manifests, &["access", "review", "-f", "-", "-o", "json"]);
        assert_eq!((review.code, review.stdout.as_str()), (2, ""), "{review:?}");
    }
    let file = kept(RBAC, "not-whole.json");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replacen("pods/log", "pods/exec", 1)).unwrap();
    let changed = diff(&file, RBAC, &[]);
    assert_eq!(changed.code, 2);
    assert!(
        changed.stderr.contains("changed after it was written"),
        "{changed:?}"
    );
    fs::write(&file, "{}").unwrap();
    let foreign = diff(&file, RBAC, &[]);
    assert_eq!(foreign.code, 2);
    assert!(
        foreign.stderr.contains("assay access review -o json"),
        "{foreign:?}"
    );
}
