//! Reading every relation directly: a change that nobody notes would leave a check's outcome stale, whether or not a
//! check reads that relation today.

use std::collections::BTreeMap;
use std::fmt::Debug;

use assay_inventory::view::{Component, Namespace, Node, RoleRef, Text};
use assay_inventory::{
    Changes, Facts, Identity, Inventory, ObjectKey, Readings, Reads, Relation, Subject, ThirdParty,
};
use chrono::{DateTime, TimeDelta, Utc};

use super::objects::{NAMES, NAMESPACES};
use super::steps::start;

const RELATIONS: [Relation; 26] = [
    Relation::Namespace,
    Relation::ServiceAccount,
    Relation::Role,
    Relation::Grants,
    Relation::Policies,
    Relation::Pods,
    Relation::Quotas,
    Relation::LimitRanges,
    Relation::Services,
    Relation::Ingresses,
    Relation::HostMounts,
    Relation::AnonymousProbe,
    Relation::KubeletConfig,
    Relation::KubeletProbe,
    Relation::KubeletTls,
    Relation::ApiServerTls,
    Relation::IdentityMap,
    Relation::ApiServerFlags,
    Relation::ApiServerMetrics,
    Relation::ControlPlane,
    Relation::AccessReviews,
    Relation::AdmissionProbe,
    Relation::KubeadmConfig,
    Relation::SecretTypes,
    Relation::Statements,
    Relation::Entitlements,
];

/// What one reading found, and what it rests on.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    pub(crate) value: String,
    reads: Reads,
    relation: Relation,
}

/// Reads everything there is to read, by name.
pub(crate) fn read(inventory: &Inventory, now: DateTime<Utc>) -> BTreeMap<String, Reading> {
    let mut readings = BTreeMap::new();
    let mut relations = RELATIONS.to_vec();
    relations.extend(ThirdParty::ALL.map(Relation::ThirdParty));
    for relation in relations.iter().copied() {
        let reads = Readings::default();
        let facts = Facts::new(inventory, now, &relations, &reads);
        let mut note = |name: String, value: &dyn Debug| {
            let value = format!("{value:?}");
            let reads = reads.take_reads();
            readings.insert(
                name,
                Reading {
                    value,
                    reads,
                    relation,
                },
            );
        };
        of_namespaces(relation, &facts, &mut note);
        of_cluster(relation, &facts, &mut note);
    }
    readings
}

/// Takes a reading by its name.
type Note<'a> = dyn FnMut(String, &dyn Debug) + 'a;

fn of_namespaces(relation: Relation, facts: &Facts<'_>, note: &mut Note<'_>) {
    for namespace in NAMESPACES {
        let of = |name: &str| format!("{relation:?} {namespace} {name}");
        let text = Text::from(namespace);
        match relation {
            Relation::Policies => note(of(""), &facts.policies(&text)),
            Relation::Pods => note(of(""), &facts.pods(&text)),
            Relation::Quotas => note(of(""), &facts.quotas(&text)),
            Relation::LimitRanges => note(of(""), &facts.limit_ranges(&text)),
            Relation::Services => note(of(""), &facts.services(&text)),
            Relation::Ingresses => note(of(""), &facts.ingresses(&text)),
            Relation::AdmissionProbe => {
                // As it is at the beginning of every history: see below on nodes.
                let mut judged = Namespace::default();
                judged.meta.name = text;
                let age = TimeDelta::minutes(15);
                note(of(""), &facts.admission_probe(&judged, age));
            }
            Relation::ServiceAccount => {
                for name in NAMES {
                    let key = ObjectKey::new(namespace, name);
                    note(of(name), &facts.service_account(&key));
                }
            }
            Relation::Role => {
                for name in NAMES {
                    for cluster in [true, false] {
                        let role = RoleRef {
                            cluster,
                            name: name.into(),
                        };
                        note(of(&format!("{name} {cluster}")), &facts.role(&text, &role));
                    }
                }
            }
            Relation::Grants => {
                for name in NAMES {
                    let account = Identity::ServiceAccount(ObjectKey::new(namespace, name));
                    note(of(name), &facts.grants(&account));
                }
            }
            Relation::Namespace
            | Relation::HostMounts
            | Relation::AnonymousProbe
            | Relation::KubeletConfig
            | Relation::KubeletProbe
            | Relation::KubeletTls
            | Relation::ApiServerTls
            | Relation::IdentityMap
            | Relation::ApiServerFlags
            | Relation::ApiServerMetrics
            | Relation::ControlPlane
            | Relation::AccessReviews
            | Relation::KubeadmConfig
            | Relation::SecretTypes
            | Relation::Statements
            | Relation::Entitlements
            | Relation::ThirdParty(_) => {}
        }
    }
}

fn of_cluster(relation: Relation, facts: &Facts<'_>, note: &mut Note<'_>) {
    match relation {
        Relation::Namespace => {
            for name in NAMESPACES {
                note(format!("Namespace {name}"), &facts.namespace(&name.into()));
            }
        }
        Relation::AnonymousProbe => {
            // Two ages, as two checks of one subject may ask for: the earlier instant counts.
            let old = facts.anonymous_probe(TimeDelta::minutes(15));
            let young = facts.anonymous_probe(TimeDelta::minutes(5));
            note("AnonymousProbe".to_owned(), &(old, young));
        }
        Relation::AccessReviews => {
            let answers = facts.access_answers(TimeDelta::minutes(15));
            note("AccessReviews".to_owned(), &answers);
        }
        Relation::SecretTypes => {
            let listed = facts.listed_secrets(TimeDelta::minutes(15));
            note("SecretTypes".to_owned(), &listed);
        }
        Relation::Statements => note("Statements".to_owned(), &facts.statements()),
        Relation::ThirdParty(kind) => note(format!("{relation:?}"), &facts.third_party(kind)),
        Relation::Entitlements => note("Entitlements".to_owned(), &facts.entitlements()),
        Relation::IdentityMap => {
            let map = facts.identity_map(TimeDelta::minutes(15));
            note("IdentityMap".to_owned(), &map);
        }
        Relation::KubeletConfig
        | Relation::KubeletProbe
        | Relation::KubeletTls
        | Relation::HostMounts => {
            // A check has the node that it judges: here one of our own, so that a reading has one name for good.
            for name in NAMES {
                let mut judged = Node::default();
                judged.meta.name = name.into();
                judged.ready_since = Some(start());
                let age = TimeDelta::minutes(15);
                let name = format!("{relation:?} {name}");
                match relation {
                    Relation::KubeletProbe => note(name, &facts.kubelet_probe(&judged, age)),
                    Relation::KubeletTls => note(name, &facts.kubelet_tls(&judged, age)),
                    Relation::HostMounts => note(name, &facts.mounting_on(&judged)),
                    _ => note(name, &facts.kubelet_config(&judged, age)),
                }
            }
        }
        Relation::ApiServerTls => {
            let tls = facts.api_server_tls(TimeDelta::minutes(15));
            note("ApiServerTls".to_owned(), &tls);
        }
        Relation::ApiServerMetrics => {
            let metrics = facts.api_server_metrics(TimeDelta::minutes(15));
            note("ApiServerMetrics".to_owned(), &metrics);
        }
        Relation::ControlPlane => {
            let age = TimeDelta::minutes(15);
            note("API servers".to_owned(), &facts.api_servers(age));
            note("distribution".to_owned(), &facts.distribution(age));
            for address in ["192.0.2.1", "192.0.2.2"] {
                let judged = Node {
                    internal_ip: Some(address.into()),
                    ..Node::default()
                };
                let name = format!("API server on {address}");
                note(name, &facts.api_server_on(&judged, age));
            }
            for component in [
                Component::Etcd,
                Component::Scheduler,
                Component::ControllerManager,
            ] {
                let told = facts.beside_api_servers(component, age);
                note(component.program().to_owned(), &told);
            }
        }
        Relation::Grants => {
            let eve = Identity::User("eve".into());
            note("Grants eve".to_owned(), &facts.grants(&eve));
        }
        _ => {}
    }
}

impl Reading {
    /// Whether these changes, or the time, tell a reader to look again.
    pub(crate) fn is_concerned(&self, changes: &Changes, now: DateTime<Utc>) -> bool {
        let keys = &self.reads.keys;
        let kinds = self.relation.kinds();
        keys.iter().any(|key| changes.relations.contains(key))
            || kinds.iter().any(|kind| changes.sight.contains(kind))
            || self.reads.again.is_some_and(|again| again <= now)
    }
}

/// All that is kept of each subject itself.
pub(crate) fn subjects(inventory: &Inventory) -> BTreeMap<Subject, String> {
    let view = |subject: &Subject| -> String {
        let of = |view: &dyn Debug| format!("{view:?}");
        let own = match subject {
            Subject::Cluster => String::new(),
            Subject::Namespace(name) => of(&inventory.namespace(name)),
            Subject::Node(name) => of(&inventory.node(name)),
            Subject::ServiceAccount(key) => of(&inventory.service_account(key)),
            Subject::Role(key) => of(&inventory.role(key)),
            Subject::Binding(key) => of(&inventory.binding(key)),
            Subject::NetworkPolicy(key) => of(&inventory.policy(key)),
            Subject::ThirdParty(kind, key) => of(&inventory.third_party(*kind, key)),
            Subject::ConfigMap(key) => of(&inventory.config_map(key)),
            Subject::Csr(name) => of(&inventory.csrs_named(name).collect::<Vec<_>>()),
            Subject::Workload(key) => {
                let workload = inventory.workload(key);
                let workload =
                    workload.map(|workload| (workload.variants(), workload.controller()));
                of(&workload)
            }
        };
        let unreadable = inventory.unparseable(subject);
        let provenance = inventory.provenance(subject);
        format!("{own} {unreadable:?} {provenance:?}")
    };
    let all = inventory.subjects().into_iter();
    all.map(|subject| {
        let view = view(&subject);
        (subject, view)
    })
    .collect()
}
