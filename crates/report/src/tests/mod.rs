//! What the formats look like, and that a snapshot says neither more nor less than the engine knows.

mod agreement;
mod formats;
mod sample;
mod schemas;
