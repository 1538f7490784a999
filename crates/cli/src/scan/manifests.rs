//! From manifests to an inventory: every object that can be read is in it, and whatever is not is said.

use std::collections::{BTreeMap, BTreeSet};

use assay_checks::platform::stock_roles;
use assay_inventory::view::{Binding, Object, PodSpec, Role, SubjectKind, Text};
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
        accounts: BTreeSet::new(),
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
    /// `ServiceAccounts` of which checks ask whether they are there, or what they say.
    accounts: BTreeSet<ObjectKey>,
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
            Ok(object) => {
                if let Object::Binding(binding) = object {
                    self.granted.insert(role_of(binding));
                }
                self.accounts.extend(accounts_of(object));
            }
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

    /// Fills in the `ServiceAccounts` that are asked for and stand in no manifest: they may be in the cluster already, and
    /// what they say is not known.
    fn add_accounts(&mut self) {
        for key in std::mem::take(&mut self.accounts) {
            if self.places.has(Kind::ServiceAccount, &key) {
                continue;
            }
            let error = DecodeError {
                field: "automountServiceAccountToken".to_owned(),
                reason: "in none of the manifests; scan the file that holds the account as well"
                    .to_owned(),
            };
            self.apply(Delta::Upsert {
                kind: Kind::ServiceAccount,
                key,
                object: Err(error),
            });
        }
    }

    fn finish(mut self) -> World {
        self.add_granted_roles();
        self.add_accounts();
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

/// The role that a binding refers to.
fn role_of(binding: &Binding) -> ObjectKey {
    let namespace = if binding.role.cluster {
        Text::default()
    } else {
        binding.meta.namespace.clone()
    };
    ObjectKey::new(namespace, binding.role.name.clone())
}

/// The `ServiceAccounts` that an object leaves something to, but for `default`, which every namespace has and nobody needs to
/// write.
fn accounts_of(object: &Object) -> Vec<ObjectKey> {
    let of_pods = |namespace: &Text, spec: &PodSpec| {
        let asks = spec.automount.is_none();
        let key = ObjectKey::new(namespace.clone(), spec.service_account.clone());
        asks.then_some(key).into_iter().collect()
    };
    let mut accounts: Vec<ObjectKey> = match object {
        Object::Binding(binding) => binding
            .subjects
            .iter()
            .filter(|subject| subject.kind == SubjectKind::ServiceAccount)
            .map(|subject| ObjectKey::new(subject.namespace.clone(), subject.name.clone()))
            .collect(),
        Object::Controller(controller) => controller
            .template
            .as_ref()
            .map(|template| of_pods(&controller.meta.namespace, &template.spec))
            .unwrap_or_default(),
        // Of a pod that was in a cluster its volumes tell.
        Object::Pod(pod) if pod.meta.uid.is_empty() => of_pods(&pod.meta.namespace, &pod.spec),
        _ => Vec::new(),
    };
    accounts.retain(|key| key.name.as_ref() != "default");
    accounts
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
