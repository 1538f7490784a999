//! What objects of infrastructure tools say of the clusters that they describe, whichever tool it is. Most often these are other
//! clusters than the one that holds the objects: a finding is the object's, and none of them vouches for this cluster.

use std::net::IpAddr;

use assay_inventory::view::{Cidr, Family, Fields, Text, ThirdPartyObject};
use assay_inventory::{Blind, Kind, ObjectKey, Reason, ThirdParty};

use crate::addresses::Addresses;
use crate::judging::shown;
use crate::{Judgement, Outcome, Violation};

/// Whom an API server is open to.
enum Reach<'a> {
    /// Its own network.
    Private,
    /// Everybody, since nothing limits it.
    Everybody,
    /// Whoever is in these ranges.
    Ranges(Vec<&'a Text>),
    /// Whom a setting says that is not read.
    Unread(&'static str),
}

/// The object as messages name it: several tools call theirs `Cluster`.
pub(crate) fn name(object: &ThirdPartyObject) -> String {
    let key = ObjectKey::new(object.meta.namespace.clone(), object.meta.name.clone());
    format!("{} {key}", Kind::ThirdParty(object.kind).full_name())
}

/// Whether the API server of the cluster that it describes is open to everybody.
pub(crate) fn exposure(object: &ThirdPartyObject) -> Judgement {
    let (field, reach) = reach(object);
    let name = name(object);
    let what = match reach {
        Reach::Private => return Ok(Outcome::Pass),
        Reach::Unread(setting) => {
            return Err(Blind::new(
                Reason::Unparseable,
                format!(
                    "{name}: {setting} is set, which Assay does not read; limit it by {field} as well"
                ),
            ));
        }
        Reach::Everybody => "unset, so that its API server is open to everybody".to_owned(),
        Reach::Ranges(ranges) => {
            if !is_everything(&ranges).map_err(|range| unreadable(&name, field, range))? {
                return Ok(Outcome::Pass);
            }
            let all: Vec<&str> = ranges.iter().map(AsRef::as_ref).collect();
            format!("{}, which is everybody", shown(&all.join(", ")))
        }
    };
    Ok(Violation::fail(format!(
        "{name}: {field} is {what}; list the networks of administrators there, or make its endpoint private"
    )))
}

fn unreadable(name: &str, field: &str, range: &str) -> Blind {
    let range = shown(range);
    Blind::new(
        Reason::Unparseable,
        format!("{name}: {field} holds {range}, which is no range of addresses"),
    )
}

/// Whether ranges leave nobody out; the one that cannot be read, if none of the others does it.
fn is_everything<'a>(ranges: &[&'a Text]) -> Result<bool, &'a str> {
    let mut all = Addresses::default();
    let mut odd = None;
    for &range in ranges {
        match range.parse::<Cidr>() {
            Ok(cidr) => all.add(&cidr),
            // A single address, which is everybody to nobody.
            Err(_) if range.parse::<IpAddr>().is_ok() => {}
            Err(_) => odd = Some(range.as_ref()),
        }
    }
    if all.is_everything(Family::V4) || all.is_everything(Family::V6) {
        return Ok(true);
    }
    odd.map_or(Ok(false), Err)
}

/// The field that limits who reaches the API server, and whom it lets in.
fn reach(object: &ThirdPartyObject) -> (&'static str, Reach<'_>) {
    let fields = &object.fields;
    match object.kind {
        ThirdParty::AckCluster => {
            let public = fields.flag("spec.resourcesVPCConfig.endpointPublicAccess");
            let field = "spec.resourcesVPCConfig.publicAccessCIDRs";
            (field, listed(public == Some(false), fields.texts(field)))
        }
        ThirdParty::CapiEks => {
            let field = "spec.endpointAccess.publicCIDRs";
            let private = fields.flag("spec.endpointAccess.public") == Some(false);
            (field, listed(private, fields.texts(field)))
        }
        ThirdParty::CrossplaneEks => {
            let configs = || provided(fields).flat_map(|given| given.items("vpcConfig"));
            let public = configs().find_map(|config| config.flag("endpointPublicAccess"));
            let ranges = configs().map(|config| config.texts("publicAccessCidrs"));
            (
                "spec.forProvider.vpcConfig.publicAccessCidrs",
                listed(public == Some(false), first_of(ranges)),
            )
        }
        ThirdParty::CrossplaneAks => {
            let private = provided(fields).find_map(|given| given.flag("privateClusterEnabled"));
            let profiles = provided(fields).flat_map(|given| given.items("apiServerAccessProfile"));
            let ranges = profiles
                .map(|profile| profile.texts("authorizedIpRanges"))
                .chain(provided(fields).map(|given| given.texts("apiServerAuthorizedIpRanges")));
            (
                "spec.forProvider.apiServerAccessProfile.authorizedIpRanges",
                listed(private == Some(true), first_of(ranges)),
            )
        }
        ThirdParty::CapiAks | ThirdParty::AsoCluster => {
            let field = "spec.apiServerAccessProfile.authorizedIPRanges";
            let private = fields.flag("spec.apiServerAccessProfile.enablePrivateCluster");
            (field, listed(private == Some(true), fields.texts(field)))
        }
        ThirdParty::CapiGke => {
            let private = fields.flag("spec.clusterNetwork.privateCluster.enablePrivateEndpoint");
            let networks = fields.object("spec.master_authorized_networks_config");
            let blocks = networks.map(|networks| blocks(networks, "cidr_blocks", "cidr_block"));
            (
                "spec.master_authorized_networks_config",
                authorized(private == Some(true), blocks, None),
            )
        }
        ThirdParty::KccCluster => {
            let private = fields.flag("spec.privateClusterConfig.enablePrivateEndpoint");
            let networks = fields.object("spec.masterAuthorizedNetworksConfig");
            let blocks = networks.map(|networks| blocks(networks, "cidrBlocks", "cidrBlock"));
            let setting = "spec.controlPlaneEndpointsConfig";
            (
                "spec.masterAuthorizedNetworksConfig",
                authorized(
                    private == Some(true),
                    blocks,
                    fields.has(setting).then_some(setting),
                ),
            )
        }
        ThirdParty::CrossplaneGke => {
            let items = |of: &'static str| provided(fields).flat_map(move |given| given.items(of));
            let private = items("privateClusterConfig")
                .find_map(|config| config.flag("enablePrivateEndpoint"));
            let blocks = items("masterAuthorizedNetworksConfig")
                .map(|networks| blocks(networks, "cidrBlocks", "cidrBlock"))
                .next();
            let unread = items("controlPlaneEndpointsConfig").next();
            (
                "spec.forProvider.masterAuthorizedNetworksConfig",
                authorized(
                    private == Some(true),
                    blocks,
                    unread.map(|_| "spec.forProvider.controlPlaneEndpointsConfig"),
                ),
            )
        }
        // Of another class.
        _ => ("", Reach::Private),
    }
}

/// What somebody gives Crossplane: to hold to, or to begin with.
fn provided(fields: &Fields) -> impl Iterator<Item = &Fields> {
    ["spec.forProvider", "spec.initProvider"]
        .into_iter()
        .filter_map(|path| fields.object(path))
}

fn first_of<'a>(lists: impl Iterator<Item = &'a [Text]>) -> &'a [Text] {
    let mut lists = lists.filter(|list| !list.is_empty());
    lists.next().unwrap_or_default()
}

fn blocks<'a>(networks: &'a Fields, list: &str, block: &str) -> Vec<&'a Text> {
    let blocks = networks.items(list).iter();
    blocks.filter_map(|item| item.text(block)).collect()
}

/// EKS and AKS let everybody in where no list is given.
fn listed(private: bool, ranges: &[Text]) -> Reach<'_> {
    if private {
        Reach::Private
    } else if ranges.is_empty() {
        Reach::Everybody
    } else {
        Reach::Ranges(ranges.iter().collect())
    }
}

/// GKE does so where the setting is not there; an empty list lets in nobody from outside.
fn authorized<'a>(
    private: bool,
    blocks: Option<Vec<&'a Text>>,
    unread: Option<&'static str>,
) -> Reach<'a> {
    match (private, blocks, unread) {
        (true, _, _) => Reach::Private,
        (false, Some(blocks), _) => Reach::Ranges(blocks),
        (false, None, Some(setting)) => Reach::Unread(setting),
        (false, None, None) => Reach::Everybody,
    }
}

/// Whether the cluster that it describes records what is done through its API; nothing where the object does not tell.
pub(crate) fn records(object: &ThirdPartyObject) -> Option<(&'static str, bool)> {
    const AUDIT: &str = "audit";
    let fields = &object.fields;
    let has = |types: &[Text]| types.iter().any(|kind| kind.as_ref() == AUDIT);
    match object.kind {
        ThirdParty::AckCluster => {
            let field = "spec.logging.clusterLogging";
            let mut logging = fields.items(field).iter();
            let on =
                logging.any(|log| log.flag("enabled") == Some(true) && has(log.texts("types")));
            Some((field, on))
        }
        ThirdParty::CrossplaneEks => {
            let mut given = provided(fields);
            let on = given.any(|given| has(given.texts("enabledClusterLogTypes")));
            Some(("spec.forProvider.enabledClusterLogTypes", on))
        }
        ThirdParty::CapiEks => {
            let field = "spec.logging.audit";
            Some((field, fields.flag(field) == Some(true)))
        }
        _ => None,
    }
}

/// Whether a key of one's own encrypts the Secrets of the cluster that it describes; nothing where the object does not tell.
pub(crate) fn encrypts(object: &ThirdPartyObject) -> Option<(&'static str, bool)> {
    let fields = &object.fields;
    let secrets = |config: &Fields| {
        let mut resources = config.texts("resources").iter();
        resources.any(|resource| resource.as_ref() == "secrets")
    };
    let encrypted = |state: Option<&Text>| state.is_some_and(|state| state.as_ref() == "ENCRYPTED");
    match object.kind {
        ThirdParty::AckCluster => {
            let field = "spec.encryptionConfig";
            Some((field, fields.items(field).iter().any(secrets)))
        }
        ThirdParty::CapiEks => {
            let field = "spec.encryptionConfig";
            Some((field, fields.object(field).is_some_and(secrets)))
        }
        ThirdParty::CrossplaneEks => {
            let mut configs = provided(fields).flat_map(|given| given.items("encryptionConfig"));
            Some(("spec.forProvider.encryptionConfig", configs.any(secrets)))
        }
        ThirdParty::KccCluster => {
            let field = "spec.databaseEncryption.state";
            Some((field, encrypted(fields.text(field))))
        }
        ThirdParty::CrossplaneGke => {
            let mut configs = provided(fields).flat_map(|given| given.items("databaseEncryption"));
            Some((
                "spec.forProvider.databaseEncryption.state",
                configs.any(|config| encrypted(config.text("state"))),
            ))
        }
        _ => None,
    }
}

/// How strangers are answered in the cluster that it describes: the mode, where the object sets it.
pub(crate) fn strangers(object: &ThirdPartyObject) -> Option<(&'static str, &Text)> {
    let fields = &object.fields;
    match object.kind {
        ThirdParty::KccCluster => {
            let field = "spec.anonymousAuthenticationConfig.mode";
            Some((field, fields.text(field)?))
        }
        ThirdParty::CrossplaneGke => {
            let field = "spec.forProvider.anonymousAuthenticationConfig.mode";
            let mut configs =
                provided(fields).flat_map(|given| given.items("anonymousAuthenticationConfig"));
            Some((field, configs.find_map(|config| config.text("mode"))?))
        }
        _ => None,
    }
}
