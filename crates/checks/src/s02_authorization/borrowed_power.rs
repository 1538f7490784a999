//! Operators do what their objects say, with rights of their own: who writes the objects borrows the rights.

use assay_inventory::Relation;
use assay_inventory::view::Binding;

use crate::escalation::{Deed, Escalation, Weight};
use crate::granted::{granted, kept};
use crate::power::contains;
use crate::{Cx, Judge, Judgement, Outcome, Rule, Severity};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

const fn write(group: &'static str, resources: &'static [&'static str]) -> Deed {
    Deed {
        verbs: &["create", "update", "patch"],
        group,
        resources,
        cluster: Weight::of(Severity::High).even_named(Severity::Medium),
        namespace: Weight::of(Severity::Medium),
    }
}

/// Of kinds that have no namespace, so that no `RoleBinding` reaches them.
const fn write_everywhere(group: &'static str, resources: &'static [&'static str]) -> Deed {
    Deed {
        namespace: Weight::NONE,
        ..write(group, resources)
    }
}

const ESCALATION: Escalation = Escalation {
    deeds: &[
        write(
            "argoproj.io",
            &[
                "applications",
                "applicationsets",
                "appprojects",
                "cronworkflows",
                "workflows",
                "workflowtemplates",
            ],
        ),
        write_everywhere("argoproj.io", &["clusterworkflowtemplates"]),
        write("helm.toolkit.fluxcd.io", &["helmreleases"]),
        write("kustomize.toolkit.fluxcd.io", &["kustomizations"]),
        write(
            "external-secrets.io",
            &["externalsecrets", "pushsecrets", "secretstores"],
        ),
        write_everywhere(
            "external-secrets.io",
            &[
                "clusterexternalsecrets",
                "clusterpushsecrets",
                "clustersecretstores",
            ],
        ),
        write("secrets-store.csi.x-k8s.io", &["secretproviderclasses"]),
        write("tekton.dev", &["pipelineruns", "taskruns"]),
        write("helm.cattle.io", &["helmchartconfigs", "helmcharts"]),
        write(
            "operators.coreos.com",
            &["catalogsources", "clusterserviceversions", "subscriptions"],
        ),
    ],
    does: "make an operator act for it, with the operator's rights",
    fix: "let a pipeline write these objects from reviewed source, and confine the operator to the namespaces it serves",
};

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    let granted = match granted(binding, cx)? {
        Ok(granted) => granted,
        Err(fact) => return Ok(Outcome::NotApplicable(fact)),
    };
    // A role for every group is reported by `wildcard-rule`, whether these operators are there or not.
    let named = kept(&granted.rules, |rule| !contains(&rule.api_groups, "*"));
    let held = ESCALATION.held(binding, &named);
    Ok(ESCALATION.outcome(binding, &granted, held))
}
