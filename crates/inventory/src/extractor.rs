//! Extractors: what must be looked for in the raw object, because the view keeps too little to find it later.

use crate::Kind;
use crate::view::Mark;

/// Runs over the JSON of workloads (pods and what makes pods) and of `ConfigMaps` while they are decoded; only its marks are
/// kept.
#[derive(Clone, Copy)]
pub struct Extractor {
    /// Id: that of the check that reads its marks, or a name of its own where several do.
    pub id: &'static str,
    /// Finds marks in the JSON of one object. Text it cannot read yields none: the decoder reports that.
    pub run: fn(Kind, &str) -> Vec<Mark>,
}
