//! Controllers that make pods from a template.

use std::sync::Arc;

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::condition::RawCondition;
use super::meta::RawMeta;
use super::pod_spec::RawPodSpec;
use super::{Labels, Mark, Meta, PodSpec};
use crate::Kind;
use crate::view::object::{objects, objects_or_null};

objects!(RawController, RawJobTemplate, RawJobSpec, RawTemplate);
objects_or_null!(RawTemplates, RawStatus);

/// A Deployment, `StatefulSet`, `DaemonSet`, `ReplicaSet`, Job or `CronJob`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Controller {
    /// Which of them.
    pub kind: Kind,
    /// Metadata.
    pub meta: Meta,
    /// What its pods are made from; `None` where a controller above holds the same (a Deployment's `ReplicaSet`), and
    /// for a Job that is over, which makes no more.
    pub template: Option<Template>,
    /// Whether every pod it has was made from the present template, by its own status. Then the pods speak for it,
    /// with what admission added; before, the template does too.
    pub rolled_out: bool,
}

/// A pod template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// What it asks to run. Interned.
    pub spec: Arc<PodSpec>,
    /// Labels its pods get.
    pub labels: Arc<Labels>,
}

#[derive(Deserialize)]
#[serde(remote = "Self")]
pub(crate) struct RawController {
    #[serde(default)]
    metadata: RawMeta,
    spec: RawSpec,
    #[serde(default)]
    status: RawStatus,
}

/// What is left of a spec: without a template, as where one is indented wrongly, every check would pass it over.
struct RawSpec {
    template: RawTemplate,
}

impl<'de> Deserialize<'de> for RawSpec {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let templates = <RawTemplates as Deserialize>::deserialize(from)?;
        let of_jobs = templates.job_template.map(|job| job.spec.template);
        templates
            .template
            .or(of_jobs)
            .map(|template| Self { template })
            .ok_or_else(|| {
                D::Error::custom("it has no pod template (`template`, in a CronJob `jobTemplate`)")
            })
    }
}

/// Where a template may stand, by kind.
#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
struct RawTemplates {
    template: Option<RawTemplate>,
    job_template: Option<RawJobTemplate>,
}

#[derive(Deserialize)]
#[serde(remote = "Self")]
struct RawJobTemplate {
    spec: RawJobSpec,
}

#[derive(Deserialize)]
#[serde(remote = "Self")]
struct RawJobSpec {
    template: RawTemplate,
}

#[derive(Deserialize)]
#[serde(remote = "Self")]
struct RawTemplate {
    #[serde(default)]
    metadata: Option<RawMeta>,
    spec: RawPodSpec,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
struct RawStatus {
    observed_generation: Option<i64>,
    replicas: Option<i64>,
    updated_replicas: Option<i64>,
    desired_number_scheduled: Option<i64>,
    updated_number_scheduled: Option<i64>,
    conditions: Option<Vec<RawCondition>>,
}

impl RawStatus {
    /// Whether a Job has come to its end, one way or the other.
    fn is_over(&self) -> bool {
        let mut conditions = self.conditions.iter().flatten();
        conditions.any(|condition| condition.holds(&["Complete", "Failed"]))
    }
}

impl RawController {
    pub(crate) fn into_controller(self, kind: Kind, marks: Vec<Mark>) -> Controller {
        let status = self.status;
        let observed = status.observed_generation.is_some()
            && status.observed_generation >= self.metadata.generation;
        let complete = |updated: Option<i64>, all: Option<i64>| {
            observed && updated.unwrap_or(0) > 0 && updated == all
        };
        let rolled_out = match kind {
            Kind::Deployment | Kind::StatefulSet => {
                complete(status.updated_replicas, status.replicas)
            }
            Kind::DaemonSet => complete(
                status.updated_number_scheduled,
                status.desired_number_scheduled,
            ),
            // A Job's template cannot change.
            Kind::Job => true,
            // A ReplicaSet keeps pods of an older template, and each of a CronJob's Jobs has a copy of its own.
            _ => false,
        };
        let over = kind == Kind::Job && status.is_over();
        let meta = self.metadata.into_meta();
        let template = Some(self.spec.template)
            .filter(|_| !over && (kind != Kind::ReplicaSet || meta.owner.is_none()))
            .map(|template| {
                let metadata = template.metadata.unwrap_or_default();
                Template {
                    spec: Arc::new(
                        template
                            .spec
                            .into_spec(metadata.annotations.as_ref(), marks),
                    ),
                    labels: metadata.into_meta().labels,
                }
            });
        Controller {
            kind,
            meta,
            template,
            rolled_out,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has_template(kind: Kind, condition: &str, status: &str) -> bool {
        let json = format!(
            r#"{{"spec": {{"template": {{"spec": {{"containers": []}}}}}},
            "status": {{"conditions": [{{"type": "{condition}", "status": "{status}"}}]}}}}"#
        );
        let raw: RawController = serde_json::from_str(&json).unwrap();
        raw.into_controller(kind, Vec::new()).template.is_some()
    }

    #[test]
    fn a_job_that_is_over_makes_no_more_pods() {
        assert!(!has_template(Kind::Job, "Complete", "True"));
        assert!(!has_template(Kind::Job, "Failed", "True"));
        assert!(has_template(Kind::Job, "Complete", "False"));
        assert!(has_template(Kind::Job, "Suspended", "True"));
        assert!(has_template(Kind::Deployment, "Complete", "True"));
    }

    #[test]
    fn a_controller_without_a_template_cannot_be_read() {
        let refused = |kind: Kind, json: &str| {
            let error = crate::decode(kind, json, &[]).unwrap_err();
            (error.field, error.reason)
        };
        let missing =
            |field: &str, name: &str| (field.to_owned(), format!("missing field `{name}`"));
        assert_eq!(refused(Kind::Deployment, "{}"), missing(".", "spec"));
        let neither = (
            "spec".to_owned(),
            "it has no pod template (`template`, in a CronJob `jobTemplate`)".to_owned(),
        );
        for spec in ["null", "{}", r#"{"template": null}"#] {
            let json = format!(r#"{{"spec": {spec}}}"#);
            assert_eq!(refused(Kind::DaemonSet, &json), neither, "{spec}");
        }
        let misplaced = r#"{"spec": {"jobTemplate": {"template": {"spec": {"containers": []}}}}}"#;
        assert_eq!(
            refused(Kind::CronJob, misplaced),
            missing("spec.jobTemplate", "spec")
        );
        let misspelt = r#"{"spec": {"template": {"spec": {"container": []}}}}"#;
        assert_eq!(
            refused(Kind::Deployment, misspelt),
            missing("spec.template.spec", "containers")
        );
    }
}
