//! `assay scan` on manifests in which something hides a workload from whoever reads them: it is judged, or told as unread.

use crate::running::{Run, run_on};

const PRIVILEGED: &str =
    "{containers: [{name: app, image: a, securityContext: {privileged: true}}]}";
const PLAIN: &str = "{containers: [{name: app, image: a}]}";

fn scan(manifests: &str) -> Run {
    run_on(manifests, &["scan", "-", "-o", "json"])
}

fn deployment(spec: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, namespace: shop, uid: u}}\nspec: {spec}\n"
    )
}

#[test]
fn a_patch_does_not_take_the_place_of_what_it_patches() {
    let whole = deployment(&format!("{{template: {{spec: {PRIVILEGED}}}}}"));
    let patch = deployment("{replicas: 3}");
    for manifests in [
        format!("{whole}---\n{patch}"),
        format!("{patch}---\n{whole}"),
    ] {
        let scan = scan(&manifests);
        assert_eq!(scan.code, 2);
        assert_eq!(scan.found("privileged-container"), ["shop/web"]);
        assert!(
            scan.stderr.contains(
                "field spec: it has no pod template (`template`, in a CronJob `jobTemplate`); "
            ),
            "{}",
            scan.stderr
        );
        assert!(
            scan.stderr.contains(": Deployment shop/web stands at -: "),
            "{}",
            scan.stderr
        );
        let unread = scan.json()["summary"]["unread"].clone();
        assert_eq!(unread.as_array().map(Vec::len), Some(1), "{unread}");
    }
}

#[test]
fn two_that_ask_for_the_same_are_copies_however_they_were_written() {
    let dump = |version: u8, replicas: u8| {
        let whole = deployment(&format!("{{template: {{spec: {PRIVILEGED}}}}}"));
        let whole = whole.replace("uid: u", &format!("uid: u, resourceVersion: '{version}'"));
        format!("{whole}status: {{readyReplicas: {replicas}}}\n")
    };
    let turned = format!(
        "spec: {{template: {{spec: {PRIVILEGED}}}}}\nmetadata: {{uid: u, namespace: shop, name: web}}\nkind: Deployment\napiVersion: apps/v1\n"
    );
    let scan = scan(&format!("{}---\n{}---\n{turned}", dump(1, 1), dump(2, 3)));
    assert_eq!(scan.code, 1, "{}", scan.stderr);
    assert_eq!(
        scan.stderr.matches("stands twice").count(),
        2,
        "{}",
        scan.stderr
    );
}

/// A role that a cluster has filled in holds what it holds, though others are shipped with more.
#[test]
fn what_a_cluster_filled_in_gathers_nothing_that_every_cluster_has() {
    let role = |uid: &str| {
        format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {{name: edit{uid}}}\n\
             aggregationRule: {{clusterRoleSelectors: [{{matchLabels: {{rbac.authorization.k8s.io/aggregate-to-edit: 'true'}}}}]}}\n\
             rules: [{{apiGroups: [''], resources: [pods], verbs: [list]}}]\n---\n\
             apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {{name: a, namespace: shop}}\n\
             roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}}\n\
             subjects: [{{kind: ServiceAccount, name: a, namespace: shop}}]\n"
        )
    };
    assert_eq!(scan(&role("")).found("secrets-read"), ["shop/a"]);
    assert_eq!(scan(&role(", uid: u")).found("secrets-read"), [""; 0]);
}

#[test]
fn a_template_in_the_wrong_place_is_no_workload_without_pods() {
    for (kind, spec, said) in [
        (
            "apps/v1, kind: DaemonSet",
            format!("spec: {{}}, template: {{spec: {PRIVILEGED}}}"),
            "field spec: it has no pod template",
        ),
        (
            "batch/v1, kind: CronJob",
            format!("spec: {{jobTemplate: {{template: {{spec: {PRIVILEGED}}}}}}}"),
            "field spec.jobTemplate: missing field `spec`",
        ),
        (
            "v1, kind: Pod",
            "spec: {container: [{name: app, image: a}]}".to_owned(),
            "field spec: missing field `containers`",
        ),
    ] {
        let scan = scan(&format!(
            "{{apiVersion: {kind}, metadata: {{name: web}}, {spec}}}\n"
        ));
        assert_eq!(scan.code, 2, "{kind}");
        assert!(scan.stderr.contains(said), "{kind}: {}", scan.stderr);
        assert_eq!(scan.check("privileged-container")["unknown"], 1, "{kind}");
    }
}

#[test]
fn only_a_cluster_tells_that_something_is_over() {
    let found = |kind: &str, uid: &str, spec: &str, status: &str| {
        let scan = scan(&format!(
            "{{apiVersion: {kind}, metadata: {{name: web{uid}}}, spec: {spec}, status: {status}}}\n"
        ));
        scan.found("privileged-container")
    };
    let job = format!("{{template: {{spec: {PRIVILEGED}}}}}");
    let complete = "{conditions: [{type: Complete, status: 'True'}]}";
    for (kind, spec, status) in [
        ("v1, kind: Pod", PRIVILEGED, "{phase: Succeeded}"),
        ("batch/v1, kind: Job", job.as_str(), complete),
    ] {
        assert_eq!(found(kind, "", spec, status), ["default/web"], "{kind}");
        assert_eq!(found(kind, ", uid: u", spec, status), [""; 0], "{kind}");
    }
}

fn replica_set(name: &str, replicas: u8, pods: &str) -> String {
    format!(
        "---\napiVersion: apps/v1\nkind: ReplicaSet\nmetadata:\n  name: {name}\n  namespace: shop\n  uid: u-{name}\n  \
         ownerReferences: [{{apiVersion: apps/v1, kind: Deployment, name: web, uid: u, controller: true}}]\n\
         spec: {{replicas: {replicas}, template: {{spec: {pods}}}}}\n"
    )
}

#[test]
fn a_replica_set_speaks_for_an_owner_that_is_elsewhere() {
    let bad = replica_set("web-1", 1, PRIVILEGED);
    let alone = scan(&bad);
    assert_eq!(alone.code, 1);
    assert_eq!(alone.found("privileged-container"), ["shop/web"]);
    let plain = deployment(&format!("{{template: {{spec: {PLAIN}}}}}"));
    let owned = scan(&format!("{plain}{bad}"));
    assert_eq!(owned.found("privileged-container"), [""; 0]);
}

#[test]
fn what_an_update_left_behind_does_not_speak_for_its_owner() {
    let left = replica_set("web-1", 0, PRIVILEGED);
    let present = replica_set("web-2", 2, PLAIN);
    let both = scan(&format!("{left}{present}"));
    assert_eq!(both.found("privileged-container"), [""; 0]);
    assert_eq!(both.check("privileged-container")["evaluated"], 1);
    let alone = scan(&left);
    assert_eq!(alone.found("privileged-container"), ["shop/web"]);
}

#[test]
fn what_kubectl_takes_for_a_list_is_unread() {
    let pod = format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec: {PRIVILEGED}\n");
    let scan = scan(&format!("{pod}items: []\n"));
    assert_eq!(scan.code, 2);
    assert!(
        scan.stderr.contains("field items: kubectl takes this Pod"),
        "{}",
        scan.stderr
    );
}

#[test]
fn a_volume_without_a_source_is_an_empty_dir() {
    let found = |source: &str| {
        let scan = scan(&format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  \
             containers: [{{name: app, image: a, volumeMounts: [{{name: v, mountPath: /v}}]}}]\n  \
             volumes: [{{name: v{source}}}]\n"
        ));
        scan.found("ephemeral-storage-limit-missing")
    };
    for source in ["", ", emptyDir: null", ", emptyDir: {}", ", secret: null"] {
        assert_eq!(found(source), ["default/web"], "{source}");
    }
    assert_eq!(found(", secret: {secretName: s}"), [""; 0]);
    assert_eq!(found(", emptyDir: {sizeLimit: 1Gi}"), [""; 0]);
}
