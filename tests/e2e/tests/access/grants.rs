//! Random roles and bindings, of everything that the API server takes.

use serde_json::{Value, json};

use crate::dice::Dice;

pub(crate) const NAMESPACES: [&str; 3] = ["access-a", "access-b", "access-c"];

pub(crate) const VERBS: [&str; 12] = [
    "get",
    "list",
    "watch",
    "create",
    "update",
    "patch",
    "delete",
    "deletecollection",
    "use",
    "impersonate",
    "escalate",
    "*",
];
pub(crate) const GROUPS: [&str; 6] = [
    "",
    "apps",
    "batch",
    "example.com",
    "rbac.authorization.k8s.io",
    "*",
];
pub(crate) const RESOURCES: [&str; 16] = [
    "pods",
    "pods/exec",
    "pods/log",
    "pods/*",
    "*/scale",
    "*/*",
    "*/exec",
    "secrets",
    "configmaps",
    "deployments",
    "deployments/scale",
    "nodes",
    "nodes/proxy",
    "namespaces",
    "serviceaccounts/token",
    "*",
];
pub(crate) const NAMES: [&str; 5] = ["one", "two", "three", "access-a", ""];
pub(crate) const PATHS: [&str; 9] = [
    "/metrics",
    "/metrics/*",
    "/debug/*",
    "/debug*",
    "/logs**",
    "/*/pprof",
    "*",
    "/healthz",
    "/api",
];

const GRADES: [&str; 3] = ["red", "green", "blue"];

/// A random cluster's worth of objects: roles first, then bindings.
pub(crate) fn objects(dice: &mut Dice) -> (Vec<Value>, Vec<Value>) {
    let mut roles = Vec::new();
    for number in 0..40 {
        let labels = if dice.chance(40) {
            json!({"access.example.com/grade": dice.one(&GRADES)})
        } else {
            json!({})
        };
        roles.push(json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
            "metadata": {"name": cluster_role(number), "labels": labels},
            "rules": rules(dice, true),
        }));
    }
    for grade in GRADES {
        roles.push(json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
            "metadata": {"name": aggregate(grade)},
            "aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"access.example.com/grade": grade}}]},
        }));
    }
    for namespace in NAMESPACES {
        for number in 0..8 {
            roles.push(json!({
                "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role",
                "metadata": {"name": format!("access-{number}"), "namespace": namespace},
                "rules": rules(dice, false),
            }));
        }
    }
    let mut bindings = Vec::new();
    for number in 0..45 {
        bindings.push(json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
            "metadata": {"name": cluster_role(number)},
            "roleRef": role_ref(dice, false),
            "subjects": subjects(dice),
        }));
    }
    for namespace in NAMESPACES {
        for number in 0..25 {
            bindings.push(json!({
                "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
                "metadata": {"name": format!("access-{number}"), "namespace": namespace},
                "roleRef": role_ref(dice, true),
                "subjects": subjects(dice),
            }));
        }
    }
    (roles, bindings)
}

/// Roles to wait for, and the label whose roles' rules they take over.
pub(crate) fn aggregates() -> impl Iterator<Item = (String, &'static str)> {
    GRADES.into_iter().map(|grade| (aggregate(grade), grade))
}

fn aggregate(grade: &str) -> String {
    format!("access-all-{grade}")
}

fn cluster_role(number: usize) -> String {
    format!("access-{number}")
}

/// Of a `ClusterRoleBinding`, a `ClusterRole`; some do not exist.
fn role_ref(dice: &mut Dice, namespaced: bool) -> Value {
    let (kind, name) = if namespaced && dice.chance(50) {
        ("Role", format!("access-{}", dice.below(10)))
    } else if dice.chance(15) {
        ("ClusterRole", aggregate(dice.one(&GRADES)))
    } else {
        ("ClusterRole", cluster_role(dice.below(44)))
    };
    json!({"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name})
}

fn subjects(dice: &mut Dice) -> Vec<Value> {
    let count = dice.below(3);
    (0..count).map(|_| subject(dice)).collect()
}

fn subject(dice: &mut Dice) -> Value {
    let of = |kind: &str, name: &str| json!({"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name});
    match dice.below(12) {
        0..4 => of("User", dice.one(&["jane", "joe", "ann", "ops"])),
        4 => of(
            "User",
            dice.one(&["system:anonymous", "system:serviceaccount:access-a:one"]),
        ),
        5..8 => of("Group", dice.one(&["ops", "dev", "jane"])),
        8 => of(
            "Group",
            dice.one(&[
                "system:serviceaccounts",
                "system:serviceaccounts:access-a",
                "system:serviceaccounts:access-b",
                "system:unauthenticated",
                "system:authenticated",
            ]),
        ),
        _ => {
            json!({"kind": "ServiceAccount", "name": dice.one(&["one", "two"]), "namespace": dice.one(&NAMESPACES)})
        }
    }
}

fn rules(dice: &mut Dice, cluster: bool) -> Vec<Value> {
    let count = 1 + dice.below(3);
    (0..count).map(|_| rule(dice, cluster)).collect()
}

fn rule(dice: &mut Dice, cluster: bool) -> Value {
    if cluster && dice.chance(25) {
        return json!({"verbs": dice.some(&["get", "post", "*"], 2), "nonResourceURLs": dice.some(&PATHS, 2)});
    }
    let names = if dice.chance(35) {
        dice.some(&NAMES, 2)
    } else {
        Vec::new()
    };
    json!({
        "verbs": dice.some(&VERBS, 4),
        "apiGroups": dice.some(&GROUPS, 2),
        "resources": dice.some(&RESOURCES, 3),
        "resourceNames": names,
    })
}
