//! From the API's bytes to views: what cannot be read becomes an error that names the field, never a default.

use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::DeserializeSeed;

use crate::view::{self, Mark, Object, Text};
use crate::{Extractor, Kind};

/// Why an object cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct DecodeError {
    /// Path of the field, e.g. `spec.containers[0].securityContext.privileged`; `.` for the whole object.
    pub field: String,
    /// What is wrong with it. Never quotes more than the offending scalar.
    pub reason: String,
}

/// Decodes one object of a known kind from JSON, running `extractors` over the same bytes.
///
/// # Errors
/// [`DecodeError`] if the text is not JSON, or a field that checks or extractors read has the wrong type.
pub fn decode(kind: Kind, json: &str, extractors: &[Extractor]) -> Result<Object, DecodeError> {
    let marks = || -> Result<Vec<Mark>, DecodeError> {
        let mut marks = Vec::new();
        for extractor in extractors {
            marks.extend((extractor.run)(kind, json)?);
        }
        Ok(marks)
    };
    Ok(match kind {
        Kind::Namespace => Object::Namespace(parse::<view::raw::RawNamespace>(json)?.into()),
        Kind::Node => Object::Node(parse::<view::raw::RawNode>(json)?.into()),
        Kind::ServiceAccount => {
            Object::ServiceAccount(parse::<view::raw::RawServiceAccount>(json)?.into())
        }
        Kind::ClusterRole | Kind::Role => Object::Role(parse::<view::raw::RawRole>(json)?.into()),
        Kind::ClusterRoleBinding | Kind::RoleBinding => {
            Object::Binding(parse::<view::raw::RawBinding>(json)?.into())
        }
        Kind::NetworkPolicy => Object::NetworkPolicy(parse::<view::raw::RawPolicy>(json)?.into()),
        Kind::ResourceQuota => Object::ResourceQuota(parse::<view::raw::RawQuota>(json)?.into()),
        Kind::LimitRange => Object::LimitRange(parse::<view::raw::RawLimitRange>(json)?.into()),
        Kind::Service => Object::Service(parse::<view::raw::RawService>(json)?.into()),
        Kind::Ingress => Object::Ingress(parse::<view::raw::RawIngress>(json)?.into()),
        Kind::ConfigMap => {
            Object::ConfigMap(parse::<view::raw::RawConfigMap>(json)?.into_config_map(marks()?))
        }
        Kind::CertificateSigningRequest => Object::Csr(parse::<view::raw::RawCsr>(json)?.into()),
        Kind::Deployment
        | Kind::StatefulSet
        | Kind::DaemonSet
        | Kind::CronJob
        | Kind::Job
        | Kind::ReplicaSet => Object::Controller(
            parse::<view::raw::RawController>(json)?.into_controller(kind, marks()?),
        ),
        Kind::ComplianceStatement => {
            Object::Statement(parse::<view::raw::RawStatement>(json)?.into())
        }
        Kind::ThirdParty(kind) => Object::ThirdParty(parse_seed(json, view::raw::Seed(kind))?),
        Kind::Pod => Object::Pod(parse::<view::raw::RawPod>(json)?.into_pod(marks()?, json)),
    })
}

pub(crate) fn parse<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, DecodeError> {
    parse_seed(json, PhantomData::<T>)
}

/// The same for what is read by more than its type.
fn parse_seed<'a, S: DeserializeSeed<'a> + Copy>(
    json: &'a str,
    seed: S,
) -> Result<S::Value, DecodeError> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let read = seed.deserialize(&mut deserializer);
    read.and_then(|read| deserializer.end().map(|()| read))
        .map_err(|fast| located(json, seed, &fast))
}

/// Decodes once more, following the path: the fast decoder does not know where it was.
fn located<'a, S: DeserializeSeed<'a>>(
    json: &'a str,
    seed: S,
    fast: &serde_json::Error,
) -> DecodeError {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let mut track = serde_path_to_error::Track::new();
    let tracked = serde_path_to_error::Deserializer::new(&mut deserializer, &mut track);
    match seed.deserialize(tracked) {
        Err(error) => DecodeError {
            field: track.path().to_string(),
            reason: without_position(&error.to_string()),
        },
        // Only text behind the object is left to complain about.
        Ok(_) => DecodeError {
            field: ".".to_owned(),
            reason: without_position(&fast.to_string()),
        },
    }
}

/// Line and column are of our one-line JSON, which its author never saw.
fn without_position(message: &str) -> String {
    message
        .rsplit_once(" at line ")
        .map_or(message, |(head, _)| head)
        .to_owned()
}

/// Name, namespace and uid of an object that [`decode`] refused, as far as they can be read.
#[must_use]
pub fn identity(json: &str) -> Option<(Text, Text, Text)> {
    #[derive(Deserialize)]
    struct Named {
        metadata: Identity,
    }
    #[derive(Deserialize)]
    struct Identity {
        #[serde(default)]
        namespace: Option<Text>,
        name: Text,
        #[serde(default)]
        uid: Option<Text>,
    }
    let named: Named = serde_json::from_str(json).ok()?;
    Some((
        named.metadata.namespace.unwrap_or_default(),
        named.metadata.name,
        named.metadata.uid.unwrap_or_default(),
    ))
}
