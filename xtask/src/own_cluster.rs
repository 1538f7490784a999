//! A cluster that the user has, in place of one that is started.

use std::path::PathBuf;

use assay_cluster::Named;
use assay_e2e::{MARK, OPERATOR_NAMESPACE};

/// Which cluster.
#[derive(clap::Args)]
pub(crate) struct OwnCluster {
    /// Uses the cluster of this kubeconfig instead of starting one. Only one that you can throw away: what is granted on it
    /// is granted
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// The context of that kubeconfig, if not its current one
    #[arg(long, value_name = "NAME", requires = "kubeconfig")]
    context: Option<String>,
}

impl OwnCluster {
    pub(crate) fn named(&self) -> Option<Named> {
        self.kubeconfig.clone().map(|file| Named {
            file,
            context: self.context.clone(),
        })
    }
}

/// Says on which cluster something is about to be done, what is installed there and what is left.
pub(crate) fn announce(named: &Named, doing: &str, more: &str) -> anyhow::Result<()> {
    let (context, server) = named.server()?;
    let kinds = assay_api::custom_resource_definitions().len();
    println!(
        "\n── {doing} on context {context}, {}\n\
         Installed there: {kinds} CRDs of {}, the namespace {OPERATOR_NAMESPACE} with a ServiceAccount and its rights, {more}.\n\
         The operator runs on this machine, with a token of that ServiceAccount.\n\
         Left there: nothing. All of it has the label {MARK} and is removed at the end, after errors and Ctrl-C too. After a \
         SIGKILL the next run removes it, or you do:\n  {}",
        server.server.unwrap_or_default(),
        assay_api::GROUP,
        removal(named, &context),
    );
    Ok(())
}

/// The command that removes everything by hand.
fn removal(named: &Named, context: &str) -> String {
    format!(
        "kubectl --kubeconfig={} --context={context} delete -l {MARK} crd,namespace,clusterrole,clusterrolebinding,csr; \
         the same with -A for role,rolebinding",
        named.file.display()
    )
}
