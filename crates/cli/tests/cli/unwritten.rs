//! `assay scan` on manifests that leave something to what stands elsewhere: what nobody showed is not concluded from.

use crate::running::run_on;

const BINDING: &str = "---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: readers}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: ops}]
";

fn role(kind: &str) -> String {
    format!(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: {kind}\nmetadata: {{name: reader}}\n\
         rules: [{{apiGroups: [\"*\"], resources: [\"*\"], verbs: [\"*\"]}}]\n"
    )
}

fn deployment(account: &str) -> String {
    format!(
        "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, namespace: shop}}\n\
         spec: {{template: {{spec: {{serviceAccountName: {account}, containers: [{{name: app, image: a}}]}}}}}}\n"
    )
}

const ACCOUNT: &str =
    "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web, namespace: shop}\n";

#[test]
fn a_role_without_a_namespace_is_no_cluster_role() {
    let unknown = |kind: &str| {
        let text = format!("{}{BINDING}", role(kind));
        let scan = run_on(&text, &["scan", "-", "-o", "json"]);
        scan.check("cluster-admin-binding")["unknown"].clone()
    };
    assert_eq!(unknown("ClusterRole"), 0);
    assert_eq!(
        unknown("Role"),
        1,
        "the ClusterRole of that name stands nowhere"
    );
}

#[test]
fn a_role_without_a_namespace_is_in_that_of_its_binding() {
    let local = BINDING.replace("ClusterRole", "Role");
    let text = format!("{}{local}", role("Role"));
    let scan = run_on(&text, &["scan", "-", "-o", "json"]);
    assert_eq!(scan.check("cluster-admin-binding")["unknown"], 0);
    assert_eq!(scan.found("dangling-binding"), [""; 0]);
    let other = text.replace("{name: readers}", "{name: readers, namespace: shop}");
    let scan = run_on(&other, &["scan", "-", "-o", "json"]);
    assert_eq!(scan.check("cluster-admin-binding")["unknown"], 1);
}

#[test]
fn an_account_that_stands_nowhere_may_switch_its_token_off() {
    let scan = run_on(&deployment("web"), &["scan", "-", "-o", "json"]);
    let check = scan.check("token-without-use");
    assert_eq!(
        (&check["failed"], &check["unknown"], &check["reason"]),
        (&0.into(), &1.into(), &"Unparseable".into())
    );
    let causes = scan.json()["summary"]["unknown"].to_string();
    let said = "ServiceAccount shop/web cannot be read: automountServiceAccountToken: in none of the manifests";
    assert!(causes.contains(said), "{causes}");
    assert_eq!(scan.stderr, "", "a file that is not at hand is no trouble");
}

#[test]
fn an_account_that_stands_somewhere_is_taken_at_its_word() {
    let whole = format!("{ACCOUNT}{}", deployment("web"));
    let scan = run_on(&whole, &["scan", "-", "-o", "json"]);
    assert_eq!(scan.found("token-without-use"), ["shop/web"]);
    let off = format!(
        "{ACCOUNT}automountServiceAccountToken: false\n{}",
        deployment("web")
    );
    let scan = run_on(&off, &["scan", "-", "-o", "json"]);
    assert_eq!(scan.check("token-without-use")["status"], "Pass");
}

#[test]
fn the_default_account_is_there_without_being_written() {
    let scan = run_on(&deployment("default"), &["scan", "-", "-o", "json"]);
    assert_eq!(scan.found("token-without-use"), ["shop/web"]);
}

#[test]
fn a_binding_to_an_account_that_stands_nowhere_is_not_called_dangling() {
    let binding = BINDING.replace(
        "[{apiGroup: rbac.authorization.k8s.io, kind: Group, name: ops}]",
        "[{kind: ServiceAccount, name: web, namespace: shop}]",
    );
    let text = format!("{}{binding}", role("ClusterRole"));
    let scan = run_on(&text, &["scan", "-", "-o", "json"]);
    assert_eq!(scan.found("dangling-binding"), [""; 0]);
    assert_eq!(scan.check("dangling-binding")["unknown"], 1);
    let text = format!("{ACCOUNT}---\n{text}");
    let scan = run_on(&text, &["scan", "-", "-o", "json"]);
    assert_eq!(scan.check("dangling-binding")["unknown"], 0);
}
