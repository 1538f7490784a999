//! A scene: a control plane with Assay's kinds, namespace and rights installed, as an administrator would.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use assay_api::{ComplianceFindings, ComplianceProfile, ComplianceReport, Finding};
use assay_cluster::{Cluster, Options};
use k8s_openapi::api::authentication::v1::{TokenRequest, TokenRequestSpec};
use k8s_openapi::api::core::v1::ServiceAccount;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::{ListParams, Patch, PatchParams, PostParams};
use kube::config::Kubeconfig;
use kube::{Api, Client, ResourceExt};

use crate::{AUTHOR, Operator, eventually};

/// Names the folder to install from instead of `deploy/`.
const DEPLOY: &str = "ASSAY_DEPLOY";

/// Where the operator lives.
pub const OPERATOR_NAMESPACE: &str = "assay-system";

/// A cluster ready for operators.
pub struct Scene {
    /// The control plane.
    pub cluster: Cluster,
    /// An administrator's client.
    pub client: Client,
    kubeconfig: PathBuf,
}

impl Scene {
    /// Starts a control plane and installs what `deploy/` holds, but for the Deployment: operators run beside it.
    ///
    /// # Errors
    /// If the control plane does not start or refuses the manifests.
    pub async fn set(options: Options) -> anyhow::Result<Self> {
        let cluster = Cluster::start(options).await?;
        let client = cluster.client().await?;
        define_kinds(&client).await?;
        let deploy = deploy_folder();
        for file in ["namespace.yaml", "serviceaccount.yaml", "rbac.yaml"] {
            let path = deploy.join(file);
            let path = path.to_str().context("the checkout's path is not UTF-8")?;
            cluster
                .kubectl(&["apply", "--server-side", "-f", path])
                .await?;
        }
        let kubeconfig = operators_kubeconfig(&cluster, &client).await?;
        Ok(Self {
            cluster,
            client,
            kubeconfig,
        })
    }

    /// An operator with the rights of `deploy/rbac.yaml` and no others.
    ///
    /// # Errors
    /// If the process cannot be started.
    pub fn operator(&self, name: &str) -> anyhow::Result<Operator> {
        Operator::start(name, &self.kubeconfig)
    }

    /// The same, from a binary that is not beside the caller's own.
    ///
    /// # Errors
    /// If the process cannot be started.
    pub fn operator_at(&self, name: &str, binary: &Path) -> anyhow::Result<Operator> {
        Operator::start_at(name, &self.kubeconfig, binary)
    }

    /// A report, once it has a status.
    ///
    /// # Errors
    /// If it cannot be read, or none comes.
    pub async fn report(&self, name: &str) -> anyhow::Result<ComplianceReport> {
        let api: Api<ComplianceReport> = Api::all(self.client.clone());
        eventually(&format!("{name} has a status"), async || {
            let report = api.get_opt(name).await?;
            Ok(report.filter(|report| report.status.is_some()))
        })
        .await
    }

    /// All reports.
    ///
    /// # Errors
    /// If they cannot be listed.
    pub async fn reports(&self) -> anyhow::Result<Vec<ComplianceReport>> {
        let api: Api<ComplianceReport> = Api::all(self.client.clone());
        Ok(api.list(&ListParams::default()).await?.items)
    }

    /// The profile.
    ///
    /// # Errors
    /// If it cannot be read.
    pub async fn profile(&self, name: &str) -> anyhow::Result<ComplianceProfile> {
        let api: Api<ComplianceProfile> = Api::all(self.client.clone());
        Ok(api.get(name).await?)
    }

    /// Every finding that stands in a namespace's `ComplianceFindings`, of whatever profile.
    ///
    /// # Errors
    /// If they cannot be listed.
    pub async fn findings(&self, namespace: &str) -> anyhow::Result<Vec<Finding>> {
        self.findings_where(namespace, |_| true).await
    }

    /// Every finding of one profile that stands in a namespace's `ComplianceFindings`.
    ///
    /// # Errors
    /// If they cannot be listed.
    pub async fn findings_of(
        &self,
        profile: &str,
        namespace: &str,
    ) -> anyhow::Result<Vec<Finding>> {
        self.findings_where(namespace, |of| of == profile).await
    }

    async fn findings_where(
        &self,
        namespace: &str,
        wanted: impl Fn(&str) -> bool,
    ) -> anyhow::Result<Vec<Finding>> {
        let api: Api<ComplianceFindings> = Api::namespaced(self.client.clone(), namespace);
        let objects = api.list(&ListParams::default()).await?.items;
        let groups = objects
            .into_iter()
            .filter(|object| wanted(&object.spec.profile))
            .filter_map(|object| object.status)
            .flat_map(|status| status.checks);
        Ok(groups
            .flat_map(|group| group.expand().collect::<Vec<_>>())
            .collect())
    }

    /// Waits until a check's finding on the object of that name is, or is not, among a namespace's.
    ///
    /// # Errors
    /// If that does not come true.
    pub async fn finding(
        &self,
        namespace: &str,
        check: &str,
        name: &str,
        wanted: bool,
    ) -> anyhow::Result<Option<Finding>> {
        let what = format!(
            "{check} on {name} in {namespace} is {}",
            if wanted { "found" } else { "gone" }
        );
        eventually(&what, async || {
            let found = self
                .findings(namespace)
                .await?
                .into_iter()
                .find(|finding| finding.check == check && finding.body.resource.name == name);
            Ok((found.is_some() == wanted).then_some(found))
        })
        .await
    }
}

/// `deploy/` of this checkout, or the folder that the environment names.
fn deploy_folder() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy");
    std::env::var_os(DEPLOY).map_or(own, PathBuf::from)
}

/// Creates Assay's kinds as this build defines them, and waits until they are served.
async fn define_kinds(client: &Client) -> anyhow::Result<()> {
    let api: Api<CustomResourceDefinition> = Api::all(client.clone());
    let params = PatchParams::apply(AUTHOR).force();
    for definition in assay_api::custom_resource_definitions() {
        let name = definition.name_any();
        api.patch(&name, &params, &Patch::Apply(&definition))
            .await?;
        eventually(&format!("{name} is served"), async || {
            let status = api.get_status(&name).await?.status;
            let mut conditions = status
                .into_iter()
                .filter_map(|status| status.conditions)
                .flatten();
            Ok(conditions
                .any(|condition| condition.type_ == "Established" && condition.status == "True")
                .then_some(()))
        })
        .await?;
    }
    Ok(())
}

/// A kubeconfig with a token of the operator's `ServiceAccount`.
async fn operators_kubeconfig(cluster: &Cluster, client: &Client) -> anyhow::Result<PathBuf> {
    let accounts: Api<ServiceAccount> = Api::namespaced(client.clone(), OPERATOR_NAMESPACE);
    let request = TokenRequest {
        spec: TokenRequestSpec {
            expiration_seconds: Some(24 * 3600),
            ..TokenRequestSpec::default()
        },
        ..TokenRequest::default()
    };
    let answer = accounts
        .create_token_request("assay-operator", &PostParams::default(), &request)
        .await?;
    let token = answer.status.context("a token without a status")?.token;
    let mut kubeconfig = Kubeconfig::read_from(&cluster.report.kubeconfig)?;
    for named in &mut kubeconfig.auth_infos {
        named.auth_info = Some(kube::config::AuthInfo {
            token: Some(token.clone().into()),
            ..kube::config::AuthInfo::default()
        });
    }
    let path = cluster.report.dir.join("operator.kubeconfig");
    // serde_json writes what a kubeconfig may be as well: JSON is YAML.
    let mut value = serde_json::to_value(&kubeconfig)?;
    if let Some(users) = value
        .get_mut("users")
        .and_then(|users| users.as_array_mut())
    {
        for user in users {
            user["user"] = serde_json::json!({ "token": token });
        }
    }
    std::fs::write(&path, value.to_string())?;
    Ok(path)
}
