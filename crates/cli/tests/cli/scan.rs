//! `assay scan` on manifests: what it finds, what it says of what it cannot read, and how it ends.

use crate::running::{run, run_on};

#[test]
fn exit_codes_follow_the_findings() {
    assert_eq!(run(&["scan", "clean"]).code, 0);
    assert_eq!(run(&["scan", "flawed"]).code, 1);
    assert_eq!(run(&["scan", "flawed", "--fail-on", "never"]).code, 0);
    let rbac = "flawed/rbac.yaml";
    assert_eq!(run(&["scan", rbac, "--fail-on", "high"]).code, 1);
    assert_eq!(
        run(&["scan", rbac, "--fail-on", "critical"]).code,
        0,
        "the finding is High"
    );
    assert_eq!(run(&["scan", "broken", "--fail-on", "never"]).code, 2);
    assert_eq!(run(&["scan"]).code, 2);
    assert_eq!(run(&["scan", "flawed", "--fail-on", "sometimes"]).code, 2);
}

#[test]
fn directories_files_and_lists_are_read() {
    let all = run(&["scan", "flawed", "-o", "json"]);
    assert_eq!(all.found("cluster-admin-binding"), ["-/ops"]);
    assert_eq!(all.found("privileged-container"), ["default/web"]);
    let one = run(&["scan", "-f", "flawed/nested/web.json", "-o", "json"]);
    assert_eq!(one.found("cluster-admin-binding"), [""; 0]);
    assert_eq!(one.found("privileged-container"), ["default/web"]);
    let both = run(&[
        "scan",
        "-f",
        "flawed/nested/web.json",
        "flawed/rbac.yaml",
        "-o",
        "json",
    ]);
    assert_eq!(both.json()["findings"], all.json()["findings"]);
}

#[test]
fn standard_input_is_read() {
    let manifest = std::fs::read_to_string("tests/fixtures/flawed/nested/web.json").unwrap();
    let piped = run_on(&manifest, &["scan", "-", "-o", "json"]);
    assert_eq!(piped.found("privileged-container"), ["default/web"]);
    assert_eq!(piped.code, 1);
    let table = run_on(&manifest, &["scan", "-f", "-"]);
    assert!(table.stdout.contains("(-:6)"), "{}", table.stdout);
    let empty = run_on("", &["scan", "-"]);
    assert_eq!(empty.code, 2);
    assert!(empty.stderr.contains("standard input"), "{}", empty.stderr);
}

#[test]
fn a_namespace_is_filled_in() {
    let named = run(&["scan", "flawed", "-n", "shop", "-o", "json"]);
    assert_eq!(named.found("privileged-container"), ["shop/web"]);
    assert_eq!(named.found("cluster-admin-binding"), ["-/ops"]);
}

#[test]
fn what_is_not_judged_is_counted() {
    let table = run(&["scan", "flawed"]).stdout;
    assert!(
        table.contains(
            "1 IngressClass, 1 Endpoints, 2 PersistentVolumeClaim: no check reads these kinds"
        ),
        "{table}"
    );
    let json = run(&["scan", "flawed", "-o", "json"]).json();
    let not_judged = json["summary"]["notJudged"].as_array().unwrap();
    let claims =
        serde_json::json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "count": 2});
    assert!(not_judged.contains(&claims), "{not_judged:?}");
}

#[test]
fn a_wrong_type_names_file_document_line_and_field() {
    let broken = run(&["scan", "broken", "-o", "json"]);
    assert_eq!(broken.code, 2);
    let lines: Vec<&str> = broken.stderr.lines().collect();
    assert_eq!(
        lines[0],
        "error: broken/mixed.yaml: document 2, line 27, field spec.template.spec.containers[1].securityContext.privileged: \
         invalid type: string \"yes\", expected a boolean; \
         compare it with `kubectl explain deployment.spec.template.spec.containers.securityContext.privileged`"
    );
    assert!(
        lines[1].starts_with(
            "error: broken/mixed.yaml: document 3, line 31, field metadata.name: is missing"
        ),
        "{}",
        lines[1]
    );
    assert_eq!(lines.len(), 2);
}

#[test]
fn a_list_in_an_objects_place_is_no_empty_object() {
    let pod =
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p, annotations: {note: '{\"spec\":[1]}'}}\n";
    let listed = run_on(&format!("{pod}spec: []\n"), &["scan", "-"]);
    assert_eq!(listed.code, 2);
    assert!(
        listed
            .stderr
            .contains("line 4, field spec: invalid type: sequence, expected an object"),
        "{}",
        listed.stderr
    );
    let whole = run_on(&format!("{pod}spec: {{containers: []}}\n"), &["scan", "-"]);
    assert_ne!(whole.code, 2, "{}", whole.stderr);
}

#[test]
fn what_can_be_read_is_judged_and_the_rest_is_unknown() {
    let broken = run(&["scan", "broken", "-o", "json"]);
    assert_eq!(broken.found("privileged-container"), ["default/good"]);
    let check = broken.check("privileged-container");
    assert_eq!(
        (&check["failed"], &check["unknown"]),
        (&1.into(), &2.into()),
        "{check}"
    );
    assert_eq!(check["reason"], "Unparseable");
    let causes = broken.json()["summary"]["unknown"].to_string();
    assert!(
        causes.contains("Deployment default/odd cannot be read"),
        "{causes}"
    );
    assert!(causes.contains("metadata.name: is missing"), "{causes}");
}

#[test]
fn a_torn_document_lets_nothing_pass() {
    let torn = run(&["scan", "torn/torn.yaml", "-o", "json"]);
    assert_eq!(torn.code, 2);
    let lines: Vec<&str> = torn.stderr.lines().collect();
    assert!(
        lines[0].starts_with("error: torn/torn.yaml: document 2, line "),
        "{lines:?}"
    );
    assert!(
        lines[1].starts_with("error: torn/torn.yaml: document 3, line "),
        "{lines:?}"
    );
    assert_eq!(
        torn.json()["summary"]["unread"].as_array().unwrap().len(),
        2
    );
    assert_eq!(torn.json()["summary"]["controls"]["met"], 0);
    assert_eq!(torn.check("privileged-container")["status"], "Unknown");
    let table = run(&["scan", "torn/torn.yaml"]).stdout;
    assert!(table.contains("NOT READ"), "{table}");
    assert!(table.trim_end().ends_with("Not read: 2."), "{table}");
}

#[test]
fn an_item_of_a_list_is_named() {
    let list = run(&["scan", "torn/list.yaml"]);
    assert_eq!(list.code, 2);
    assert!(
        list.stderr.starts_with(
            "error: torn/list.yaml: document 1, item 2, line 7, field spec.hostNetwork: "
        ),
        "{}",
        list.stderr
    );
}

#[test]
fn nothing_to_read_is_trouble() {
    let empty = run(&["scan", "empty"]);
    assert_eq!(empty.code, 2);
    assert!(
        empty.stderr.contains("error: empty: no Kubernetes object"),
        "{}",
        empty.stderr
    );
    let missing = run(&["scan", "nowhere", "clean", "-o", "json"]);
    assert_eq!(missing.code, 2);
    assert!(
        missing.stderr.contains("error: nowhere: "),
        "{}",
        missing.stderr
    );
    assert_eq!(missing.json()["summary"]["unread"][0]["place"], "nowhere");
}

#[test]
fn of_two_with_one_name_the_later_counts_and_the_other_is_unread() {
    let twice = run(&["scan", "twice", "-o", "json"]);
    assert_eq!(twice.code, 2);
    assert_eq!(twice.found("privileged-container"), [""; 0]);
    assert_eq!(twice.check("privileged-container")["status"], "Unknown");
    assert_eq!(
        twice.stderr,
        "error: twice/a.yaml: document 1, line 1: Pod default/web stands at twice/b.yaml: document 1, line 2 too, with other content, \
         and only that is judged; leave one of them out, or build the kustomization that they are parts of: \
         `kubectl kustomize DIR | assay scan -f -`\n"
    );
    let unread = &twice.json()["summary"]["unread"];
    assert_eq!(unread[0]["place"], "twice/a.yaml: document 1, line 1");
    let other = run(&["scan", "twice/b.yaml", "twice/a.yaml", "-o", "json"]);
    assert_eq!(other.code, 2);
    assert_eq!(other.found("privileged-container"), ["default/web"]);
}

#[test]
fn a_copy_is_no_trouble() {
    let twice = run(&["scan", "twice/a.yaml", "./twice/a.yaml", "-o", "json"]);
    assert_eq!(twice.code, 1);
    assert_eq!(twice.found("privileged-container"), ["default/web"]);
    assert_eq!(
        twice.stderr,
        "warning: Pod default/web stands twice: twice/a.yaml: document 1, line 1 gives way to ./twice/a.yaml: document 1, line 1; leave one of them out\n"
    );
}

#[test]
fn objects_without_a_name_of_their_own_are_told_apart() {
    let odd = run(&["scan", "odd/jobs.yaml", "-o", "json"]);
    assert_eq!(
        odd.found("privileged-container"),
        ["default/load-*", "default/load-*2"]
    );
    assert_eq!(odd.stderr, "");
}

#[test]
fn a_namespace_on_a_cluster_scoped_object_means_nothing() {
    let odd = run(&["scan", "odd/jobs.yaml", "-o", "json"]);
    assert_eq!(odd.found("cluster-admin-binding"), ["-/ops"]);
    assert!(
        odd.stdout.contains("ClusterRoleBinding ops: "),
        "{}",
        odd.stdout
    );
}

#[test]
fn a_pod_whose_owner_is_elsewhere_is_judged_however_young_it_is() {
    let young = chrono::Utc::now() + chrono::TimeDelta::days(1);
    let pod = format!(
        r#"{{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"web-1","namespace":"shop","creationTimestamp":"{}",
        "ownerReferences":[{{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web","uid":"u","controller":true}}]}},
        "spec":{{"containers":[{{"name":"app","image":"a","securityContext":{{"privileged":true}}}}]}}}}"#,
        young.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
    );
    let piped = run_on(&pod, &["scan", "-", "-o", "json"]);
    assert_eq!(piped.found("privileged-container"), ["shop/web"]);
}

#[test]
fn manifests_do_not_speak_to_the_terminal() {
    let odd = run(&["scan", "odd/terminal.yaml"]);
    assert_eq!(odd.code, 2);
    for text in [&odd.stdout, &odd.stderr] {
        assert!(!text.contains('\u{1b}'), "{text}");
        assert!(text.contains("\\u{1b}[2J"), "{text}");
    }
}

#[test]
fn the_end_of_time_is_no_trouble() {
    let pod = r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","creationTimestamp":"+262142-12-31T23:59:59Z",
        "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web","uid":"u","controller":true}]},
        "spec":{"containers":[{"name":"app","image":"a","securityContext":{"privileged":true}}]}}"#;
    let piped = run_on(pod, &["scan", "-", "-o", "json"]);
    assert_eq!(piped.found("privileged-container"), ["default/web"]);
}

#[test]
fn roles_are_those_of_the_manifests_and_those_every_cluster_has() {
    let roles = run(&["scan", "roles", "-o", "json"]);
    assert_eq!(roles.found("cluster-admin-binding"), ["shop/owners"]);
    assert_eq!(roles.found("admin-edit-cluster-wide"), ["-/editors"]);
}

#[test]
fn a_role_that_is_elsewhere_may_grant_anything() {
    let roles = run(&["scan", "roles", "-o", "json"]);
    let check = roles.check("cluster-admin-binding");
    assert_eq!(
        (&check["unknown"], &check["reason"]),
        (&1.into(), &"Unparseable".into())
    );
    let causes = roles.json()["summary"]["unknown"].to_string();
    let said = "ClusterRole somewhere-else cannot be read: rules: in none of the manifests";
    assert!(causes.contains(said), "{causes}");
    assert_eq!(roles.found("dangling-binding"), [""; 0]);
    assert_eq!(roles.code, 1, "a file that is not at hand is no trouble");
}

#[test]
fn what_assay_installs_passes_its_own_checks() {
    let deploy = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy");
    let mut files: Vec<String> = std::fs::read_dir(deploy)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
        .map(|path| path.to_str().unwrap().to_owned())
        .collect();
    files.sort();
    let args: Vec<&str> = ["scan", "--all"]
        .into_iter()
        .chain(files.iter().map(String::as_str))
        .collect();
    let scan = run(&args);
    assert_eq!(scan.code, 0, "{}\n{}", scan.stdout, scan.stderr);
}
