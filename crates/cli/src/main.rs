//! The command `assay`.

use std::process::ExitCode;

fn main() -> ExitCode {
    assay_cli::run("assay")
}
