//! Random histories of a small cluster, and a model of what each comes to.

pub(crate) mod machine;
pub(crate) mod model;
pub(crate) mod objects;
pub(crate) mod probes;
pub(crate) mod steps;
