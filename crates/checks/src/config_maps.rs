//! Texts of `ConfigMaps`, for what checks look for in them while they are decoded: nothing of them is kept.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use assay_inventory::view::{ConfigMap, Mark, Text};
use assay_inventory::{DecodeError, Extractor, Kind};
use serde::Deserialize;

use crate::judging::found;
use crate::{Detail, Outcome};

#[cfg(test)]
mod tests;

/// A `ConfigMap` as far as its texts go.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Texts<'a> {
    #[serde(borrow)]
    metadata: Option<RawMeta<'a>>,
    #[serde(borrow)]
    data: Option<BTreeMap<Cow<'a, str>, Option<Quoted<'a>>>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawMeta<'a> {
    #[serde(borrow)]
    name: Option<Quoted<'a>>,
    #[serde(borrow)]
    labels: Option<BTreeMap<Cow<'a, str>, Option<Quoted<'a>>>>,
}

/// A text that is borrowed where JSON escapes nothing in it.
#[derive(Deserialize)]
struct Quoted<'a>(#[serde(borrow)] Cow<'a, str>);

/// What a check finds in one `ConfigMap`.
pub(crate) type Look = fn(&Texts<'_>) -> Vec<Mark>;

static LOOKING: LazyLock<Vec<Look>> = LazyLock::new(|| {
    let checks = crate::all().iter();
    checks.filter_map(|check| check.rule.config_maps).collect()
});

/// Words of which every `ConfigMap` that any check marks has one: the others, nearly all, need not be taken apart.
const TELLTALES: [&str; 4] = [ARGO_CD, "anonymous", "clusters", "xpack"];
/// By which JSON may hide a word.
const ESCAPE: &str = "\\u00";

/// The name of Argo CD's own settings, with which that of its programs' parameters begins.
const ARGO_CD: &str = "argocd-cm";

/// The marks of all checks that look at `ConfigMaps`: each is taken apart once for all of them.
pub(crate) fn extract(kind: Kind, json: &str) -> Result<Vec<Mark>, DecodeError> {
    let may_have = || TELLTALES.iter().any(|word| json.contains(word)) || json.contains(ESCAPE);
    if kind != Kind::ConfigMap || !may_have() {
        return Ok(Vec::new());
    }
    let texts = Extractor::read::<Texts<'_>>(json)?;
    Ok(LOOKING.iter().flat_map(|look| look(&texts)).collect())
}

impl Texts<'_> {
    /// Its name.
    pub(crate) fn name(&self) -> &str {
        let name = self.metadata.as_ref().and_then(|it| it.name.as_ref());
        name.map_or("", |name| &name.0)
    }

    /// Value of a label.
    pub(crate) fn label(&self, key: &str) -> Option<&str> {
        let labels = self.metadata.as_ref()?.labels.as_ref()?;
        Some(&labels.get(key)?.as_ref()?.0)
    }

    /// The text of this key.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        Some(&self.data.as_ref()?.get(key)?.as_ref()?.0)
    }

    /// All its texts, by key.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        let data = self.data.iter().flatten();
        data.filter_map(|(key, text)| Some((key.as_ref(), text.as_ref()?.0.as_ref())))
    }

    /// Whether Argo CD reads it as its settings: it passes over what does not bear its label.
    pub(crate) fn is_argo_cd(&self) -> bool {
        self.name() == ARGO_CD && self.label("app.kubernetes.io/part-of") == Some("argocd")
    }
}

/// A mark on the text of this key.
pub(crate) fn mark(extractor: &'static str, key: &str, what: &'static str) -> Mark {
    Mark {
        extractor,
        container: Text::default(),
        field: format!("data[{key}]").into(),
        what,
    }
}

/// The outcome for a `ConfigMap`, by the marks that a check left on it.
pub(crate) fn judge(map: &ConfigMap, id: &str, fix: &str) -> Outcome {
    let own = map.marks.iter().filter(|mark| mark.extractor == id);
    let details = own.map(|mark| Detail {
        container: Text::default(),
        field: mark.field.to_string(),
        value: mark.what.to_owned(),
    });
    let subject = format!("ConfigMap {}/{}", map.meta.namespace, map.meta.name);
    found(&subject, details.collect(), fix)
}
