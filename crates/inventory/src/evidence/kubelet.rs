//! What a kubelet says of its own configuration.

use serde::Deserialize;

use crate::DecodeError;
use crate::decode::parse;
use crate::view::Text;

/// The effective configuration of a kubelet, defaults included: `KubeletConfiguration` of `kubelet.config.k8s.io/v1beta1` as
/// `/configz` gives it. A field that is absent there has its zero value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are the API's own fields"
)]
pub struct KubeletConfig {
    /// `authentication.anonymous.enabled`
    pub anonymous: bool,
    /// `authentication.webhook.enabled`
    pub webhook: bool,
    /// `authentication.x509.clientCAFile`; empty if there is none.
    pub client_ca_file: Text,
    /// `authorization.mode`
    pub authorization: Authorization,
    /// `readOnlyPort`; 0 is off.
    pub read_only_port: u16,
    /// `rotateCertificates`
    pub rotate_certificates: bool,
    /// `serverTLSBootstrap`
    pub server_tls_bootstrap: bool,
    /// `tlsMinVersion`; empty is Go's default, TLS 1.2.
    pub tls_min_version: Text,
    /// `tlsCipherSuites`; empty is Go's default.
    pub tls_cipher_suites: Vec<Text>,
    /// `protectKernelDefaults`
    pub protect_kernel_defaults: bool,
    /// `podPidsLimit`; unlimited where it is not positive.
    pub pod_pids_limit: i64,
}

/// How a kubelet decides who may ask it what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authorization {
    /// It asks the API server.
    Webhook,
    /// Everybody who is authenticated may do everything.
    AlwaysAllow,
    /// A word this version does not know, or none.
    Other(Text),
}

#[derive(Deserialize)]
struct Raw {
    kubeletconfig: RawConfig,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawConfig {
    authentication: RawAuthentication,
    authorization: RawAuthorization,
    #[serde(default)]
    read_only_port: u16,
    #[serde(default)]
    rotate_certificates: bool,
    #[serde(default, rename = "serverTLSBootstrap")]
    server_tls_bootstrap: bool,
    #[serde(default, rename = "tlsMinVersion")]
    tls_min_version: Text,
    #[serde(default, rename = "tlsCipherSuites")]
    tls_cipher_suites: Vec<Text>,
    #[serde(default)]
    protect_kernel_defaults: bool,
    #[serde(default)]
    pod_pids_limit: Option<i64>,
}

#[derive(Deserialize)]
struct RawAuthentication {
    #[serde(default)]
    x509: RawX509,
    webhook: RawSwitch,
    anonymous: RawSwitch,
}

#[derive(Deserialize, Default)]
struct RawX509 {
    #[serde(default, rename = "clientCAFile")]
    client_ca_file: Text,
}

/// Written by every kubelet, since a pointer to false is not empty: its absence says that this is no such document.
#[derive(Deserialize)]
struct RawSwitch {
    enabled: bool,
}

#[derive(Deserialize)]
struct RawAuthorization {
    #[serde(default)]
    mode: Text,
}

impl KubeletConfig {
    /// Reads what `/configz` answers.
    ///
    /// # Errors
    /// [`DecodeError`] names the field that is missing or of the wrong type: silence about authentication is no proof of it.
    pub fn read(configz: &str) -> Result<Self, DecodeError> {
        let raw = parse::<Raw>(configz)?.kubeletconfig;
        Ok(Self {
            anonymous: raw.authentication.anonymous.enabled,
            webhook: raw.authentication.webhook.enabled,
            client_ca_file: raw.authentication.x509.client_ca_file,
            authorization: match raw.authorization.mode.as_ref() {
                "Webhook" => Authorization::Webhook,
                "AlwaysAllow" => Authorization::AlwaysAllow,
                other => Authorization::Other(other.into()),
            },
            read_only_port: raw.read_only_port,
            rotate_certificates: raw.rotate_certificates,
            server_tls_bootstrap: raw.server_tls_bootstrap,
            tls_min_version: raw.tls_min_version,
            tls_cipher_suites: raw.tls_cipher_suites,
            protect_kernel_defaults: raw.protect_kernel_defaults,
            pod_pids_limit: raw.pod_pids_limit.unwrap_or(-1),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_about_authentication_is_an_error_that_names_the_field() {
        let configz = r#"{"kubeletconfig": {"authentication": {"webhook": {"enabled": true}, "anonymous": {}}, "authorization": {}}}"#;
        let error = KubeletConfig::read(configz).unwrap_err();
        assert_eq!(error.field, "kubeletconfig.authentication.anonymous");
        assert!(KubeletConfig::read("{}").is_err());
    }

    #[test]
    fn what_a_kubelet_leaves_out_has_its_zero_value() {
        let configz = r#"{"kubeletconfig": {"authentication": {"webhook": {"enabled": true}, "anonymous": {"enabled": false}},
            "authorization": {"mode": "Webhook"}}}"#;
        let config = KubeletConfig::read(configz).unwrap();
        assert_eq!(config.read_only_port, 0);
        assert_eq!(config.authorization, Authorization::Webhook);
        assert!(config.client_ca_file.is_empty());
    }
}
