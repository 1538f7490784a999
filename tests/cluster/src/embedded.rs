//! The control plane of `tests/controlplane` as a process of ours.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use kube::Api;
use kube::api::{ApiResource, DynamicObject, GroupVersionKind, PostParams};
use serde::Deserialize;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::Mutex;

use crate::Named;

/// Names the binary where it is not in its place.
pub const BINARY: &str = "ASSAY_CONTROLPLANE";

/// The address that the API server would list for itself cannot be dialled: nothing may listen on it. See [`list_endpoint`].
const DEFAULT_FLAGS: [&str; 1] = ["--apiserver-flag=--endpoint-reconciler-type=none"];

/// What to start.
#[derive(Debug, Clone)]
pub struct Options {
    nodes: u32,
    pub(crate) flags: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            nodes: 1,
            flags: Vec::new(),
        }
    }
}

impl Options {
    /// So many kubelets.
    #[must_use]
    pub fn nodes(mut self, nodes: u32) -> Self {
        self.nodes = nodes;
        self
    }

    /// A flag of the API server, over the default of that name.
    #[must_use]
    pub fn apiserver_flag(mut self, flag: &str) -> Self {
        self.flags.push(format!("--apiserver-flag={flag}"));
        self
    }

    /// A field of the kubelets' configuration, as `[N:]path.to.field=value`.
    #[must_use]
    pub fn kubelet_config(mut self, setting: &str) -> Self {
        self.flags.push(format!("--kubelet-config={setting}"));
        self
    }
}

/// A component with a port.
#[derive(Debug, Clone, Deserialize)]
pub struct Server {
    /// Port on loopback.
    pub port: u16,
    /// Process.
    pub pid: u32,
}

/// A kubelet.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Kubelet {
    /// Name of its Node.
    pub name: String,
    /// Port of its API.
    pub port: u16,
    /// The Node's `InternalIP`.
    #[serde(rename = "internalIP")]
    pub internal_ip: String,
    /// Process.
    pub pid: u32,
}

/// What the control plane reports of itself.
#[derive(Debug, Clone, Deserialize)]
pub struct Report {
    /// Kubeconfig of an administrator.
    pub kubeconfig: PathBuf,
    /// Everything it writes is here.
    pub dir: PathBuf,
    /// The API server.
    pub apiserver: Server,
    /// The kubelets.
    #[serde(default)]
    pub kubelets: Vec<Kubelet>,
    /// Version of Kubernetes.
    pub version: String,
}

#[derive(Deserialize)]
struct Answer {
    ok: bool,
    #[serde(default)]
    error: String,
}

struct Conversation {
    say: ChildStdin,
    hear: Lines<BufReader<ChildStdout>>,
}

/// A running control plane. It ends with the value, and with the process, however that ends.
pub struct ControlPlane {
    /// What it reported when it was ready.
    pub report: Report,
    talk: Mutex<Conversation>,
    child: Child,
}

impl ControlPlane {
    pub(crate) async fn start(options: &Options) -> anyhow::Result<Self> {
        let binary = binary()?;
        let mut child = Command::new(&binary)
            .arg("up")
            .arg("--watch-stdin")
            .arg(format!("--nodes={}", options.nodes))
            .args(DEFAULT_FLAGS)
            .args(&options.flags)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .with_context(|| format!("cannot start {}", binary.display()))?;
        let say = child
            .stdin
            .take()
            .context("the control plane has no stdin")?;
        let out = child
            .stdout
            .take()
            .context("the control plane has no stdout")?;
        let mut hear = BufReader::new(out).lines();
        let ready = tokio::time::timeout(Duration::from_mins(3), hear.next_line());
        let line = ready
            .await
            .context("the control plane was not ready within three minutes")??
            .context("the control plane ended before it was ready; its errors are above")?;
        let report: Report = serde_json::from_str(&line)
            .with_context(|| format!("the control plane reported {line:?}"))?;
        list_endpoint(&report).await?;
        Ok(Self {
            report,
            talk: Mutex::new(Conversation { say, hear }),
            child,
        })
    }

    /// Kills, stops, pauses, resumes or starts a component (`kube-apiserver`, `etcd`, `kubelet/0` …), as the control plane's
    /// README says, and waits until that is done.
    ///
    /// # Errors
    /// If the component does not do so.
    pub async fn tell(&self, command: &str) -> anyhow::Result<()> {
        let mut talk = self.talk.lock().await;
        talk.say
            .write_all(format!("{command}\n").as_bytes())
            .await?;
        talk.say.flush().await?;
        let line = talk.hear.next_line().await?;
        let line = line.context("the control plane has ended")?;
        let answer: Answer = serde_json::from_str(&line)?;
        ensure!(answer.ok, "{command}: {}", answer.error);
        Ok(())
    }

    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        let Conversation { say, .. } = self.talk.into_inner();
        drop(say);
        let ended = tokio::time::timeout(Duration::from_mins(3), self.child.wait());
        ended.await.context("the control plane does not end")??;
        Ok(())
    }
}

/// Lists the API server where it listens, which it does not do itself. An address of loopback may be listed as a name alone.
async fn list_endpoint(report: &Report) -> anyhow::Result<()> {
    let named = Named {
        file: report.kubeconfig.clone(),
        context: None,
    };
    let kind = GroupVersionKind::gvk("discovery.k8s.io", "v1", "EndpointSlice");
    let slices: Api<DynamicObject> = Api::namespaced_with(
        named.client().await?,
        "default",
        &ApiResource::from_gvk(&kind),
    );
    let slice = json!({"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
        "metadata": {"name": "kubernetes", "labels": {"kubernetes.io/service-name": "kubernetes"}},
        "addressType": "FQDN", "ports": [{"name": "https", "port": report.apiserver.port}],
        "endpoints": [{"addresses": ["127.0.0.1"]}]});
    slices
        .create(&PostParams::default(), &serde_json::from_value(slice)?)
        .await
        .context(
            "the API server cannot be listed among the endpoints of Service default/kubernetes",
        )?;
    Ok(())
}

/// The binary: named by [`BINARY`], or where its build puts it.
pub(crate) fn binary() -> anyhow::Result<PathBuf> {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../controlplane/bin/controlplane");
    let path = std::env::var_os(BINARY).map_or(built, PathBuf::from);
    ensure!(
        path.exists(),
        "{} is not built: run `cargo xtask controlplane`",
        path.display()
    );
    Ok(path)
}
