//! What leaves cluster and operator alive: on one stage, each test with objects of its own, several at a time.

mod lifecycle;
mod rows;
mod third_party;
