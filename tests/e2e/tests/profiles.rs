//! A profile that goes takes along what was written for it, whoever looks or does not look.
//!
//! One cluster and one story, since it begins with the end of the only profile.

use anyhow::{Context as _, ensure};
use assay_api::{ComplianceFindings, ComplianceProfile};
use assay_cluster::Options;
use assay_e2e::{Audit, Author, Operator, Scene, eventually, skip};
use chrono::Utc;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::{
    ApiResource, DeleteParams, DynamicObject, ListParams, Patch, PatchParams, PostParams,
};
use kube::{Api, CustomResourceExt, ResourceExt};
use serde_json::{Value, json};

const NAMESPACE: &str = "profiles";

struct Story {
    scene: Scene,
    audit: Audit,
    profiles: Api<ComplianceProfile>,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_takes_along_what_was_written_for_it() -> anyhow::Result<()> {
    let (audit, options) = Audit::keep(Options::default().nodes(0))?;
    let scene = Scene::set(options).await?;
    let author = Author(scene.client.clone());
    author.namespace(NAMESPACE).await?;
    author
        .apply(&json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
            "metadata": {"name": "grant", "namespace": NAMESPACE},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
            "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "somebody"}]}))
        .await?;
    let story = Story {
        profiles: Api::all(scene.client.clone()),
        scene,
        audit,
    };
    let mut operator = story.scene.operator("one")?;
    operator.ready().await?;
    story.stands("pci").await?;

    // Deleted while the operator looks; the default profile is for those who have said nothing, so it does not come back.
    story.delete("pci").await?;
    story.is_gone("pci").await?;
    let from = Utc::now();
    story.create("own").await?;
    story.stands("own").await?;
    let late = story.audit.since(from)?;
    let late: Vec<_> = late
        .iter()
        .flatten()
        .filter(|write| write.verb != "delete" && write.name.starts_with("pci"))
        .collect();
    ensure!(
        late.is_empty(),
        "nothing was to be written for a profile that is gone: {late:?}"
    );

    // Created anew under its old name, it is another one.
    let reborn = story.create("pci").await?;
    story.stands("pci").await?;
    eventually("the reports are the new profile's", async || {
        let report = story.scene.report("pci-02-authorization").await?;
        let owner = report
            .owner_references()
            .first()
            .map(|owner| owner.uid.clone());
        Ok((owner == reborn.uid()).then_some(()))
    })
    .await?;

    // Deleted while nobody looks. It gives up its Lease, for which the next would wait if it were killed.
    operator.signal("TERM")?;
    ensure!(
        operator.ended().await?,
        "SIGTERM was to end it with exit code 0"
    );
    story.delete("pci").await?;
    story.delete("own").await?;
    let operator = story.scene.operator("two")?;
    operator.ready().await?;
    story.is_gone("own").await?;
    // There was none left when it started.
    story.stands("pci").await?;
    story.older_definition_is_told(&operator).await
}

impl Story {
    async fn create(&self, name: &str) -> anyhow::Result<ComplianceProfile> {
        let profile = ComplianceProfile::new(name, assay_api::ComplianceProfileSpec::default());
        Ok(self
            .profiles
            .create(&PostParams::default(), &profile)
            .await?)
    }

    async fn delete(&self, name: &str) -> anyhow::Result<()> {
        self.profiles.delete(name, &DeleteParams::default()).await?;
        Ok(())
    }

    /// Waits until a profile has its reports and its finding.
    async fn stands(&self, profile: &str) -> anyhow::Result<()> {
        eventually(
            &format!("{profile} has its reports and findings"),
            async || {
                let (reports, findings) = self.written_for(profile).await?;
                let found = self.scene.findings_of(profile, NAMESPACE).await?;
                let found = found
                    .iter()
                    .any(|finding| finding.check == "cluster-admin-binding");
                Ok((reports.len() == 16 && !findings.is_empty() && found).then_some(()))
            },
        )
        .await
    }

    /// Whoever updates the operator without its definitions is told what the API server drops.
    async fn older_definition_is_told(&self, operator: &Operator) -> anyhow::Result<()> {
        if self.scene.cluster.control_plane().is_none() {
            skip(
                "a definition of an older version is told",
                "the definitions are not ours to change",
            );
            return Ok(());
        }
        let definitions: Api<CustomResourceDefinition> = Api::all(self.scene.client.clone());
        let name = ComplianceProfile::crd_name();
        let mut older = serde_json::to_value(definitions.get(name).await?)?;
        let status = "/spec/versions/0/schema/openAPIV3Schema/properties/status/properties";
        let fields = older.pointer_mut(status).and_then(Value::as_object_mut);
        fields
            .context("the definition has a status")?
            .remove("fixFirst")
            .context("the definition has what to fix first")?;
        let older: CustomResourceDefinition = serde_json::from_value(older)?;
        definitions
            .replace(name, &PostParams::default(), &older)
            .await?;
        let resource = ApiResource::erase::<ComplianceProfile>(&());
        let profiles: Api<DynamicObject> = Api::all_with(self.scene.client.clone(), &resource);
        let params = PatchParams::default().dry_run();
        let patch = Patch::Merge(json!({"status": {"fixFirst": []}}));
        eventually("the API server has the older definition", async || {
            let kept = profiles.patch_status("pci", &params, &patch).await?;
            Ok(kept
                .data
                .pointer("/status/fixFirst")
                .is_none()
                .then_some(()))
        })
        .await?;
        self.create("old").await?;
        eventually("the log names the field that was dropped", async || {
            let log = operator.log()?;
            let told = log
                .lines()
                .any(|line| line.contains("status.fixFirst") && line.contains("\"WARN\""));
            Ok(told.then_some(()))
        })
        .await
    }

    /// Waits until nothing is left of a profile.
    async fn is_gone(&self, profile: &str) -> anyhow::Result<()> {
        eventually(&format!("nothing is left of {profile}"), async || {
            let (reports, findings) = self.written_for(profile).await?;
            ensure!(
                reports.is_empty() && findings.is_empty(),
                "there are reports {reports:?} and findings in {findings:?}"
            );
            Ok(Some(()))
        })
        .await
    }

    /// Names of a profile's reports, and the namespaces in which it has findings.
    async fn written_for(&self, profile: &str) -> anyhow::Result<(Vec<String>, Vec<String>)> {
        let reports = self.scene.reports().await?;
        let reports = reports
            .iter()
            .filter(|report| report.spec.profile == profile);
        let findings: Api<ComplianceFindings> = Api::all(self.scene.client.clone());
        let findings = findings.list(&ListParams::default()).await?.items;
        let findings = findings
            .iter()
            .filter(|object| object.spec.profile == profile);
        Ok((
            reports.map(ResourceExt::name_any).collect(),
            findings.filter_map(ResourceExt::namespace).collect(),
        ))
    }
}
