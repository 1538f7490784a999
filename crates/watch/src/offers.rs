//! What an API server says it serves: one answer for all groups where the server aggregates them, as every supported one
//! does, and else one for each group that is asked for.

use std::collections::{BTreeMap, BTreeSet};

use assay_inventory::{Blind, Kind, Reason, ThirdParty};
use kube::Client;
use kube::core::discovery::v2::ACCEPT_AGGREGATED_DISCOVERY_V2;
use serde::Deserialize;

const PATH: &str = "/apis";

/// How a kind is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Offer {
    /// Not at all.
    None,
    /// In this version, the best that is understood.
    In(&'static str),
    /// In versions none of which is understood.
    Foreign,
    /// The server of its group does not answer, so that it may be served.
    Silent,
}

/// What each version of each group serves.
#[derive(Debug, Default)]
pub(crate) struct Offers(BTreeMap<(String, String), Served>);

#[derive(Debug)]
struct Served {
    plurals: BTreeSet<String>,
    /// Whether that is all. A server that does not answer now may serve what it did not when it did.
    whole: bool,
}

/// An answer of either form, and of both just what is read.
#[derive(Deserialize)]
struct Answer {
    items: Option<Vec<Group>>,
    groups: Option<Vec<PlainGroup>>,
}

#[derive(Deserialize)]
struct Group {
    metadata: Named,
    #[serde(default)]
    versions: Vec<Version>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct Version {
    #[serde(rename = "version")]
    name: String,
    freshness: Option<String>,
    #[serde(default)]
    resources: Vec<Resource>,
}

#[derive(Deserialize)]
struct Resource {
    resource: String,
}

#[derive(Deserialize)]
struct PlainGroup {
    name: String,
    #[serde(default)]
    versions: Vec<PlainVersion>,
}

#[derive(Deserialize)]
struct PlainVersion {
    version: String,
}

impl Offers {
    /// Asks for them.
    pub(crate) async fn ask(client: &Client) -> Result<Self, Blind> {
        let request = http::Request::get(PATH)
            .header(http::header::ACCEPT, ACCEPT_AGGREGATED_DISCOVERY_V2)
            .body(Vec::new())
            .map_err(|_| unreachable("cannot be asked"))?;
        let answer: Answer = client.request(request).await.map_err(|error| why(&error))?;
        match answer {
            Answer {
                items: Some(groups),
                ..
            } => Ok(Self::aggregated(groups)),
            Answer {
                groups: Some(groups),
                ..
            } => Self::one_by_one(client, groups).await,
            Answer { .. } => Err(unreachable("answers otherwise than with a list of groups")),
        }
    }

    fn aggregated(groups: Vec<Group>) -> Self {
        let mut offers = Self::default();
        for Group { metadata, versions } in groups {
            for version in versions {
                let plurals = version.resources.into_iter().map(|of| of.resource);
                let served = Served {
                    plurals: plurals.collect(),
                    whole: version.freshness.as_deref() != Some("Stale"),
                };
                let key = (metadata.name.clone(), version.name);
                offers.0.insert(key, served);
            }
        }
        offers
    }

    async fn one_by_one(client: &Client, groups: Vec<PlainGroup>) -> Result<Self, Blind> {
        let mut offers = Self::default();
        for PlainGroup { name, versions } in groups {
            if !optional().any(|kind| kind.served().group == name) {
                continue;
            }
            for PlainVersion { version } in versions {
                let served = client
                    .list_api_group_resources(&assay_inventory::api_version(&name, &version))
                    .await;
                let (plurals, whole) = match served {
                    Ok(list) => {
                        let plurals = list.resources.into_iter().map(|of| of.name);
                        (plurals.collect(), true)
                    }
                    Err(kube::Error::Api(status)) if status.code == 404 => (BTreeSet::new(), true),
                    Err(kube::Error::Api(status)) if status.code == 503 => (BTreeSet::new(), false),
                    Err(error) => return Err(why(&error)),
                };
                offers
                    .0
                    .insert((name.clone(), version), Served { plurals, whole });
            }
        }
        Ok(offers)
    }

    /// How a kind is served.
    pub(crate) fn of(&self, kind: Kind) -> Offer {
        let served = kind.served();
        // Of each version whether it serves the kind, if that is known.
        let versions: BTreeMap<&str, Option<bool>> = self
            .0
            .iter()
            .filter(|((group, _), _)| group == served.group)
            .map(|((_, version), of)| {
                let has = of.plurals.contains(served.plural);
                (version.as_str(), (has || of.whole).then_some(has))
            })
            .collect();
        let understood = |version: &&'static str| versions.get(version) == Some(&Some(true));
        let best = match kind {
            Kind::ThirdParty(kind) => kind.versions().iter().copied().find(understood),
            _ => Some(served.version).filter(understood),
        };
        if let Some(version) = best {
            return Offer::In(version);
        }
        let any = |wanted: Option<bool>| versions.values().any(|serves| *serves == wanted);
        if any(Some(true)) {
            Offer::Foreign
        } else if any(None) {
            Offer::Silent
        } else {
            Offer::None
        }
    }
}

/// Kinds that a cluster need not define.
pub(crate) fn optional() -> impl Iterator<Item = Kind> {
    let third_party = ThirdParty::ALL.into_iter().map(Kind::ThirdParty);
    let ours = Kind::FIRST_PARTY.into_iter();
    ours.filter(|kind| kind.is_optional()).chain(third_party)
}

fn unreachable(what: &str) -> Blind {
    let message =
        format!("the API server {what} to GET {PATH}, so that nobody knows what it serves");
    Blind::new(Reason::Unreachable, message)
}

fn why(error: &kube::Error) -> Blind {
    match error {
        kube::Error::Api(status) if matches!(status.code, 401 | 403) => Blind::new(
            Reason::Unreachable,
            format!(
                "may not get {PATH}, where the API server tells what it serves: bind Assay's ServiceAccount to ClusterRole assay-operator-third-party"
            ),
        ),
        kube::Error::Api(status) => unreachable(&format!("answers {}", status.code)),
        kube::Error::SerdeError(_) => unreachable("answers otherwise than in JSON"),
        _ => unreachable("gives no answer"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUNDLE: Kind = Kind::ThirdParty(ThirdParty::TrustBundle);
    const EKS: Kind = Kind::ThirdParty(ThirdParty::CrossplaneEks);

    fn offers(versions: &str) -> Offers {
        let text = format!(
            r#"{{"items": [{{"metadata": {{"name": "eks.aws.upbound.io"}}, "versions": [{versions}]}}]}}"#
        );
        let answer: Answer = serde_json::from_str(&text).unwrap();
        Offers::aggregated(answer.items.unwrap())
    }

    fn version(name: &str, freshness: &str, plural: &str) -> String {
        format!(
            r#"{{"version": "{name}", "freshness": "{freshness}", "resources": [{{"resource": "{plural}", "scope": "Cluster"}}]}}"#
        )
    }

    #[test]
    fn the_best_version_that_is_understood_is_taken_whichever_the_server_prefers() {
        let all = ["v9", "v1beta1", "v1beta2"].map(|name| version(name, "Current", "clusters"));
        assert_eq!(offers(&all.join(",")).of(EKS), Offer::In("v1beta2"));
        assert_eq!(offers(&all[..2].join(",")).of(EKS), Offer::In("v1beta1"));
        assert_eq!(offers(&all[0]).of(EKS), Offer::Foreign);
        assert_eq!(offers(&all[0]).of(BUNDLE), Offer::None);
        assert_eq!(
            offers(&version("v1beta1", "Current", "addons")).of(EKS),
            Offer::None,
            "another kind of that group"
        );
    }

    #[test]
    fn a_group_whose_server_is_away_may_serve_anything() {
        let away = r#"{"version": "v1beta1", "freshness": "Stale"}"#;
        assert_eq!(offers(away).of(EKS), Offer::Silent);
        // What it served last is known, and its own watch tells whether it still does.
        let last = version("v1beta1", "Stale", "clusters");
        assert_eq!(offers(&last).of(EKS), Offer::In("v1beta1"));
        let another = version("v1beta1", "Stale", "addons");
        assert_eq!(offers(&another).of(EKS), Offer::Silent);
    }

    #[test]
    fn a_plain_answer_is_no_empty_one() {
        let plain: Answer =
            serde_json::from_str(r#"{"kind": "APIGroupList", "groups": [{"name": "apps"}]}"#)
                .unwrap();
        assert!(plain.items.is_none() && plain.groups.is_some());
    }
}
