//! The built command, run over fixtures as its users run it.

// All of it is test code, helpers included.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod access;
mod explain;
mod hidden;
mod output;
mod profiles;
mod running;
mod scan;
mod statements;
mod unwritten;
