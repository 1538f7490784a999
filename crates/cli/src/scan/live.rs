//! One look at a live cluster, with the rights of whoever runs the command.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use assay_api::{ComplianceProfile, KeptLogins};
use assay_checks::Params;
use assay_inventory::{Changes, Delta, Inventory, Kind};
use assay_report::Cluster;
use assay_watch::{Asker, Wanted};
use kube::api::{ApiResource, DynamicObject, ListParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Api, Config};
use tokio::runtime::Runtime;

use super::world::{Places, World};
use crate::output;

/// Longest a first list may take before what is missing is told as unknown.
const PATIENCE: Duration = Duration::from_mins(2);
/// Longest one answer may take, beside the first lists.
const ANSWER: Duration = Duration::from_secs(30);
/// Longest a connection may take to open.
const CONNECT: Duration = Duration::from_secs(10);

/// Lists everything that checks read, once, and the names of Secrets where the profile has that done. What may not be listed is
/// unknown in the result, and no trouble.
pub(super) fn look(
    params: &Params,
    context: Option<&str>,
    kubeconfig: Option<&Path>,
) -> Result<World> {
    let wanted = Wanted {
        secret_types: params.secret_types,
        ..Wanted::default()
    };
    runtime()?.block_on(async {
        let config = config(context, kubeconfig).await?;
        let extractors = assay_checks::extractors();
        let (mut inventory, version) =
            assay_watch::snapshot(config.clone(), Asker::Person, extractors, wanted, PATIENCE)
                .await?;
        let remembered = tokio::time::timeout(ANSWER, remembered(config)).await;
        let remembered = remembered.unwrap_or_else(|_| bail!("no answer within {} s", ANSWER.as_secs()));
        match remembered {
            Ok(logins) => {
                for delta in logins {
                    inventory.apply(delta, &mut Changes::default());
                }
            }
            Err(error) => output::complain(&format!(
                "complianceprofiles.compliance.assay.dev cannot be read ({error:#}): certificates issued to people are judged by the \
                 requests that still stand, without those that Assay's operator remembers"
            )),
        }
        let system = inventory.namespace(&"kube-system".into());
        let id = system.map(|namespace| namespace.meta.uid.to_string());
        Ok(World {
            cluster: Cluster {
                id,
                version: Some(version),
            },
            inventory,
            not_judged: Vec::new(),
            unread: Vec::new(),
            places: Places::default(),
            trouble: false,
        })
    })
}

/// Certificates that outlived their requests, as the operator of the cluster remembers them; none where there is no operator.
async fn remembered(config: Config) -> Result<Vec<Delta>> {
    let client = assay_watch::client(config)?;
    // As any object, since the cluster's operator may be newer than this command.
    let kind = ApiResource::erase::<ComplianceProfile>(&());
    let profiles: Api<DynamicObject> = Api::all_with(client, &kind);
    let profiles = match profiles.list(&ListParams::default()).await {
        Err(kube::Error::Api(status)) if status.is_not_found() => return Ok(Vec::new()),
        profiles => profiles?,
    };
    let statuses = profiles
        .items
        .iter()
        .filter_map(|profile| profile.data.get("status"));
    let mut deltas = Vec::new();
    for status in statuses {
        let logins: KeptLogins = serde_json::from_value(status.clone())?;
        deltas.extend(logins.deltas());
    }
    Ok(deltas)
}

/// Lists some kinds, once.
pub(crate) fn look_at(
    kinds: &[Kind],
    context: Option<&str>,
    kubeconfig: Option<&Path>,
) -> Result<Inventory> {
    runtime()?.block_on(async {
        let config = config(context, kubeconfig).await?;
        Ok(assay_watch::snapshot_of(&config, kinds, PATIENCE).await?)
    })
}

fn runtime() -> Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("cannot start the runtime")
}

async fn config(context: Option<&str>, kubeconfig: Option<&Path>) -> Result<Config> {
    let kubeconfig = match kubeconfig {
        Some(path) => Kubeconfig::read_from(path)
            .with_context(|| format!("cannot read kubeconfig {}", path.display()))?,
        None => Kubeconfig::read().context(
            "no kubeconfig can be read; give --kubeconfig, or name files to scan instead of a cluster",
        )?,
    };
    let options = KubeConfigOptions {
        context: context.map(str::to_owned),
        ..KubeConfigOptions::default()
    };
    let mut config = Config::from_custom_kubeconfig(kubeconfig, &options)
        .await
        .context("the kubeconfig names no cluster that can be used; `kubectl config get-contexts` lists what there is")?;
    config.connect_timeout = Some(CONNECT);
    Ok(config)
}
