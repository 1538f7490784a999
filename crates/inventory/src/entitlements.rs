//! Entitlements: what every identity is granted, as one hash and a line for each, so that two states can be compared long
//! after the earlier one is gone.
//!
//! Only content counts: which rules an identity is bound to, and where. Names of roles and bindings, uids and times do not,
//! so that a tool which makes its objects anew changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::OnceLock;

use sha2::{Digest, Sha256};

use crate::facts::{role_key, unparseable};
use crate::view::{PolicyRule, Role, Text};
use crate::{Blind, Inventory, Kind, ObjectKey};

type Hash = [u8; 32];

/// How many bytes of a hash a line shows: 64 bits tell one change apart from none.
const SHORT: usize = 8;

/// What every identity is granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entitlements {
    hash: Text,
    /// By identity, as messages name it: the short hash of what it is granted.
    identities: BTreeMap<Text, Text>,
}

/// Who is granted something else than before.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference {
    /// Identities that were granted nothing.
    pub added: BTreeSet<Text>,
    /// Identities that were granted something else.
    pub changed: BTreeSet<Text>,
    /// Identities that are granted nothing any more.
    pub removed: BTreeSet<Text>,
}

impl Entitlements {
    /// The hash of it all.
    #[must_use]
    pub fn hash(&self) -> &Text {
        &self.hash
    }

    /// One line for each identity: the short hash of what it is granted, a space, and the identity.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.identities
            .iter()
            .map(|(identity, hash)| format!("{hash} {identity}"))
    }

    /// What came, differs and went since the state that these lines tell of.
    #[must_use]
    pub fn since<'a>(&self, lines: impl IntoIterator<Item = &'a str>) -> Difference {
        let before: BTreeMap<&str, &str> = lines
            .into_iter()
            .filter_map(|line| line.split_once(' '))
            .map(|(hash, identity)| (identity, hash))
            .collect();
        let mut difference = Difference::default();
        for (identity, hash) in &self.identities {
            match before.get(identity.as_ref()) {
                None => _ = difference.added.insert(identity.clone()),
                Some(earlier) if *earlier != hash.as_ref() => {
                    difference.changed.insert(identity.clone());
                }
                Some(_) => {}
            }
        }
        let gone = before
            .keys()
            .filter(|identity| !self.identities.contains_key(**identity));
        difference.removed = gone.map(|identity| Text::from(*identity)).collect();
        difference
    }
}

/// What the inventory keeps: a hash of each role as it comes, and the whole from when it was asked for until something
/// changes.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    roles: BTreeMap<ObjectKey, Hash>,
    whole: OnceLock<Result<Entitlements, Blind>>,
}

impl Kept {
    /// A role is this now, or is gone or cannot be read.
    pub(crate) fn role_changed(&mut self, key: &ObjectKey, role: Option<&Role>) {
        match role {
            Some(role) => _ = self.roles.insert(key.clone(), hash_of_rules(&role.rules)),
            None => _ = self.roles.remove(key),
        }
        self.whole = OnceLock::new();
    }

    /// Some binding changed.
    pub(crate) fn binding_changed(&mut self) {
        self.whole = OnceLock::new();
    }

    pub(crate) fn of(&self, inventory: &Inventory) -> Result<&Entitlements, Blind> {
        self.whole
            .get_or_init(|| self.tell(inventory))
            .as_ref()
            .map_err(Clone::clone)
    }

    fn tell(&self, inventory: &Inventory) -> Result<Entitlements, Blind> {
        if let Some(blind) = inventory.unreadable_binding() {
            return Err(blind);
        }
        let mut whole = Sha256::new();
        let mut identities = BTreeMap::new();
        for (identity, bindings) in inventory.holders.iter() {
            let mut grants = BTreeSet::new();
            for key in bindings {
                let Some(Ok(binding)) = inventory.bindings.get(key) else {
                    continue;
                };
                let role = role_key(&key.namespace, &binding.role);
                if let Some(Err(error)) = inventory.roles.get(&role) {
                    let kind = if role.namespace.is_empty() {
                        Kind::ClusterRole
                    } else {
                        Kind::Role
                    };
                    return Err(unparseable(kind, &role, error));
                }
                // A role that does not exist grants nothing yet: that somebody makes it is a change.
                grants.extend(self.roles.get(&role).map(|hash| (&key.namespace, hash)));
            }
            if grants.is_empty() {
                continue;
            }
            let mut one = Sha256::new();
            for (namespace, rules) in grants {
                put(&mut one, namespace);
                one.update(rules);
            }
            let one: Hash = one.finalize().into();
            let name = identity.to_string();
            put(&mut whole, &name);
            whole.update(one);
            let short = one.get(..SHORT).unwrap_or_default();
            identities.insert(Text::from(name), Text::from(hex(short)));
        }
        let whole: Hash = whole.finalize().into();
        Ok(Entitlements {
            hash: hex(&whole).into(),
            identities,
        })
    }
}

/// Texts with their length before them, so that no two sequences of texts read the same.
fn put(hash: &mut Sha256, text: &str) {
    hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
    hash.update(text);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What rules say, whatever their order, and however the verbs on the same objects are spread over them.
fn hash_of_rules(rules: &[PolicyRule]) -> Hash {
    let sorted = |texts: &[Text]| -> BTreeSet<Text> { texts.iter().cloned().collect() };
    let mut verbs: BTreeMap<[BTreeSet<Text>; 4], BTreeSet<Text>> = BTreeMap::new();
    for rule in rules {
        let on = [
            sorted(&rule.api_groups),
            sorted(&rule.resources),
            sorted(&rule.resource_names),
            sorted(&rule.non_resource_urls),
        ];
        verbs.entry(on).or_default().extend(sorted(&rule.verbs));
    }
    let mut hash = Sha256::new();
    for (on, verbs) in &verbs {
        for list in on.iter().chain([verbs]) {
            put(&mut hash, "list");
            hash.update(u64::try_from(list.len()).unwrap_or(u64::MAX).to_be_bytes());
            for text in list {
                put(&mut hash, text);
            }
        }
    }
    hash.finalize().into()
}
