//! What an object's status is to be, and how urgent a difference is.

use std::hash::{DefaultHasher, Hash, Hasher};

use assay_api::{ComplianceFindings, ComplianceProfile, ComplianceReport};
use kube::Resource;
use kube::api::{ApiResource, DynamicObject, ObjectMeta, TypeMeta};
use serde::Serialize;
use serde_json::Value;

/// Which object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Target {
    /// A `ComplianceReport`, by name.
    Report(String),
    /// A `ComplianceProfile`, by name. Only its status is ours.
    Profile(String),
    /// A `ComplianceFindings`, by namespace and name.
    Findings(String, String),
}

impl Target {
    /// Its name.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Report(name) | Self::Profile(name) | Self::Findings(_, name) => name,
        }
    }

    /// Its namespace.
    pub(crate) fn namespace(&self) -> Option<&str> {
        match self {
            Self::Findings(namespace, _) => Some(namespace),
            Self::Report(_) | Self::Profile(_) => None,
        }
    }

    /// How the API serves it.
    pub(crate) fn resource(&self) -> ApiResource {
        match self {
            Self::Report(_) => ApiResource::erase::<ComplianceReport>(&()),
            Self::Profile(_) => ApiResource::erase::<ComplianceProfile>(&()),
            Self::Findings(..) => ApiResource::erase::<ComplianceFindings>(&()),
        }
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = self.resource().kind;
        match self.namespace() {
            Some(namespace) => write!(f, "{kind} {namespace}/{}", self.name()),
            None => write!(f, "{kind} {}", self.name()),
        }
    }
}

/// What is to stand there.
#[derive(Debug, Clone)]
pub(crate) struct Desired {
    /// Metadata and spec for the case that it has to be created.
    pub(crate) frame: DynamicObject,
    /// The status as JSON; `epoch` and `verifiedAt` are the writer's to fill in. Text, because it is kept for as long as it
    /// stands, and a tree of values takes many times the memory.
    pub(crate) status: Box<str>,
    /// Hash of what must be shown at once: verdicts and findings.
    pub(crate) urgent: u64,
    /// Hash of everything that changes with the cluster, counters included.
    pub(crate) calm: u64,
    /// Bytes of the frame.
    pub(crate) frame_size: u64,
    /// Bytes that are sent to make it stand there, at most.
    pub(crate) size: u64,
}

/// Bytes that the writer adds to a status: version, epoch and times in full length.
const STAMPS: u64 = 256;

/// Fields that change though the cluster does not: the writer fills them in, or they tell the age of evidence.
const AGES: [&str; 5] = [
    "verifiedAt",
    "epoch",
    "oldest",
    "lastSuccess",
    "lastTransitionTime",
];
/// Fields that count: they ride along with the next write, or are refreshed at leisure.
const COUNTERS: [&str; 4] = ["evaluated", "passed", "notApplicable", "unknown"];

impl Desired {
    /// From an object whose status is filled in.
    pub(crate) fn new<K>(object: &K) -> Result<Self, serde_json::Error>
    where
        K: Resource<DynamicType = ()> + Serialize,
    {
        let mut data = serde_json::to_value(object)?;
        let status = data.get_mut("status").map_or(Value::Null, Value::take);
        let spec = data.get("spec").cloned().unwrap_or(Value::Null);
        let meta = object.meta();
        let frame = DynamicObject {
            types: Some(TypeMeta {
                api_version: K::api_version(&()).into_owned(),
                kind: K::kind(&()).into_owned(),
            }),
            metadata: ObjectMeta {
                name: meta.name.clone(),
                namespace: meta.namespace.clone(),
                labels: meta.labels.clone(),
                owner_references: meta.owner_references.clone(),
                ..ObjectMeta::default()
            },
            data: serde_json::json!({ "spec": spec }),
        };
        let frame_size = serde_json::to_string(&frame)?.len() as u64;
        let text = status.to_string();
        Ok(Self {
            // An object that is missing is created first, by its frame alone.
            size: 2 * frame_size + text.len() as u64 + STAMPS,
            frame_size,
            frame,
            urgent: hash(&status, &|field| {
                AGES.contains(&field) || COUNTERS.contains(&field)
            }),
            calm: hash(&status, &|field| AGES.contains(&field)),
            status: text.into(),
        })
    }
}

/// Hash of a JSON value, without the fields named.
fn hash(value: &Value, skip: &impl Fn(&str) -> bool) -> u64 {
    fn walk(value: &Value, skip: &impl Fn(&str) -> bool, into: &mut DefaultHasher) {
        match value {
            Value::Object(fields) => {
                fields.len().hash(into);
                for (field, value) in fields.iter().filter(|(field, _)| !skip(field)) {
                    field.hash(into);
                    walk(value, skip, into);
                }
            }
            Value::Array(items) => {
                items.len().hash(into);
                for item in items {
                    walk(item, skip, into);
                }
            }
            Value::String(text) => text.hash(into),
            other => other.to_string().hash(into),
        }
    }
    let mut hasher = DefaultHasher::new();
    walk(value, skip, &mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn counters_and_ages_are_not_urgent() {
        let urgent = |value: &Value| {
            hash(value, &|field| {
                AGES.contains(&field) || COUNTERS.contains(&field)
            })
        };
        let calm = |value: &Value| hash(value, &|field| AGES.contains(&field));
        let first =
            json!({"verdict": "Met", "verifiedAt": "a", "checks": [{"failed": 0, "evaluated": 7}]});
        let counted =
            json!({"verdict": "Met", "verifiedAt": "a", "checks": [{"failed": 0, "evaluated": 8}]});
        let aged =
            json!({"verdict": "Met", "verifiedAt": "b", "checks": [{"failed": 0, "evaluated": 7}]});
        let worse =
            json!({"verdict": "Met", "verifiedAt": "a", "checks": [{"failed": 1, "evaluated": 7}]});
        assert_eq!(urgent(&first), urgent(&counted));
        assert_ne!(calm(&first), calm(&counted));
        assert_eq!(calm(&first), calm(&aged));
        assert_ne!(urgent(&first), urgent(&worse));
    }
}
