//! Publishing: what is to stand in the API server, written when it must be and not more often.

mod bucket;
mod budget;
mod desired;
mod line;
mod request;
mod slot;
mod slots;
mod stamp;
mod standing;
mod writer;

pub(crate) use desired::{Desired, Target};
pub(crate) use writer::{Order, Writer};
