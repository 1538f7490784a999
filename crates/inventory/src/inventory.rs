//! The inventory: deltas in, changed subjects and relations out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::access::Holders;
use crate::entitlements::Kept;
use crate::evidence::Collected;
use crate::intern::Shared;
use crate::issued::Issued;
use crate::sight::Sights;
use crate::table::{Hashed, Rows, Scoped, Table};
use crate::view::{
    Binding, ChangedBy, ConfigMap, Csr, Ingress, LimitRange, Meta, Namespace, NetworkPolicy, Node,
    ResourceQuota, Role, Service, ServiceAccount, Statement, Text, ThirdPartyObject,
};
use crate::workload::{Workload, Workloads};
use crate::{
    Blind, DecodeError, Delta, Entitlements, EvidenceKey, EvidenceKind, Kind, ObjectKey, Reason,
    RelationKey, Sight, Subject, ThirdParty, WorkloadKey,
};

mod remembered;
mod stored;
use stored::on_table;

/// What a delta changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// Subjects that came, went or differ.
    pub subjects: BTreeSet<Subject>,
    /// Values of relations that differ.
    pub relations: BTreeSet<RelationKey>,
    /// Kinds whose sight differs.
    pub sight: BTreeSet<Kind>,
}

impl Changes {
    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.subjects.is_empty() && self.relations.is_empty() && self.sight.is_empty()
    }
}

/// Everything remembered of a cluster.
#[derive(Debug, Default)]
pub struct Inventory {
    pub(crate) namespaces: Table<Namespace>,
    pub(crate) nodes: Table<Node>,
    pub(crate) service_accounts: Hashed<ServiceAccount>,
    pub(crate) roles: Scoped<Role>,
    pub(crate) bindings: Scoped<Binding>,
    pub(crate) policies: Table<NetworkPolicy>,
    pub(crate) quotas: Table<ResourceQuota>,
    pub(crate) limit_ranges: Table<LimitRange>,
    pub(crate) services: Table<Service>,
    pub(crate) ingresses: Table<Ingress>,
    pub(crate) config_maps: Table<ConfigMap>,
    pub(crate) csrs: Table<Csr>,
    pub(crate) issued: Issued,
    pub(crate) workloads: Workloads,
    pub(crate) holders: Holders,
    /// Mirror pods of the control plane's components.
    pub(crate) control_plane: BTreeSet<ObjectKey>,
    /// Live pods that mount paths of their node, by node.
    pub(crate) host_mounts: BTreeMap<Text, BTreeSet<ObjectKey>>,
    pub(crate) statements: Table<Statement>,
    pub(crate) entitlements: Kept,
    /// By kind; of other kinds than those that other tools define there are none.
    pub(crate) third_party: BTreeMap<Kind, Table<ThirdPartyObject>>,
    shared: Shared,
    unreadable_bindings: BTreeMap<ObjectKey, Arc<DecodeError>>,
    sight: Sights,
    collected: BTreeMap<EvidenceKey, Collected>,
    /// Sources that have been asked for everything once.
    tried: BTreeSet<EvidenceKind>,
    pub(crate) clock: DateTime<Utc>,
}

impl Inventory {
    /// An inventory that has seen nothing, at `now`.
    #[must_use]
    pub fn new(now: DateTime<Utc>) -> Self {
        Self {
            clock: now,
            ..Self::default()
        }
    }

    /// Folds one delta in.
    pub fn apply(&mut self, delta: Delta, changes: &mut Changes) {
        match delta {
            Delta::Relist(kind) => on_table!(self, kind, open_generation()),
            Delta::Upsert { kind, key, object } => {
                on_table!(self, kind, upsert(&key, object, changes));
            }
            Delta::Delete { kind, key } => on_table!(self, kind, delete(&key, changes)),
            Delta::Listed(kind) => {
                on_table!(self, kind, sweep(changes));
                self.set_sight(kind, self.sight(kind).listed(self.clock), changes);
            }
            Delta::Lost {
                kind,
                reason,
                at,
                message,
            } => self.set_sight(kind, self.sight(kind).lost(reason, at, message), changes),
            Delta::Recalled(csr) => self.recall(&Arc::new(*csr), changes),
            Delta::LeftOut(until) => {
                if self.issued.leave_out(until, self.clock) {
                    changes.sight.insert(Kind::CertificateSigningRequest);
                }
            }
            Delta::Collected(evidence) => {
                let key = evidence.key();
                if !self.is_about_something(&key) {
                    return;
                }
                let collected = self.collected.entry(key.clone()).or_default();
                collected.failure = None;
                collected.last = Some(evidence);
                self.has_news_of(key, changes);
            }
            Delta::NotCollected { key, blind } => {
                if !self.is_about_something(&key) {
                    return;
                }
                let collected = self.collected.entry(key.clone()).or_default();
                if collected.failure.as_ref() != Some(&blind) {
                    collected.failure = Some(blind);
                    self.has_news_of(key, changes);
                }
            }
            Delta::RoundEnded(kind) => {
                self.tried.insert(kind);
            }
        }
    }

    /// Follows a pod that mounts paths of its node.
    fn remount(&mut self, pod: &ObjectKey, left: Option<&Text>, came: Option<&Text>) {
        if let Some(node) = left
            && let Some(pods) = self.host_mounts.get_mut(node)
        {
            pods.remove(pod);
            if pods.is_empty() {
                self.host_mounts.remove(node);
            }
        }
        if let Some(node) = came {
            let pods = self.host_mounts.entry(Text::clone(node)).or_default();
            pods.insert(pod.clone());
        }
    }

    fn set_sight(&mut self, kind: Kind, sight: Sight, changes: &mut Changes) {
        if let Some(slot) = self.sight.of_mut(kind)
            && *slot != sight
        {
            *slot = sight;
            changes.sight.insert(kind);
        }
    }

    /// Moves the clock: waits for owners that are over end, outages whose grace is over count.
    pub fn advance(&mut self, now: DateTime<Utc>, changes: &mut Changes) {
        for kind in Kind::ALL {
            let blind = |at| self.sight(kind).blind(kind, at).is_some();
            if blind(self.clock) != blind(now) {
                changes.sight.insert(kind);
            }
        }
        if self.issued.left_out(self.clock) != self.issued.left_out(now) {
            changes.sight.insert(Kind::CertificateSigningRequest);
        }
        self.clock = now;
        let expired = self.issued.advance(now).into_iter().map(Subject::Csr);
        changes.subjects.extend(expired);
        self.workloads.advance(now, changes);
    }

    /// The next instant at which [`advance`](Self::advance) will change something by time alone.
    #[must_use]
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        let sight = Kind::ALL
            .into_iter()
            .filter_map(|kind| self.sight(kind).next_change(self.clock));
        sight
            .chain(self.workloads.next_due())
            .chain(self.issued.next_due())
            .min()
    }

    /// Sight of a kind.
    #[must_use]
    pub fn sight(&self, kind: Kind) -> &Sight {
        const WAITING: &Sight = &Sight::Waiting;
        self.sight.of(kind).unwrap_or(WAITING)
    }

    /// Why nothing may be concluded from what is listed of `kind`.
    #[must_use]
    pub fn blind(&self, kind: Kind, now: DateTime<Utc>) -> Option<Blind> {
        self.sight(kind).blind(kind, now)
    }

    pub(crate) fn unreadable_binding(&self) -> Option<Blind> {
        self.unreadable_bindings.iter().next().map(|(key, error)| {
            let kind = if key.namespace.is_empty() {
                Kind::ClusterRoleBinding
            } else {
                Kind::RoleBinding
            };
            Blind::new(
                Reason::Unparseable,
                format!("{kind} {key} cannot be read, and may name anyone: {error}"),
            )
        })
    }

    /// Every subject, the cluster among them.
    #[must_use]
    pub fn subjects(&self) -> BTreeSet<Subject> {
        let mut all = BTreeSet::from([Subject::Cluster]);
        let name = |key: &ObjectKey| key.name.clone();
        all.extend(self.namespaces.keys().map(name).map(Subject::Namespace));
        all.extend(self.nodes.keys().map(name).map(Subject::Node));
        all.extend(self.csrs.keys().map(name).map(Subject::Csr));
        all.extend(self.issued.names().cloned().map(Subject::Csr));
        let accounts = self.service_accounts.keys().cloned();
        all.extend(accounts.map(Subject::ServiceAccount));
        all.extend(self.roles.keys().cloned().map(Subject::Role));
        all.extend(self.bindings.keys().cloned().map(Subject::Binding));
        all.extend(self.policies.keys().cloned().map(Subject::NetworkPolicy));
        all.extend(self.config_maps.keys().cloned().map(Subject::ConfigMap));
        all.extend(self.workloads.keys().cloned().map(Subject::Workload));
        for kind in ThirdParty::ALL {
            if kind.class().is_judged() {
                let keys = self.third_party_keys(kind).cloned();
                all.extend(keys.map(|key| Subject::ThirdParty(kind, key)));
            }
        }
        all
    }

    /// How many objects are remembered, workloads' parts among them; not `ConfigMaps` in which there is nothing to find.
    #[must_use]
    pub fn objects(&self) -> usize {
        let parts: usize = self.workloads.controllers.values().map(Table::len).sum();
        self.namespaces.len()
            + self.nodes.len()
            + self.service_accounts.len()
            + self.roles.len()
            + self.bindings.len()
            + self.policies.len()
            + self.quotas.len()
            + self.limit_ranges.len()
            + self.services.len()
            + self.ingresses.len()
            + self.config_maps.len()
            + self.csrs.len()
            + self.statements.len()
            + self.workloads.pods.len()
            + parts
            + self.third_party.values().map(Table::len).sum::<usize>()
    }

    /// A namespace, if there is one that can be read.
    #[must_use]
    pub fn namespace(&self, name: &Text) -> Option<&Namespace> {
        self.namespaces.view(&ObjectKey::new("", name.clone()))
    }

    /// Names of all namespaces.
    pub fn namespace_names(&self) -> impl Iterator<Item = &Text> {
        self.namespaces.keys().map(|key| &key.name)
    }

    /// A node.
    #[must_use]
    pub fn node(&self, name: &Text) -> Option<&Node> {
        self.nodes.view(&ObjectKey::new("", name.clone()))
    }

    /// A `ServiceAccount`.
    #[must_use]
    pub fn service_account(&self, key: &ObjectKey) -> Option<&ServiceAccount> {
        self.service_accounts.view(key)
    }

    /// A role.
    #[must_use]
    pub fn role(&self, key: &ObjectKey) -> Option<&Role> {
        self.roles.view(key)
    }

    /// A binding.
    #[must_use]
    pub fn binding(&self, key: &ObjectKey) -> Option<&Binding> {
        self.bindings.view(key)
    }

    /// A network policy.
    #[must_use]
    pub fn policy(&self, key: &ObjectKey) -> Option<&NetworkPolicy> {
        self.policies.view(key)
    }

    /// A `ConfigMap` in which there is something to find.
    #[must_use]
    pub fn config_map(&self, key: &ObjectKey) -> Option<&ConfigMap> {
        self.config_maps.view(key)
    }

    /// A certificate signing request; the first that is remembered if there is none now.
    #[must_use]
    pub fn csr(&self, name: &Text) -> Option<&Csr> {
        self.csrs_named(name).next()
    }

    /// The certificate signing request of this name, and those that are gone while their certificates are still good.
    pub fn csrs_named(&self, name: &Text) -> impl Iterator<Item = &Csr> {
        let present = self.csrs.view(&ObjectKey::new("", name.clone()));
        present.into_iter().chain(self.issued.named(name))
    }

    /// Statements by name: as the object says it, or why it cannot be read.
    pub fn statements(&self) -> impl Iterator<Item = (&Text, Result<&Statement, &DecodeError>)> {
        self.statements.rows().map(|(key, state)| {
            let view = state.as_ref().map(AsRef::as_ref).map_err(AsRef::as_ref);
            (&key.name, view)
        })
    }

    /// What every identity is granted by the bindings and roles that are known.
    ///
    /// # Errors
    /// [`Blind`] while one of them cannot be read. Whether they can be seen at all is another question.
    pub fn entitlements(&self) -> Result<&Entitlements, Blind> {
        self.entitlements.of(self)
    }

    /// A workload.
    #[must_use]
    pub fn workload(&self, key: &WorkloadKey) -> Option<&Workload> {
        self.workloads.get(key)
    }

    /// An object of a kind that another tool defines.
    #[must_use]
    pub fn third_party(&self, kind: ThirdParty, key: &ObjectKey) -> Option<&ThirdPartyObject> {
        self.third_party.get(&Kind::ThirdParty(kind))?.view(key)
    }

    fn third_party_keys(&self, kind: ThirdParty) -> impl Iterator<Item = &ObjectKey> {
        let table = self.third_party.get(&Kind::ThirdParty(kind));
        table.into_iter().flat_map(Table::keys)
    }

    /// Why the subject's own object cannot be read.
    #[must_use]
    pub fn unparseable(&self, subject: &Subject) -> Option<Blind> {
        fn of<T: PartialEq>(
            table: &Table<T, impl Rows<T>>,
            key: &ObjectKey,
        ) -> Option<Arc<DecodeError>> {
            table.get(key)?.as_ref().err().cloned()
        }
        let scoped = |name: &Text| ObjectKey::new("", name.clone());
        let error = match subject {
            Subject::Cluster => None,
            Subject::Namespace(name) => of(&self.namespaces, &scoped(name)),
            Subject::Node(name) => of(&self.nodes, &scoped(name)),
            Subject::Csr(name) => of(&self.csrs, &scoped(name)),
            Subject::ServiceAccount(key) => of(&self.service_accounts, key),
            Subject::Role(key) => of(self.roles.table(key), key),
            Subject::Binding(key) => of(self.bindings.table(key), key),
            Subject::NetworkPolicy(key) => of(&self.policies, key),
            Subject::ThirdParty(kind, key) => {
                of(self.third_party.get(&Kind::ThirdParty(*kind))?, key)
            }
            Subject::ConfigMap(key) => of(&self.config_maps, key),
            Subject::Workload(key) => {
                let (kind, key, error) = self.workloads.get(key)?.broken()?;
                return Some(Blind::new(
                    Reason::Unparseable,
                    format!("{kind} {key} cannot be read: {error}"),
                ));
            }
        }?;
        Some(Blind::new(
            Reason::Unparseable,
            format!("{subject} cannot be read: {error}"),
        ))
    }

    /// Uid of the subject's object and who changed it last, for findings.
    #[must_use]
    pub fn provenance(&self, subject: &Subject) -> (Text, Option<ChangedBy>) {
        let meta: Option<&Meta> = match subject {
            Subject::Cluster => None,
            Subject::Namespace(name) => self.namespace(name).map(|view| &view.meta),
            Subject::Node(name) => self.node(name).map(|view| &view.meta),
            Subject::Csr(name) => self.csr(name).map(|view| &view.meta),
            Subject::ServiceAccount(key) => self.service_account(key).map(|view| &view.meta),
            Subject::Role(key) => self.role(key).map(|view| &view.meta),
            Subject::Binding(key) => self.binding(key).map(|view| &view.meta),
            Subject::NetworkPolicy(key) => self.policy(key).map(|view| &view.meta),
            Subject::ThirdParty(kind, key) => self.third_party(*kind, key).map(|view| &view.meta),
            Subject::ConfigMap(key) => self.config_map(key).map(|view| &view.meta),
            Subject::Workload(key) => {
                // A bare pod is its own workload, and tells of itself.
                let pod = self.workloads.pods.view(&key.object());
                let pod = pod.filter(|_| key.watched_kind() == Some(Kind::Pod));
                let workload = self.workload(key);
                let changed_by = workload
                    .and_then(Workload::changed_by)
                    .or(pod.and_then(|pod| pod.meta.changed_by.as_ref()));
                return (
                    workload.map(Workload::uid).unwrap_or_default(),
                    changed_by.cloned(),
                );
            }
        };
        meta.map_or_else(Default::default, |meta| {
            (meta.uid.clone(), meta.changed_by.clone())
        })
    }
}
