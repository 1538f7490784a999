//! Literals of pod specs, for extractors: environment variables and command lines, wherever a kind keeps its pod spec.

use std::fmt;
use std::sync::LazyLock;

use assay_inventory::view::{Mark, Text};
use assay_inventory::{DecodeError, Extractor, Kind};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

#[cfg(test)]
mod tests;

/// A container as far as literals go.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Literals {
    /// Its name.
    pub(crate) name: Option<Text>,
    command: Option<Vec<Literal>>,
    args: Option<Vec<Literal>>,
    env: Option<Vec<Option<Variable>>>,
    /// The list it stands in.
    #[serde(skip)]
    list: &'static str,
}

#[derive(Deserialize, Default)]
#[serde(default, expecting = "an object")]
struct Variable {
    name: Option<Literal>,
    value: Option<Literal>,
}

/// A name, a value or a word. One that is no text is refused by the API server, and must not hide what stands beside it: a
/// number or a truth counts as it is written.
struct Literal(String);

impl<'de> Deserialize<'de> for Literal {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(AsWritten)
    }
}

struct AsWritten;

impl Visitor<'_> for AsWritten {
    type Value = Literal;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Literal, E> {
        Ok(Literal(text.to_owned()))
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Literal, E> {
        Ok(Literal(truth.to_string()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Literal, E> {
        Ok(Literal(number.to_string()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Literal, E> {
        Ok(Literal(number.to_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Literal, E> {
        Ok(Literal(number.to_string()))
    }

    fn visit_unit<E: Error>(self) -> Result<Literal, E> {
        Ok(Literal(String::new()))
    }
}

#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct Raw {
    #[serde(default)]
    spec: Option<RawSpec>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
struct RawSpec {
    template: Option<RawTemplate>,
    job_template: Option<Box<Raw>>,
    containers: Option<Vec<Option<Literals>>>,
    init_containers: Option<Vec<Option<Literals>>>,
    ephemeral_containers: Option<Vec<Option<Literals>>>,
}

#[derive(Deserialize)]
#[serde(expecting = "an object")]
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
pub(crate) fn extract(kind: Kind, json: &str) -> Result<Vec<Mark>, DecodeError> {
    if kind == Kind::ConfigMap {
        return Ok(Vec::new());
    }
    let containers = containers(json)?;
    let marks = |container| LOOKING.iter().flat_map(move |look| look(container));
    Ok(containers.iter().flat_map(marks).collect())
}

/// The containers of an object in JSON.
fn containers(json: &str) -> Result<Vec<Literals>, DecodeError> {
    let mut all = Vec::new();
    if let Some(spec) = Extractor::read::<Raw>(json)?.spec {
        gather(spec, &mut all);
    }
    Ok(all)
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
        let containers = containers.into_iter().flatten().flatten();
        all.extend(containers.map(|container| Literals { list, ..container }));
    }
}

impl Literals {
    /// Environment variables that are set to a literal, by name.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        let variables = self.env.iter().flatten().flatten();
        variables.filter_map(|variable| {
            let name = variable.name.as_ref().map_or("", |name| &name.0);
            Some((name, variable.value.as_ref()?.0.as_str()))
        })
    }

    /// The command line as far as the spec says it, each word with the field it stands in.
    pub(crate) fn words(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let command = self.command.iter().flatten();
        let args = self.args.iter().flatten();
        command
            .map(|word| ("command", word.0.as_str()))
            .chain(args.map(|word| ("args", word.0.as_str())))
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
