//! The command line: judges manifests by the same engine as the operator, explains checks and controls, and tells who may
//! do what.
//!
//! It is a library so that its two names, `assay` and `kubectl assay`, share one body.

mod access;
mod args;
mod explain;
mod manifest;
mod output;
mod profile;
mod scan;

use std::process::ExitCode;

use anyhow::Result;

use args::{Args, ChecksArgs, Command};

/// It could not do its job.
const TROUBLE: u8 = 2;

/// Runs the command line as `program` and returns its exit code: 0, 1 for findings over the threshold, 2 for trouble.
#[must_use]
pub fn run(program: &'static str) -> ExitCode {
    let args = Args::read(program);
    let done = match args.command {
        Command::Scan(args) => scan::run(&args),
        Command::Explain(args) => explain::run(&args.id).map(|()| ExitCode::SUCCESS),
        Command::Checks(args) => checks(&args).map(|()| ExitCode::SUCCESS),
        Command::Access(command) => access::run(&command),
    };
    done.unwrap_or_else(|error| {
        output::complain(&format!("error: {error:#}"));
        ExitCode::from(TROUBLE)
    })
}

fn checks(args: &ChecksArgs) -> Result<()> {
    let lines = assay_report::check_lines();
    output::render(args.output, &lines, |style| {
        assay_report::check_table(&lines, style)
    })
}
