//! Ingresses: to which Services they send what comes from outside, and whether they ask who it is.

use serde::Deserialize;

use super::meta::RawMeta;
use super::{Meta, Text};
use crate::view::object::objects_or_null;

objects_or_null!(
    RawIngress, RawSpec, RawRule, RawHttp, RawPath, RawBackend, RawService
);

/// An Ingress.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ingress {
    /// Metadata.
    pub meta: Meta,
    /// Names of the Services of its namespace that it sends to, in order.
    pub services: Vec<Text>,
    /// The annotation by which its controller may ask callers who they are.
    pub login: Option<&'static str>,
}

/// Annotations by which controllers ask for a login, or hand requests to something of their own that may.
const LOGIN: [&str; 14] = [
    "alb.ingress.kubernetes.io/auth-type",
    "haproxy-ingress.github.io/auth-secret",
    "haproxy-ingress.github.io/auth-tls-secret",
    "haproxy-ingress.github.io/auth-url",
    "haproxy-ingress.github.io/oauth",
    "haproxy.org/auth-type",
    "haproxy.org/client-ca",
    "ingress.kubernetes.io/auth-type",
    "ingress.kubernetes.io/auth-url",
    "konghq.com/plugins",
    "nginx.ingress.kubernetes.io/auth-tls-secret",
    "nginx.ingress.kubernetes.io/auth-type",
    "nginx.ingress.kubernetes.io/auth-url",
    "traefik.ingress.kubernetes.io/router.middlewares",
];

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default)]
pub(crate) struct RawIngress {
    metadata: RawMeta,
    spec: RawSpec,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
struct RawSpec {
    default_backend: Option<RawBackend>,
    rules: Option<Vec<RawRule>>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default)]
struct RawRule {
    http: Option<RawHttp>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default)]
struct RawHttp {
    paths: Option<Vec<RawPath>>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default)]
struct RawPath {
    backend: Option<RawBackend>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default)]
struct RawBackend {
    service: Option<RawService>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default)]
struct RawService {
    name: Option<Text>,
}

impl From<RawIngress> for Ingress {
    fn from(raw: RawIngress) -> Self {
        let rules = raw.spec.rules.into_iter().flatten();
        let paths = rules
            .filter_map(|rule| rule.http?.paths)
            .flatten()
            .filter_map(|path| path.backend);
        let backends = raw.spec.default_backend.into_iter().chain(paths);
        let mut services: Vec<Text> = backends
            .filter_map(|backend| backend.service?.name)
            .collect();
        services.sort();
        services.dedup();
        let login = LOGIN.into_iter().find(|key| {
            let value = raw.metadata.annotation(key);
            value.is_some_and(|value| !value.is_empty() && value.as_ref() != "none")
        });
        Self {
            meta: raw.metadata.into_meta(),
            services,
            login,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Ingress {
        let raw: RawIngress = serde_json::from_str(json).unwrap();
        raw.into()
    }

    #[test]
    fn services_are_those_of_every_path_and_of_none() {
        let ingress = read(
            r#"{"spec": {"defaultBackend": {"service": {"name": "rest", "port": {"number": 80}}}, "rules": [
                {"host": "a"},
                {"http": {"paths": [
                    {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "web"}}},
                    {"path": "/files", "pathType": "Prefix", "backend": {"resource": {"kind": "Bucket", "name": "files"}}},
                    {"path": "/api", "pathType": "Prefix", "backend": {"service": {"name": "web"}}}]}}]}}"#,
        );
        let names: Vec<&str> = ingress.services.iter().map(AsRef::as_ref).collect();
        assert_eq!(names, ["rest", "web"]);
    }

    #[test]
    fn a_login_is_what_some_controller_reads() {
        let login = |key: &str, value: &str| {
            read(&format!(
                r#"{{"metadata": {{"annotations": {{"{key}": "{value}"}}}}}}"#
            ))
            .login
        };
        let nginx = "nginx.ingress.kubernetes.io/auth-url";
        assert_eq!(login(nginx, "https://login.example.com"), Some(nginx));
        assert_eq!(login("alb.ingress.kubernetes.io/auth-type", "none"), None);
        assert_eq!(login("example.com/auth-url", "https://a"), None);
    }
}
