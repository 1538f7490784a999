//! Every test, with all that they need: what CI runs.

use std::path::Path;
use std::process::Command;

use anyhow::Context as _;

use crate::generate;
use crate::shell::{build_control_plane, cargo, has, root, step};

/// The version whose configuration `deny.toml` is written for.
const CARGO_DENY: &str = "0.20.2";

/// Runs every test.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Leaves out what needs a control plane: some minutes instead of many.
    #[arg(long)]
    fast: bool,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
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
    step(
        "unit tests, properties and examples",
        cargo().args(["test", "--workspace", "--exclude", "assay-e2e"]),
    )?;
    licences()?;
    if args.fast {
        return Ok(());
    }
    build_control_plane()?;
    step(
        "vet the control plane",
        Command::new("go")
            .args(["vet", "./..."])
            .env("CGO_ENABLED", "0")
            .current_dir(root().join("tests/controlplane")),
    )?;
    step(
        "test the control plane",
        Command::new("go")
            .args(["test", "./..."])
            .env("CGO_ENABLED", "0")
            .current_dir(root().join("tests/controlplane")),
    )?;
    // The whole workspace with all its targets, here and below: another selection would have cargo compile the
    // dependencies again with other features.
    step(
        "build the programs",
        cargo().args(["build", "--workspace", "--all-targets"]),
    )?;
    let mut suites = cargo();
    suites.args(["test", "--workspace"]);
    for suite in suites_of(&root().join("tests/e2e/tests"))? {
        suites.args(["--test", &suite]);
    }
    step("end to end, on a real control plane", &mut suites)
}

/// The names under which cargo knows the test targets of a folder.
fn suites_of(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_stem().and_then(|name| name.to_str());
        names.extend(name.map(str::to_owned));
    }
    names.sort();
    anyhow::ensure!(!names.is_empty(), "{} holds no suite", folder.display());
    Ok(names)
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
