//! Label selectors, matched as `metav1.LabelSelectorAsSelector` does.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Labels, Meta, Text};
use crate::view::object::{objects, objects_or_null};

objects_or_null!(RawSelector);
objects!(RawRequirement);

/// A label selector. Empty, it selects everything.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct LabelSelector {
    /// All must hold.
    pub requirements: Vec<Requirement>,
}

/// One requirement of a selector.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Requirement {
    /// Label key.
    pub key: Text,
    /// How its value is compared.
    pub operator: Operator,
    /// Values of `In` and `NotIn`.
    pub values: Vec<Text>,
}

/// Operators of `matchExpressions`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
pub enum Operator {
    /// The label is present with one of the values.
    In,
    /// The label is absent or has none of the values.
    NotIn,
    /// The label is present.
    Exists,
    /// The label is absent.
    DoesNotExist,
}

impl LabelSelector {
    /// Whether it selects everything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }

    /// Whether an object with these labels is selected.
    #[must_use]
    pub fn matches(&self, labels: &Labels) -> bool {
        self.requirements.iter().all(|requirement| {
            let value = labels.get(&requirement.key);
            let listed = || {
                value.is_some_and(|value| {
                    requirement
                        .values
                        .iter()
                        .any(|wanted| wanted.as_ref() == value)
                })
            };
            match requirement.operator {
                Operator::In => listed(),
                Operator::NotIn => !listed(),
                Operator::Exists => value.is_some(),
                Operator::DoesNotExist => value.is_none(),
            }
        })
    }
}

/// Objects of one kind without namespace, by name or by label. Empty, it selects nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// Names.
    pub names: BTreeSet<Text>,
    /// Labels.
    pub selector: Option<LabelSelector>,
}

impl Selection {
    /// Whether it selects nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether an object with this name and these labels is selected.
    #[must_use]
    pub fn selects(&self, meta: &Meta) -> bool {
        let by_label = |selector: &LabelSelector| selector.matches(&meta.labels);
        self.names.contains(&meta.name) || self.selector.as_ref().is_some_and(by_label)
    }
}

#[derive(Deserialize)]
#[serde(remote = "Self")]
struct RawRequirement {
    key: Text,
    operator: Operator,
    values: Option<Vec<Text>>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
pub(crate) struct RawSelector {
    match_labels: Option<std::collections::BTreeMap<Text, Text>>,
    match_expressions: Option<Vec<RawRequirement>>,
}

impl From<RawSelector> for LabelSelector {
    fn from(raw: RawSelector) -> Self {
        let labels = raw
            .match_labels
            .into_iter()
            .flatten()
            .map(|(key, value)| Requirement {
                key,
                operator: Operator::In,
                values: vec![value],
            });
        let expressions = raw
            .match_expressions
            .into_iter()
            .flatten()
            .map(|expression| Requirement {
                key: expression.key,
                operator: expression.operator,
                values: expression.values.unwrap_or_default(),
            });
        Self {
            requirements: labels.chain(expressions).collect(),
        }
    }
}
