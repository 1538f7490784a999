//! What is done to the project, as one command: `cargo xtask --help`.

mod bench;
mod demo;
mod generate;
mod new_check;
mod own_cluster;
mod shell;
mod suites;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Builds, tests and shows Assay.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Starts a Kubernetes control plane with a flawed shop in it, and shows Assay judging it.
    Demo(demo::Args),
    /// Runs every test, with all that they need.
    Test(test::Args),
    /// Measures cold start, delay and memory against a floor of the same run.
    Bench(bench::Args),
    /// The floor of the benchmark, in a process of its own.
    #[command(hide = true)]
    Floor(bench::FloorArgs),
    /// Writes the files that are generated: CRDs, the JSON Schema of a scan and the list of checks.
    Generate(generate::Args),
    /// Scaffolds a check: its two files and its line in the section's list.
    NewCheck(new_check::Args),
    /// Builds the control plane that tests and the demo run on.
    Controlplane,
}

fn main() -> ExitCode {
    let done = match Args::parse().command {
        Command::Demo(args) => demo::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Floor(args) => bench::run_floor(&args),
        Command::Generate(args) => generate::run(&args),
        Command::NewCheck(args) => new_check::run(&args),
        Command::Controlplane => shell::build_control_plane(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
