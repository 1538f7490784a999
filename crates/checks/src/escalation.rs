//! Rights that lead to more rights: each check of 2.1 lists its own, and this judges a binding by such a list.

use assay_inventory::access::concerns;
use assay_inventory::view::{Binding, PolicyRule};

use crate::granted::{self, Granted, granted};
use crate::power::{self, Extent};
use crate::{Cx, Detail, Judgement, Outcome, Severity, Violation};

/// What one check looks for, and what it says of it.
pub(crate) struct Escalation {
    /// What may be done: any of them counts.
    pub(crate) deeds: &'static [Deed],
    /// What the holder can do, in words after "lets X".
    pub(crate) does: &'static str,
    /// What to do about it.
    pub(crate) fix: &'static str,
}

/// Some verbs on some resources of one group.
pub(crate) struct Deed {
    /// Verbs.
    pub(crate) verbs: &'static [&'static str],
    /// API group.
    pub(crate) group: &'static str,
    /// Resources, subresources among them.
    pub(crate) resources: &'static [&'static str],
    /// Its weight when granted by a `ClusterRoleBinding`.
    pub(crate) cluster: Weight,
    /// Its weight when granted by a `RoleBinding`, which does not reach cluster-scoped resources.
    pub(crate) namespace: Weight,
}

/// How much a deed weighs on every object, and on named objects alone; `None` where that is no finding.
#[derive(Clone, Copy)]
pub(crate) struct Weight {
    all: Option<Severity>,
    named: Option<Severity>,
    /// Whether it is as grave in `kube-system` as over the whole cluster.
    grave_in_system: bool,
}

impl Weight {
    /// No finding at all.
    pub(crate) const NONE: Self = Self {
        all: None,
        named: None,
        grave_in_system: false,
    };

    /// A finding unless `resourceNames` narrow it.
    pub(crate) const fn of(severity: Severity) -> Self {
        Self {
            all: Some(severity),
            ..Self::NONE
        }
    }

    /// The same, but names narrow it less than that.
    pub(crate) const fn even_named(self, severity: Severity) -> Self {
        Self {
            named: Some(severity),
            ..self
        }
    }

    /// The same, but in `kube-system` as much as over the whole cluster: for what takes `ServiceAccounts`, since those there
    /// run the cluster.
    pub(crate) const fn grave_in_system(self) -> Self {
        Self {
            grave_in_system: true,
            ..self
        }
    }

    fn at(self, extent: Extent) -> Option<Severity> {
        match extent {
            Extent::All => self.all,
            Extent::Named => self.named,
        }
    }
}

/// How far a grant reaches.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Over the whole cluster, as a `ClusterRoleBinding` does.
    Cluster,
    /// In `kube-system`, as a `RoleBinding` there does.
    System,
    /// In one namespace, as a `RoleBinding` does.
    Namespace,
}

impl Scope {
    /// How far a grant by this binding does.
    pub(crate) fn of(binding: &Binding) -> Self {
        match binding.meta.namespace.as_ref() {
            "" => Self::Cluster,
            "kube-system" => Self::System,
            _ => Self::Namespace,
        }
    }

    /// Whether the cluster is concerned: all of it, or the namespace whose `ServiceAccounts` run it.
    pub(crate) fn is_wide(self) -> bool {
        self != Self::Namespace
    }
}

impl Deed {
    /// Those of the resources that some rule is about. Most roles are about none of them: then no verb need be looked for.
    fn on<'a>(&'a self, rules: &'a [PolicyRule]) -> impl Iterator<Item = &'static str> + 'a {
        self.resources.iter().copied().filter(|resource| {
            let mut rules = rules.iter();
            rules.any(|rule| concerns(rule, self.group, resource))
        })
    }

    fn weight(&self, scope: Scope) -> Weight {
        match scope {
            Scope::Cluster => self.cluster,
            Scope::System if self.namespace.grave_in_system => self.cluster,
            Scope::System | Scope::Namespace => self.namespace,
        }
    }

    /// How much it weighs that these rules allow the verb on the resource.
    fn weighs(
        &self,
        rules: &[PolicyRule],
        scope: Scope,
        verb: &str,
        resource: &str,
    ) -> Option<Severity> {
        let weight = self.weight(scope);
        weight.at(power::extent(rules, verb, self.group, resource)?)
    }
}

/// One resource on which some verbs were found.
pub(crate) struct Held {
    /// How much it weighs.
    pub(crate) severity: Severity,
    /// The resource, as messages name it.
    pub(crate) resource: String,
    /// The verbs.
    pub(crate) verbs: Vec<&'static str>,
}

/// Judges a binding by what its role allows.
pub(crate) fn judge(escalation: &Escalation, binding: &Binding, cx: &Cx<'_>) -> Judgement {
    let granted = match granted(binding, cx)? {
        Ok(granted) => granted,
        Err(fact) => return Ok(Outcome::NotApplicable(fact)),
    };
    let found = escalation.held(binding, &granted.rules);
    Ok(escalation.outcome(binding, &granted, found))
}

impl Escalation {
    /// The listed deeds that these rules, granted by this binding, allow.
    pub(crate) fn held(&self, binding: &Binding, rules: &[PolicyRule]) -> Vec<Held> {
        let scope = Scope::of(binding);
        let mut found = Vec::new();
        for deed in self.deeds {
            for resource in deed.on(rules) {
                let verbs = deed.verbs.iter();
                let weights: Vec<(Severity, &'static str)> = verbs
                    .filter_map(|verb| Some((deed.weighs(rules, scope, verb, resource)?, *verb)))
                    .collect();
                if let Some(severity) = weights.iter().map(|(severity, _)| *severity).min() {
                    found.push(Held {
                        severity,
                        resource: self.named(deed, resource),
                        verbs: weights.into_iter().map(|(_, verb)| verb).collect(),
                    });
                }
            }
        }
        found
    }

    /// A resource as messages name it: with its group, as `events.events.k8s.io`, where another on the list is called the same.
    fn named(&self, deed: &Deed, resource: &str) -> String {
        let mut others = self.deeds.iter().filter(|other| other.group != deed.group);
        let twice = others.any(|other| other.resources.contains(&resource));
        if twice && !deed.group.is_empty() {
            format!("{resource}.{}", deed.group)
        } else {
            resource.to_owned()
        }
    }

    /// Verb and resource of the first deed that these rules allow and that weighs as much as `least`. Names are taken to keep
    /// it harmless, but where it weighs High all the same, and of what is grave in kube-system.
    pub(crate) fn first(
        &self,
        rules: &[PolicyRule],
        scope: Scope,
        least: Severity,
    ) -> Option<(&'static str, &'static str)> {
        let all = self.deeds.iter().flat_map(|deed| {
            let resources = deed.on(rules);
            resources.flat_map(move |resource| {
                deed.verbs.iter().map(move |verb| (deed, *verb, resource))
            })
        });
        let mut grave = all.filter(|(deed, verb, resource)| {
            let Some(extent) = power::extent(rules, verb, deed.group, resource) else {
                return false;
            };
            let in_system = scope == Scope::System && deed.namespace.grave_in_system;
            let least = match extent {
                Extent::Named if !in_system => Severity::High,
                _ => least,
            };
            let severity = deed.weight(scope).at(extent);
            // Worse is less.
            severity.is_some_and(|severity| severity <= least)
        });
        grave.next().map(|(_, verb, resource)| (verb, resource))
    }

    /// The outcome for a binding by which this is held.
    pub(crate) fn outcome(
        &self,
        binding: &Binding,
        granted: &Granted<'_>,
        mut held: Vec<Held>,
    ) -> Outcome {
        // Worst first; the order of the list otherwise.
        held.sort_by_key(|held| held.severity);
        let Some(worst) = held.first() else {
            return Outcome::Pass;
        };
        Outcome::Fail(Box::new(Violation {
            severity: Some(worst.severity),
            details: held.iter().map(detail).collect(),
            ..Violation::new(format!(
                "{}: roleRef {} lets {} {} ({}) {}; {}",
                granted::title(binding),
                binding.role.name,
                granted::names(&granted.holders),
                self.does,
                shown(&held),
                granted::reach(binding),
                self.fix,
            ))
        }))
    }
}

/// Some of what is held, resources with the same verbs together.
fn shown(held: &[Held]) -> String {
    const SHOWN: usize = 4;
    let shown = held.get(..SHOWN.min(held.len())).unwrap_or_default();
    let alike = shown.chunk_by(|one, next| one.verbs == next.verbs);
    let all: Vec<String> = alike
        .map(|alike| {
            let verbs = alike.first().map(|held| held.verbs.join(", "));
            let resources: Vec<&str> = alike.iter().map(|held| held.resource.as_str()).collect();
            format!("{} on {}", verbs.unwrap_or_default(), resources.join(", "))
        })
        .collect();
    let more = if held.len() > SHOWN {
        " and more, see details"
    } else {
        ""
    };
    format!("{}{more}", all.join("; "))
}

fn detail(held: &Held) -> Detail {
    Detail {
        container: "".into(),
        field: held.resource.clone(),
        value: held.verbs.join(", "),
    }
}
