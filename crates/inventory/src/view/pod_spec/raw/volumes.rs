//! Volumes: what of the node, of tokens and of scratch space a pod is given.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::view::object::{null_as_default, objects, objects_or_null};
use crate::view::pod_spec::{
    EmptyDir, HostPath, ImageVolume, PodSpec, ProjectedToken, Text, api_access_volume,
};
use crate::view::quantity::{RawQuantity, is_zero};

objects_or_null!(RawVolume, RawEmptyDir, RawProjected, RawSource, RawToken);
objects!(RawHostPath, RawImage);

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
pub(super) struct RawVolume {
    #[serde(deserialize_with = "null_as_default")]
    name: Text,
    host_path: Option<RawHostPath>,
    empty_dir: Option<RawEmptyDir>,
    projected: Option<RawProjected>,
    image: Option<RawImage>,
    /// Sources of which nothing is read.
    #[serde(flatten)]
    others: BTreeMap<Text, Option<IgnoredAny>>,
}

impl RawVolume {
    /// The API server gives a volume without any source an emptyDir.
    fn scratch(&mut self) -> Option<RawEmptyDir> {
        let has_source = self.host_path.is_some()
            || self.projected.is_some()
            || self.image.is_some()
            || self.others.values().any(Option::is_some);
        self.empty_dir
            .take()
            .or_else(|| (!has_source).then(RawEmptyDir::default))
    }
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
struct RawEmptyDir {
    medium: Option<Text>,
    size_limit: Option<RawQuantity>,
}

#[derive(Deserialize)]
#[serde(remote = "Self")]
struct RawHostPath {
    path: Text,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default)]
struct RawProjected {
    sources: Option<Vec<RawSource>>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
struct RawSource {
    service_account_token: Option<RawToken>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
struct RawToken {
    audience: Option<Text>,
    expiration_seconds: Option<i64>,
}

#[derive(Deserialize)]
#[serde(remote = "Self")]
struct RawImage {
    #[serde(default)]
    reference: Option<Text>,
}

/// What is kept of a volume.
pub(super) fn take_volume(spec: &mut PodSpec, mut volume: RawVolume) {
    let scratch = volume.scratch();
    if let Some(host) = volume.host_path {
        spec.host_paths.push(HostPath {
            volume: volume.name.clone(),
            path: host.path,
        });
    }
    if let Some(scratch) = scratch
        && scratch.medium.as_deref().unwrap_or_default().is_empty()
    {
        spec.empty_dirs.push(EmptyDir {
            volume: volume.name.clone(),
            limited: scratch
                .size_limit
                .is_some_and(|limit| !is_zero(&limit.as_text())),
        });
    }
    if let Some(image) = volume.image {
        spec.image_volumes.push(ImageVolume {
            volume: volume.name.clone(),
            reference: image.reference.unwrap_or_default(),
        });
    }
    let tokens = volume
        .projected
        .and_then(|projected| projected.sources)
        .into_iter()
        .flatten()
        .filter_map(|source| source.service_account_token);
    for token in tokens {
        spec.tokens.push(ProjectedToken {
            volume: if is_generated(&volume.name) {
                api_access_volume()
            } else {
                volume.name.clone()
            },
            audience: token.audience.filter(|audience| !audience.is_empty()),
            expiration_seconds: token.expiration_seconds,
        });
    }
}

/// Whether admission made up the name of the volume: a prefix, and five characters of those from which the API server makes
/// names (`k8s.io/apimachinery/pkg/util/rand`), which spell no word. People call volumes by that prefix too.
fn is_generated(volume: &str) -> bool {
    let random = |byte: u8| b"bcdfghjklmnpqrstvwxz2456789".contains(&byte);
    volume
        .strip_prefix("kube-api-access-")
        .is_some_and(|suffix| suffix.len() == 5 && suffix.bytes().all(random))
}
