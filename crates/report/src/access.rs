//! Who may do what: the answers of `assay access`, for people and as the JSON that programs read.

use assay_inventory::access::{Access, Answer, On, Reach, Request, Source};
use assay_inventory::view::{Binding, PolicyRule, Text};
use assay_inventory::{Blind, Identity};
use serde::Serialize;

use crate::grid::{Cell, Column, Narrow, grid};
use crate::style::{Paint, Style, clean};

/// What grants without any binding.
const ITSELF: &str = "the API server itself";

/// Who may do something.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WhoCan {
    version: u32,
    question: Question,
    #[serde(flatten)]
    sight: Sight,
    holders: Vec<Holder>,
}

/// What somebody may do.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessOf {
    version: u32,
    subject: Named,
    #[serde(flatten)]
    sight: Sight,
    grants: Vec<Grant>,
}

/// Whether there may be more than is told.
#[derive(Debug, Clone, Serialize)]
struct Sight {
    complete: bool,
    missing: Vec<Missing>,
}

#[derive(Debug, Clone, Serialize)]
struct Missing {
    reason: &'static str,
    message: Text,
}

#[derive(Debug, Clone, Serialize)]
struct Question {
    verb: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

/// An object or a subject.
#[derive(Debug, Clone, Serialize)]
struct Named {
    kind: &'static str,
    namespace: Option<Text>,
    name: Text,
}

#[derive(Debug, Clone, Serialize)]
struct Holder {
    subject: Named,
    #[serde(flatten)]
    by: By,
}

#[derive(Debug, Clone, Serialize)]
struct Grant {
    /// The subject that the binding names, where it is one that the asked-about implies.
    via: Named,
    #[serde(flatten)]
    by: By,
    rules: Vec<PolicyRule>,
}

#[derive(Debug, Clone, Serialize)]
struct By {
    /// The namespace it is limited to.
    scope: Option<Text>,
    /// None where the API server itself allows it, to members of `system:masters`.
    binding: Option<Named>,
    role: Option<Named>,
}

impl Named {
    fn new(kind: &'static str, namespace: &Text, name: &Text) -> Self {
        Self {
            kind,
            namespace: (!namespace.is_empty()).then(|| namespace.clone()),
            name: name.clone(),
        }
    }

    fn of(identity: &Identity) -> Self {
        let none = Text::default();
        match identity {
            Identity::User(name) => Self::new("User", &none, name),
            Identity::Group(name) => Self::new("Group", &none, name),
            Identity::ServiceAccount(key) => Self::new("ServiceAccount", &key.namespace, &key.name),
        }
    }

    fn shown(&self) -> String {
        let namespace = self.namespace.as_ref();
        let namespace = namespace.map_or_else(String::new, |namespace| format!("{namespace}/"));
        clean(&format!("{} {namespace}{}", self.kind, self.name)).into_owned()
    }
}

impl By {
    fn of(source: Source<'_>) -> Self {
        let Source::Binding(binding, _) = source else {
            return Self {
                scope: None,
                binding: None,
                role: None,
            };
        };
        let none = Text::default();
        let own = &binding.meta.namespace;
        let role = if binding.role.cluster {
            Named::new("ClusterRole", &none, &binding.role.name)
        } else {
            Named::new("Role", own, &binding.role.name)
        };
        let kind = if own.is_empty() {
            "ClusterRoleBinding"
        } else {
            "RoleBinding"
        };
        Self {
            scope: (!own.is_empty()).then(|| own.clone()),
            binding: Some(Named::new(kind, own, &binding.meta.name)),
            role: Some(role),
        }
    }

    /// Where it holds, by which binding and which role.
    fn cells(&self) -> [Cell; 3] {
        let of = |named: &Option<Named>, none: &str| {
            let shown = named.as_ref().map(Named::shown);
            Cell::plain(&shown.unwrap_or_else(|| none.to_owned()))
        };
        let scope = self.scope.as_deref().unwrap_or("everywhere");
        [
            Cell::plain(&clean(scope)),
            of(&self.binding, ITSELF),
            of(&self.role, "-"),
        ]
    }
}

impl Sight {
    /// `unread` is whether a manifest could not be read at all.
    fn new(missing: &[Blind], unread: bool) -> Self {
        let missing: Vec<Missing> = missing
            .iter()
            .map(|blind| Missing {
                reason: blind.reason.as_str(),
                message: blind.message.clone(),
            })
            .collect();
        Self {
            complete: missing.is_empty() && !unread,
            missing,
        }
    }

    fn close(&self, out: &mut String, style: &Style) {
        if !self.complete {
            out.push_str(&style.paint(
                Paint::Doubtful,
                "\nThis answer is incomplete: standard error says what could not be read.\n",
            ));
        }
    }
}

impl WhoCan {
    /// Takes down an answer. `unread` is whether something asked about could not be read at all.
    #[must_use]
    pub fn new(request: &Request<'_>, answer: &Answer<'_>, unread: bool) -> Self {
        let holders = answer.access.iter().map(|access| Holder {
            subject: Named::of(&access.holder),
            by: By::of(access.source),
        });
        Self {
            version: 1,
            question: question(request),
            sight: Sight::new(&answer.missing, unread),
            holders: holders.collect(),
        }
    }

    /// Whether nothing is missing.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.sight.complete
    }

    /// For people.
    #[must_use]
    pub fn table(&self, style: &Style) -> String {
        const COLUMNS: [Column; 4] = [
            column("SUBJECT", Narrow::Keep),
            column("WHERE", Narrow::Keep),
            column("BINDING", Narrow::Cut),
            column("ROLE", Narrow::Cut),
        ];
        let rows: Vec<Vec<Cell>> = self
            .holders
            .iter()
            .map(|holder| {
                let mut row = vec![Cell::plain(&holder.subject.shown())];
                row.extend(holder.by.cells());
                row
            })
            .collect();
        let mut out = String::new();
        grid(&mut out, &COLUMNS, &rows, style);
        self.sight.close(&mut out, style);
        out
    }
}

impl AccessOf {
    /// Takes down an answer. `unread` is whether something asked about could not be read at all.
    #[must_use]
    pub fn new(identity: &Identity, answer: &Answer<'_>, unread: bool) -> Self {
        let grants = answer.access.iter().map(|access| Grant {
            via: Named::of(&access.holder),
            by: By::of(access.source),
            rules: rules(access),
        });
        Self {
            version: 1,
            subject: Named::of(identity),
            sight: Sight::new(&answer.missing, unread),
            grants: grants.filter(|grant| !grant.rules.is_empty()).collect(),
        }
    }

    /// Whether nothing is missing.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.sight.complete
    }

    /// For people.
    #[must_use]
    pub fn table(&self, style: &Style) -> String {
        const COLUMNS: [Column; 7] = [
            column("VERBS", Narrow::Cut),
            column("ON", Narrow::Cut),
            column("NAMES", Narrow::Cut),
            column("WHERE", Narrow::Keep),
            column("VIA", Narrow::Drop),
            column("BINDING", Narrow::Cut),
            column("ROLE", Narrow::Drop),
        ];
        let mut rows = Vec::new();
        for grant in &self.grants {
            let [scope, binding, role] = grant.by.cells();
            for rule in &grant.rules {
                let names = if rule.resource_names.is_empty() {
                    "*".to_owned()
                } else {
                    list(&rule.resource_names)
                };
                rows.push(vec![
                    Cell::plain(&list(&rule.verbs)),
                    Cell::plain(&on(rule)),
                    Cell::plain(&names),
                    scope.clone(),
                    Cell::plain(&grant.via.shown()),
                    binding.clone(),
                    role.clone(),
                ]);
            }
        }
        let mut out = String::new();
        if rows.is_empty() {
            out.push_str("No binding reaches it.\n");
        } else {
            grid(&mut out, &COLUMNS, &rows, style);
        }
        self.sight.close(&mut out, style);
        out
    }
}

const fn column(title: &'static str, narrow: Narrow) -> Column {
    Column { title, narrow }
}

fn question(request: &Request<'_>) -> Question {
    let mut question = Question {
        verb: request.verb.to_owned(),
        path: None,
        group: None,
        resource: None,
        namespace: None,
        name: None,
    };
    match request.on {
        On::Path(path) => question.path = Some(path.to_owned()),
        On::Resource {
            group,
            resource,
            reach,
            name,
        } => {
            question.group = Some(group.to_owned());
            question.resource = Some(resource.to_owned());
            question.name = (!name.is_empty()).then(|| name.to_owned());
            if let Reach::Namespace(namespace) = reach {
                question.namespace = Some(namespace.to_owned());
            }
        }
    }
    question
}

/// The rules that are of effect: paths are granted by `ClusterRoleBindings` alone.
fn rules(access: &Access<'_>) -> Vec<PolicyRule> {
    let star = || vec![Text::from("*")];
    match access.source {
        Source::Masters => vec![
            PolicyRule {
                verbs: star(),
                api_groups: star(),
                resources: star(),
                ..PolicyRule::default()
            },
            PolicyRule {
                verbs: star(),
                non_resource_urls: star(),
                ..PolicyRule::default()
            },
        ],
        Source::Binding(binding, role) => {
            let effective = |rule: &&PolicyRule| is_effective(binding, rule);
            role.rules.iter().filter(effective).cloned().collect()
        }
    }
}

fn is_effective(binding: &Binding, rule: &PolicyRule) -> bool {
    let anything = !rule.resources.is_empty() && !rule.api_groups.is_empty();
    let paths = !rule.non_resource_urls.is_empty() && binding.meta.namespace.is_empty();
    !rule.verbs.is_empty() && (anything || paths)
}

/// Resources with their groups as kubectl takes them, or paths.
fn on(rule: &PolicyRule) -> String {
    let resources = rule.resources.iter().flat_map(|resource| {
        rule.api_groups.iter().map(move |group| {
            if group.is_empty() {
                resource.clone()
            } else {
                match resource.split_once('/') {
                    Some((resource, sub)) => format!("{resource}.{group}/{sub}").into(),
                    None => format!("{resource}.{group}").into(),
                }
            }
        })
    });
    let paths = rule.non_resource_urls.iter().map(|path| {
        if path.starts_with('/') {
            path.clone()
        } else {
            format!("paths {path}").into()
        }
    });
    let all: Vec<Text> = resources.chain(paths).collect();
    list(&all)
}

fn list(items: &[Text]) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    clean(&items.join(", ")).into_owned()
}
