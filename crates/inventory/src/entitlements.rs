//! Entitlements: what every identity is granted, as one hash and a line for each, so that two states can be compared long
//! after the earlier one is gone.
//!
//! Only content counts: which rules an identity is bound to, and where. Names of roles and bindings, uids and times do not,
//! so that a tool which makes its objects anew changes nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::sync::OnceLock;

use sha2::{Digest, Sha256};

use crate::access::Identity;
use crate::facts::{role_key, unparseable};
use crate::view::{Role, Text};
use crate::{Blind, Inventory, Kind, ObjectKey};

mod snapshot;
pub use snapshot::{Change, Place, Right, Snapshot};

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
        let lines = lines.into_iter().filter_map(Line::read);
        let before: BTreeMap<&str, &str> = lines.map(|line| (line.identity, line.hash)).collect();
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

/// A line that tells what one identity is granted: the short hash of it all; where there was room, a plus sign and the short
/// hashes of its rights, with commas between them; a space; the identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// As messages name it.
    pub identity: &'a str,
    hash: &'a str,
    rights: Option<&'a str>,
}

impl<'a> Line<'a> {
    /// Reads a line; one that cannot be read tells of nobody.
    #[must_use]
    pub fn read(line: &'a str) -> Option<Self> {
        let (hashes, identity) = line.split_once(' ')?;
        let (hash, rights) = match hashes.split_once('+') {
            Some((hash, rights)) => (hash, Some(rights)),
            None => (hashes, None),
        };
        Some(Self {
            identity,
            hash,
            rights,
        })
    }

    /// The short hashes of rights; `None` where it tells of none.
    #[must_use]
    pub fn rights(&self) -> Option<BTreeSet<&'a str>> {
        Some(self.rights?.split(',').collect())
    }
}

/// What the inventory keeps: a hash of each role as it comes, and the whole from when it was asked for until something
/// changes.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    roles: HashMap<ObjectKey, Hash>,
    whole: OnceLock<Result<Entitlements, Blind>>,
    /// Lines that tell of rights as well, from when they were asked for.
    lines: OnceLock<Vec<String>>,
}

impl Kept {
    /// A role is this now, or is gone or cannot be read.
    pub(crate) fn role_changed(&mut self, key: &ObjectKey, role: Option<&Role>) {
        match role {
            Some(role) => {
                let hash = hash_of(&Right::all_of(&role.rules));
                self.roles.insert(key.clone(), hash);
            }
            None => _ = self.roles.remove(key),
        }
        self.binding_changed();
    }

    /// Some binding changed.
    pub(crate) fn binding_changed(&mut self) {
        self.whole = OnceLock::new();
        self.lines = OnceLock::new();
    }

    /// One line for each identity that tells of its rights as well; none while they cannot be told. It takes as long as there
    /// are rights: to be asked for where lines are few.
    pub(crate) fn lines(&self, inventory: &Inventory) -> &[String] {
        self.lines.get_or_init(|| {
            let whole = inventory.snapshot(|_| true);
            whole.map_or_else(|_| Vec::new(), |whole| whole.lines().collect())
        })
    }

    pub(crate) fn of(&self, inventory: &Inventory) -> Result<&Entitlements, Blind> {
        self.whole
            .get_or_init(|| self.tell(inventory))
            .as_ref()
            .map_err(Clone::clone)
    }

    fn tell(&self, inventory: &Inventory) -> Result<Entitlements, Blind> {
        let mut whole = Whole::default();
        let mut identities = BTreeMap::new();
        inventory.each_grant(|identity, grants| {
            // A role that does not exist grants nothing yet: that somebody makes it is a change.
            let hashes = grants
                .iter()
                .filter_map(|(namespace, role)| Some((*namespace, *self.roles.get(role)?)));
            if let Some(one) = whole.add(identity, hashes.collect()) {
                identities.insert(Text::from(identity.to_string()), Text::from(one));
            }
        })?;
        Ok(Entitlements {
            hash: whole.finish(),
            identities,
        })
    }
}

impl Inventory {
    /// Tells of each identity that a binding names which roles it is granted, and in which namespaces.
    fn each_grant<'a>(
        &'a self,
        mut tell: impl FnMut(&Identity, BTreeSet<(&'a Text, &ObjectKey)>),
    ) -> Result<(), Blind> {
        if let Some(blind) = self.unreadable_binding() {
            return Err(blind);
        }
        for (identity, bindings) in self.holders.in_order() {
            let mut roles = Vec::new();
            for key in bindings {
                let Some(Ok(binding)) = self.bindings.get(key) else {
                    continue;
                };
                let role = role_key(&key.namespace, &binding.role);
                if let Some(Err(error)) = self.roles.get(&role) {
                    let kind = if role.namespace.is_empty() {
                        Kind::ClusterRole
                    } else {
                        Kind::Role
                    };
                    return Err(unparseable(kind, &role, error));
                }
                roles.push((&key.namespace, role));
            }
            tell(
                identity,
                roles
                    .iter()
                    .map(|(namespace, role)| (*namespace, role))
                    .collect(),
            );
        }
        Ok(())
    }
}

/// The hash of everything, identity by identity in their order.
#[derive(Default)]
struct Whole(Sha256);

impl Whole {
    /// Adds what one identity is granted, and tells the short hash of that; `None` if that is nothing.
    fn add(&mut self, identity: &Identity, grants: BTreeSet<(&Text, Hash)>) -> Option<String> {
        if grants.is_empty() {
            return None;
        }
        let mut one = Sha256::new();
        for (namespace, rules) in grants {
            put(&mut one, namespace);
            one.update(rules);
        }
        let one: Hash = one.finalize().into();
        put(&mut self.0, &identity.to_string());
        self.0.update(one);
        Some(hex(one.get(..SHORT).unwrap_or_default()))
    }

    fn finish(self) -> Text {
        let whole: Hash = self.0.finalize().into();
        hex(&whole).into()
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

/// Hash of what a role grants.
fn hash_of(rights: &BTreeSet<Right>) -> Hash {
    let mut hash = Sha256::new();
    for right in rights {
        right.put(&mut hash);
    }
    hash.finalize().into()
}
