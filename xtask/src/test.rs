//! Every test, with all that they need: what CI runs.

use std::process::Command;

use anyhow::Context as _;

use crate::own_cluster::{OwnCluster, announce};
use crate::shell::{build_control_plane, cargo, has, root, step};
use crate::{generate, suites};

/// The version whose configuration `deny.toml` is written for.
const CARGO_DENY: &str = "0.20.2";

/// Runs every test; with a kubeconfig, the end-to-end suites on that cluster.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Leaves out what needs a control plane: some minutes instead of many.
    #[arg(long, conflicts_with = "kubeconfig")]
    fast: bool,
    /// Leaves out everything but the end-to-end suites.
    #[arg(long, conflicts_with_all = ["kubeconfig", "fast"])]
    suites: bool,
    #[command(flatten)]
    cluster: OwnCluster,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    if let Some(named) = args.cluster.named() {
        let more = "and what the suites plant: up to 5,000 pods that no node is given, and grants of every right to invented users";
        announce(&named, "the end-to-end suites", more)?;
        return suites::run(Some(&named), Vec::new());
    }
    if args.suites {
        build_control_plane()?;
        return suites::run(None, Vec::new());
    }
    step("formatting", cargo().args(["fmt", "--all", "--check"]))?;
    step(
        "clippy",
        cargo().args([
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]),
    )?;
    eprintln!("==> generated files");
    generate::run(&generate::Args::checking())?;
    licences()?;
    if args.fast {
        return step(
            "unit tests, properties and examples",
            cargo().args(suites::WITHOUT_CLUSTER),
        );
    }
    build_control_plane()?;
    step(
        "vet the control plane",
        Command::new("go")
            .args(["vet", "./..."])
            .env("CGO_ENABLED", "0")
            .current_dir(root().join("tests/controlplane")),
    )?;
    let others = vec![suites::without_cluster(), suites::of_the_control_plane()];
    suites::run(None, others)
}

/// Licences, bans and sources of all dependencies. Advisories need a database that cannot be fetched everywhere:
/// `cargo deny check advisories` is a step of its own.
fn licences() -> anyhow::Result<()> {
    let tools = root().join("target/tools");
    let installed = tools.join("bin/cargo-deny");
    let program = if has("cargo-deny", "--version") {
        "cargo-deny".into()
    } else {
        if !installed.exists() {
            step(
                "install cargo-deny (some minutes, once)",
                cargo()
                    .args([
                        "install",
                        "--locked",
                        "--quiet",
                        "cargo-deny",
                        "--version",
                        CARGO_DENY,
                        "--root",
                    ])
                    .arg(&tools),
            )
            .context("licences cannot be checked without cargo-deny")?;
        }
        installed
    };
    step(
        "fetch what other platforms would link",
        cargo().args(["fetch", "--locked", "--quiet"]),
    )?;
    step(
        "licences, bans and sources",
        Command::new(program)
            .args(["--offline", "check", "licenses", "bans", "sources"])
            .current_dir(root()),
    )
}
