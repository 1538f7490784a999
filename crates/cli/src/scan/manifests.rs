//! From manifests to an inventory: every object that can be read is in it, and whatever is not is said.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use assay_checks::platform::stock_roles;
use assay_inventory::view::{LabelSelector, Object, Role, Text};
use assay_inventory::{
    Blind, Changes, DecodeError, Delta, EvidenceKey, EvidenceKind, Inventory, Kind, ObjectKey,
    Reason, decode,
};
use assay_report::{Cluster, NotJudged, Unread};
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::aggregation::Aggregation;
use super::elsewhere::{Referred, unwritten};
use super::identity::{Head, runs_pods};
use super::links::Links;
use super::world::World;
use crate::manifest::{self, Input, Manifest, Origin, Outcome, Rejection};
use crate::output::complain;

/// Reads all inputs, complaining about what cannot be read.
pub(crate) fn read(inputs: &[Input], namespace: &str, now: DateTime<Utc>) -> World {
    let mut reading = Reading {
        namespace,
        inventory: Inventory::new(now),
        stands: BTreeMap::new(),
        generated: BTreeMap::new(),
        referred: Referred::default(),
        gathering: BTreeMap::new(),
        links: Links::default(),
        not_judged: BTreeMap::new(),
        unread: Vec::new(),
        trouble: false,
    };
    manifest::read(inputs, &mut |outcome| match outcome {
        Outcome::Object(manifest) => reading.object(&manifest),
        Outcome::Rejected(rejection) => reading.reject(&rejection),
    });
    reading.finish()
}

const ONE_OF_TWO: &str = "leave one of them out, or build the kustomization that they are parts of: `kubectl kustomize DIR | assay scan -f -`";

/// Where an object stands, and what is there.
struct Stand {
    origin: Origin,
    /// A print of what it asks for, by which a copy is known again.
    print: u64,
    is_readable: bool,
}

struct Reading<'a> {
    namespace: &'a str,
    inventory: Inventory,
    stands: BTreeMap<(Kind, ObjectKey), Stand>,
    /// How many objects wait for a name made from the same prefix.
    generated: BTreeMap<(Kind, ObjectKey), usize>,
    referred: Referred,
    /// `ClusterRoles` that gather the rules of others, and of which.
    gathering: BTreeMap<Text, Vec<LabelSelector>>,
    links: Links,
    not_judged: BTreeMap<(String, String), u64>,
    unread: Vec<Unread>,
    trouble: bool,
}

impl Reading<'_> {
    fn object(&mut self, manifest: &Manifest) {
        let head = match Head::read(&manifest.json) {
            Ok(head) => head,
            Err(error) => {
                let remedy = "write it as the API has it";
                return self.reject(&manifest.reject("", error.to_string(), remedy));
            }
        };
        let Some(kind) = Kind::named(&head.api_version, &head.kind) else {
            let key = (head.api_version.into_owned(), head.kind.into_owned());
            *self.not_judged.entry(key).or_default() += 1;
            return;
        };
        let mut identified = head.identify(kind, &manifest.json, self.namespace);
        if identified.generated {
            self.tell_apart(kind, &mut identified.key);
        }
        let json = &*identified.json;
        let mut object = decode(kind, json, assay_checks::extractors()).map(Box::new);
        let mut gathers = Vec::new();
        if kind == Kind::ClusterRole {
            object = object.and_then(|object| {
                gathers = Role::aggregation(json)?;
                Ok(object)
            });
        }
        if identified.key.name.is_empty() {
            // It is judged all the same: as something that cannot be told.
            identified.key.name = format!("(no name, {})", manifest.origin).into();
            object = object.and_then(|_| {
                Err(DecodeError {
                    field: "metadata.name".to_owned(),
                    reason: "is missing".to_owned(),
                })
            });
        }
        if let Err(error) = &object {
            self.trouble = true;
            let rejection = manifest.reject(&error.field, &*error.reason, remedy(kind, error));
            complain(&format!("error: {rejection}"));
        }
        let stand = Stand {
            origin: manifest.origin.clone(),
            print: print_of(json),
            is_readable: object.is_ok(),
        };
        let key = identified.key;
        if !self.takes_its_place(kind, &key, stand) {
            return;
        }
        if let Ok(object) = &object {
            self.referred.note(object);
            match kind {
                Kind::ClusterRole => {
                    self.gathering.insert(key.name.clone(), gathers);
                }
                Kind::ReplicaSet => self.links.note(&key, object, json),
                _ => {}
            }
        }
        self.apply(Delta::Upsert { kind, key, object });
    }

    /// Notes where an object stands; whether it is judged. Of two of the same name only one can be: the one that can be read,
    /// or else the later. What the other says is not judged, and must not look as if it were, unless it says the same.
    fn takes_its_place(&mut self, kind: Kind, key: &ObjectKey, new: Stand) -> bool {
        let id = (kind, key.clone());
        let Some(old) = self.stands.remove(&id) else {
            self.stands.insert(id, new);
            return true;
        };
        let takes = new.is_readable || !old.is_readable;
        let (left, right) = if takes { (old, new) } else { (new, old) };
        if left.print == right.print {
            complain(&format!(
                "warning: {kind} {key} stands twice: {} gives way to {}; leave one of them out",
                left.origin, right.origin
            ));
        } else {
            self.reject(&Rejection {
                origin: left.origin,
                field: None,
                reason: format!(
                    "{kind} {key} stands at {} too, with other content, and only that is judged",
                    right.origin
                ),
                remedy: ONE_OF_TWO.to_owned(),
            });
        }
        self.stands.insert(id, right);
        takes
    }

    /// Objects with the same `generateName` are different objects.
    fn tell_apart(&mut self, kind: Kind, key: &mut ObjectKey) {
        let count = self.generated.entry((kind, key.clone())).or_default();
        *count += 1;
        if *count > 1 {
            key.name = format!("{}{count}", key.name).into();
        }
    }

    fn reject(&mut self, rejection: &Rejection) {
        self.trouble = true;
        complain(&format!("error: {rejection}"));
        let field = rejection.field.as_ref();
        let field = field.map_or_else(String::new, |field| format!("{field}: "));
        self.unread.push(Unread {
            place: rejection.origin.to_string(),
            message: format!("{field}{}; {}", rejection.reason, rejection.remedy),
        });
    }

    fn apply(&mut self, delta: Delta) {
        // Everything is judged once at the end, so nobody asks what changed on the way.
        self.inventory.apply(delta, &mut Changes::default());
    }

    /// Puts in something that is there, or will be, and of which nothing is known.
    fn put_unwritten(&mut self, kind: Kind, key: ObjectKey, error: DecodeError) {
        let object = Err(error);
        self.apply(Delta::Upsert { kind, key, object });
    }

    /// Fills in the roles that bindings refer to and no manifest holds. Those that every cluster has are known without one.
    /// The others may grant anything, so they are there as something that cannot be read; else their bindings would pass.
    fn add_granted_roles(&mut self, aggregated: &BTreeMap<Text, Role>) {
        let stock: BTreeMap<ObjectKey, &Role> = stock_roles().collect();
        for key in std::mem::take(&mut self.referred.roles) {
            let kind = if key.namespace.is_empty() {
                Kind::ClusterRole
            } else {
                Kind::Role
            };
            if self.stands.contains_key(&(kind, key.clone())) {
                continue;
            }
            let aggregated = aggregated
                .get(&key.name)
                .filter(|_| kind == Kind::ClusterRole);
            if let Some(role) = aggregated.or(stock.get(&key).copied()) {
                let object = Ok(Box::new(Object::Role(role.clone())));
                self.apply(Delta::Upsert { kind, key, object });
            } else {
                let remedy = "scan the file that holds them as well";
                self.put_unwritten(kind, key, unwritten("rules", remedy));
            }
        }
    }

    /// Gives the roles that gather the rules of others those rules, as a controller of the cluster would. One that finds none
    /// is there as something that cannot be read, since it would seem to grant nothing.
    fn aggregate(&mut self) -> BTreeMap<Text, Role> {
        let mut aggregation = Aggregation::stock();
        for (kind, key) in self.stands.keys() {
            if *kind != Kind::ClusterRole {
                continue;
            }
            match (self.inventory.role(key), self.gathering.get(&key.name)) {
                (Some(role), Some(gathers)) => {
                    aggregation.insert(key.name.clone(), role.clone(), gathers);
                }
                _ => aggregation.remove(&key.name),
            }
        }
        let roles = aggregation.fill();
        let gathering = std::mem::take(&mut self.gathering);
        for (name, _) in gathering.into_iter().filter(|(_, of)| !of.is_empty()) {
            let Some(role) = roles.get(&name) else {
                continue;
            };
            let object = if role.rules.is_empty() && role.meta.uid.is_empty() {
                let remedy = "scan the file that holds the ClusterRoles that it selects as well";
                Err(unwritten("rules", remedy))
            } else {
                Ok(Box::new(Object::Role(role.clone())))
            };
            self.apply(Delta::Upsert {
                kind: Kind::ClusterRole,
                key: ObjectKey::new("", name),
                object,
            });
        }
        roles
    }

    /// Fills in the `ServiceAccounts` that are asked for and stand in no manifest: they may be in the cluster already, and
    /// what they say is not known.
    fn add_accounts(&mut self) {
        for key in std::mem::take(&mut self.referred.accounts) {
            let kind = Kind::ServiceAccount;
            if !self.stands.contains_key(&(kind, key.clone())) {
                let remedy = "scan the file that holds the account as well";
                let error = unwritten("automountServiceAccountToken", remedy);
                self.put_unwritten(kind, key, error);
            }
        }
    }

    /// Fills in the namespaces that something is in and that stand in no manifest. Without one, nobody would ask whether its
    /// pods are closed to others.
    fn add_namespaces(&mut self) {
        let mut namespaces: BTreeSet<Text> = std::mem::take(&mut self.referred.namespaces);
        namespaces.extend(self.stands.keys().map(|(_, key)| key.namespace.clone()));
        for name in namespaces.into_iter().filter(|name| !name.is_empty()) {
            let (kind, key) = (Kind::Namespace, ObjectKey::new("", name));
            if !self.stands.contains_key(&(kind, key.clone())) {
                let remedy = "scan the file that holds the namespace as well";
                self.put_unwritten(kind, key, unwritten("metadata.labels", remedy));
            }
        }
    }

    /// Judges the templates of `ReplicaSets` whose owner stands in no manifest: nothing else speaks for them.
    fn add_links(&mut self) {
        let links = std::mem::take(&mut self.links);
        let stands = |kind: Kind, key: &ObjectKey| self.stands.contains_key(&(kind, key.clone()));
        for (key, controller) in links.orphans(stands) {
            let object = Object::Controller(controller);
            self.referred.note(&object);
            self.apply(Delta::Upsert {
                kind: Kind::ReplicaSet,
                key,
                object: Ok(Box::new(object)),
            });
        }
    }

    fn finish(mut self) -> World {
        let roles = self.aggregate();
        self.add_granted_roles(&roles);
        self.add_links();
        self.add_accounts();
        self.add_namespaces();
        for kind in Kind::ALL {
            self.apply(Delta::Listed(kind));
        }
        for source in EvidenceKind::ALL {
            let blind = Blind::new(Reason::Unreachable, "no cluster was asked");
            let key = EvidenceKey::cluster(source);
            self.apply(Delta::NotCollected { key, blind });
        }
        // An owner that is not in the manifests will not come, however young its pod.
        self.inventory
            .advance(DateTime::<Utc>::MAX_UTC, &mut Changes::default());
        World {
            inventory: self.inventory,
            cluster: Cluster::default(),
            not_judged: self
                .not_judged
                .into_iter()
                .map(|((api_version, kind), count)| NotJudged {
                    api_version,
                    kind,
                    count,
                })
                .collect(),
            unread: self.unread,
            places: self
                .stands
                .into_iter()
                .map(|(id, stand)| (id, stand.origin))
                .collect(),
            trouble: self.trouble,
        }
    }
}

/// A print of what an object asks for: two that were read from a cluster at different times, or whose fields stand in another order,
/// ask for the same.
fn print_of(json: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    let mut value: Value = serde_json::from_str(json).unwrap_or_default();
    if let Some(object) = value.as_object_mut() {
        object.remove("status");
    }
    if let Some(meta) = value.get_mut("metadata").and_then(Value::as_object_mut) {
        for noted in [
            "creationTimestamp",
            "generation",
            "managedFields",
            "resourceVersion",
        ] {
            meta.remove(noted);
        }
    }
    // Of an object, whatever the order of its fields.
    value.hash(&mut hasher);
    hasher.finish()
}

/// What to do about a field that cannot be decoded.
fn remedy(kind: Kind, error: &DecodeError) -> String {
    let mut path = kind.served().kind.to_lowercase();
    let mut within = false;
    for c in format!(".{}", error.field.trim_matches('.')).chars() {
        match c {
            '[' => within = true,
            ']' => within = false,
            c if !within => path.push(c),
            _ => {}
        }
    }
    let compare = format!(
        "compare it with `kubectl explain {}`",
        path.trim_end_matches('.')
    );
    let is_workload = runs_pods(kind) && error.field.trim_matches('.') == "spec";
    if is_workload {
        format!(
            "{compare}; if it is a patch, scan what is built with it: `kubectl kustomize DIR | assay scan -f -`"
        )
    } else {
        compare
    }
}
