//! Because kubectl takes a list apart before it sends anything: hands out the objects in a document, those in lists one by one,
//! and rejects what says of itself no `apiVersion` or `kind`.

use std::borrow::Cow;
use std::ops::Range;

use super::json::{Items, Node, Object};
use super::lines::Lines;
use super::origin::{Manifest, Origin, Outcome, Rejection};
use super::squeeze::squeeze;

/// The text that nodes point into.
#[derive(Debug)]
pub(super) enum Source<'s> {
    /// JSON as it stands in the file.
    Json(&'s str),
    /// JSON made of a YAML document.
    Made { json: String, lines: Lines },
}

impl Source<'_> {
    fn text(&self) -> &str {
        match self {
            Self::Json(text) => text,
            Self::Made { json, .. } => json,
        }
    }

    /// The line on which `node` begins.
    fn line(&self, node: &Node) -> usize {
        match self {
            Self::Json(_) => node.line,
            Self::Made { lines, .. } => lines.line_at(node.span.start).unwrap_or(node.line),
        }
    }

    fn take(&mut self, node: &Node) -> (String, Lines) {
        match self {
            Self::Json(text) => squeeze(text, node.span.clone(), node.line),
            Self::Made { json, lines } if node.span == (0..json.len()) => {
                (std::mem::take(json), std::mem::take(lines))
            }
            Self::Made { json, lines } => {
                let mut own = Lines::default();
                own.copy(lines, node.span.clone(), 0, node.line);
                (
                    json.get(node.span.clone()).unwrap_or_default().to_owned(),
                    own,
                )
            }
        }
    }
}

/// What the items of a list are where they do not say so themselves, as in a `PodList` from the API server.
#[derive(Debug, Clone)]
struct Inherited {
    api_version: String,
    kind: String,
}

/// Hands out the object at `node`, or those in the list at `node`.
pub(super) fn hand_out(
    node: &Node,
    source: &mut Source<'_>,
    origin: &Origin,
    each: &mut dyn FnMut(Outcome),
) {
    hand_out_item(node, source, origin, None, each);
}

fn hand_out_item(
    node: &Node,
    source: &mut Source<'_>,
    origin: &Origin,
    inherited: Option<&Inherited>,
    each: &mut dyn FnMut(Outcome),
) {
    let origin = Origin {
        line: source.line(node),
        ..origin.clone()
    };
    let (object, own) = match identify(node, source.text()) {
        Ok((object, own)) => (object, own),
        Err(wrong) => return each(Outcome::Rejected(wrong.reject(origin))),
    };
    let identity = match (own, inherited) {
        (Some(own), _) => own,
        (None, Some(inherited)) => inherited.clone(),
        (None, None) => {
            return each(Outcome::Rejected(
                Wrong::missing("no `apiVersion` and no `kind`").reject(origin),
            ));
        }
    };
    let is_list = identity.kind.ends_with("List");
    match &object.items {
        Items::List(items) if is_list => {
            let item_kind = identity
                .kind
                .strip_suffix("List")
                .unwrap_or(&identity.kind)
                .to_owned();
            let of_items = Inherited {
                kind: item_kind,
                ..identity
            };
            let of_items = Some(&of_items).filter(|inherited| !inherited.kind.is_empty());
            for (index, item) in items.iter().enumerate() {
                let origin = Origin {
                    item: Some(index + 1),
                    ..origin.clone()
                };
                hand_out_item(item, source, &origin, of_items, each);
            }
        }
        Items::Other if is_list => {
            let reason = format!("`items` of this {} is no list", identity.kind);
            each(wrong_items(origin, reason, "write the items as a list"));
        }
        Items::List(_) | Items::Other => {
            let reason = format!(
                "kubectl takes this {} for a list because of its `items`, and drops the rest",
                identity.kind
            );
            each(wrong_items(origin, reason, "remove `items`"));
        }
        Items::Absent => {
            let is_complete = object.kind.is_some();
            let (json, lines) = source.take(node);
            let (json, lines) = if is_complete {
                (json, lines)
            } else {
                complete(&json, &lines, &identity)
            };
            each(Outcome::Object(Manifest {
                origin,
                json,
                lines,
            }));
        }
    }
}

fn wrong_items(origin: Origin, reason: String, remedy: &str) -> Outcome {
    Outcome::Rejected(Rejection {
        field: Some("items".to_owned()),
        ..Rejection::new(origin, reason, remedy)
    })
}

/// Adds to an item of a list what the list says of it.
fn complete(json: &str, lines: &Lines, identity: &Inherited) -> (String, Lines) {
    let mut completed = "{\"apiVersion\":".to_owned();
    super::compact::push_string(&mut completed, &identity.api_version);
    completed.push_str(",\"kind\":");
    super::compact::push_string(&mut completed, &identity.kind);
    let rest = json.strip_prefix('{').unwrap_or_default();
    if rest != "}" {
        completed.push(',');
    }
    let mut moved = Lines::default();
    let line = lines.line_at(0).unwrap_or_default();
    moved.mark(0, line);
    moved.copy(lines, 1..json.len(), completed.len(), line);
    completed.push_str(rest);
    (completed, moved)
}

/// Why a value is no Kubernetes object.
#[derive(Debug)]
struct Wrong {
    reason: Cow<'static, str>,
    field: Option<&'static str>,
    remedy: &'static str,
}

impl Wrong {
    fn missing(what: &'static str) -> Self {
        let reason = format!("not a Kubernetes object: {what}").into();
        Self {
            reason,
            field: None,
            remedy: "add what is missing, or leave this file out",
        }
    }

    fn reject(self, origin: Origin) -> Rejection {
        let rejection = Rejection::new(origin, self.reason, self.remedy);
        Rejection {
            field: self.field.map(str::to_owned),
            ..rejection
        }
    }
}

/// The object at `node` and what it says that it is; nothing if it leaves both to the list it stands in.
fn identify<'n>(node: &'n Node, text: &str) -> Result<(&'n Object, Option<Inherited>), Wrong> {
    let Some(object) = &node.object else {
        return Err(not_a_mapping(
            text.get(node.span.clone()).unwrap_or_default(),
        ));
    };
    let api_version = word(text, object.api_version.as_ref(), "apiVersion")?;
    let kind = word(text, object.kind.as_ref(), "kind")?;
    match (api_version, kind) {
        (Some(api_version), Some(kind)) => Ok((object, Some(Inherited { api_version, kind }))),
        (None, None) => Ok((object, None)),
        (None, Some(_)) => Err(Wrong::missing("no `apiVersion`")),
        (Some(_), None) => Err(Wrong::missing("no `kind`")),
    }
}

fn not_a_mapping(text: &str) -> Wrong {
    let (what, remedy) = match text.bytes().next() {
        Some(b'[') => (
            "a list",
            "write each object as a document of its own, or all as `items` of a `kind: List`",
        ),
        Some(b'"') => (
            "text",
            "write it as `key: value` lines, or leave this file out",
        ),
        Some(b'n') => ("nothing", "remove the empty item"),
        _ => (
            "a single value",
            "write it as `key: value` lines, or leave this file out",
        ),
    };
    Wrong {
        reason: format!("not a Kubernetes object but {what}").into(),
        field: None,
        remedy,
    }
}

/// The text at `span`, which must not be empty.
fn word(
    text: &str,
    span: Option<&Range<usize>>,
    field: &'static str,
) -> Result<Option<String>, Wrong> {
    let Some(span) = span else {
        return Ok(None);
    };
    let value: Option<String> =
        serde_json::from_str(text.get(span.clone()).unwrap_or_default()).ok();
    match value {
        Some(value) if !value.is_empty() => Ok(Some(value)),
        _ => Err(Wrong {
            reason: format!("not a Kubernetes object: `{field}` is empty or no text").into(),
            field: Some(field),
            remedy: "write it as text, in quotes if need be",
        }),
    }
}
