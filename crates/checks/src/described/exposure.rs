//! Whom the API server of a described cluster is open to.

use std::net::IpAddr;

use assay_inventory::view::{Cidr, Family, Fields, Text, ThirdPartyObject};
use assay_inventory::{Blind, Reason, ThirdParty};

use super::crossplane::given;
use super::name;
use crate::addresses::Addresses;
use crate::judging::shown;
use crate::{Judgement, Outcome, Severity, Violation};

/// Whom an API server is open to.
enum Reach<'a> {
    /// Its own network.
    Private,
    /// Everybody, since nothing limits it.
    Everybody,
    /// Whoever is in these ranges.
    Ranges(Vec<&'a Text>),
    /// Everybody, and no list can limit it.
    Public,
    /// Every machine in the cloud, whosoever it is, beside ranges: by the setting of that name.
    Cloud(&'static str),
}

/// Whether the API server of the cluster that it describes is open to everybody.
pub(crate) fn exposure(object: &ThirdPartyObject) -> Judgement {
    let (field, reach) = reach(object)?;
    let name = name(object);
    let what = match reach {
        Reach::Private => return Ok(Outcome::Pass),
        Reach::Cloud(setting) => {
            return Ok(Outcome::Fail(Box::new(Violation {
                severity: Some(Severity::Medium),
                ..Violation::new(format!(
                    "{name}: {field}.{setting} is true, so that every machine in the provider's cloud reaches its API server, whosoever it is; set it to false"
                ))
            })));
        }
        Reach::Public => {
            return Ok(Violation::fail(format!(
                "{name}: {field} is not Private, so that its API server is open to everybody, which no list of networks can limit; set it to Private"
            )));
        }
        Reach::Everybody => "unset, so that its API server is open to everybody".to_owned(),
        Reach::Ranges(ranges) => {
            if !is_everything(&ranges).map_err(|range| unreadable(&name, &field, range))? {
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
fn reach(object: &ThirdPartyObject) -> Result<(String, Reach<'_>), Blind> {
    let fields = &object.fields;
    let (field, reach) = match object.kind {
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
        ThirdParty::CapiRosa => {
            let field = "spec.endpointAccess";
            let private = fields.text(field).map(AsRef::as_ref) == Some("Private");
            let reach = if private {
                Reach::Private
            } else {
                Reach::Public
            };
            (field, reach)
        }
        ThirdParty::CapiAks | ThirdParty::AsoCluster => {
            let field = "spec.apiServerAccessProfile.authorizedIPRanges";
            let private = fields.flag("spec.apiServerAccessProfile.enablePrivateCluster");
            (field, listed(private == Some(true), fields.texts(field)))
        }
        ThirdParty::CapiGke => {
            let field = "spec.master_authorized_networks_config";
            let private = fields.flag("spec.clusterNetwork.privateCluster.enablePrivateEndpoint");
            let networks = fields.object(field);
            let names = (
                "cidr_blocks",
                "cidr_block",
                "gcp_public_cidrs_access_enabled",
            );
            (field, authorized(private == Some(true), networks, names))
        }
        ThirdParty::KccCluster => {
            let field = "spec.masterAuthorizedNetworksConfig";
            let private = fields.flag("spec.privateClusterConfig.enablePrivateEndpoint");
            let by_address =
                fields.flag("spec.controlPlaneEndpointsConfig.ipEndpointsConfig.enabled");
            let private = private == Some(true) || by_address == Some(false);
            (field, authorized(private, fields.object(field), GKE))
        }
        ThirdParty::CrossplaneEks
        | ThirdParty::CrossplaneEksNamespaced
        | ThirdParty::CrossplaneGke
        | ThirdParty::CrossplaneGkeNamespaced
        | ThirdParty::CrossplaneAks
        | ThirdParty::CrossplaneAksNamespaced => return reach_by_crossplane(object),
        // Of another class.
        _ => ("", Reach::Private),
    };
    Ok((field.to_owned(), reach))
}

fn reach_by_crossplane(object: &ThirdPartyObject) -> Result<(String, Reach<'_>), Blind> {
    let given = given(object)?;
    let (field, reach) = match object.kind {
        ThirdParty::CrossplaneEks | ThirdParty::CrossplaneEksNamespaced => {
            let public = given
                .items("vpcConfig")
                .find_map(|config| config.flag("endpointPublicAccess"));
            let ranges = given
                .items("vpcConfig")
                .map(|config| config.texts("publicAccessCidrs"));
            (
                "vpcConfig.publicAccessCidrs",
                listed(public == Some(false), first_of(ranges)),
            )
        }
        ThirdParty::CrossplaneAks | ThirdParty::CrossplaneAksNamespaced => {
            let mut parts = given.parts.iter();
            let private = parts.find_map(|part| part.flag("privateClusterEnabled"));
            let ranges = given
                .items("apiServerAccessProfile")
                .map(|profile| profile.texts("authorizedIpRanges"));
            // As older versions have it.
            let older = given.parts.iter();
            let older = older.map(|part| part.texts("apiServerAuthorizedIpRanges"));
            (
                "apiServerAccessProfile.authorizedIpRanges",
                listed(private == Some(true), first_of(ranges.chain(older))),
            )
        }
        _ => {
            let private = given
                .items("privateClusterConfig")
                .find_map(|config| config.flag("enablePrivateEndpoint"));
            let by_address = given
                .items("controlPlaneEndpointsConfig")
                .flat_map(|config| config.items("ipEndpointsConfig"))
                .find_map(|config| config.flag("enabled"));
            let private = private == Some(true) || by_address == Some(false);
            let networks = given.items("masterAuthorizedNetworksConfig").next();
            (
                "masterAuthorizedNetworksConfig",
                authorized(private, networks, GKE),
            )
        }
    };
    Ok((format!("{}.{field}", given.path), reach))
}

fn first_of<'a>(lists: impl Iterator<Item = &'a [Text]>) -> &'a [Text] {
    let mut lists = lists.filter(|list| !list.is_empty());
    lists.next().unwrap_or_default()
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

/// What is in the networks that GKE authorizes: their list, the range of each, and whether its own cloud is let in.
type Names = (&'static str, &'static str, &'static str);
const GKE: Names = ("cidrBlocks", "cidrBlock", "gcpPublicCidrsAccessEnabled");

/// GKE does so where the setting is not there; an empty list lets in nobody from outside.
fn authorized(private: bool, networks: Option<&Fields>, names: Names) -> Reach<'_> {
    let (list, block, cloud) = names;
    match networks {
        _ if private => Reach::Private,
        None => Reach::Everybody,
        Some(networks) if networks.flag(cloud) == Some(true) => Reach::Cloud(cloud),
        Some(networks) => {
            let blocks = networks.items(list).iter();
            Reach::Ranges(blocks.filter_map(|item| item.text(block)).collect())
        }
    }
}
