//! Each right of the operator has a consumer: without it, exactly what rests on it is Unknown and says which right is missing,
//! and nothing else moves.

mod furnished;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use assay_checks::Check;
use assay_cluster::Options;
use assay_e2e::{Author, OPERATOR_NAMESPACE, Right, Rights, Scene, eventually, manifests};
use assay_engine::{Outcome, Profile, full};
use assay_inventory::{EvidenceKind, Kind, Subject, ThirdParty};
use assay_watch::{Asker, Wanted};
use chrono::{TimeDelta, Utc};
use kube::Config;
use kube::config::{KubeConfigOptions, Kubeconfig};
use serde_json::Value;

use furnished::furnish;

/// Rights to act, without which the operator does not run, rather than seeing less. The suites that run it use them.
const ACTS: [&str; 6] = [
    "complianceprofiles",
    "complianceprofiles/status",
    "compliancereports",
    "compliancereports/status",
    "compliancefindings",
    "compliancefindings/status",
];
/// A role of which checks have something to say themselves, and no longer when it grants nothing.
const JUDGED: &str = "assay-operator-secret-types";
/// The Lease, and what of a server everybody may ask for by a stock role.
const OTHERS: [&str; 3] = ["leases", "/version", "/apis"];
/// Of the kinds that other tools define, the one that is taken for all: they go the same way, and
/// [`each_right_on_kinds_of_other_tools_has_a_consumer`] sees to the rest.
const THIRD_PARTY: &str = "bundles";
/// What sources of evidence need.
const SOURCES: [(&str, EvidenceKind); 12] = [
    ("/flagz", EvidenceKind::ApiServerFlags),
    ("/metrics", EvidenceKind::ApiServerMetrics),
    ("configmaps", EvidenceKind::IdentityMap),
    ("configmaps", EvidenceKind::KubeadmConfig),
    ("endpointslices", EvidenceKind::AnonymousProbe),
    ("endpointslices", EvidenceKind::ApiServerFlags),
    ("endpointslices", EvidenceKind::ApiServerMetrics),
    ("endpointslices", EvidenceKind::ApiServerTls),
    ("nodes/configz", EvidenceKind::KubeletConfig),
    ("secrets", EvidenceKind::SecretTypes),
    ("serviceaccounts/token", EvidenceKind::AdmissionProbe),
    ("subjectaccessreviews", EvidenceKind::AccessReviews),
];

/// Where there is something of each kind, and pods are tried.
const NAMESPACE: &str = "rights";

type Outcomes = BTreeMap<(&'static str, Subject), Outcome>;

#[tokio::test(flavor = "multi_thread")]
async fn without_a_right_exactly_what_rests_on_it_is_unknown() -> anyhow::Result<()> {
    // A kubelet that remembers what it was told of a right would answer by what was.
    let options = Options::default()
        .nodes(1)
        .kubelet_config("authorization.webhook.cacheAuthorizedTTL=1ms")
        .kubelet_config("authorization.webhook.cacheUnauthorizedTTL=1ms");
    let scene = Scene::set(options).await?;
    furnish(&scene).await?;
    // What a profile has to ask for, and is bound beside the rest.
    let optional = manifests::secret_types()?;
    for manifest in &optional {
        Author(scene.client.clone()).apply(manifest).await?;
    }
    for right in optional.iter().flat_map(Right::all_of) {
        right.comes_into_force(&scene.client).await?;
    }
    let whole = at_rest(&scene).await?;
    for right in seeing()? {
        let taken = Rights::take(&scene.client, &right.of).await?;
        let less = look(&scene).await?;
        compare(&whole, &less, &right).with_context(|| format!("without {}", right.of))?;
        taken.give_back().await?;
    }
    let again = look(&scene).await?;
    ensure!(whole == again, "with all rights back, not all is as it was");
    scene.end().await
}

/// What is judged once two looks in turn see the same: pods of what was just made still come up.
async fn at_rest(scene: &Scene) -> anyhow::Result<Outcomes> {
    let mut last = None;
    eventually("two looks in turn see the same", async || {
        let now = look(scene).await?;
        let rests = last.as_ref() == Some(&now);
        last = Some(now.clone());
        Ok(rests.then_some(now))
    })
    .await
}

/// Rights to see, one for each resource or path.
fn seeing() -> anyhow::Result<Vec<Right>> {
    let optional = [manifests::admission_probe()?, manifests::secret_types()?].concat();
    let rights: BTreeSet<Right> = [manifests::rights()?, optional]
        .concat()
        .iter()
        .flat_map(Right::all_of)
        .filter(|right| right.of == THIRD_PARTY || !is_third_party(right))
        .filter(|right| !ACTS.contains(&right.of.as_str()) && !OTHERS.contains(&right.of.as_str()))
        .collect();
    ensure!(rights.len() > 15, "deploy/ was not read: {rights:?}");
    Ok(rights.into_iter().collect())
}

fn is_third_party(right: &Right) -> bool {
    ThirdParty::ALL.into_iter().any(|kind| {
        let served = Kind::ThirdParty(kind).served();
        (served.group, served.plural) == (right.group.as_str(), right.of.as_str())
    })
}

#[test]
fn each_right_on_kinds_of_other_tools_has_a_consumer() -> anyhow::Result<()> {
    let roles = manifests::rights()?;
    let of_third_party = |role: &&Value| {
        role.pointer("/metadata/labels/compliance.assay.dev~1aggregate-to-third-party")
            .is_some()
    };
    let granted: BTreeSet<(String, String)> = roles
        .iter()
        .filter(of_third_party)
        .flat_map(Right::all_of)
        .map(|right| (right.group, right.of))
        .collect();
    let read: BTreeSet<(String, String)> = ThirdParty::ALL
        .into_iter()
        .map(|kind| Kind::ThirdParty(kind).served())
        .map(|served| (served.group.to_owned(), served.plural.to_owned()))
        .collect();
    ensure!(granted == read, "granted {granted:?}, read {read:?}");
    for kind in ThirdParty::ALL {
        let kind = Kind::ThirdParty(kind);
        let mut checks = assay_checks::all().iter();
        ensure!(
            checks.any(|check| needs(check, kind)),
            "no check rests on {}",
            kind.full_name()
        );
    }
    Ok(())
}

/// What the operator's `ServiceAccount` would judge. Eleven minutes ahead: a node that has been Ready for less than ten owes no
/// evidence yet, and what was just collected still stands.
async fn look(scene: &Scene) -> anyhow::Result<Outcomes> {
    let kubeconfig = Kubeconfig::read_from(scene.operators_kubeconfig())?;
    let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await?;
    let patience = Duration::from_mins(1);
    let extractors = assay_checks::extractors();
    let mut profile = Profile::default();
    profile
        .params
        .admission_probe
        .names
        .insert(NAMESPACE.into());
    profile.params.secret_types = true;
    let wanted = Wanted {
        admission_probe: vec![profile.params.admission_probe.clone()],
        secret_types: true,
        ..Wanted::default()
    };
    let asker = Asker::Operator {
        home: OPERATOR_NAMESPACE.to_owned(),
    };
    let (inventory, _) = assay_watch::snapshot(config, asker, extractors, wanted, patience).await?;
    let now = Utc::now() + TimeDelta::minutes(11);
    let engine = full(&inventory, profile, now);
    let outcomes = engine.outcomes();
    Ok(outcomes
        .map(|(subject, check, outcome)| ((check.meta.id, subject.clone()), outcome.clone()))
        .collect())
}

fn compare(whole: &Outcomes, less: &Outcomes, right: &Right) -> anyhow::Result<()> {
    let rests_on = dependents(&right.of)?;
    let mut moved = 0;
    for ((check, subject), before) in whole {
        let after = less.get(&(*check, subject.clone()));
        if after == Some(before) || subject.name().as_ref() == JUDGED {
            continue;
        }
        moved += 1;
        ensure!(
            rests_on.contains(check),
            "{check} does not rest on it, and says of {subject} {after:?}, not {before:?}"
        );
        match after {
            // What it would be of cannot be seen: the check as a whole is unknown.
            None => {}
            Some(Outcome::Unknown(blind)) => ensure!(
                blind.message.contains(right.of.as_str()),
                "{check} says of {subject} {:?}, which does not name the right",
                blind.message
            ),
            other => anyhow::bail!("{check} says of {subject} {other:?}, not {before:?}"),
        }
    }
    let appeared = less.keys().find(|key| !whole.contains_key(*key));
    // A pod whose owner cannot be seen appears under another name: unknown like the rest.
    if let Some(key) = appeared {
        ensure!(
            matches!(less.get(key), Some(Outcome::Unknown(_))),
            "{key:?} appeared, and is {:?}",
            less.get(key)
        );
    }
    ensure!(moved > 0, "nothing rests on it: it is a right too many");
    Ok(())
}

fn needs(check: &Check, kind: Kind) -> bool {
    let subjects = check.rule.judge.subject_kind().kinds().iter();
    let reads = check.rule.reads.iter();
    let read = reads.flat_map(|relation| relation.kinds());
    subjects.chain(read).any(|needed| *needed == kind)
}

/// Checks that rest on what a right shows.
fn dependents(of: &str) -> anyhow::Result<BTreeSet<&'static str>> {
    let mut kinds = Kind::ALL.into_iter();
    let kind = kinds.find(|kind| kind.served().plural == of);
    let sources: Vec<EvidenceKind> = SOURCES
        .into_iter()
        .filter(|(named, _)| *named == of)
        .map(|(_, source)| source)
        .collect();
    ensure!(
        kind.is_some() || !sources.is_empty(),
        "no watched kind and no source needs {of}: take the rule away, or name here what it is for"
    );
    let rests_on = |check: &&Check| {
        let reads = check.rule.reads;
        kind.is_some_and(|kind| needs(check, kind))
            || reads
                .iter()
                .filter_map(|relation| relation.evidence())
                .any(|source| sources.contains(&source))
    };
    let checks = assay_checks::all().iter().copied();
    Ok(checks.filter(rests_on).map(|check| check.meta.id).collect())
}
