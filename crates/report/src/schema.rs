//! The published JSON Schema of a snapshot, made from the types that are written so that the two cannot differ.

use serde_json::Value;

use crate::Snapshot;

/// The schema, as it is published in `schema/scan.v1.json`.
#[must_use]
pub fn schema() -> Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<Snapshot>();
    schema.insert("title".to_owned(), "Assay scan, version 1".into());
    schema.into()
}
