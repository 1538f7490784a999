//! The project's own programs, as they were built beside the tests.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};

/// The command line, to be given its arguments.
///
/// # Errors
/// If it is not built.
pub fn assay() -> anyhow::Result<Command> {
    beside("assay").map(Command::new)
}

/// A program in the folder above that of the tests.
pub(crate) fn beside(name: &str) -> anyhow::Result<PathBuf> {
    let test = std::env::current_exe()?;
    let folder = test.parent().and_then(Path::parent);
    let path = folder.context("a test in no folder")?.join(name);
    ensure!(
        path.exists(),
        "{} is not built: run `cargo build --workspace --bins`",
        path.display()
    );
    Ok(path)
}
