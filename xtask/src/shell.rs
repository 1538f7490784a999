//! Running other programs: shown as they run, and named when they fail.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, bail, ensure};

/// The checkout.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// Where cargo puts what it builds: two levels above ourselves, wherever that was set to be.
pub(crate) fn target() -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe()?;
    let target = own.parent().and_then(Path::parent);
    Ok(target
        .context("xtask was not built by cargo")?
        .to_path_buf())
}

/// Cargo, the one that runs us.
pub(crate) fn cargo() -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root());
    for name in of_our_package() {
        command.env_remove(name);
    }
    command
}

/// What cargo tells a program that it runs of its package. Build scripts of dependencies look at some of it, and would run again,
/// with all that depends on them, each time somebody calls cargo by itself in between.
pub(crate) fn of_our_package() -> impl Iterator<Item = OsString> {
    let names = std::env::vars_os().map(|(name, _)| name);
    names.filter(|name| {
        let name = name.to_string_lossy();
        name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
    })
}

/// Runs a step, with its output on ours and its time after it.
pub(crate) fn step(what: &str, command: &mut Command) -> anyhow::Result<()> {
    eprintln!("==> {what}");
    let begun = Instant::now();
    let status = command
        .status()
        .with_context(|| format!("{what}: cannot start {}", command.get_program().display()))?;
    let seconds = begun.elapsed().as_secs_f32();
    ensure!(status.success(), "{what} failed ({status})");
    eprintln!("    done in {seconds:.1} s");
    Ok(())
}

/// Whether a program answers on this machine.
pub(crate) fn has(program: &str, argument: &str) -> bool {
    Command::new(program)
        .arg(argument)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Builds `tests/controlplane`, unless it is up to date by Go's own reckoning, or the environment names one that is built.
pub(crate) fn build_control_plane() -> anyhow::Result<()> {
    if let Some(built) = std::env::var_os(assay_cluster::BINARY) {
        eprintln!("==> the control plane is {}", built.display());
        return Ok(());
    }
    if !has("go", "version") {
        bail!(
            "Go is not installed, and the control plane is built with it: install Go 1.26 or later from your \
             distribution (`apt-get install golang-go`, `brew install go`) or from the Go project's site.\n\
             Without it you can still see Assay judge manifests: cargo run --bin assay -- scan deploy/demo"
        );
    }
    let folder = root().join("tests/controlplane");
    step(
        "build the control plane (some minutes the first time)",
        Command::new("sh").arg("build.sh").current_dir(folder),
    )
}
