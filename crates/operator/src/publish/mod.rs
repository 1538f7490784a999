//! Publishing: what is to stand in the API server, written when it must be and not more often.

mod bucket;
mod desired;
mod writer;

pub(crate) use desired::{Desired, Target};
pub(crate) use writer::{Order, Writer};
