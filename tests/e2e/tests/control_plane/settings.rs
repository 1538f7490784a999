//! The settings, and the files that some of them name.

use std::path::{Path, PathBuf};

use assay_api::CheckStatus::{Fail, Pass, Unknown};

use crate::Setting;

const POLICY: &str = "\
apiVersion: audit.k8s.io/v1
kind: Policy
rules: [{level: Metadata}]
";
/// Nobody listens there: what is judged is that events are sent.
const WEBHOOK: &str = "\
apiVersion: v1
kind: Config
clusters: [{name: log, cluster: {server: 'https://127.0.0.1:1/'}}]
contexts: [{name: log, context: {cluster: log, user: log}}]
users: [{name: log, user: {}}]
current-context: log
";
const TOKENS: &str = "a-token-for-tests,somebody,somebody\n";
/// Strangers may ask for health, and for nothing else.
const AUTHENTICATION: &str = "\
apiVersion: apiserver.config.k8s.io/v1
kind: AuthenticationConfiguration
anonymous: {enabled: true, conditions: [{path: /livez}, {path: /readyz}, {path: /healthz}]}
";
const AUTHORIZATION: &str = "\
apiVersion: apiserver.config.k8s.io/v1
kind: AuthorizationConfiguration
authorizers: [{type: Node, name: node}, {type: RBAC, name: rbac}]
";
const ALLOWING: &str = "\
apiVersion: apiserver.config.k8s.io/v1
kind: AuthorizationConfiguration
authorizers: [{type: AlwaysAllow, name: alwaysallow}, {type: Node, name: node}, {type: RBAC, name: rbac}]
";

/// A folder of files that flags name. It goes with the value.
pub(crate) struct Files(PathBuf);

impl Files {
    pub(crate) fn write() -> anyhow::Result<Self> {
        let name = format!("assay-settings-{}", std::process::id());
        let files = Self(std::env::temp_dir().join(name));
        std::fs::create_dir_all(&files.0)?;
        for (name, text) in [
            ("policy", POLICY),
            ("webhook", WEBHOOK),
            ("tokens", TOKENS),
            ("authentication", AUTHENTICATION),
            ("authorization", AUTHORIZATION),
            ("allowing", ALLOWING),
        ] {
            std::fs::write(files.0.join(name), text)?;
        }
        Ok(files)
    }

    fn flag(&self, flag: &str, file: &str) -> String {
        format!("{flag}={}", self.0.join(file).display())
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        // What cannot be removed is left to the system's own cleaning.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// `folder` is the control plane's own.
pub(crate) fn all(files: &Files, folder: &Path) -> Vec<Setting> {
    let authority = folder.join("pki/ca.crt");
    vec![
        Setting {
            name: "as-kubernetes-leaves-it",
            flags: Vec::new(),
            expected: &[
                ("anonymous-requests", Fail),
                ("audit-off", Fail),
                ("audit-events-lost", Pass),
                ("authorization-mode", Pass),
                ("cluster-signing-duration", Unknown),
                ("etcd-ca-shared", Pass),
                ("etcd-client-certificates", Unknown),
                ("etcd-over-http", Pass),
                ("external-authenticator", Fail),
                ("front-proxy-ca-shared", Pass),
                ("service-account-lookup", Pass),
                ("static-token-file", Pass),
                ("token-expiration-extended", Fail),
                ("token-file-on-disk", Pass),
                ("token-life-unlimited", Fail),
            ],
        },
        Setting {
            name: "guarded-by-flags",
            flags: vec![
                files.flag("--audit-policy-file", "policy"),
                files.flag("--audit-log-path", "log"),
                "--anonymous-auth=false".to_owned(),
                "--oidc-issuer-url=https://id.example.com".to_owned(),
                "--oidc-client-id=assay".to_owned(),
                "--service-account-extend-token-expiration=false".to_owned(),
                "--service-account-max-token-expiration=24h".to_owned(),
            ],
            expected: &[
                ("anonymous-requests", Pass),
                ("audit-off", Pass),
                ("external-authenticator", Pass),
                ("token-expiration-extended", Pass),
                ("token-life-unlimited", Pass),
            ],
        },
        Setting {
            name: "open-by-flags",
            flags: vec![
                // Without a policy, nothing is recorded there.
                files.flag("--audit-log-path", "log"),
                files.flag("--token-auth-file", "tokens"),
                "--authorization-mode=AlwaysAllow".to_owned(),
                "--service-account-lookup=false".to_owned(),
                format!("--requestheader-client-ca-file={}", authority.display()),
                format!("--etcd-cafile={}", authority.display()),
            ],
            expected: &[
                ("audit-off", Fail),
                ("authorization-mode", Fail),
                ("etcd-ca-shared", Fail),
                ("front-proxy-ca-shared", Fail),
                ("service-account-lookup", Fail),
                ("static-token-file", Fail),
                ("token-file-on-disk", Fail),
            ],
        },
        Setting {
            name: "guarded-by-files",
            flags: vec![
                files.flag("--audit-policy-file", "policy"),
                files.flag("--audit-webhook-config-file", "webhook"),
                files.flag("--authentication-config", "authentication"),
                "--authorization-mode-".to_owned(),
                files.flag("--authorization-config", "authorization"),
            ],
            expected: &[
                ("anonymous-requests", Pass),
                ("audit-off", Pass),
                ("authorization-mode", Unknown),
                ("external-authenticator", Unknown),
            ],
        },
        Setting {
            name: "open-by-files",
            flags: vec![
                "--authorization-mode-".to_owned(),
                files.flag("--authorization-config", "allowing"),
            ],
            expected: &[("authorization-mode", Fail)],
        },
    ]
}
