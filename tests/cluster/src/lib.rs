//! A Kubernetes cluster for tests: a control plane of our own, or a cluster that is there already.

mod embedded;
mod existing;
mod kubectl;

pub use embedded::{BINARY, ControlPlane, Kubelet, Options, Report, Server};
pub use existing::{CONTEXT, KUBECONFIG, Named};

use std::path::Path;

use anyhow::bail;
use existing::Existing;
use kube::Client;

/// What makes the cluster a cluster.
enum Source {
    Embedded(Box<ControlPlane>),
    Existing(Existing),
}

/// A cluster that serves.
pub struct Cluster {
    source: Source,
}

impl Cluster {
    /// Starts the control plane of `tests/controlplane`, which takes seconds, and waits until it serves.
    ///
    /// # Errors
    /// If the binary is not built, or a component does not get ready; the component's last log lines are in the error.
    pub async fn start(options: Options) -> anyhow::Result<Self> {
        let source = Source::Embedded(Box::new(ControlPlane::start(&options).await?));
        Ok(Self { source })
    }

    /// The cluster of a kubeconfig.
    ///
    /// # Errors
    /// If the kubeconfig cannot be read, or has no such context.
    pub fn existing(named: Named) -> anyhow::Result<Self> {
        let source = Source::Existing(Existing::open(named)?);
        Ok(Self { source })
    }

    /// The cluster that the environment names ([`KUBECONFIG`]); without that, one that is started for it.
    ///
    /// # Errors
    /// If it cannot be used or started, or was to be started in a way that a cluster which runs already was not.
    pub async fn named_or_started(options: Options) -> anyhow::Result<Self> {
        let Some(named) = Named::by_environment() else {
            return Self::start(options).await;
        };
        if let [first, ..] = &options.flags[..] {
            bail!(
                "this needs a control plane started with {first}, and {} runs already: run it without {KUBECONFIG}",
                named.file.display()
            );
        }
        Self::existing(named)
    }

    /// The processes of the control plane; `None` where they are not ours.
    #[must_use]
    pub fn control_plane(&self) -> Option<&ControlPlane> {
        match &self.source {
            Source::Embedded(control_plane) => Some(control_plane),
            Source::Existing(_) => None,
        }
    }

    /// How it is called.
    #[must_use]
    pub fn named(&self) -> Named {
        match &self.source {
            Source::Embedded(control_plane) => Named {
                file: control_plane.report.kubeconfig.clone(),
                context: None,
            },
            Source::Existing(existing) => existing.named.clone(),
        }
    }

    /// Kubeconfig of an administrator.
    #[must_use]
    pub fn kubeconfig(&self) -> &Path {
        match &self.source {
            Source::Embedded(control_plane) => &control_plane.report.kubeconfig,
            Source::Existing(existing) => &existing.named.file,
        }
    }

    /// The context of [`kubeconfig`](Self::kubeconfig) to use, where it is not the current one.
    #[must_use]
    pub fn context(&self) -> Option<&str> {
        match &self.source {
            Source::Embedded(_) => None,
            Source::Existing(existing) => existing.named.context.as_deref(),
        }
    }

    /// A folder for whoever runs on it, closed to others. It goes with the cluster.
    #[must_use]
    pub fn folder(&self) -> &Path {
        match &self.source {
            Source::Embedded(control_plane) => &control_plane.report.dir,
            Source::Existing(existing) => existing.folder(),
        }
    }

    /// A client with an administrator's rights.
    ///
    /// # Errors
    /// If the kubeconfig cannot be used.
    pub async fn client(&self) -> anyhow::Result<Client> {
        self.named().client().await
    }

    /// Ends it, if it was started here, and waits until it is gone.
    ///
    /// # Errors
    /// If the process cannot be waited for.
    pub async fn stop(self) -> anyhow::Result<()> {
        match self.source {
            Source::Embedded(control_plane) => control_plane.stop().await,
            Source::Existing(_) => Ok(()),
        }
    }
}
