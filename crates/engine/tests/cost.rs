//! What a change costs: those whom it concerns are judged, and nobody else, however many there are.

#![allow(
    clippy::expect_used,
    clippy::needless_pass_by_value,
    reason = "a test fails by panicking"
)]

use assay_engine::{Engine, Profile};
use assay_inventory::{Changes, Delta, Inventory, Kind, ObjectKey, Relation, SubjectKind, decode};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

const NAMESPACES: usize = 100;
/// In each namespace: a `ServiceAccount` with a binding of its own, and a Deployment that uses it.
const EACH: usize = 100;

struct World {
    inventory: Inventory,
    engine: Engine,
    now: DateTime<Utc>,
}

impl World {
    /// 10,000 `ServiceAccounts`, their bindings and their Deployments, all of them judged.
    fn new() -> Self {
        let now = "2026-11-20T12:00:00Z".parse().expect("a time");
        let mut world = Self {
            inventory: Inventory::new(now),
            engine: Engine::new(Profile::default()),
            now,
        };
        let mut changes = Changes::default();
        let mut deltas = vec![upsert(Kind::ClusterRole, "", "reader", reader("get"))];
        for namespace in (0..NAMESPACES).map(|number| format!("team-{number}")) {
            deltas.push(upsert(Kind::Namespace, "", &namespace, json!({})));
            deltas.push(upsert(Kind::Role, &namespace, "reader", reader("get")));
            for name in (0..EACH).map(|number| format!("app-{number}")) {
                let subject =
                    json!({"kind": "ServiceAccount", "name": name, "namespace": namespace});
                deltas.push(upsert(Kind::ServiceAccount, &namespace, &name, json!({})));
                deltas.push(upsert(
                    Kind::RoleBinding,
                    &namespace,
                    &name,
                    binding(subject),
                ));
                deltas.push(upsert(
                    Kind::Deployment,
                    &namespace,
                    &name,
                    deployment(&name),
                ));
            }
        }
        deltas.extend(Kind::ALL.map(Delta::Listed));
        for delta in deltas {
            world.inventory.apply(delta, &mut changes);
        }
        world.engine.mark_all(&world.inventory);
        world.engine.mark(&changes);
        world.settle();
        world
    }

    fn settle(&mut self) {
        while self.engine.settle(&self.inventory, self.now, usize::MAX) {}
    }

    /// How many are judged because of this.
    fn cost(&mut self, delta: Delta) -> u64 {
        let before = self.engine.judged();
        self.apply(delta);
        self.engine.judged() - before
    }

    /// How many judgements of checks that takes.
    fn judgements(&mut self, delta: Delta) -> u64 {
        let before = self.engine.judgements();
        self.apply(delta);
        self.engine.judgements() - before
    }

    fn apply(&mut self, delta: Delta) {
        let mut changes = Changes::default();
        self.inventory.apply(delta, &mut changes);
        self.engine.mark(&changes);
        self.settle();
    }
}

fn upsert(kind: Kind, namespace: &str, name: &str, mut object: Value) -> Delta {
    let meta = json!({"name": name, "namespace": namespace});
    object
        .as_object_mut()
        .expect("an object")
        .insert("metadata".to_owned(), meta);
    Delta::Upsert {
        kind,
        key: ObjectKey::new(namespace, name),
        object: decode(kind, &object.to_string(), &[]).map(Box::new),
    }
}

fn reader(verb: &str) -> Value {
    json!({"rules": [{"apiGroups": [""], "resources": ["configmaps"], "verbs": [verb]}]})
}

fn binding(subject: Value) -> Value {
    let role = json!({"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"});
    json!({"roleRef": role, "subjects": [subject]})
}

fn deployment(account: &str) -> Value {
    let spec =
        json!({"serviceAccountName": account, "containers": [{"name": "app", "image": "app"}]});
    json!({"spec": {"template": {"spec": spec}}})
}

fn group(name: &str) -> Value {
    json!({"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": name})
}

#[test]
fn a_change_costs_those_whom_it_concerns() {
    // Made once: there is much of it.
    let mut world = World::new();
    binding_costs_those_whom_it_names(&mut world);
    role_costs_those_who_hold_it(&mut world);
    what_stands_beside_costs_who_reads_it(&mut world);
    what_concerns_nobody_costs_nothing(&mut world);
}

fn binding_costs_those_whom_it_names(world: &mut World) {
    let user = json!({"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "jane"});
    // The binding, the account that has lost it, and its workload.
    let lost = upsert(Kind::RoleBinding, "team-7", "app-7", binding(user.clone()));
    assert_eq!(world.cost(lost), 3);
    let same = upsert(Kind::RoleBinding, "team-7", "app-7", binding(user.clone()));
    assert_eq!(world.cost(same), 0);
    let account = json!({"kind": "ServiceAccount", "name": "app-8", "namespace": "team-8"});
    let gained = upsert(Kind::RoleBinding, "team-7", "app-7", binding(account));
    assert_eq!(world.cost(gained), 3);
    // Nobody's workload is jane's.
    let new = upsert(Kind::RoleBinding, "team-9", "new", binding(user));
    assert_eq!(world.cost(new), 1);
    let each = u64::try_from(EACH).expect("a small number");
    let everybody = group("system:serviceaccounts:team-9");
    let all = upsert(Kind::RoleBinding, "team-9", "new", binding(everybody));
    assert_eq!(world.cost(all), 2 * each + 1);
}

fn what_concerns_nobody_costs_nothing(world: &mut World) {
    // As leaders are elected: every two seconds.
    for holder in ["a", "b"] {
        let data = json!({"data": {"holder": holder}});
        let election = upsert(Kind::ConfigMap, "team-5", "leader", data);
        assert_eq!(world.cost(election), 0);
    }
    // No pod there has a strong token, or is known to ask for no login.
    let spec = json!({"spec": {"type": "LoadBalancer", "selector": {"app": "app-5"}}});
    let service = upsert(Kind::Service, "team-5", "app-5", spec);
    assert_eq!(world.cost(service), 0);
}

fn what_stands_beside_costs_who_reads_it(world: &mut World) {
    let checks = |kind: SubjectKind, reads: &[Relation]| {
        let all = assay_checks::all().iter();
        let of_kind = all.filter(|check| check.rule.judge.subject_kind() == kind);
        let concerned = of_kind.filter(|check| {
            let mut read = check.rule.reads.iter();
            reads.is_empty() || read.any(|relation| reads.contains(relation))
        });
        concerned.count() as u64
    };
    let user = json!({"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "jane"});
    // The binding by all of its checks, the account that has lost it and its workload by those that read grants.
    let lost = upsert(Kind::RoleBinding, "team-30", "app-30", binding(user));
    let by_grants = [Relation::Grants, Relation::Role];
    let [account, workload] = [SubjectKind::ServiceAccount, SubjectKind::Workload].map(|kind| {
        let concerned = checks(kind, &by_grants);
        assert!(concerned > 0 && concerned < checks(kind, &[]), "{kind:?}");
        concerned
    });
    assert_eq!(
        world.judgements(lost),
        checks(SubjectKind::Binding, &[]) + account + workload
    );
    // A ServiceAccount by all of its own, its binding and its workload by those that read accounts.
    let quiet = json!({"automountServiceAccountToken": false});
    let changed = upsert(Kind::ServiceAccount, "team-31", "app-31", quiet);
    let by_account = [Relation::ServiceAccount];
    assert_eq!(
        world.judgements(changed),
        checks(SubjectKind::ServiceAccount, &[])
            + checks(SubjectKind::Binding, &by_account)
            + checks(SubjectKind::Workload, &by_account)
    );
}

fn role_costs_those_who_hold_it(world: &mut World) {
    let each = u64::try_from(EACH).expect("a small number");
    // The role, and in its namespace each binding, each account and each workload.
    let role = upsert(Kind::Role, "team-20", "reader", reader("list"));
    assert_eq!(world.cost(role), 3 * each + 1);
    let unbound = upsert(Kind::ClusterRole, "", "reader", reader("list"));
    assert_eq!(world.cost(unbound), 1);
}
