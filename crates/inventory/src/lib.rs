//! What Assay remembers of a cluster: lean views of its objects, how they relate, and what can be seen at all.
//!
//! Nothing here does I/O or asks for the time. [`decode`] turns the API's bytes into [`view`]s, [`Inventory::apply`]
//! folds [`Delta`]s into the state and says which [`Subject`]s and [`RelationKey`]s changed, and [`Facts`] is how a
//! check reads it: every read is noted, so that the engine knows whom a later change concerns.

pub mod access;
mod decode;
mod delta;
mod distribution;
mod entitlements;
mod evidence;
mod extractor;
mod facts;
mod few;
mod intern;
mod inventory;
mod issued;
mod kind;
mod relation;
mod sight;
mod subject;
mod table;
mod third_party;
pub mod view;
mod workload;

pub use access::Identity;
pub use decode::{DecodeError, decode, identity};
pub use delta::Delta;
pub use distribution::Distribution;
pub use entitlements::{Change, Difference, Entitlements, Line, Place, Right, Snapshot};
pub use evidence::{
    AccessAnswer, AccessAnswers, AdmissionProbe, AnonymousProbe, ApiServerFlags, ApiServerMetrics,
    ApiServerTls, Authorization, Authorizer, Certificate, ClientCertificates, Deed,
    EndpointAnswers, EndpointFlags, EndpointMetrics, Evidence, EvidenceKey, EvidenceKind, Fact,
    Fate, Flaw, Handshake, IdentityMap, KubeadmConfig, KubeletConfig, KubeletProbe, ListedSecret,
    ListedSecrets, MappedIdentity, Metrics, Per, PlainPort, Refusal, Said, SilentEndpoint, Sought,
    Trust, Under,
};
pub use extractor::Extractor;
pub use facts::{Facts, Grant, Instance, NODE_PATIENCE, PodClass, Readings, Reads, Told, role_key};
pub use intern::Interner;
pub use inventory::{Changes, Inventory};
pub use kind::{Kind, Served, api_version};
pub use relation::{Relation, RelationKey, Relations};
pub use sight::{Blind, GRACE, Reason, Sight};
pub use subject::{ObjectKey, Subject, SubjectKind, WorkloadKey};
pub use third_party::{Class, ThirdParty};
pub use workload::{OWNER_PATIENCE, Variant, Workload};
