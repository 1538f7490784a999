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

/// What the client logs by itself: nothing. It logs a page that it cannot decode whole, and no object's content belongs in a
/// log; and each request that fails, a line for each kind and try while the API server is away, which our own warnings say.
const CLIENT: &str = "kube_client=off,kube_runtime=error";

/// The filter that was asked for. It comes last, so that it may name the client all the same.
fn log_filter(asked: &str) -> EnvFilter {
    EnvFilter::try_new(format!("{CLIENT},{asked}"))
        .unwrap_or_else(|_| EnvFilter::new(format!("{CLIENT},info")))
}

fn main() -> ExitCode {
    let args = args::Args::parse();
    let filter = log_filter(&args.log);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_is_silent_unless_asked_for() {
        let directives = |asked: &str| {
            let filter = log_filter(asked).to_string();
            let mut all: Vec<String> = filter.split(',').map(str::to_owned).collect();
            all.sort();
            all
        };
        let quiet = ["info", "kube_client=off", "kube_runtime=error"];
        assert_eq!(directives("info"), quiet);
        assert_eq!(directives("assay_watch=loud"), quiet, "what cannot be read");
        assert_eq!(
            directives("debug,kube_client=warn"),
            ["debug", "kube_client=warn", "kube_runtime=error"]
        );
    }
}
