//! Facts: how a check reads what stands beside its subject. Every read is noted.

/// Takes what a source of this kind told; of another kind, it is nothing.
macro_rules! pick {
    ($kind:ident) => {
        |fact| match fact {
            $crate::Fact::$kind(told) => Some(told),
            _ => None,
        }
    };
}

mod admission;
mod authority;
mod control_plane;
mod evidence;
mod readings;
mod secret_types;
mod servers;

use std::rc::Rc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::table::Table;
use crate::view::{
    Ingress, Labels, LimitRange, Namespace, NetworkPolicy, Node, Pod, ResourceQuota, Service,
    ServiceAccount, Statement, Text, ThirdPartyObject,
};
use crate::{
    Blind, Inventory, Kind, ObjectKey, Reason, Relation, RelationKey, Relations, ThirdParty,
    WorkloadKey,
};

pub use authority::{Grant, role_key};
pub use control_plane::{Instance, Told};
pub(crate) use control_plane::{facet, mount, mounts, share};
pub use evidence::NODE_PATIENCE;
use readings::Memo;
pub use readings::{Readings, Reads};

/// What a check may read at one instant.
pub struct Facts<'a> {
    inventory: &'a Inventory,
    now: DateTime<Utc>,
    declared: &'a [Relation],
    readings: &'a Readings<'a>,
}

/// Some pods of a namespace that the network and the API server see alike.
#[derive(Debug, Clone, Copy)]
pub struct PodClass<'a> {
    /// The workload they belong to.
    pub workload: &'a WorkloadKey,
    /// Their labels.
    pub labels: &'a Labels,
    /// Whether they use the node's network, which policies do not reach.
    pub host_network: bool,
    /// Name of the `ServiceAccount` they run as.
    pub service_account: &'a Text,
}

/// A namespaced kind that cannot be read must not look as if it were absent.
pub(crate) fn unparseable(kind: Kind, key: &ObjectKey, error: &crate::DecodeError) -> Blind {
    Blind::new(
        Reason::Unparseable,
        format!("{kind} {key} cannot be read: {error}"),
    )
}

impl<'a> Facts<'a> {
    /// Facts for one check on one subject.
    #[must_use]
    pub fn new(
        inventory: &'a Inventory,
        now: DateTime<Utc>,
        declared: &'a [Relation],
        readings: &'a Readings<'a>,
    ) -> Self {
        Self {
            inventory,
            now,
            declared,
            readings,
        }
    }

    fn note(&self, relation: Relation, key: RelationKey) -> Result<(), Blind> {
        self.declare(relation);
        self.note_under(relation, key);
        relation
            .kinds()
            .iter()
            .find_map(|kind| self.inventory.blind(*kind, self.now))
            .map_or(Ok(()), Err)
    }

    /// Notes a key that is read under a relation. One of another relation would not be found by whoever asks which checks its
    /// change concerns.
    fn note_under(&self, relation: Relation, key: RelationKey) {
        debug_assert!(Relations::of(&[relation]).overlaps(key.relations()));
        self.readings.note(key);
    }

    /// Notes a relation that is read without being declared.
    fn declare(&self, relation: Relation) {
        if !self.declared.contains(&relation) {
            self.readings.note_undeclared(relation);
        }
    }

    /// An answer that was given to this subject already, or else is looked up. Either way its relation has to be declared.
    fn once<Q: PartialEq + Clone, A: Clone>(
        &self,
        memo: &Memo<Q, A>,
        relation: Relation,
        question: &Q,
        look_up: impl FnOnce() -> Result<A, Blind>,
    ) -> Result<A, Blind> {
        if let Some(known) = memo.answer(question) {
            self.declare(relation);
            return Ok(known);
        }
        let answer = look_up()?;
        memo.keep(question.clone(), answer.clone());
        Ok(answer)
    }

    /// Whether `instant` has come; if not, the judgement is made anew when it does.
    #[must_use]
    pub fn has_come(&self, instant: DateTime<Utc>) -> bool {
        if instant <= self.now {
            return true;
        }
        self.readings.note_instant(instant);
        false
    }

    /// Whether `time` has gone by since `instant`. What would end after all time never does.
    fn has_passed(&self, instant: DateTime<Utc>, time: TimeDelta) -> bool {
        instant
            .checked_add_signed(time)
            .is_some_and(|end| self.has_come(end))
    }

    /// A namespace.
    ///
    /// # Errors
    /// [`Blind`] while namespaces cannot be seen or this one cannot be read.
    pub fn namespace(&self, name: &Text) -> Result<Option<&'a Namespace>, Blind> {
        self.note(Relation::Namespace, RelationKey::Namespace(name.clone()))?;
        let key = ObjectKey::new("", name.clone());
        known(self.inventory.namespaces.get(&key), Kind::Namespace, &key)
    }

    /// Whether a namespace is being deleted. One of which nothing but the name is known is taken for one that stays.
    ///
    /// # Errors
    /// [`Blind`] while namespaces cannot be seen.
    pub fn is_terminating(&self, name: &Text) -> Result<bool, Blind> {
        self.note(Relation::Namespace, RelationKey::Namespace(name.clone()))?;
        let namespace = self.inventory.namespace(name);
        Ok(namespace.is_some_and(|namespace| namespace.terminating))
    }

    /// A `ServiceAccount`.
    ///
    /// # Errors
    /// [`Blind`] while `ServiceAccounts` cannot be seen or this one cannot be read.
    pub fn service_account(&self, key: &ObjectKey) -> Result<Option<&'a ServiceAccount>, Blind> {
        self.note(
            Relation::ServiceAccount,
            RelationKey::ServiceAccount(key.clone()),
        )?;
        let state = self.inventory.service_accounts.get(key);
        known(state, Kind::ServiceAccount, key)
    }

    /// Network policies of a namespace, by name.
    ///
    /// # Errors
    /// [`Blind`] while policies cannot be seen or one of these cannot be read.
    pub fn policies(&self, namespace: &Text) -> Result<Vec<&'a NetworkPolicy>, Blind> {
        self.note(Relation::Policies, RelationKey::Policies(namespace.clone()))?;
        let rows = self.inventory.policies.in_namespace(namespace);
        all_known(rows, Kind::NetworkPolicy)
    }

    /// Resource quotas of a namespace, by name.
    ///
    /// # Errors
    /// [`Blind`] while quotas cannot be seen or one of these cannot be read.
    pub fn quotas(&self, namespace: &Text) -> Result<Vec<&'a ResourceQuota>, Blind> {
        self.note(Relation::Quotas, RelationKey::Quotas(namespace.clone()))?;
        let rows = self.inventory.quotas.in_namespace(namespace);
        all_known(rows, Kind::ResourceQuota)
    }

    /// Limit ranges of a namespace, by name.
    ///
    /// # Errors
    /// [`Blind`] while limit ranges cannot be seen or one of these cannot be read.
    pub fn limit_ranges(&self, namespace: &Text) -> Result<Vec<&'a LimitRange>, Blind> {
        self.note(
            Relation::LimitRanges,
            RelationKey::LimitRanges(namespace.clone()),
        )?;
        let rows = self.inventory.limit_ranges.in_namespace(namespace);
        all_known(rows, Kind::LimitRange)
    }

    /// Services of a namespace, by name.
    ///
    /// # Errors
    /// [`Blind`] while Services cannot be seen or one of these cannot be read.
    pub fn services(&self, namespace: &Text) -> Result<Vec<&'a Service>, Blind> {
        self.note(Relation::Services, RelationKey::Services(namespace.clone()))?;
        let rows = self.inventory.services.in_namespace(namespace);
        all_known(rows, Kind::Service)
    }

    /// Ingresses of a namespace, by name.
    ///
    /// # Errors
    /// [`Blind`] while Ingresses cannot be seen or one of these cannot be read.
    pub fn ingresses(&self, namespace: &Text) -> Result<Vec<&'a Ingress>, Blind> {
        self.note(
            Relation::Ingresses,
            RelationKey::Ingresses(namespace.clone()),
        )?;
        let rows = self.inventory.ingresses.in_namespace(namespace);
        all_known(rows, Kind::Ingress)
    }

    /// Live pods of a namespace, or those that its templates would make, by workload and labels.
    ///
    /// # Errors
    /// [`Blind`] while pods or controllers cannot be seen, or one of these cannot be read.
    pub fn pods(&self, namespace: &Text) -> Result<Rc<[PodClass<'a>]>, Blind> {
        self.once(&self.readings.pods, Relation::Pods, namespace, || {
            self.look_up_pods(namespace).map(Rc::from)
        })
    }

    fn look_up_pods(&self, namespace: &Text) -> Result<Vec<PodClass<'a>>, Blind> {
        self.note(Relation::Pods, RelationKey::Pods(namespace.clone()))?;
        let inventory = self.inventory;
        let from = inventory.workloads.in_namespace(namespace);
        let mut classes = Vec::new();
        for workload in from {
            if let Some((kind, key, error)) = workload.broken() {
                return Err(unparseable(kind, key, error));
            }
            for (labels, spec) in workload.shapes() {
                classes.push(PodClass {
                    workload: &workload.key,
                    labels,
                    host_network: spec.host_network,
                    service_account: &spec.service_account,
                });
            }
        }
        Ok(classes)
    }

    /// Live pods on a node that mount paths of it, by namespace and name.
    ///
    /// # Errors
    /// [`Blind`] while pods cannot be seen.
    pub fn mounting_on(&self, node: &Node) -> Result<Vec<&'a Pod>, Blind> {
        let name = &node.meta.name;
        self.note(Relation::HostMounts, RelationKey::HostMounts(name.clone()))?;
        let keys = self.inventory.host_mounts.get(name).into_iter().flatten();
        Ok(keys
            .filter_map(|key| self.inventory.workloads.pods.view(key))
            .collect())
    }

    /// What people have stated, by name. A statement that cannot be read states nothing.
    ///
    /// # Errors
    /// [`Blind`] while statements cannot be seen.
    pub fn statements(&self) -> Result<Vec<&'a Statement>, Blind> {
        self.note(Relation::Statements, RelationKey::Statements)?;
        let all = self.inventory.statements();
        Ok(all.filter_map(|(_, statement)| statement.ok()).collect())
    }

    /// All objects of a kind that another tool defines, by namespace and name; none where the cluster does not define it.
    ///
    /// # Errors
    /// [`Blind`] while they cannot be seen, or one of them cannot be read.
    pub fn third_party(&self, kind: ThirdParty) -> Result<Vec<&'a ThirdPartyObject>, Blind> {
        self.note(Relation::ThirdParty(kind), RelationKey::ThirdParty(kind))?;
        let kind = Kind::ThirdParty(kind);
        let table = self.inventory.third_party.get(&kind);
        all_known(table.into_iter().flat_map(Table::rows), kind)
    }
}

type State<T> = crate::table::State<T>;

fn known<'a, T>(
    state: Option<&'a State<T>>,
    kind: Kind,
    key: &ObjectKey,
) -> Result<Option<&'a T>, Blind> {
    match state {
        None => Ok(None),
        Some(Ok(view)) => Ok(Some(view)),
        Some(Err(error)) => Err(unparseable(kind, key, error)),
    }
}

fn all_known<'a, T>(
    rows: impl Iterator<Item = (&'a ObjectKey, &'a State<T>)>,
    kind: Kind,
) -> Result<Vec<&'a T>, Blind>
where
    T: 'a,
{
    rows.map(|(key, state)| match state {
        Ok(view) => Ok(view.as_ref()),
        Err(error) => Err(unparseable(kind, key, error)),
    })
    .collect()
}
