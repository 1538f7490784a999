//! Because all the parts must hold together: files and streams as authors write them, and what is handed out for them.

mod documents;
mod formats;
mod properties;
mod walk;

use super::origin::{Manifest, Outcome, Rejection};

/// Everything that is handed out for a stream named `deploy.yaml`.
fn read(bytes: impl AsRef<[u8]>) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    super::document::read_stream(bytes.as_ref(), &"deploy.yaml".into(), &mut |outcome| {
        outcomes.push(outcome);
    });
    outcomes
}

fn objects(outcomes: &[Outcome]) -> Vec<&Manifest> {
    let objects = outcomes.iter().filter_map(|outcome| match outcome {
        Outcome::Object(manifest) => Some(manifest),
        Outcome::Rejected(_) => None,
    });
    objects.collect()
}

fn rejections(outcomes: &[Outcome]) -> Vec<&Rejection> {
    let rejections = outcomes.iter().filter_map(|outcome| match outcome {
        Outcome::Object(_) => None,
        Outcome::Rejected(rejection) => Some(rejection),
    });
    rejections.collect()
}

/// All outcomes in short: the origin, and the object's kind or the reason for the rejection.
fn summary(bytes: impl AsRef<[u8]>) -> Vec<String> {
    let summarize = |outcome: &Outcome| match outcome {
        Outcome::Object(manifest) => {
            let object: serde_json::Value = serde_json::from_str(&manifest.json).unwrap();
            format!(
                "{} is {}",
                manifest.origin,
                object["kind"].as_str().unwrap()
            )
        }
        Outcome::Rejected(rejection) => format!("{} fails: {}", rejection.origin, rejection.reason),
    };
    read(bytes).iter().map(summarize).collect()
}
