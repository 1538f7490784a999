//! Literals of pod specs, for extractors: environment variables and command lines, wherever a kind keeps its pod spec.

use std::sync::LazyLock;

use assay_inventory::Kind;
use assay_inventory::view::{Mark, Text};
use serde::Deserialize;

/// A container as far as literals go.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Literals {
    /// Its name.
    pub(crate) name: Option<Text>,
    command: Option<Vec<Literal>>,
    args: Option<Vec<Literal>>,
    env: Option<Vec<Variable>>,
    /// The list it stands in.
    #[serde(skip)]
    list: &'static str,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Variable {
    name: Option<String>,
    value: Option<Literal>,
}

/// What is no text is refused by the API server, and must not hide what stands beside it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Literal {
    Text(String),
    Other(serde::de::IgnoredAny),
}

impl Literal {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Other(_) => None,
        }
    }
}

#[derive(Deserialize)]
struct Raw {
    #[serde(default)]
    spec: Option<RawSpec>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct RawSpec {
    template: Option<RawTemplate>,
    job_template: Option<Box<Raw>>,
    containers: Option<Vec<Literals>>,
    init_containers: Option<Vec<Literals>>,
    ephemeral_containers: Option<Vec<Literals>>,
}

#[derive(Deserialize)]
struct RawTemplate {
    #[serde(default)]
    spec: Option<Box<RawSpec>>,
}

/// What a check finds among the literals of one container.
pub(crate) type Look = fn(&Literals) -> Vec<Mark>;

static LOOKING: LazyLock<Vec<Look>> = LazyLock::new(|| {
    let checks = crate::all().iter();
    checks.filter_map(|check| check.rule.literals).collect()
});

/// The marks of all checks that look at literals: the object is read once for all of them.
pub(crate) fn extract(kind: Kind, json: &str) -> Vec<Mark> {
    if kind == Kind::ConfigMap {
        return Vec::new();
    }
    let containers = containers(json);
    let marks = |container| LOOKING.iter().flat_map(move |look| look(container));
    containers.iter().flat_map(marks).collect()
}

/// The containers of an object in JSON; none of one that cannot be read, which the decoder reports.
fn containers(json: &str) -> Vec<Literals> {
    let mut all = Vec::new();
    if let Ok(Raw { spec: Some(spec) }) = serde_json::from_str::<Raw>(json) {
        gather(spec, &mut all);
    }
    all
}

fn gather(spec: RawSpec, all: &mut Vec<Literals>) {
    if let Some(inner) = spec.job_template.and_then(|job| job.spec) {
        gather(inner, all);
    }
    if let Some(inner) = spec.template.and_then(|template| template.spec) {
        gather(*inner, all);
    }
    let lists = [
        ("initContainers", spec.init_containers),
        ("containers", spec.containers),
        ("ephemeralContainers", spec.ephemeral_containers),
    ];
    for (list, containers) in lists {
        let containers = containers.into_iter().flatten();
        all.extend(containers.map(|container| Literals { list, ..container }));
    }
}

impl Literals {
    /// Environment variables that are set to a literal, by name.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        let variables = self.env.iter().flatten();
        variables.filter_map(|variable| {
            let name = variable.name.as_deref().unwrap_or_default();
            Some((name, variable.value.as_ref()?.text()?))
        })
    }

    /// The command line as far as the spec says it, each word with the field it stands in.
    pub(crate) fn words(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let command = self.command.iter().flatten();
        let args = self.args.iter().flatten();
        command
            .filter_map(|word| Some(("command", word.text()?)))
            .chain(args.filter_map(|word| Some(("args", word.text()?))))
    }

    /// A mark in a field of this container.
    pub(crate) fn mark(&self, extractor: &'static str, field: &str, what: &'static str) -> Mark {
        let name = self.name.clone().unwrap_or_default();
        Mark {
            extractor,
            field: format!("{}[{name}].{field}", self.list).into(),
            container: name,
            what,
        }
    }
}

/// The marks of one extractor among all that a pod spec has, as details.
pub(crate) fn details(marks: &[Mark], extractor: &str) -> Vec<crate::Detail> {
    let own = marks.iter().filter(|mark| mark.extractor == extractor);
    own.map(|mark| crate::Detail {
        container: mark.container.clone(),
        ..crate::judging::in_pod(mark.field.to_string(), mark.what)
    })
    .collect()
}
