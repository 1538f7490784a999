//! The flawed payment shop of `deploy/demo`.

use std::path::Path;

use serde_json::Value;

use crate::{Author, Scene, eventually, manifests};

/// Its manifests.
pub struct Shop(Vec<Value>);

impl Shop {
    /// Reads them.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn read() -> anyhow::Result<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/demo");
        Ok(Self(manifests::read(&folder)?))
    }

    /// The objects, in the order in which they are applied.
    #[must_use]
    pub fn manifests(&self) -> &[Value] {
        &self.0
    }

    /// Applies them, and waits until each Deployment has its pods. Whether those run does not matter to a verdict, and no
    /// registry has their images.
    ///
    /// # Errors
    /// If the API server refuses them, or a Deployment gets no pods.
    pub async fn open(&self, scene: &Scene) -> anyhow::Result<()> {
        let author = Author(scene.client.clone());
        for manifest in &self.0 {
            author.apply(manifest).await?;
        }
        let of_kind = |manifest: &&Value| {
            let kind = manifest.get("kind").and_then(Value::as_str);
            kind == Some("Deployment")
        };
        for deployment in self.0.iter().filter(of_kind) {
            let name = deployment.pointer("/metadata/name");
            let name = name.and_then(Value::as_str).unwrap_or_default();
            let wanted = deployment.pointer("/spec/replicas");
            let wanted = wanted.and_then(Value::as_u64).unwrap_or(1);
            eventually(&format!("Deployment {name} has its pods"), async || {
                let live = author.live(deployment).await?;
                let pods = live.and_then(|live| live.data.pointer("/status/replicas")?.as_u64());
                Ok((pods.unwrap_or(0) == wanted).then_some(()))
            })
            .await?;
        }
        Ok(())
    }
}
