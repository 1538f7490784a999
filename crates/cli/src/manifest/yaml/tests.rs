//! Because kubectl's word is final: what sigs.k8s.io/yaml v1.6.0 makes of a document is what must be read here.

mod differences;
mod scalars;
mod structure;

use serde_json::Value;

/// Checks each document against what kubectl reads: the value, or that it refuses.
fn agree(cases: &[(&str, Option<&str>)]) {
    for (yaml, expected) in cases {
        let read = super::read(&format!("{yaml}\n"), 1).map(|document| value(&document.json));
        match (&read, expected) {
            (Ok(read), Some(expected)) => assert_eq!(*read, value(expected), "{yaml:?}"),
            (Err(_), None) => {}
            _ => panic!("{yaml:?}: read {read:?}, expected {expected:?}"),
        }
    }
}

fn value(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}
