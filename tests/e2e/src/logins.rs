//! Certificates for people, issued by the cluster's own signer: what outlives the request and whoever saw it.

use anyhow::{Context as _, ensure};
use assay_api::ComplianceProfile;
use k8s_openapi::api::certificates::v1::CertificateSigningRequest;
use kube::Api;
use kube::api::{Patch, PatchParams};
use serde_json::{Value, json};

use crate::{Author, OPERATOR_NAMESPACE, Scene, assay, eventually};

/// A request for O=payments, CN=jane, in PEM and base64. Nobody has the key.
const REQUEST: &str = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIY01JR0VBZ0VBTUNJeEVUQVBCZ05WQkFvTUNIQmhlVzFsYm5Sek1RMHdDd1lEVlFRRERBUnFZVzVsTUZrdwpFd1lIS29aSXpqMENBUVlJS29aSXpqMERBUWNEUWdBRTBHZ3BYbUJTWWhYaGtZMXNmMFFkaHlXbmNZZDVnS3FKCjRHenpEQmNockhESjcrRDBqU1VtMzd0RThvUGlxVE9VRmtLczZWaTNvZ0JFMW4zdWw1WkVnNkFBTUFvR0NDcUcKU000OUJBTUNBMGNBTUVRQ0lDYjdLck5pb1B3Uk5YQzhyTmZseXJVckxsRXFqS3N1MHBkL3ZNRC9sZEJuQWlCWQpUNlFYMnlBR3E4RUNidFdJYXE3OU9sYUJsc1pGbkdhNCtkb0V0N2NGUmc9PQotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K";

/// The signer of client certificates, and what is found of one.
const SIGNER: &str = "kubernetes.io/kube-apiserver-client";
const FOUND: [&str; 2] = ["client-certificate", "certificate-for-people"];

impl Scene {
    /// Has a certificate issued for an hour, waits until an operator has found it, and deletes the request, as the cluster does
    /// after an hour. Only on a control plane of ours: nobody can take such a certificate back.
    ///
    /// # Errors
    /// If the cluster does not issue it, or the finding does not come or goes with the request.
    pub async fn issue_login(&self, name: &str) -> anyhow::Result<()> {
        let author = Author(self.client.clone());
        let request = json!({"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest",
            "metadata": {"name": name},
            "spec": {"signerName": SIGNER, "usages": ["client auth"], "expirationSeconds": 3600, "request": REQUEST}});
        author.apply(&request).await?;
        let api: Api<CertificateSigningRequest> = Api::all(self.client.clone());
        let approval = json!({"status": {"conditions": [{"type": "Approved", "status": "True", "reason": "Tried",
            "message": "a test wants it"}]}});
        api.patch_subresource(
            "approval",
            name,
            &PatchParams::default(),
            &Patch::Merge(&approval),
        )
        .await?;
        for check in FOUND {
            eventually(
                &format!("{check} knows that {name} was issued"),
                async || {
                    let found = self.finding(OPERATOR_NAMESPACE, check, name, true).await?;
                    let message = found.map(|finding| finding.body.message);
                    Ok(message.filter(|message| message.contains("was issued")))
                },
            )
            .await?;
        }
        author.delete(&request).await?;
        self.remembers_login(name).await
    }

    /// Notes in the profile's status that a certificate was issued beside that of [`Self::issue_login`], as a leader does whom
    /// nobody else follows: its request was never seen by those who come after.
    ///
    /// # Errors
    /// If the status cannot be read or written, or knows nothing of the other.
    pub async fn note_login(&self, other: &str, name: &str) -> anyhow::Result<()> {
        let status = self.profile("pci").await?.status;
        let mut issued = status.map(|status| status.issued).unwrap_or_default();
        let known = issued.iter().find(|login| login.name == other);
        let mut login = known
            .with_context(|| format!("{other} is not known"))?
            .clone();
        name.clone_into(&mut login.name);
        login.uid = format!("of-{name}");
        issued.push(login);
        let profiles: Api<ComplianceProfile> = Api::all(self.client.clone());
        let patch = Patch::Merge(json!({"status": {"issued": issued}}));
        profiles
            .patch_status("pci", &PatchParams::default(), &patch)
            .await?;
        Ok(())
    }

    /// Waits until the request of [`Self::issue_login`] is gone and the profile's status tells of it, and sees that its findings
    /// are not gone.
    ///
    /// # Errors
    /// If one of them is missing.
    pub async fn remembers_login(&self, name: &str) -> anyhow::Result<()> {
        let api: Api<CertificateSigningRequest> = Api::all(self.client.clone());
        eventually(&format!("{name} is deleted"), async || {
            Ok(api.get_opt(name).await?.is_none().then_some(()))
        })
        .await?;
        // The test's own administrator is a member of system:masters, by a client certificate.
        for check in FOUND.into_iter().chain(["masters-member-request"]) {
            self.finding(OPERATOR_NAMESPACE, check, name, true).await?;
        }
        // It is written apart from the findings.
        eventually(&format!("the profile tells of {name}"), async || {
            let status = self.profile("pci").await?.status;
            let issued = status.map(|status| status.issued).unwrap_or_default();
            let login = issued.iter().find(|login| login.name == name);
            ensure!(
                login.is_some_and(|login| login.common_name == "jane"
                    && login.organizations == ["payments"]
                    && login.approval == "Tried"
                    && login.credential.starts_with("X509SHA256=")
                    && login.requester_groups == ["system:masters"]
                    && login.not_after.is_some()),
                "its status was to tell of {name}: {issued:?}"
            );
            Ok(Some(()))
        })
        .await?;
        self.scan_knows(name)
    }

    /// Sees that a look at the cluster from a desk finds what the profile's status tells of.
    fn scan_knows(&self, name: &str) -> anyhow::Result<()> {
        let mut scan = assay()?;
        scan.args(["scan", "-o", "json", "--kubeconfig"])
            .arg(self.cluster.kubeconfig());
        let output = scan.output()?;
        let shown: Value = serde_json::from_slice(&output.stdout)
            .with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
        let findings = shown.get("findings").and_then(Value::as_array);
        let findings = findings.context("a scan without findings")?;
        for check in FOUND {
            ensure!(
                findings.iter().any(|finding| {
                    finding.get("check") == Some(&json!(check))
                        && finding.pointer("/resource/name") == Some(&json!(name))
                }),
                "`assay scan` was to find {check} of {name}"
            );
        }
        Ok(())
    }
}
