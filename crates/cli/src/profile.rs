//! `--profile`: reads a `ComplianceProfile` from a file and refuses what an API server would refuse, so that a profile
//! that works here works in the cluster.

mod rules;
mod unknown_fields;

use std::path::Path;

use anyhow::{Result, bail};
use assay_api::ComplianceProfile;
use assay_engine::Profile;

use crate::manifest::{self, Input, Manifest, Outcome};

/// The profile that a cluster has unless somebody edits it.
pub(crate) fn default() -> Profile {
    Profile {
        name: "pci".into(),
        ..Profile::default()
    }
}

/// Reads the one profile in a file.
///
/// # Errors
/// If there is none or more than one, or if it cannot be used; the field is named with its line.
pub(crate) fn read(path: &Path) -> Result<Profile> {
    let mut found: Option<Manifest> = None;
    let mut trouble = None;
    manifest::read(
        &[Input::Path(path.to_owned())],
        &mut |outcome| match outcome {
            Outcome::Rejected(rejection) => {
                trouble.get_or_insert_with(|| rejection.to_string());
            }
            Outcome::Object(manifest) => match &found {
                None => found = Some(manifest),
                Some(first) => {
                    trouble.get_or_insert_with(|| {
                        format!(
                            "{}: a second object, after the one at {}; --profile takes a file with one ComplianceProfile",
                            manifest.origin, first.origin
                        )
                    });
                }
            },
        },
    );
    match (trouble, found) {
        (None, Some(manifest)) => parse(&manifest),
        (Some(trouble), _) => bail!(trouble),
        (None, None) => bail!("{}: no ComplianceProfile", path.display()),
    }
}

/// What is wrong with a field.
struct Wrong {
    field: String,
    reason: String,
    remedy: String,
}

impl Wrong {
    fn new(field: impl Into<String>, reason: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            reason: reason.into(),
            remedy: remedy.into(),
        }
    }
}

fn parse(manifest: &Manifest) -> Result<Profile> {
    let located = |wrong: Wrong| {
        let rejection = manifest.reject(&wrong.field, wrong.reason, wrong.remedy);
        anyhow::Error::msg(rejection.to_string())
    };
    let written: serde_json::Value = serde_json::from_str(&manifest.json)?;
    named_as_profile(&written).map_err(located)?;
    if let Some(field) = unknown_fields::list_for_mapping(&written) {
        return Err(located(Wrong::new(field, "it is a list", COMPARE)));
    }
    let mut json = serde_json::Deserializer::from_str(&manifest.json);
    let profile: ComplianceProfile =
        serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let reason = error.inner().to_string();
            // Line and column are of our one-line JSON, which its author never saw.
            let reason = reason.split(" at line ").next().unwrap_or_default();
            located(Wrong::new(error.path().to_string(), reason, COMPARE))
        })?;
    let spec = serde_json::to_value(&profile.spec)?;
    let known = serde_json::json!({"spec": spec});
    if let Some(field) = unknown_fields::first(&written, &known) {
        let reason = "a ComplianceProfile has no such field";
        return Err(located(Wrong::new(field, reason, COMPARE)));
    }
    rules::check(&profile).map_err(located)?;
    profile
        .meaning()
        .map_err(|error| anyhow::Error::new(error).context(manifest.origin.to_string()))
}

const COMPARE: &str = "compare it with `kubectl explain complianceprofile.spec`";

fn named_as_profile(written: &serde_json::Value) -> Result<(), Wrong> {
    let text = |field: &str| written.get(field).and_then(serde_json::Value::as_str);
    let api_version = format!("{}/{}", assay_api::GROUP, assay_api::VERSION);
    if text("kind") != Some("ComplianceProfile") {
        let reason = format!(
            "{} is no ComplianceProfile",
            text("kind").unwrap_or_default()
        );
        let remedy = "name the file that holds the profile";
        return Err(Wrong::new("kind", reason, remedy));
    }
    if text("apiVersion") != Some(&api_version) {
        let reason = format!("this version of Assay reads {api_version}");
        let remedy = "write that, or use the version of Assay that the profile is for";
        return Err(Wrong::new("apiVersion", reason, remedy));
    }
    Ok(())
}
