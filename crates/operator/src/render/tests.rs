//! Rendering, on clusters made for it.

use assay_api::{ComplianceProfile, ComplianceProfileSpec, ComplianceReport};
use assay_inventory::{Changes, Delta, Inventory, Kind, ObjectKey, Reason, decode};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{findings_objects, profile_status, report};
use crate::assessment::Assessment;
use crate::publish::Desired;

mod sight;

struct World {
    inventory: Inventory,
    assessment: Assessment,
    now: DateTime<Utc>,
}

impl World {
    /// Everything is seen, and the first pass is over.
    fn new(profile: Value) -> Self {
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        let mut inventory = Inventory::new(now);
        let mut changes = Changes::default();
        for kind in Kind::ALL {
            inventory.apply(Delta::Listed(kind), &mut changes);
        }
        let mut assessment = Assessment::new(&with(profile), &inventory);
        while assessment.settle(&inventory, now, usize::MAX) {}
        assessment.confirm();
        assessment.touch_all(&inventory);
        Self {
            inventory,
            assessment,
            now,
        }
    }

    fn apply(&mut self, objects: &[Value]) {
        let upserts = objects.iter().map(|object| {
            let text = |at: &str| {
                object
                    .pointer(at)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
            };
            let kind = Kind::named(text("/apiVersion"), text("/kind")).unwrap();
            Delta::Upsert {
                kind,
                key: ObjectKey::new(text("/metadata/namespace"), text("/metadata/name")),
                object: decode(kind, &object.to_string(), assay_checks::extractors()).map(Box::new),
            }
        });
        self.tell(upserts);
    }

    /// State and message of a collector, as the status shows them.
    fn collector(&mut self, name: &str) -> (Value, Value) {
        let status = self.rendered();
        let mut lines = status["collectors"].as_array().unwrap().iter();
        let line = lines.find(|line| line["name"] == name).unwrap();
        (line["state"].clone(), line["message"].clone())
    }

    fn tell(&mut self, deltas: impl IntoIterator<Item = Delta>) {
        let mut changes = Changes::default();
        for delta in deltas {
            self.inventory.apply(delta, &mut changes);
        }
        self.judge(&changes);
    }

    fn pass(&mut self, seconds: i64) {
        self.now += chrono::TimeDelta::seconds(seconds);
        let mut changes = Changes::default();
        self.inventory.advance(self.now, &mut changes);
        self.judge(&changes);
    }

    fn judge(&mut self, changes: &Changes) {
        self.assessment.mark(changes);
        while self
            .assessment
            .settle(&self.inventory, self.now, usize::MAX)
        {}
    }

    /// The verdict on a section, as the profile's status has it. The rendering itself asserts that nothing is outdated.
    fn rendered(&mut self) -> Value {
        self.assessment.take_touched();
        let sections = self.assessment.sections(&self.inventory);
        let status = profile_status(
            &mut self.assessment,
            &sections,
            &self.inventory,
            self.now,
            self.now,
        );
        serde_json::to_value(status).unwrap()
    }

    fn report(&mut self, number: u8) -> ComplianceReport {
        self.assessment.take_touched();
        let sections = self.assessment.sections(&self.inventory);
        let state = &sections[usize::from(number) - 1];
        report(&mut self.assessment, &self.inventory, state, self.now)
    }
}

fn with(spec: Value) -> ComplianceProfile {
    let spec: ComplianceProfileSpec = serde_json::from_value(spec).unwrap();
    let mut profile = ComplianceProfile::new("pci", spec);
    profile.metadata.uid = Some("6a2f41a3-c54c-fce8-32d2-0324e1c32e22".to_owned());
    profile
}

fn namespace(name: &str, labels: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}})
}

fn privileged(namespace: &str, name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "uid": name},
        "spec": {"containers": [{"name": "c", "image": "registry.example/c:1",
            "securityContext": {"privileged": true}}]}})
}

#[test]
fn a_report_keeps_within_its_bound_however_much_is_found() {
    let mut world = World::new(json!({}));
    let pods: Vec<Value> = (0..600)
        .map(|number| privileged("shop", &format!("{}-{number}", "long".repeat(50))))
        .collect();
    world.apply(&[namespace("shop", &json!({}))]);
    world.apply(&pods);
    let report = world.report(3);
    let status = report.status.as_ref().unwrap();
    let truncated = status.truncated;
    assert!(truncated > Some(600), "most is left out: {truncated:?}");
    for control in &status.controls {
        let fails = control.checks.iter().any(|check| check.failed > 0);
        assert_eq!(!control.worst.is_empty(), fails, "{}", control.id);
    }
    let desired = Desired::new(&report).unwrap();
    // As it is sent once it is there: without what creates it.
    let sent = desired.size - desired.frame_size;
    assert!(
        sent <= 128 * 1024,
        "{sent} bytes are more than a report may have"
    );
    assert!(sent > 120 * 1024, "and the room is used: {sent}");
}

#[test]
fn sections_are_counted_anew_whatever_changes_them() {
    let mut world = World::new(json!({}));
    let find = |status: &Value| status.pointer("/sections/2/findings/critical").cloned();
    let cde = |status: &Value| status.pointer("/sections/2/findings/cde").cloned();
    assert_eq!(find(&world.rendered()), Some(json!(0)));
    world.apply(&[namespace("shop", &json!({})), privileged("shop", "first")]);
    let one = find(&world.rendered());
    assert_ne!(one, Some(json!(0)));

    // The profile declares a cardholder data environment, which no object shows.
    let scope =
        json!({"scope": {"cde": {"namespaces": {"selector": {"matchLabels": {"pci": "cde"}}}}}});
    assert!(world.assessment.update(&with(scope), &world.inventory));
    world.assessment.touch_all(&world.inventory);
    world.apply(&[]);
    assert_eq!(cde(&world.rendered()), Some(json!(0)));
    world.apply(&[namespace("shop", &json!({"pci": "cde"}))]);
    assert_ne!(cde(&world.rendered()), Some(json!(0)));

    // A kind goes out of sight; that is waited out, and nothing else happens.
    let before = world.assessment.sections(&world.inventory);
    let mut changes = Changes::default();
    let lost = Delta::Lost {
        kind: Kind::Pod,
        reason: Reason::Forbidden,
        at: world.now,
        message: "forbidden".into(),
    };
    world.inventory.apply(lost, &mut changes);
    world.assessment.mark(&changes);
    world.apply(&[]);
    world.rendered();
    assert!(world.assessment.sections(&world.inventory) == before);
    world.now += chrono::TimeDelta::minutes(1);
    let mut changes = Changes::default();
    world.inventory.advance(world.now, &mut changes);
    world.assessment.mark(&changes);
    world.apply(&[]);
    world.rendered();
    assert!(world.assessment.sections(&world.inventory) != before);
}

#[test]
fn the_worst_comes_first() {
    let mut world = World::new(json!({"scope": {"cde": {"namespaces": {"names": ["vault"]}}}}));
    world.apply(&[
        namespace("shop", &json!({})),
        namespace("vault", &json!({})),
    ]);
    world.apply(&[privileged("shop", "a"), privileged("vault", "z")]);
    let report = world.report(3);
    for control in &report.status.as_ref().unwrap().controls {
        let keys: Vec<_> = control
            .worst
            .iter()
            .map(|finding| {
                let severity = ["Critical", "High", "Medium", "Low"]
                    .iter()
                    .position(|name| format!("{:?}", finding.severity) == **name);
                (
                    format!("{:?}", finding.kind) == "Advisory",
                    !finding.body.cde,
                    severity,
                )
            })
            .collect();
        assert!(keys.is_sorted(), "{keys:?}");
    }
    let worst = &report.status.as_ref().unwrap().controls[0].worst;
    assert_eq!(worst[0].body.resource.namespace.as_deref(), Some("vault"));
    let view = super::View {
        assessment: &world.assessment,
        inventory: &world.inventory,
        now: world.now,
    };
    let objects = findings_objects(view, &"shop".into(), "assay-system", &[]);
    assert_eq!(objects.len(), 1);
}

#[test]
fn the_profile_tells_how_statements_stand() {
    let mut world = World::new(json!({}));
    assert!(world.rendered()["statements"].is_null());
    let statement = |name: &str, part: &str| {
        json!({
            "apiVersion": "compliance.assay.dev/v1alpha1", "kind": "ComplianceStatement", "metadata": {"name": name},
            "spec": {
                "control": "2.3", "part": part,
                "statedAt": "2026-11-20T11:00:00Z", "validUntil": "2026-11-21T11:00:00Z",
            },
        })
    };
    world.apply(&[
        statement("good", "rights-outside-the-cluster"),
        statement("bad", &"x".repeat(5000)),
    ]);
    assert!(world.assessment.is_touched());
    let status = world.rendered();
    assert_eq!(status["statements"][0]["state"], "Inert");
    assert!(status["statements"][0]["part"].as_str().unwrap().len() < 600);
    let active = json!({
        "name": "good", "control": "2.3", "part": "rights-outside-the-cluster", "state": "Active",
    });
    assert_eq!(status["statements"][1], active);

    let many: Vec<Value> = (0..200)
        .map(|number| statement(&format!("{number}"), "x"))
        .collect();
    world.apply(&many);
    let status = world.rendered();
    assert_eq!(status["statements"].as_array().unwrap().len(), 100);
}

#[test]
fn the_profile_shows_what_is_granted_within_bounds() {
    let role = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "r"},
        "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}],
    });
    let bound = |users: usize| {
        let users: Vec<Value> = (0..users)
            .map(|user| json!({"kind": "User", "name": format!("user-{user:050}")}))
            .collect();
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "b"},
            "roleRef": {"kind": "ClusterRole", "name": "r"}, "subjects": users,
        })
    };
    let mut world = World::new(json!({}));
    world.apply(&[role, bound(100)]);
    assert!(world.assessment.is_touched(), "the hash is another");
    let few = world.rendered()["entitlements"].clone();
    assert_eq!(few["identities"].as_array().unwrap().len(), 100);
    assert!(few.to_string().len() < 24 * 1024);

    world.apply(&[bound(1000)]);
    let many = world.rendered()["entitlements"].clone();
    assert_ne!(many["hash"], few["hash"]);
    assert!(many["identities"].is_null(), "they would be too long");

    let mut changes = Changes::default();
    let lost = Delta::Lost {
        kind: Kind::RoleBinding,
        reason: Reason::Forbidden,
        at: world.now - chrono::TimeDelta::minutes(1),
        message: "no".into(),
    };
    world.inventory.apply(lost, &mut changes);
    assert!(world.rendered()["entitlements"].is_null());
}
