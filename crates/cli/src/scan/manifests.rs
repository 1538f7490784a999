//! From manifests to an inventory: every object that can be read is in it, and whatever is not is said.

use std::collections::{BTreeMap, BTreeSet};

use assay_checks::platform::stock_roles;
use assay_inventory::view::{Binding, Object, Role, Text};
use assay_inventory::{
    Blind, Changes, DecodeError, Delta, EvidenceKey, EvidenceKind, Inventory, Kind, ObjectKey,
    Reason, decode,
};
use assay_report::{Cluster, NotJudged, Unread};
use chrono::{DateTime, Utc};

use super::identity::Head;
use super::world::{Places, World};
use crate::manifest::{self, Input, Manifest, Outcome, Rejection};
use crate::output::complain;

/// Reads all inputs, complaining about what cannot be read.
pub(crate) fn read(inputs: &[Input], namespace: &str, now: DateTime<Utc>) -> World {
    let mut reading = Reading {
        namespace,
        inventory: Inventory::new(now),
        places: Places::default(),
        generated: BTreeMap::new(),
        granted: BTreeSet::new(),
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

struct Reading<'a> {
    namespace: &'a str,
    inventory: Inventory,
    places: Places,
    /// How many objects wait for a name made from the same prefix.
    generated: BTreeMap<(Kind, ObjectKey), usize>,
    /// Roles that bindings refer to.
    granted: BTreeSet<ObjectKey>,
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
        let mut object = decode(kind, &identified.json, assay_checks::extractors()).map(Box::new);
        if let Some(field) = list_for_object(&identified.json) {
            object = Err(DecodeError {
                field: field.to_owned(),
                reason: "is a list and must be an object".to_owned(),
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
        match object.as_deref() {
            Ok(Object::Binding(binding)) => {
                self.granted.insert(role_of(binding));
            }
            Ok(_) => {}
            Err(error) => {
                self.trouble = true;
                let rejection = manifest.reject(&error.field, &*error.reason, remedy(kind, error));
                complain(&format!("error: {rejection}"));
            }
        }
        let key = identified.key;
        if let Some(before) = self.places.note(kind, &key, &manifest.origin) {
            complain(&format!(
                "warning: {kind} {key} stands twice: {} gives way to {}; leave one of them out",
                before, manifest.origin
            ));
        }
        self.apply(Delta::Upsert { kind, key, object });
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

    /// Fills in the roles that bindings refer to and no manifest holds. Those that every cluster has are known without one.
    /// The others may grant anything, so they are there as something that cannot be read; else their bindings would pass.
    fn add_granted_roles(&mut self) {
        let stock: BTreeMap<ObjectKey, &Role> = stock_roles().collect();
        for key in std::mem::take(&mut self.granted) {
            let kind = if key.namespace.is_empty() {
                Kind::ClusterRole
            } else {
                Kind::Role
            };
            if self.places.has(kind, &key) {
                continue;
            }
            let object = match stock.get(&key) {
                Some(role) => Ok(Box::new(Object::Role((*role).clone()))),
                None => Err(DecodeError {
                    field: "rules".to_owned(),
                    reason: "in none of the manifests; scan the file that holds them as well"
                        .to_owned(),
                }),
            };
            self.apply(Delta::Upsert { kind, key, object });
        }
    }

    fn finish(mut self) -> World {
        self.add_granted_roles();
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
            places: self.places,
            trouble: self.trouble,
        }
    }
}

/// A field that holds a list where the API has an object. The decoder would take `[]` for an object without fields, and what
/// is not there is often a pass; no API server takes such a manifest.
fn list_for_object(json: &str) -> Option<&'static str> {
    const OBJECTS: [&str; 12] = [
        "metadata",
        "spec",
        "status",
        "template",
        "jobTemplate",
        "securityContext",
        "capabilities",
        "seccompProfile",
        "appArmorProfile",
        "podSelector",
        "namespaceSelector",
        "roleRef",
    ];
    // The text is compact, and a quote inside a string would be escaped: this is a key and nothing else.
    OBJECTS
        .into_iter()
        .find(|field| json.contains(&format!("\"{field}\":[")))
}

/// The role that a binding refers to.
fn role_of(binding: &Binding) -> ObjectKey {
    let namespace = if binding.role.cluster {
        Text::default()
    } else {
        binding.meta.namespace.clone()
    };
    ObjectKey::new(namespace, binding.role.name.clone())
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
    format!(
        "compare it with `kubectl explain {}`",
        path.trim_end_matches('.')
    )
}
