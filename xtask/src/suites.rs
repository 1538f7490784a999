//! What starts control planes, several at a time, each with its output kept together: the end-to-end suites, and the tests of the
//! control plane itself.

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

use crate::shell::{cargo, root, target};

/// Control planes that live at the same time: each takes half a gigabyte, and suites wait more than they work.
const AT_ONCE: usize = 2;

/// A program that tests, and where it runs.
pub(crate) struct Suite {
    name: String,
    program: PathBuf,
    arguments: &'static [&'static str],
    folder: PathBuf,
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
    let runs = suites.iter().map(|suite| suite.run(&logs, named));
    let mut runs = futures::stream::iter(runs).buffer_unordered(at_once);
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
        if let Some(named) = named {
            command.env(KUBECONFIG, named.file.canonicalize()?);
            command.envs(named.context.iter().map(|context| (CONTEXT, context)));
        }
        let status = command.status().await?;
        Ok(Ended {
            name: self.name.clone(),
            status,
            took: begun.elapsed(),
            output: String::from_utf8_lossy(&std::fs::read(&log)?).into_owned(),
        })
    }
}
