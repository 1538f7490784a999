//! Effective access over whole inventories: which binding reaches whom, where, and what is said when something is not seen.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "helpers of tests, which clippy does not take for tests"
)]

use assay_inventory::access::{Identity, On, Reach, Request};
use assay_inventory::view::Text;
use assay_inventory::{Changes, Delta, Inventory, Kind, ObjectKey, Reason, decode};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

fn now() -> DateTime<Utc> {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

struct World(Inventory);

impl World {
    /// Nothing, and all of it seen.
    fn new() -> Self {
        let mut world = Self(Inventory::new(now()));
        for kind in Kind::ALL {
            world.apply(Delta::Listed(kind));
        }
        world
    }

    fn apply(&mut self, delta: Delta) {
        self.0.apply(delta, &mut Changes::default());
    }

    fn put(&mut self, kind: Kind, namespace: &str, name: &str, mut object: Value) {
        object["metadata"] = json!({"name": name, "namespace": namespace});
        let object = decode(kind, &object.to_string(), &[]).map(Box::new);
        let key = ObjectKey::new(namespace, name);
        self.apply(Delta::Upsert { kind, key, object });
    }

    fn role(&mut self, namespace: &str, name: &str, rules: Value) {
        let kind = if namespace.is_empty() {
            Kind::ClusterRole
        } else {
            Kind::Role
        };
        self.put(kind, namespace, name, json!({"rules": rules}));
    }

    fn bind(&mut self, namespace: &str, name: &str, role: (&str, &str), subject: (&str, &str)) {
        let kind = if namespace.is_empty() {
            Kind::ClusterRoleBinding
        } else {
            Kind::RoleBinding
        };
        let (subject_kind, subject) = subject;
        let (home, subject) = subject.split_once('/').unwrap_or(("", subject));
        let mut subject = json!({"kind": subject_kind, "name": subject});
        if !home.is_empty() {
            subject["namespace"] = home.into();
        }
        let (role_kind, role) = role;
        let binding = json!({"roleRef": {"kind": role_kind, "name": role}, "subjects": [subject]});
        self.put(kind, namespace, name, binding);
    }

    fn may(&self, identity: &Identity, request: Request<'_>) -> bool {
        let answer = self.0.access_of(identity, now());
        assert!(answer.is_complete());
        answer.access.iter().any(|access| access.allows(&request))
    }

    fn who(&self, request: Request<'_>) -> Vec<String> {
        let answer = self.0.who_can(&request, now());
        let held = answer.access.iter();
        held.map(|access| access.holder.to_string()).collect()
    }
}

fn get_pods(reach: Reach<'_>) -> Request<'_> {
    let on = On::Resource {
        group: "",
        resource: "pods",
        reach,
        name: "",
    };
    Request { verb: "get", on }
}

fn user(name: &str) -> Identity {
    Identity::User(name.into())
}

fn account(namespace: &str, name: &str) -> Identity {
    Identity::ServiceAccount(ObjectKey::new(namespace, name))
}

fn group(name: &str) -> Identity {
    Identity::Group(Text::from(name))
}

fn readers() -> Value {
    json!([{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}])
}

#[test]
fn a_role_binding_reaches_its_namespace_alone_whatever_role_it_refers_to() {
    let mut world = World::new();
    world.role("", "reader", readers());
    world.role("shop", "reader", readers());
    world.bind("shop", "one", ("ClusterRole", "reader"), ("User", "jane"));
    world.bind("shop", "two", ("Role", "reader"), ("User", "joe"));
    world.bind("", "all", ("ClusterRole", "reader"), ("User", "ann"));
    for name in ["jane", "joe"] {
        assert!(world.may(&user(name), get_pods(Reach::Namespace("shop"))));
        assert!(world.may(&user(name), get_pods(Reach::Anywhere)));
        assert!(!world.may(&user(name), get_pods(Reach::Namespace("other"))));
        assert!(!world.may(&user(name), get_pods(Reach::Cluster)));
    }
    assert!(world.may(&user("ann"), get_pods(Reach::Cluster)));
    assert!(world.may(&user("ann"), get_pods(Reach::Namespace("other"))));
    assert_eq!(
        world.who(get_pods(Reach::Cluster)),
        ["Group system:masters", "User ann"]
    );
    assert_eq!(
        world.who(get_pods(Reach::Namespace("shop"))),
        ["Group system:masters", "User ann", "User jane", "User joe"]
    );
}

#[test]
fn paths_are_granted_by_cluster_role_bindings_alone() {
    let mut world = World::new();
    let metrics = json!([{"nonResourceURLs": ["/metrics"], "verbs": ["get"]}]);
    world.role("", "metrics", metrics);
    world.bind("shop", "one", ("ClusterRole", "metrics"), ("User", "jane"));
    world.bind("", "all", ("ClusterRole", "metrics"), ("User", "ann"));
    let request = Request {
        verb: "get",
        on: On::Path("/metrics"),
    };
    assert!(!world.may(&user("jane"), request));
    assert!(world.may(&user("ann"), request));
}

#[test]
fn a_service_account_is_a_user_and_a_member_of_groups_and_the_other_way_round() {
    for subject in [
        ("ServiceAccount", "shop/web"),
        ("User", "system:serviceaccount:shop:web"),
        ("Group", "system:serviceaccounts"),
        ("Group", "system:serviceaccounts:shop"),
        ("Group", "system:authenticated"),
    ] {
        let mut world = World::new();
        world.role("", "reader", readers());
        world.bind("", "all", ("ClusterRole", "reader"), subject);
        let request = get_pods(Reach::Cluster);
        assert!(world.may(&account("shop", "web"), request), "{subject:?}");
        let by_name = user("system:serviceaccount:shop:web");
        assert!(world.may(&by_name, request), "{subject:?}");
        let everybody = subject.1 == "system:authenticated";
        assert_eq!(world.may(&user("jane"), request), everybody, "{subject:?}");
        assert_eq!(world.may(&group("ops"), request), everybody, "{subject:?}");
        let others = everybody || subject.1 == "system:serviceaccounts";
        assert_eq!(
            world.may(&account("x", "web"), request),
            others,
            "{subject:?}"
        );
        assert!(
            !world.may(&user("system:anonymous"), request),
            "{subject:?}"
        );
    }
}

#[test]
fn strangers_are_unauthenticated_and_nothing_else() {
    let mut world = World::new();
    world.role("", "reader", readers());
    let unauthenticated = ("Group", "system:unauthenticated");
    world.bind("", "all", ("ClusterRole", "reader"), unauthenticated);
    let request = get_pods(Reach::Cluster);
    assert!(world.may(&user("system:anonymous"), request));
    assert!(!world.may(&user("jane"), request));
    assert!(!world.may(&account("shop", "web"), request));
}

#[test]
fn masters_need_no_binding() {
    let world = World::new();
    assert!(world.may(&group("system:masters"), get_pods(Reach::Cluster)));
    assert!(!world.may(&user("system:masters"), get_pods(Reach::Cluster)));
}

#[test]
fn a_role_that_does_not_exist_grants_nothing_until_it_does() {
    let mut world = World::new();
    world.bind("", "all", ("ClusterRole", "reader"), ("User", "ann"));
    assert!(!world.may(&user("ann"), get_pods(Reach::Cluster)));
    world.role("", "reader", readers());
    assert!(world.may(&user("ann"), get_pods(Reach::Cluster)));
}

#[test]
fn what_cannot_be_seen_is_said() {
    let mut world = World::new();
    world.bind("", "all", ("ClusterRole", "odd"), ("User", "ann"));
    world.put(Kind::ClusterRole, "", "odd", json!({"rules": 7}));
    let reasons = |identity: &Identity, world: &World| -> Vec<Reason> {
        let missing = world.0.access_of(identity, now()).missing;
        missing.into_iter().map(|blind| blind.reason).collect()
    };
    assert_eq!(reasons(&user("ann"), &world), [Reason::Unparseable]);
    assert_eq!(reasons(&user("joe"), &world), []);
    // A binding that cannot be read may name anyone.
    world.put(Kind::RoleBinding, "shop", "odd", json!({"roleRef": 7}));
    assert_eq!(reasons(&user("joe"), &world), [Reason::Unparseable]);
    world.apply(Delta::Lost {
        kind: Kind::Role,
        reason: Reason::Forbidden,
        at: now(),
        message: "forbidden".into(),
    });
    world.0.advance(
        now() + chrono::TimeDelta::minutes(1),
        &mut Changes::default(),
    );
    let later = now() + chrono::TimeDelta::minutes(1);
    let answer = world.0.who_can(&get_pods(Reach::Cluster), later);
    let reasons: Vec<Reason> = answer.missing.iter().map(|blind| blind.reason).collect();
    assert_eq!(
        reasons,
        [Reason::Forbidden, Reason::Unparseable, Reason::Unparseable]
    );
}
