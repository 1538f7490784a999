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

const POD: &str = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: till, namespace: cde}\n\
                   spec: {containers: [{name: app, image: a}]}\n";

#[test]
fn a_namespace_that_stands_nowhere_is_unknown() {
    let scan = run_on(POD, &["scan", "-", "-o", "json"]);
    let check = scan.check("default-deny-ingress");
    assert_eq!(
        (&check["failed"], &check["unknown"], &check["reason"]),
        (&0.into(), &1.into(), &"Unparseable".into())
    );
    let causes = scan.json()["summary"]["unknown"].to_string();
    let said = "Namespace cde cannot be read: metadata.labels: in none of the manifests; scan the file that holds the namespace as well";
    assert!(causes.contains(said), "{causes}");
    assert_eq!(scan.stderr, "", "a file that is not at hand is no trouble");
    let text = format!("apiVersion: v1\nkind: Namespace\nmetadata: {{name: cde}}\n{POD}");
    let scan = run_on(&text, &["scan", "-", "-o", "json"]);
    let check = scan.check("default-deny-ingress");
    assert_eq!(
        (&check["failed"], &check["unknown"]),
        (&1.into(), &0.into())
    );
}

const GATHERING: &str = "---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {example.com/to-reader: 'true'}}]}
rules: []
";

fn gathered(label: &str, rule: &str) -> String {
    format!(
        "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {{name: part, labels: {{{label}: 'true'}}}}\n\
         rules: [{rule}]\n"
    )
}

#[test]
fn a_role_grants_what_it_gathers() {
    let part = gathered(
        "example.com/to-reader",
        "{apiGroups: ['*'], resources: ['*'], verbs: ['*']}",
    );
    let whole = format!("{GATHERING}{part}{BINDING}");
    let scan = run_on(&whole, &["scan", "-", "-o", "json"]);
    assert_eq!(scan.found("cluster-admin-binding"), ["-/readers"]);
    let who = run_on(&whole, &["access", "who-can", "get", "secrets", "-f", "-"]);
    assert_eq!(who.code, 0, "{who:?}");
    assert!(who.stdout.contains("Group ops"), "{who:?}");
    // Of a role that gathers nothing here, nobody knows what it gathers there.
    let scan = run_on(
        &format!("{GATHERING}{BINDING}"),
        &["scan", "-", "-o", "json"],
    );
    assert_eq!(scan.found("cluster-admin-binding"), [""; 0]);
    assert_eq!(scan.check("cluster-admin-binding")["unknown"], 1);
    let causes = scan.json()["summary"]["unknown"].to_string();
    let said = "ClusterRole reader cannot be read: rules: in none of the manifests; scan the file that holds the ClusterRoles that it selects as well";
    assert!(causes.contains(said), "{causes}");
}

#[test]
fn a_role_that_every_cluster_has_is_widened_by_a_label() {
    let binding = BINDING
        .replace("kind: ClusterRoleBinding", "kind: RoleBinding")
        .replace("name: reader}", "name: edit}");
    let part = gathered(
        "rbac.authorization.k8s.io/aggregate-to-edit",
        "{apiGroups: [rbac.authorization.k8s.io], resources: [rolebindings], verbs: [create]}",
    );
    let found = |text: &str| run_on(text, &["scan", "-", "-o", "json"]).found("escalate-bind");
    assert_eq!(found(&binding), [""; 0]);
    assert_eq!(found(&format!("{part}{binding}")), ["default/readers"]);
    let unlike = part.replace("'true'", "'false'");
    assert_eq!(found(&format!("{unlike}{binding}")), [""; 0]);
}
