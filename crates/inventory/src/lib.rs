//! What Assay remembers of a cluster: lean views of its objects, how they relate, and what can be seen at all.
//!
//! Nothing here does I/O or asks for the time. [`decode`] turns the API's bytes into [`view`]s, [`Inventory::apply`]
//! folds [`Delta`]s into the state and says which [`Subject`]s and [`RelationKey`]s changed, and [`Facts`] is how a
//! check reads it: every read is noted, so that the engine knows whom a later change concerns.

mod decode;
mod delta;
mod entitlements;
mod evidence;
mod extractor;
mod facts;
mod grants;
mod intern;
mod inventory;
mod kind;
mod relation;
mod sight;
mod subject;
mod table;
pub mod view;
mod workload;

pub use decode::{DecodeError, decode, identity};
pub use delta::Delta;
pub use entitlements::{Difference, Entitlements};
pub use evidence::{
    AnonymousProbe, Authorization, EndpointAnswers, Evidence, EvidenceKey, EvidenceKind, Fact,
    KubeletConfig,
};
pub use extractor::Extractor;
pub use facts::{Facts, Grant, NODE_PATIENCE, PodClass, Reads};
pub use grants::Identity;
pub use inventory::{Changes, Inventory};
pub use kind::{Kind, Served, api_version};
pub use relation::{Relation, RelationKey};
pub use sight::{Blind, GRACE, Reason, Sight};
pub use subject::{ObjectKey, Subject, SubjectKind, WorkloadKey};
pub use workload::{OWNER_PATIENCE, Variant, Workload};
