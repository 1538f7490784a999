//! What takes long, several at a time, each with its output kept together: the end-to-end suites and the tests of the control plane,
//! which start control planes, and beside them all other tests, which wait for nothing.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use assay_cluster::{CONTEXT, KUBECONFIG, Named};
use assay_e2e::{SKIPPED, clear};
use futures::StreamExt as _;
use serde_json::Value;
use tokio::process::Command;

use crate::shell::{cargo, of_our_package, root, target};

/// Control planes that live at the same time: each takes half a gigabyte, and suites wait more than they work.
const AT_ONCE: usize = 2;
/// What of a suite's log is how long it took.
const TOOK: &str = "took";
/// Suites whose tests share one cluster, so that many can wait at once; in others, each test has a cluster of its own.
const SHARING: [&str; 2] = ["reports", "stage"];
/// Tests of such a suite at once.
const TESTS: &str = "8";

/// Arguments of cargo for the tests that need no cluster.
pub(crate) const WITHOUT_CLUSTER: &[&str] =
    &["test", "--quiet", "--workspace", "--exclude", "assay-e2e"];

/// A program that tests, and where it runs.
pub(crate) struct Suite {
    name: String,
    program: PathBuf,
    arguments: &'static [&'static str],
    folder: PathBuf,
    /// Whether it starts a control plane, or works on a cluster.
    on_cluster: bool,
}

/// How a suite ended.
struct Ended {
    name: String,
    status: ExitStatus,
    took: Duration,
    output: String,
}

/// Builds everything and runs all suites: each on a control plane of its own and some `others` beside them, or one after the
/// other on a cluster that is there.
pub(crate) fn run(named: Option<&Named>, others: Vec<Suite>) -> anyhow::Result<()> {
    let mut suites = others;
    suites.extend(build()?);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let Some(named) = named else {
            return all(&suites, AT_ONCE, None).await;
        };
        let done = tokio::select! {
            done = all(&suites, 1, Some(named)) => done,
            interrupted = tokio::signal::ctrl_c() => {
                interrupted?;
                Err(anyhow::anyhow!("interrupted"))
            }
        };
        // A suite removes what it installed, unless it was killed.
        let cleared = clear(&named.client().await?).await;
        cleared.context("what the suites installed could not be removed")?;
        done
    })
}

/// The tests of the control plane, which are written in Go.
pub(crate) fn of_the_control_plane() -> Suite {
    Suite {
        name: "controlplane".to_owned(),
        program: "go".into(),
        arguments: &["test", "./..."],
        folder: root().join("tests/controlplane"),
        on_cluster: true,
    }
}

/// All tests in Rust that need no cluster.
pub(crate) fn without_cluster() -> Suite {
    Suite {
        name: "unit".to_owned(),
        program: cargo().get_program().into(),
        arguments: WITHOUT_CLUSTER,
        folder: root(),
        on_cluster: false,
    }
}

/// Builds the whole workspace with all its targets: another selection would have cargo compile the dependencies again with
/// other features.
fn build() -> anyhow::Result<Vec<Suite>> {
    eprintln!("==> build the programs and the suites");
    let output = cargo()
        .args(["build", "--workspace", "--all-targets"])
        .arg("--message-format=json-render-diagnostics")
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(output.status.success(), "the build failed");
    let sources = root().join("tests/e2e/tests");
    let told = String::from_utf8(output.stdout)?;
    let mut suites: Vec<Suite> = told
        .lines()
        .filter_map(|line| suite(&serde_json::from_str(line).ok()?, &sources))
        .collect();
    suites.sort_by(|one, other| one.name.cmp(&other.name));
    ensure!(!suites.is_empty(), "{} holds no suite", sources.display());
    Ok(suites)
}

/// The suite that a message of cargo tells of, if its source is among these.
fn suite(message: &Value, sources: &Path) -> Option<Suite> {
    let source = message.pointer("/target/src_path")?.as_str()?;
    let program = message.get("executable")?.as_str()?;
    Path::new(source).starts_with(sources).then_some(())?;
    Some(Suite {
        name: message.pointer("/target/name")?.as_str()?.to_owned(),
        program: program.into(),
        arguments: &[],
        folder: root().join("tests/e2e"),
        on_cluster: true,
    })
}

async fn all(suites: &[Suite], at_once: usize, named: Option<&Named>) -> anyhow::Result<()> {
    let logs = target()?.join("e2e");
    std::fs::create_dir_all(&logs)?;
    eprintln!(
        "==> end to end: {} suites, {at_once} at a time",
        suites.len()
    );
    let begun = Instant::now();
    // The longest first, as far as is known from the last run: else one of them may be left to run alone in the end.
    let mut order: Vec<&Suite> = suites.iter().collect();
    order.sort_by_key(|suite| std::cmp::Reverse(suite.took_last(&logs)));
    let (on_cluster, others): (Vec<_>, Vec<_>) =
        order.into_iter().partition(|suite| suite.on_cluster);
    let on_cluster = on_cluster.into_iter().map(|suite| suite.run(&logs, named));
    let others = others.into_iter().map(|suite| suite.run(&logs, named));
    let on_cluster = futures::stream::iter(on_cluster).buffer_unordered(at_once);
    let others = futures::stream::iter(others).buffer_unordered(1);
    let mut runs = std::pin::pin!(futures::stream::select(on_cluster, others));
    let (mut failed, mut skipped, mut count) = (Vec::new(), Vec::new(), 0);
    while let Some(ended) = runs.next().await {
        let ended = ended?;
        count += 1;
        eprintln!("{}", ended.output.trim_end());
        eprintln!(
            "    {count}/{}: {} {} in {:.1} s",
            suites.len(),
            ended.name,
            if ended.status.success() {
                "passed"
            } else {
                "FAILED"
            },
            ended.took.as_secs_f32()
        );
        let left_out = ended
            .output
            .lines()
            .filter(|line| line.starts_with(SKIPPED));
        skipped.extend(left_out.map(|line| format!("{}: {line}", ended.name)));
        if !ended.status.success() {
            failed.push(ended.name);
        }
    }
    if !skipped.is_empty() {
        eprintln!("not tested:\n  {}", skipped.join("\n  "));
    }
    if !failed.is_empty() {
        bail!(
            "failed: {}; their output is in {}",
            failed.join(", "),
            logs.display()
        );
    }
    eprintln!("    done in {:.1} s", begun.elapsed().as_secs_f32());
    Ok(())
}

impl Suite {
    /// How many seconds it took when it ran last; if that is not known, longer than any.
    fn took_last(&self, logs: &Path) -> u64 {
        let file = logs.join(&self.name).with_extension(TOOK);
        let took = std::fs::read_to_string(file).ok();
        took.and_then(|took| took.parse().ok()).unwrap_or(u64::MAX)
    }

    async fn run(&self, logs: &Path, named: Option<&Named>) -> anyhow::Result<Ended> {
        let log = logs.join(format!("{}.log", self.name));
        let out = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let begun = Instant::now();
        let mut command = Command::new(&self.program);
        command
            .args(self.arguments)
            .current_dir(&self.folder)
            .env("CGO_ENABLED", "0")
            .stdin(Stdio::null())
            .stdout(out.try_clone()?)
            .stderr(out)
            .kill_on_drop(true)
            .env_remove(KUBECONFIG)
            .env_remove(CONTEXT);
        for name in of_our_package() {
            command.env_remove(name);
        }
        if self.on_cluster {
            let tests = if SHARING.contains(&self.name.as_str()) {
                TESTS
            } else {
                "1"
            };
            command.env("RUST_TEST_THREADS", tests);
        }
        if let Some(named) = named {
            command.env(KUBECONFIG, named.file.canonicalize()?);
            command.envs(named.context.iter().map(|context| (CONTEXT, context)));
        }
        let status = command.status().await?;
        let took = begun.elapsed();
        std::fs::write(log.with_extension(TOOK), took.as_secs().to_string())?;
        Ok(Ended {
            name: self.name.clone(),
            status,
            took,
            output: String::from_utf8_lossy(&std::fs::read(&log)?).into_owned(),
        })
    }
}
