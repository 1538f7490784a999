//! Random histories of a small cluster, and a model of what each comes to.

mod admission;
mod answers;
mod compare;
pub(crate) mod machine;
mod model;
mod objects;
mod probes;
mod profiles;
mod said;
mod servers;
pub(crate) mod steps;
mod third_party;
