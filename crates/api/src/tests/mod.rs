//! What holds for all kinds together.

mod examples;
mod round_trip;
mod schemas;
