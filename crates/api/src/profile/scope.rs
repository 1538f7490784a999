//! The scope of a profile: which namespaces and nodes hold cardholder data, are connected to what does, or are said to be
//! out of scope.

use std::collections::BTreeMap;

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::schema::is_default;

/// What belongs to which part of the assessment. What no part lists is in scope. No check judges a part otherwise than
/// another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Scope {
    /// The cardholder data environment: what stores, processes or transmits cardholder data. While it lists nothing,
    /// the controls of section 16 are `Unknown` with the reason `ScopeNotDeclared`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub cde: ScopePart,
    /// What is connected to the cardholder data environment or can affect its security. It is written down for whoever
    /// reads the profile and changes no outcome, verdict or count.
    #[serde(default, skip_serializing_if = "is_default")]
    pub connected_to: ScopePart,
    /// What is kept apart from the cardholder data environment, by the word of whoever writes the profile. It is judged
    /// like everything else: it shares the API server with the rest of the cluster, and often the nodes, and that something
    /// keeps it apart has to be shown first. It changes no outcome, verdict or count.
    #[serde(default, skip_serializing_if = "is_default")]
    pub out_of_scope: ScopePart,
}

/// One part of the scope: namespaces, with what is in them, and nodes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScopePart {
    /// Namespaces that belong to this part, with everything in them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub namespaces: ObjectSelection,
    /// Nodes that belong to this part.
    #[serde(default, skip_serializing_if = "is_default")]
    pub nodes: ObjectSelection,
}

/// Objects by name or by label. What either of the two picks is selected; left out, it picks nothing.
#[derive(KubeSchema, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectSelection {
    /// Names of objects, in full; there are no patterns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 1000))]
    #[x_kube(merge_strategy = ListMerge::Set)]
    pub names: Vec<String>,
    /// Labels that the objects must carry. To select all of them, ask for a label that each has, such as
    /// `kubernetes.io/metadata.name` for namespaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selector: Option<LabelSelector>,
}

/// Labels that an object must carry: all entries of both lists must hold. An empty selector is refused, because
/// elsewhere in Kubernetes it selects everything, which is seldom meant.
#[derive(KubeSchema, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[x_kube(
    validation = Rule::new("(has(self.matchLabels) && self.matchLabels.size() > 0) || (has(self.matchExpressions) && self.matchExpressions.size() > 0)")
        .message("a selector needs at least one entry in matchLabels or matchExpressions")
)]
#[serde(rename_all = "camelCase")]
pub struct LabelSelector {
    /// Labels with their exact values, all of which the object must carry.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 64))]
    pub match_labels: BTreeMap<String, String>,
    /// Conditions on labels, all of which must hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 64))]
    pub match_expressions: Vec<LabelRequirement>,
}

/// One condition on one label.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[x_kube(
    validation = Rule::new("self.operator in ['In', 'NotIn'] ? has(self.values) && self.values.size() > 0 : !has(self.values) || self.values.size() == 0")
        .message("In and NotIn need values; Exists and DoesNotExist take none")
)]
#[serde(rename_all = "camelCase")]
pub struct LabelRequirement {
    /// Key of the label, such as `pci.example.com/zone`.
    #[schemars(length(min = 1, max = 317))]
    pub key: String,
    /// `In`: the label has one of `values`. `NotIn`: it has none of them, or is missing. `Exists`: it is there, with
    /// any value. `DoesNotExist`: it is missing.
    pub operator: SelectorOperator,
    /// Values for `In` and `NotIn`; left out for the other two.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 256))]
    #[x_kube(merge_strategy = ListMerge::Set)]
    pub values: Vec<String>,
}

/// How a label is compared.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub enum SelectorOperator {
    /// The label has one of the values.
    In,
    /// The label has none of the values, or is missing.
    NotIn,
    /// The label is there.
    Exists,
    /// The label is missing.
    DoesNotExist,
}
