//! What people read: the reports' names, columns and words, and that nobody can make them say something else.

use anyhow::{Context as _, ensure};
use assay_api::{
    CheckStatus, ComplianceFindings, ComplianceProfile, ComplianceReport, ConditionStatus, Verdict,
};
use assay_e2e::{Account, EARLIER, Stage, eventually, on_stage};
use kube::api::{DeleteParams, Patch, PatchParams, PostParams};
use kube::{Api, ResourceExt};
use serde_json::{Value, json};

const SLUGS: [&str; 16] = [
    "01-authentication",
    "02-authorization",
    "03-workload-security",
    "04-network-security",
    "05-pki",
    "06-secrets-management",
    "07-auditing",
    "08-container-monitoring",
    "09-runtime-security",
    "10-patching",
    "11-resource-management",
    "12-image-building",
    "13-registry",
    "14-version-management",
    "15-configuration-management",
    "16-segmentation",
];
const COLUMNS: [&str; 11] = [
    "NAME", "STATUS", "MET", "NOT-MET", "UNKNOWN", "TO-STATE", "CRITICAL", "HIGH", "CDE", "SINCE",
    "VERIFIED",
];
const WIDE: [&str; 5] = ["MEDIUM", "LOW", "ADVISORY", "EXCEPTED", "TITLE"];
#[test]
fn the_front_page_has_sixteen_lines_and_the_columns_of_the_contract() -> anyhow::Result<()> {
    on_stage(async |stage| {
        has_sixteen(stage, "pci").await?;
        let get = ["get", "compliancereports"];
        let page = stage.cluster.kubectl(&get).await?;
        ensure!(header(&page) == COLUMNS, "columns {COLUMNS:?} in:\n{page}");
        let wide = stage
            .cluster
            .kubectl(&["get", "creport", "-o", "wide"])
            .await?;
        let columns = [&COLUMNS[..], &WIDE[..]].concat();
        ensure!(header(&wide) == columns, "columns {columns:?} in:\n{wide}");
        let all = stage.cluster.kubectl(&["get", "compliance", "-A"]).await?;
        ensure!(
            all.contains("compliancereport.compliance.assay.dev/pci-02-authorization")
                && all.contains("complianceprofile.compliance.assay.dev/pci"),
            "the category compliance shows all kinds: {all}"
        );
        Ok(())
    })
}

fn header(page: &str) -> Vec<&str> {
    page.lines()
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect()
}

#[test]
fn kubectl_explains_and_waits() -> anyhow::Result<()> {
    on_stage(async |stage| {
        // What is served of a kind's schema follows a moment after the kind.
        eventually("kubectl explains the kind", async || {
            let explain = ["explain", "compliancereport.status.controls"];
            let text = stage.cluster.kubectl(&explain).await?;
            ensure!(
                text.contains("verdict") && text.contains("The section's controls"),
                "fields with their documentation were expected:\n{text}"
            );
            Ok(Some(()))
        })
        .await?;
        // `kubectl wait` waits for a condition, not for the object.
        has_sixteen(stage, "pci").await?;
        // The namespace with the earlier finding keeps it so.
        let wait = [
            "wait",
            "--for=condition=Met=false",
            "creport/pci-02-authorization",
            "--timeout=90s",
        ];
        stage.cluster.kubectl(&wait).await?;
        let wait = [
            "wait",
            "--for=condition=Ready",
            "complianceprofile/pci",
            "--timeout=90s",
        ];
        stage.cluster.kubectl(&wait).await?;
        Ok(())
    })
}

#[test]
fn what_is_deleted_or_edited_by_hand_comes_back() -> anyhow::Result<()> {
    on_stage(async |stage| {
        let profile = create_profile(stage, "tampered", json!({})).await?;
        has_sixteen(stage, "tampered").await?;
        let before = eventually("the profile has findings", async || {
            Ok(Some(account(stage, "tampered").await?))
        })
        .await?;
        let reports: Api<ComplianceReport> = Api::all(stage.client.clone());
        let name = "tampered-02-authorization";
        reports.delete(name, &DeleteParams::default()).await?;
        has_sixteen(stage, "tampered").await?;
        let back = stage.report(name).await?;
        let owner = back
            .owner_references()
            .first()
            .context("a report without owner")?;
        ensure!(
            Some(&owner.uid) == profile.metadata.uid.as_ref()
                && owner.block_owner_deletion.is_none(),
            "the report is the profile's, and does not hold it back: {owner:?}"
        );

        let edited = json!({"status": {"verdict": "Met", "since": "2001-01-01T00:00:00Z"}});
        let answer = reports
            .patch_status(name, &PatchParams::default(), &Patch::Merge(&edited))
            .await?;
        let verdict = answer.status.map(|status| status.verdict);
        ensure!(
            verdict == Some(Verdict::Met),
            "the edit was to succeed: {verdict:?}"
        );
        let findings: Api<ComplianceFindings> = Api::namespaced(stage.client.clone(), EARLIER);
        findings
            .delete("tampered", &DeleteParams::default())
            .await?;
        eventually("everything says again what it said", async || {
            let differences = account(stage, "tampered").await?.differences(&before);
            ensure!(differences.is_empty(), "{differences:#?}");
            Ok(Some(()))
        })
        .await
    })
}

#[test]
fn each_profile_has_its_own_reports() -> anyhow::Result<()> {
    on_stage(async |stage| {
        create_profile(stage, "second", json!({})).await?;
        has_sixteen(stage, "second").await?;
        eventually("the second profile finds what the first does", async || {
            let found = stage.findings_of("second", EARLIER).await?;
            let known = stage.findings_of("pci", EARLIER).await?;
            Ok((!found.is_empty() && found.len() == known.len()).then_some(()))
        })
        .await?;
        has_sixteen(stage, "pci").await
    })
}

#[test]
fn a_check_that_is_switched_off_is_unknown_and_finds_nothing() -> anyhow::Result<()> {
    on_stage(async |stage| {
        let author = stage.author();
        author.namespace("switched").await?;
        let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "pod", "namespace": "switched"},
            "spec": {"containers": [{"name": "main", "image": "registry.example.com/app:1"}]}});
        author.apply(&pod).await?;
        create_profile(stage, "switching", json!({})).await?;
        let open = async |wanted: bool| {
            eventually(&format!("4.1 has findings: {wanted}"), async || {
                let found = stage.findings_of("switching", "switched").await?;
                let of_control = found.iter().any(|finding| finding.control == "4.1");
                Ok((of_control == wanted).then_some(()))
            })
            .await
        };
        open(true).await?;
        let report = stage.report("switching-04-network-security").await?;
        let controls = report.status.into_iter().flat_map(|status| status.controls);
        let overrides: Vec<Value> = controls
            .filter(|control| control.id == "4.1")
            .flat_map(|control| control.checks)
            .map(|check| json!({"id": check.id, "enabled": false, "reason": "judged elsewhere, says this test"}))
            .collect();
        set_checks(stage, "switching", &overrides).await?;
        open(false).await?;
        let control = eventually("4.1 is unknown", async || {
            let report = stage.report("switching-04-network-security").await?;
            let mut controls = report.status.into_iter().flat_map(|status| status.controls);
            Ok(controls.find(|control| control.id == "4.1" && control.verdict == Verdict::Unknown))
        })
        .await?;
        ensure!(
            control.reason.as_deref() == Some("DisabledByProfile")
                && control
                    .checks
                    .iter()
                    .all(|check| check.status == CheckStatus::Unknown
                        && check.reason.as_deref() == Some("DisabledByProfile")),
            "the control and its checks were to say DisabledByProfile: {control:?}"
        );
        set_checks(stage, "switching", &[]).await?;
        open(true).await
    })
}

#[test]
fn a_profile_that_cannot_be_used_says_so_and_the_last_good_one_stays() -> anyhow::Result<()> {
    on_stage(async |stage| {
        let author = stage.author();
        author.namespace("faulty").await?;
        create_profile(stage, "faulty", json!({})).await?;
        has_sixteen(stage, "faulty").await?;
        let nonsense = json!({"id": "no-such-check", "enabled": false, "reason": "nobody knows it, says this test"});
        set_checks(stage, "faulty", &[nonsense]).await?;
        let message = ready(stage, "faulty", ConditionStatus::False, "InvalidProfile").await?;
        ensure!(
            message.contains("no-such-check"),
            "the message was to name the check: {message}"
        );
        // What happens meanwhile is judged by the last good one.
        author
            .apply(&json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
                "metadata": {"name": "meanwhile", "namespace": "faulty"},
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
                "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "somebody"}]}))
            .await?;
        eventually("the last good profile still judges", async || {
            let found = stage.findings_of("faulty", "faulty").await?;
            Ok(found
                .iter()
                .any(|finding| finding.body.resource.name == "meanwhile")
                .then_some(()))
        })
        .await?;
        set_checks(stage, "faulty", &[]).await?;
        ready(stage, "faulty", ConditionStatus::True, "Assessed").await?;
        Ok(())
    })
}

#[test]
fn the_api_server_refuses_what_makes_no_sense() -> anyhow::Result<()> {
    on_stage(async |stage| {
        let long = "a".repeat(41);
        let no_reason = json!({"checks": [{"id": "privileged-container", "enabled": false}]});
        let thin_reason = json!({"checks": [{"id": "privileged-container", "enabled": false, "reason": "because"}]});
        let refused = [
            (long.as_str(), json!({}), "at most 40 characters"),
            ("with.dot", json!({}), "DNS label"),
            ("no-reason", no_reason, "reason"),
            ("thin-reason", thin_reason, "at least 10 characters"),
        ];
        for (name, spec, words) in refused {
            let answer = create_profile(stage, name, spec).await;
            let error = match answer {
                Ok(_) => anyhow::bail!("profile {name} was to be refused"),
                Err(error) => format!("{error:#}"),
            };
            ensure!(error.contains(words), "{words:?} was expected in: {error}");
        }
        Ok(())
    })
}

/// Waits until a profile has exactly its sixteen reports, each with a status.
async fn has_sixteen(stage: &Stage, profile: &str) -> anyhow::Result<()> {
    let wanted = SLUGS.map(|slug| format!("{profile}-{slug}"));
    eventually(&format!("{profile} has its sixteen reports"), async || {
        let reports = stage.reports().await?;
        let own = reports
            .iter()
            .filter(|report| report.spec.profile == profile && report.status.is_some());
        let names: Vec<String> = own.map(ResourceExt::name_any).collect();
        ensure!(names == wanted, "there are {names:?}");
        Ok(Some(()))
    })
    .await
}

/// What one profile's reports and findings say of what does not change while tests run beside this one.
async fn account(stage: &Stage, profile: &str) -> anyhow::Result<Account> {
    let mut account = Account::default();
    for report in stage.reports().await? {
        if report.spec.profile == profile && report.spec.section == 2 {
            let status = serde_json::to_value(&report.status)?;
            account = Account::of_report(&report.name_any(), &status);
        }
    }
    let findings = stage.findings_of(profile, EARLIER).await?;
    ensure!(!findings.is_empty(), "{profile} finds nothing in {EARLIER}");
    Ok(account)
}

async fn create_profile(
    stage: &Stage,
    name: &str,
    spec: Value,
) -> anyhow::Result<ComplianceProfile> {
    let manifest = json!({"apiVersion": "compliance.assay.dev/v1alpha1", "kind": "ComplianceProfile",
        "metadata": {"name": name}, "spec": spec});
    let api = assay_e2e::api(&stage.client, &manifest)?;
    let object = api
        .create(&PostParams::default(), &serde_json::from_value(manifest)?)
        .await?;
    Ok(serde_json::from_value(serde_json::to_value(object)?)?)
}

async fn set_checks(stage: &Stage, profile: &str, checks: &[Value]) -> anyhow::Result<()> {
    let api: Api<ComplianceProfile> = Api::all(stage.client.clone());
    let patch = json!({"spec": {"checks": checks}});
    api.patch(profile, &PatchParams::default(), &Patch::Merge(&patch))
        .await?;
    Ok(())
}

/// Waits for a profile's condition `Ready` to be so, for its present generation; the message.
async fn ready(
    stage: &Stage,
    profile: &str,
    status: ConditionStatus,
    reason: &str,
) -> anyhow::Result<String> {
    eventually(
        &format!("{profile} is Ready: {status:?}, {reason}"),
        async || {
            let profile = stage.profile(profile).await?;
            let generation = profile.metadata.generation;
            let conditions = profile
                .status
                .into_iter()
                .flat_map(|status| status.conditions);
            let mut ready = conditions.filter(|condition| {
                condition.type_ == "Ready"
                    && condition.status == status
                    && condition.reason == reason
                    && condition.observed_generation == generation
            });
            Ok(ready.next().map(|condition| condition.message))
        },
    )
    .await
}
