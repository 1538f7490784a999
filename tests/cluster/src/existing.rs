//! A cluster that is there already, as a kubeconfig names it.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, ensure};
use kube::config::{Cluster as Server, KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};

/// Names the kubeconfig of a cluster to use instead of starting one.
pub const KUBECONFIG: &str = "ASSAY_KUBECONFIG";
/// Names its context, where that is not the current one.
pub const CONTEXT: &str = "ASSAY_CONTEXT";

/// A cluster by its name in a kubeconfig.
#[derive(Debug, Clone)]
pub struct Named {
    /// The kubeconfig.
    pub file: PathBuf,
    /// The context; `None` for the current one.
    pub context: Option<String>,
}

impl Named {
    /// The one that the environment names.
    #[must_use]
    pub fn by_environment() -> Option<Self> {
        let given = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        given(KUBECONFIG).map(|file| Self {
            file: PathBuf::from(file),
            context: given(CONTEXT),
        })
    }

    fn read(&self) -> anyhow::Result<Kubeconfig> {
        Kubeconfig::read_from(&self.file)
            .with_context(|| format!("{} cannot be used", self.file.display()))
    }

    /// Names of the context and of its cluster, and the cluster's server.
    ///
    /// # Errors
    /// If the kubeconfig cannot be read, or has no such context.
    pub fn server(&self) -> anyhow::Result<(String, Server)> {
        let file = self.file.display();
        let kubeconfig = self.read()?;
        let context = self.context.clone().or(kubeconfig.current_context);
        let context = context.with_context(|| {
            format!("{file} has no current context: name one of its contexts with --context")
        })?;
        let mut contexts = kubeconfig.contexts.into_iter();
        let found = contexts
            .find(|named| named.name == context)
            .and_then(|named| named.context)
            .with_context(|| {
                format!("{file} has no context {context}: `kubectl config get-contexts` lists them")
            })?;
        let mut clusters = kubeconfig.clusters.into_iter();
        let server = clusters
            .find(|named| named.name == found.cluster)
            .and_then(|named| named.cluster)
            .with_context(|| {
                format!(
                    "{file}: context {context} is of cluster {}, which is not in it",
                    found.cluster
                )
            })?;
        Ok((context, server))
    }

    /// A client with the rights of the context's user.
    ///
    /// # Errors
    /// If the kubeconfig cannot be used.
    pub async fn client(&self) -> anyhow::Result<Client> {
        let options = KubeConfigOptions {
            context: self.context.clone(),
            ..KubeConfigOptions::default()
        };
        let config = Config::from_custom_kubeconfig(self.read()?, &options).await?;
        Ok(Client::try_from(config)?)
    }
}

/// The cluster, and room on this machine for whoever runs on it.
pub(crate) struct Existing {
    pub(crate) named: Named,
    folder: PathBuf,
}

impl Existing {
    pub(crate) fn open(named: Named) -> anyhow::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let file = named.file.canonicalize();
        let file = file.with_context(|| format!("{} cannot be read", named.file.display()))?;
        let named = Named { file, ..named };
        let (_, server) = named.server()?;
        ensure!(
            server.server.is_some(),
            "{}: the cluster has no server",
            named.file.display()
        );
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = format!("assay-existing-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(folder);
        // A credential will be written into it.
        DirBuilder::new()
            .mode(0o700)
            .create(&folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(Self { named, folder })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Existing {
    fn drop(&mut self) {
        // What cannot be removed is left to the system's own cleaning.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
