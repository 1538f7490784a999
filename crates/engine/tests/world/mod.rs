//! Small worlds for tests: YAML in, an inventory out.

use std::collections::BTreeSet;

use assay_engine::Profile;
use assay_inventory::{Changes, Delta, Inventory, Kind, ObjectKey, Reason, decode, identity};
use chrono::{DateTime, Utc};

mod evidence;

/// One fenced example of a check's Markdown.
pub(crate) struct Example {
    /// What it is to come to.
    pub(crate) expected: String,
    /// Messages that must come out, no more and no fewer.
    pub(crate) messages: BTreeSet<String>,
    /// The instant it plays at.
    pub(crate) now: DateTime<Utc>,
    /// Line of the fence.
    pub(crate) line: usize,
    /// What it is judged by.
    pub(crate) profile: Profile,
    blind: BTreeSet<String>,
    evidence: Vec<Delta>,
    yaml: String,
}

/// All examples of a Markdown text.
pub(crate) fn examples(markdown: &str) -> Vec<Example> {
    let mut all = Vec::new();
    let mut open: Option<Example> = None;
    for (number, line) in markdown.lines().enumerate() {
        match &mut open {
            None => {
                open = line.strip_prefix("```yaml,").map(|expected| Example {
                    expected: expected.trim().to_owned(),
                    messages: BTreeSet::new(),
                    now: at("2026-11-20T12:00:00Z"),
                    line: number + 1,
                    profile: Profile::default(),
                    blind: BTreeSet::new(),
                    evidence: Vec::new(),
                    yaml: String::new(),
                });
            }
            Some(_) if line == "```" => all.extend(open.take()),
            Some(example) => example.take(line),
        }
    }
    assert!(open.is_none(), "a fence is not closed");
    all
}

fn at(text: &str) -> DateTime<Utc> {
    text.trim()
        .parse()
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

impl Example {
    fn take(&mut self, line: &str) {
        if let Some(message) = line.strip_prefix("# => ") {
            self.messages.insert(message.trim().to_owned());
        } else if let Some(now) = line.strip_prefix("# now: ") {
            self.now = at(now);
        } else if let Some(kind) = line.strip_prefix("# blind: ") {
            self.blind.insert(kind.trim().to_owned());
        } else if line == "# profile: kubelet-probe" {
            self.profile.params.kubelet_probe = true;
        } else if let Some(names) = line.strip_prefix("# profile: admission-probe ") {
            let names = names.split_whitespace().map(Into::into);
            self.profile.params.admission_probe.names.extend(names);
        } else if line == "# profile: secret-types" {
            self.profile.params.secret_types = true;
        } else if let Some((source, said)) = evidence::line(line) {
            self.evidence.push(evidence::delta(source, said, self.now));
        } else {
            self.yaml.push_str(line);
            self.yaml.push('\n');
        }
    }

    /// The world it describes.
    pub(crate) fn inventory(&self) -> Result<Inventory, String> {
        let mut deltas = objects(&self.yaml)?;
        // After the objects: what is said of something that nobody knows is not kept.
        deltas.extend(self.evidence.iter().cloned());
        let mut inventory = Inventory::new(self.now);
        let mut changes = Changes::default();
        for delta in deltas {
            inventory.apply(delta, &mut changes);
        }
        for kind in Kind::ALL {
            let delta = if self.blind.contains(&kind.full_name()) {
                Delta::Lost {
                    kind,
                    reason: Reason::Forbidden,
                    at: self.now,
                    message: "forbidden".into(),
                }
            } else {
                Delta::Listed(kind)
            };
            inventory.apply(delta, &mut changes);
        }
        Ok(inventory)
    }
}

/// Upserts of all objects in a YAML text.
pub(crate) fn objects(yaml: &str) -> Result<Vec<Delta>, String> {
    let documents: Vec<serde_json::Value> =
        serde_saphyr::from_multiple(yaml).map_err(|error| error.to_string())?;
    let mut deltas = Vec::new();
    for document in documents.iter().filter(|document| !document.is_null()) {
        let text = |field: &str| document[field].as_str().unwrap_or_default().to_owned();
        let kind = Kind::named(&text("apiVersion"), &text("kind"))
            .ok_or_else(|| format!("{} is not watched", text("kind")))?;
        let json = document.to_string();
        let (namespace, name, _) = identity(&json).ok_or("an object without a name")?;
        deltas.push(Delta::Upsert {
            kind,
            key: ObjectKey::new(namespace, name),
            object: decode(kind, &json, assay_checks::extractors()).map(Box::new),
        });
    }
    Ok(deltas)
}
