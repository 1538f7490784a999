//! Placeholder.
fn main() {
    for crd in assay_api::custom_resource_definitions() {
        println!("{}", serde_json::to_string(&crd).unwrap_or_default());
    }
}
