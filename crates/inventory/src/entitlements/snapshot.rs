//! A snapshot: every right of every identity, to be kept outside the cluster and compared with a later one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Hash, Whole, hash_of, hex, put};
use crate::access::Identity;
use crate::view::{PolicyRule, Text};
use crate::{Blind, Inventory};

/// How many bytes of a hash stand for one right: among those of one identity they are told apart by less. Who makes two alike
/// hides which right it is, and not that one changed.
const SHORT: usize = 4;

/// What a rule of a role says, whatever the order of its texts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Right {
    /// API groups.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub api_groups: BTreeSet<Text>,
    /// Resources.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub resources: BTreeSet<Text>,
    /// Names of objects; none is all of them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub resource_names: BTreeSet<Text>,
    /// Paths outside the API's resources.
    #[serde(
        rename = "nonResourceURLs",
        default,
        skip_serializing_if = "BTreeSet::is_empty"
    )]
    pub non_resource_urls: BTreeSet<Text>,
    /// Verbs.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub verbs: BTreeSet<Text>,
}

/// The namespace that a right is limited to; empty is everywhere.
pub type Place = Text;

/// Rights as roles grant them: in a namespace, what one role says.
type Grants = BTreeSet<(Place, BTreeSet<Right>)>;

/// Every right of every identity at one instant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot(BTreeMap<Identity, Grants>);

/// What became of the rights of one identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Whose they are.
    pub identity: Identity,
    /// Whether it was granted something before.
    pub was_there: bool,
    /// Whether it is granted something now.
    pub is_there: bool,
    /// Rights it did not have. Where one gained verbs, these alone.
    pub added: Vec<(Place, Right)>,
    /// Rights it no longer has. With none added and none removed, other roles grant the same.
    pub removed: Vec<(Place, Right)>,
}

impl Right {
    /// What rules say, whatever their order, and however the verbs on the same objects are spread over them.
    pub(super) fn all_of(rules: &[PolicyRule]) -> BTreeSet<Self> {
        let sorted = |texts: &[Text]| -> BTreeSet<Text> { texts.iter().cloned().collect() };
        let rights = rules.iter().map(|rule| Self {
            api_groups: sorted(&rule.api_groups),
            resources: sorted(&rule.resources),
            resource_names: sorted(&rule.resource_names),
            non_resource_urls: sorted(&rule.non_resource_urls),
            verbs: sorted(&rule.verbs),
        });
        joined(rights.map(|right| (Place::default(), right)))
            .into_iter()
            .map(|((_, on), verbs)| Self { verbs, ..on })
            .collect()
    }

    pub(super) fn put(&self, hash: &mut Sha256) {
        let lists = [
            &self.api_groups,
            &self.resources,
            &self.resource_names,
            &self.non_resource_urls,
            &self.verbs,
        ];
        for list in lists {
            put(hash, "list");
            hash.update(u64::try_from(list.len()).unwrap_or(u64::MAX).to_be_bytes());
            for text in list {
                put(hash, text);
            }
        }
    }

    /// The short hash that stands for it in a [`super::Line`].
    #[must_use]
    pub fn digest(&self, place: &Place) -> String {
        let mut hash = Sha256::new();
        put(&mut hash, place);
        self.put(&mut hash);
        let hash: Hash = hash.finalize().into();
        hex(hash.get(..SHORT).unwrap_or_default())
    }

    /// As messages say it.
    #[must_use]
    pub fn told(&self, place: &Place) -> String {
        if place.is_empty() {
            self.to_string()
        } else {
            format!("{self} in {place}")
        }
    }
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |texts: &BTreeSet<Text>| {
            let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
            texts.join(",")
        };
        write!(f, "{}", list(&self.verbs))?;
        if !self.resources.is_empty() {
            write!(f, " {}", list(&self.resources))?;
        }
        // The core group alone is what nobody writes.
        if self.api_groups.iter().any(|group| !group.is_empty()) {
            let groups = self.api_groups.iter().map(|group| match group.as_ref() {
                "" => "core",
                group => group,
            });
            write!(f, " of {}", groups.collect::<Vec<_>>().join(","))?;
        }
        if !self.resource_names.is_empty() {
            write!(f, " named {}", list(&self.resource_names))?;
        }
        if !self.non_resource_urls.is_empty() {
            write!(f, " {}", list(&self.non_resource_urls))?;
        }
        Ok(())
    }
}

/// Verbs by place and by what they are on.
fn joined(
    rights: impl Iterator<Item = (Place, Right)>,
) -> BTreeMap<(Place, Right), BTreeSet<Text>> {
    let mut verbs: BTreeMap<(Place, Right), BTreeSet<Text>> = BTreeMap::new();
    for (place, mut right) in rights {
        let own = std::mem::take(&mut right.verbs);
        verbs.entry((place, right)).or_default().extend(own);
    }
    verbs
}

/// All rights that roles grant, whichever of them does.
fn flat(grants: Option<&Grants>) -> BTreeMap<(Place, Right), BTreeSet<Text>> {
    let all = grants.into_iter().flatten();
    joined(all.flat_map(|(place, rights)| {
        rights
            .iter()
            .map(move |right| (Place::clone(place), right.clone()))
    }))
}

/// What of its own is not among the other.
fn beyond(
    own: &BTreeMap<(Place, Right), BTreeSet<Text>>,
    other: &BTreeMap<(Place, Right), BTreeSet<Text>>,
) -> Vec<(Place, Right)> {
    let more = own.iter().filter_map(|(key, verbs)| {
        let known = other.get(key);
        let verbs: BTreeSet<Text> = match known {
            Some(known) => verbs.difference(known).cloned().collect(),
            None => verbs.clone(),
        };
        let (place, on) = key.clone();
        // A rule without verbs grants nothing, and is a rule.
        (known.is_none() || !verbs.is_empty()).then_some((place, Right { verbs, ..on }))
    });
    more.collect()
}

impl Snapshot {
    /// The hash of it all: that of [`super::Entitlements`] at the same instant.
    #[must_use]
    pub fn hash(&self) -> Text {
        let mut whole = Whole::default();
        for (identity, grants) in &self.0 {
            whole.add(identity, hashes(grants));
        }
        whole.finish()
    }

    /// One [`super::Line`] for each identity, its rights included.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.0.iter().filter_map(|(identity, grants)| {
            let hash = Whole::default().add(identity, hashes(grants))?;
            let rights = flat(Some(grants)).into_iter();
            let digests: Vec<String> = rights
                .map(|((place, on), verbs)| Right { verbs, ..on }.digest(&place))
                .collect();
            Some(format!("{hash}+{} {identity}", digests.join(",")))
        })
    }

    /// Every identity with its rights, whichever roles grant them.
    pub fn rights(&self) -> impl Iterator<Item = (&Identity, Vec<(Place, Right)>)> {
        self.0.iter().map(|(identity, grants)| {
            let rights = flat(Some(grants)).into_iter();
            let rights = rights.map(|((place, on), verbs)| (place, Right { verbs, ..on }));
            (identity, rights.collect())
        })
    }

    /// Whose rights are not what they were in an earlier one; nobody's exactly if the hashes are the same.
    #[must_use]
    pub fn since(&self, before: &Self) -> Vec<Change> {
        let all: BTreeSet<&Identity> = self.0.keys().chain(before.0.keys()).collect();
        let changed = all.into_iter().filter_map(|identity| {
            let (then, now) = (before.0.get(identity), self.0.get(identity));
            if then == now {
                return None;
            }
            let (then_flat, now_flat) = (flat(then), flat(now));
            Some(Change {
                identity: identity.clone(),
                was_there: then.is_some(),
                is_there: now.is_some(),
                added: beyond(&now_flat, &then_flat),
                removed: beyond(&then_flat, &now_flat),
            })
        });
        changed.collect()
    }
}

fn hashes(grants: &Grants) -> BTreeSet<(&Text, Hash)> {
    let grants = grants.iter();
    grants
        .map(|(place, rights)| (place, hash_of(rights)))
        .collect()
}

impl Inventory {
    /// Every right of the identities that are `wanted`, by the bindings and roles that are known.
    ///
    /// # Errors
    /// [`Blind`] while one of them cannot be read. Whether they can be seen at all is another question.
    pub fn snapshot(&self, wanted: impl Fn(&Identity) -> bool) -> Result<Snapshot, Blind> {
        let mut all = BTreeMap::new();
        self.each_grant(|identity, grants| {
            if !wanted(identity) {
                return;
            }
            let grants: Grants = grants
                .into_iter()
                .filter_map(|(place, role)| {
                    let role = self.role(role)?;
                    Some((Place::clone(place), Right::all_of(&role.rules)))
                })
                .collect();
            if !grants.is_empty() {
                all.insert(identity.clone(), grants);
            }
        })?;
        Ok(Snapshot(all))
    }

    /// A line for each identity that tells of its rights as well, see [`super::Line`]; none while they cannot be told.
    #[must_use]
    pub fn entitlement_lines(&self) -> &[String] {
        self.entitlements.lines(self)
    }
}

/// One identity, as a snapshot is written down.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    kind: Kind,
    #[serde(default, skip_serializing_if = "str_is_empty")]
    namespace: Text,
    name: Text,
    grants: Vec<Grant>,
}

#[derive(Serialize, Deserialize)]
enum Kind {
    User,
    Group,
    ServiceAccount,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Grant {
    #[serde(default, skip_serializing_if = "str_is_empty")]
    namespace: Place,
    rules: BTreeSet<Right>,
}

fn str_is_empty(text: &Text) -> bool {
    text.is_empty()
}

impl Serialize for Snapshot {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.iter().map(|(identity, grants)| {
            let none = Text::default();
            let (kind, namespace, name) = match identity {
                Identity::User(name) => (Kind::User, &none, name),
                Identity::Group(name) => (Kind::Group, &none, name),
                Identity::ServiceAccount(key) => (Kind::ServiceAccount, &key.namespace, &key.name),
            };
            let grants = grants.iter().map(|(place, rights)| Grant {
                namespace: Place::clone(place),
                rules: rights.clone(),
            });
            Written {
                kind,
                namespace: Text::clone(namespace),
                name: Text::clone(name),
                grants: grants.collect(),
            }
        }))
    }
}

impl<'de> Deserialize<'de> for Snapshot {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let written = Vec::<Written>::deserialize(from)?;
        let all = written.into_iter().map(|one| {
            let identity = match one.kind {
                Kind::User => Identity::User(one.name),
                Kind::Group => Identity::Group(one.name),
                Kind::ServiceAccount => {
                    Identity::ServiceAccount(crate::ObjectKey::new(one.namespace, one.name))
                }
            };
            let grants = one.grants.into_iter();
            (
                identity,
                grants.map(|grant| (grant.namespace, grant.rules)).collect(),
            )
        });
        Ok(Self(all.collect()))
    }
}
