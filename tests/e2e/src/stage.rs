//! A stage: one cluster and one operator for all tests of a binary that leave both alive.

use std::ops::Deref;
use std::sync::{Arc, LazyLock, Weak};

use anyhow::{Context as _, anyhow};
use assay_cluster::Options;
use serde_json::json;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Mutex;

use crate::{Audit, Author, Operator, Scene};

/// A namespace with a finding that was there before the operator's first look: the `RoleBinding` `earlier` gives
/// cluster-admin away in it.
pub const EARLIER: &str = "earlier";

/// Clients and processes are bound to the runtime that made them, so the tests that share them share it too.
static RUNTIME: LazyLock<std::io::Result<Runtime>> = LazyLock::new(|| {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
});
static SHARED: Mutex<Weak<Stage>> = Mutex::const_new(Weak::new());

/// A scene with an operator on it that is past its first pass.
pub struct Stage {
    /// The operator.
    pub operator: Operator,
    /// What was written of Assay's kinds.
    pub audit: Audit,
    scene: Scene,
}

impl Deref for Stage {
    type Target = Scene;

    fn deref(&self) -> &Scene {
        &self.scene
    }
}

impl Stage {
    async fn set() -> anyhow::Result<Self> {
        let (audit, options) = Audit::keep(Options::default())?;
        let scene = Scene::set(options).await?;
        let author = Author(scene.client.clone());
        author.namespace(EARLIER).await?;
        author
            .apply(&json!({
                "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
                "metadata": {"name": "earlier", "namespace": EARLIER},
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
                "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "somebody"}],
            }))
            .await?;
        let operator = scene.operator("shared")?;
        operator.ready().await?;
        Ok(Self {
            operator,
            audit,
            scene,
        })
    }

    /// Somebody who writes objects on it.
    #[must_use]
    pub fn author(&self) -> Author {
        Author(self.scene.client.clone())
    }

    /// The one stage of this process, set if there is none; it goes when the last test leaves it.
    async fn shared() -> anyhow::Result<Arc<Self>> {
        let mut shared = SHARED.lock().await;
        if let Some(stage) = shared.upgrade() {
            return Ok(stage);
        }
        let stage = Arc::new(Self::set().await?);
        *shared = Arc::downgrade(&stage);
        Ok(stage)
    }
}

/// Runs a test on the shared stage. If it fails, the error ends with what the operator logged last.
///
/// # Errors
/// If the stage cannot be set, or the test fails.
pub fn on_stage(test: impl AsyncFnOnce(&Stage) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let runtime = RUNTIME
        .as_ref()
        .map_err(|error| anyhow!("no runtime for the tests: {error}"))?;
    runtime.block_on(async {
        let stage = Stage::shared().await?;
        let mut done = test(&stage).await;
        if done.is_ok() {
            done = stage.audit.asked_for_nothing_in_vain();
        }
        done.with_context(|| format!("the operator logged last:\n{}", stage.operator.log_tail()))
    })
}
