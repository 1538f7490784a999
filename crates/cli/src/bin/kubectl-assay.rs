//! The command `kubectl assay`: kubectl finds plugins by the names of their files.

use std::process::ExitCode;

fn main() -> ExitCode {
    assay_cli::run("kubectl assay")
}
