//! What the end-to-end suites share: a cluster with Assay's kinds and rights in it, and operators to run on it.

mod account;
mod audit;
mod binaries;
mod described;
mod judged;
mod lease;
mod lifeline;
mod logins;
pub mod manifests;
mod mark;
mod objects;
mod operator;
mod pods;
mod rights;
mod scene;
mod shop;
mod skip;
mod stage;

pub use account::Account;
pub use audit::{Asked, Audit, Write};
pub use binaries::assay;
pub use described::{DESCRIBED, described_cluster, describing_clusters};
pub use judged::{States, judge};
pub use lease::Lease;
pub use mark::{MARK, clear};
pub use objects::{AUTHOR, Author, MASTERS_REQUEST, api, filled};
pub use operator::Operator;
pub use pods::sound_but;
pub use rights::{Right, Rights};
pub use scene::{OPERATOR_NAMESPACE, Scene};
pub use shop::Shop;
pub use skip::{SKIPPED, skip, skips_on_named};
pub use stage::{EARLIER, Stage, on_stage};

use std::time::{Duration, Instant};

use anyhow::bail;

/// Longest a condition is waited for. Generous: a slow machine must not fail a test.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// Waits until `condition` gives a value; what it waited for is in the error.
///
/// # Errors
/// If the condition does not come true within [`PATIENCE`], or fails.
pub async fn eventually<T>(
    what: &str,
    condition: impl AsyncFnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
    within(PATIENCE, what, condition).await
}

/// The same with another patience.
async fn within<T>(
    patience: Duration,
    what: &str,
    mut condition: impl AsyncFnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
    let begun = Instant::now();
    let mut last = None;
    while begun.elapsed() < patience {
        match condition().await {
            Ok(Some(value)) => return Ok(value),
            Ok(None) => {}
            // The API server may be away on purpose.
            Err(error) => last = Some(error),
        }
        // What takes longer may be looked for less often: to look costs the cluster and us more than a little.
        let pause = Duration::from_millis(50) + begun.elapsed() / 20;
        tokio::time::sleep(pause.min(Duration::from_millis(500))).await;
    }
    match last {
        Some(error) => bail!("waited in vain until {what}; the last error: {error:#}"),
        None => bail!("waited in vain until {what}"),
    }
}

/// Waits until the clock shows another second: Assay writes whole ones, and what is told apart by time needs two.
///
/// # Errors
/// If the clock stands still.
pub async fn next_second() -> anyhow::Result<()> {
    let second = || chrono::Utc::now().timestamp();
    let present = second();
    eventually("the next second begins", async || {
        Ok((second() > present).then_some(()))
    })
    .await
}
