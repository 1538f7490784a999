//! Random histories of a small cluster, and a model of what each comes to.

mod compare;
pub(crate) mod machine;
mod model;
mod objects;
mod probes;
mod said;
pub(crate) mod steps;
