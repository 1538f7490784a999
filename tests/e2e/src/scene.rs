//! A scene: a cluster with Assay's kinds, namespace and rights installed, as an administrator would.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use assay_api::{ComplianceFindings, ComplianceProfile, ComplianceReport, Finding};
use assay_cluster::{Cluster, ControlPlane, Named, Options};
use k8s_openapi::api::authentication::v1::{TokenRequest, TokenRequestSpec};
use k8s_openapi::api::core::v1::ServiceAccount;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::{ListParams, PostParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Api, Client, Config, ResourceExt};
use serde_json::{Value, json};
use tokio::runtime::Builder;

use crate::{Author, MARK, Operator, Right, clear, eventually, manifests, mark};

/// Where the operator lives.
pub const OPERATOR_NAMESPACE: &str = "assay-system";

/// A cluster ready for operators.
pub struct Scene {
    // Dropped before the cluster.
    installed: Installed,
    /// Where it is set.
    pub cluster: Cluster,
    /// An administrator's client.
    pub client: Client,
    kubeconfig: PathBuf,
}

impl Scene {
    /// Sets one on the cluster that the environment names, or else on a control plane started for it.
    ///
    /// # Errors
    /// If the control plane does not start, or see [`on`](Self::on).
    pub async fn set(options: Options) -> anyhow::Result<Self> {
        Self::on(Cluster::named_or_started(options).await?, &[]).await
    }

    /// Installs what `deploy/` holds on a cluster, but for the Deployment: operators run beside it. From a cluster that was
    /// there before, everything that an [`Author`] makes is removed when the scene ends, and at its beginning what a scene
    /// that was killed has left.
    ///
    /// # Errors
    /// If the cluster refuses the manifests; if it was there before and has such objects, or some of `later`, that no
    /// scene made.
    pub async fn on(cluster: Cluster, later: &[Value]) -> anyhow::Result<Self> {
        let client = cluster.client().await?;
        let kinds = manifests::kinds()?;
        let rights = manifests::rights()?;
        let mut installed = Installed(None);
        if cluster.control_plane().is_none() {
            mark::refuse_strangers(&client, &[&kinds, &rights, later].concat()).await?;
            clear(&client).await?;
            installed = Installed(Some(cluster.named()));
        }
        define_kinds(&client, &kinds).await?;
        let author = Author(client.clone());
        for manifest in &rights {
            author.apply(manifest).await?;
        }
        for right in rights.iter().flat_map(Right::all_of) {
            right.comes_into_force(&client).await?;
        }
        let kubeconfig = operators_kubeconfig(&cluster, &client).await?;
        Ok(Self {
            installed,
            cluster,
            client,
            kubeconfig,
        })
    }

    /// Ends it: removes what was installed, or stops the control plane.
    ///
    /// # Errors
    /// If that fails.
    pub async fn end(mut self) -> anyhow::Result<()> {
        if self.installed.0.take().is_some() {
            clear(&self.client).await?;
        }
        self.cluster.stop().await
    }

    /// The control plane, where it was started for this scene.
    ///
    /// # Errors
    /// If the cluster was there before, so that its parts are not ours to stop and start.
    pub fn control_plane(&self) -> anyhow::Result<&ControlPlane> {
        let control_plane = self.cluster.control_plane();
        control_plane.context("the control plane is not ours to stop and start")
    }

    /// An operator with the rights of `deploy/rbac.yaml` and no others.
    ///
    /// # Errors
    /// If the process cannot be started.
    pub fn operator(&self, name: &str) -> anyhow::Result<Operator> {
        Operator::start(name, &self.kubeconfig)
    }

    /// The kubeconfig that operators are given.
    #[must_use]
    pub fn operators_kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }

    /// The same, from a binary that is not beside the caller's own.
    ///
    /// # Errors
    /// If the process cannot be started.
    pub fn operator_at(&self, name: &str, binary: &Path) -> anyhow::Result<Operator> {
        Operator::start_at(name, &self.kubeconfig, binary)
    }

    /// A client of another `ServiceAccount` in the operator's namespace.
    ///
    /// # Errors
    /// If there is none of that name.
    pub async fn client_of(&self, account: &str) -> anyhow::Result<Client> {
        let kubeconfig = kubeconfig_of(&self.cluster, &self.client, account).await?;
        let kubeconfig: Kubeconfig = serde_json::from_value(kubeconfig)?;
        let options = KubeConfigOptions::default();
        let config = Config::from_custom_kubeconfig(kubeconfig, &options).await?;
        Ok(Client::try_from(config)?)
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

    /// Waits until a check's finding on the object of that name is, or is not, among a namespace's by the default profile.
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
                .findings_of("pci", namespace)
                .await?
                .into_iter()
                .find(|finding| finding.check == check && finding.body.resource.name == name);
            Ok((found.is_some() == wanted).then_some(found))
        })
        .await
    }
}

/// Creates Assay's kinds as this build defines them, and waits until they are served.
async fn define_kinds(client: &Client, kinds: &[Value]) -> anyhow::Result<()> {
    let api: Api<CustomResourceDefinition> = Api::all(client.clone());
    let author = Author(client.clone());
    for kind in kinds {
        let name = author.apply(kind).await?.name_any();
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
        // Established, its storage may still be made ready, and whoever asks is told to come again.
        let (plural, group) = name.split_once('.').unwrap_or((&name, ""));
        let path = format!("/apis/{group}/{}/{plural}?limit=1", assay_api::VERSION);
        eventually(&format!("{name} can be listed"), async || {
            let request = http::Request::get(&path).body(Vec::new())?;
            client.request_text(request).await?;
            Ok(Some(()))
        })
        .await?;
    }
    Ok(())
}

/// A kubeconfig with a token of a `ServiceAccount` of the operator's namespace, and nothing of the administrator's.
async fn kubeconfig_of(cluster: &Cluster, client: &Client, account: &str) -> anyhow::Result<Value> {
    let accounts: Api<ServiceAccount> = Api::namespaced(client.clone(), OPERATOR_NAMESPACE);
    let request = TokenRequest {
        spec: TokenRequestSpec {
            expiration_seconds: Some(24 * 3600),
            ..TokenRequestSpec::default()
        },
        ..TokenRequest::default()
    };
    let answer = accounts
        .create_token_request(account, &PostParams::default(), &request)
        .await?;
    let token = answer.status.context("a token without a status")?.token;
    let (_, server) = cluster.named().server()?;
    let name = account;
    Ok(json!({
        "apiVersion": "v1", "kind": "Config", "current-context": name,
        "clusters": [{"name": name, "cluster": server}],
        "users": [{"name": name, "user": {"token": token}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
    }))
}

/// The operator's, as a file.
async fn operators_kubeconfig(cluster: &Cluster, client: &Client) -> anyhow::Result<PathBuf> {
    let kubeconfig = kubeconfig_of(cluster, client, "assay-operator").await?;
    let path = cluster.folder().join("operator.kubeconfig");
    // JSON is YAML.
    std::fs::write(&path, kubeconfig.to_string())?;
    Ok(path)
}

/// What was installed on a cluster that was there before, and goes with this value.
struct Installed(Option<Named>);

impl Drop for Installed {
    fn drop(&mut self) {
        let Some(named) = self.0.take() else { return };
        // A destructor cannot wait for a future; a runtime of its own can, on a thread of its own.
        let cleaning = std::thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async { clear(&named.client().await?).await })
        });
        let done = cleaning
            .join()
            .unwrap_or_else(|_| Err(anyhow::anyhow!("it panicked")));
        if let Err(error) = done {
            // Past the test harness, which shows nothing of tests that pass.
            let _ = writeln!(
                std::io::stderr(),
                "what was installed could not be removed: {error:#}; it has the label {MARK}"
            );
        }
    }
}
