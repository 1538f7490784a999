//! kubectl: the control plane's own, or for a cluster that was there already the one that is installed.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context as _, bail};
use tokio::process::Command;

use crate::{Cluster, embedded};

/// How kubectl is called.
struct Kubectl {
    program: PathBuf,
    /// What makes the control plane's binary a kubectl.
    leading: Option<&'static str>,
}

impl Kubectl {
    fn embedded() -> anyhow::Result<Self> {
        Ok(Self {
            program: embedded::binary()?,
            leading: Some("kubectl"),
        })
    }

    async fn installed() -> Option<Self> {
        let answer = Command::new("kubectl")
            .args(["version", "--client"])
            .stdin(Stdio::null())
            .output()
            .await;
        let works = answer.is_ok_and(|answer| answer.status.success());
        works.then(|| Self {
            program: "kubectl".into(),
            leading: None,
        })
    }
}

impl Cluster {
    /// The control plane's own, which has its version, or whichever there is.
    async fn find_kubectl(&self) -> anyhow::Result<Kubectl> {
        if self.control_plane().is_some() {
            return Kubectl::embedded();
        }
        match Kubectl::installed().await {
            Some(installed) => Ok(installed),
            None => Kubectl::embedded().context("there is no kubectl in PATH: install one"),
        }
    }

    /// Runs kubectl; its output.
    ///
    /// # Errors
    /// If there is none, or it fails; what it said is in the error.
    pub async fn kubectl(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let kubectl = self.find_kubectl().await?;
        let context = self.context().map(|context| format!("--context={context}"));
        let output = Command::new(kubectl.program)
            .args(kubectl.leading)
            .arg(format!("--kubeconfig={}", self.kubeconfig().display()))
            .args(context)
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .await?;
        if !output.status.success() {
            bail!(
                "kubectl {}: {}",
                arguments.join(" "),
                String::from_utf8_lossy(&output.stderr).trim()
            );
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// The command that a person types to run kubectl on this cluster.
    ///
    /// # Errors
    /// If there is none.
    pub async fn kubectl_command(&self) -> anyhow::Result<String> {
        let kubectl = self.find_kubectl().await?;
        let mut words = vec![kubectl.program.display().to_string()];
        words.extend(kubectl.leading.map(str::to_owned));
        words.push(format!("--kubeconfig={}", self.kubeconfig().display()));
        words.extend(self.context().map(|context| format!("--context={context}")));
        Ok(words.join(" "))
    }
}
