//! `assay-operator`: watches a cluster and keeps its compliance reports true.

mod args;
mod assessment;
mod follow;
mod lease;
mod publish;
mod render;
mod restore;
mod run;
mod serve;

use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let args = args::Args::parse();
    // kube-client logs a page it cannot decode whole: no object's content belongs in a log.
    let filter = EnvFilter::try_new(format!("{},kube_client=error,kube_runtime=error", args.log))
        .unwrap_or_else(|_| EnvFilter::new("info,kube_client=error,kube_runtime=error"));
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(%error, "cannot start the runtime");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run::run(args)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = format!("{error:#}"), "stopped");
            ExitCode::FAILURE
        }
    }
}
