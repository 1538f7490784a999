//! The settings, and the files that some of them name.

use std::path::{Path, PathBuf};

use assay_api::CheckStatus::{self, Fail, NotApplicable, Pass, Unknown};

const POLICY: &str = "\
apiVersion: audit.k8s.io/v1
kind: Policy
rules: [{level: Metadata}]
";
/// The same with what requests hold.
const BODIES: &str = "\
apiVersion: audit.k8s.io/v1
kind: Policy
rules: [{level: Request}]
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
/// Providers in this order.
fn encryption(providers: &[&str]) -> String {
    // 32 bytes, as every provider takes them.
    let keys = "keys: [{name: key, secret: bm90IGEgc2VjcmV0OiBhIGtleSBmb3IgdGVzdHMhISE=}]";
    let provider = |name: &str| {
        let settings = if name == "identity" { "" } else { keys };
        format!("{{{name}: {{{settings}}}}}")
    };
    let providers: Vec<String> = providers.iter().copied().map(provider).collect();
    format!(
        "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources: [{{resources: [secrets], providers: [{}]}}]\n",
        providers.join(", ")
    )
}

/// How to reach the webhook.
fn hook(port: u16, path: &str) -> String {
    format!(
        "apiVersion: v1
kind: Config
clusters: [{{name: hook, cluster: {{server: 'http://127.0.0.1:{port}/{path}'}}}}]
contexts: [{{name: hook, context: {{cluster: hook, user: hook}}}}]
users: [{{name: hook, user: {{}}}}]
current-context: hook
"
    )
}

/// Authorizers of which the last asks a webhook, by the kubeconfig in that file.
fn asking(hook: &Path) -> String {
    format!(
        "apiVersion: apiserver.config.k8s.io/v1
kind: AuthorizationConfiguration
authorizers:
- {{type: Node, name: node}}
- {{type: RBAC, name: rbac}}
- type: Webhook
  name: hook
  webhook:
    timeout: 3s
    authorizedTTL: 1s
    unauthorizedTTL: 1s
    subjectAccessReviewVersion: v1
    matchConditionSubjectAccessReviewVersion: v1
    failurePolicy: NoOpinion
    connectionInfo: {{type: KubeConfigFile, kubeConfigFile: {}}}
",
        hook.display()
    )
}

/// How an API server is started, and what is to be said of it.
pub(crate) struct Setting {
    pub(crate) name: String,
    pub(crate) flags: Vec<String>,
    /// Whether a Secret is written before anybody looks.
    pub(crate) writes: bool,
    /// What checks are to come to.
    pub(crate) expected: Vec<(&'static str, CheckStatus)>,
}

impl Setting {
    fn new(name: &str, flags: Vec<String>, expected: &[(&'static str, CheckStatus)]) -> Self {
        Self {
            name: name.to_owned(),
            flags,
            writes: false,
            expected: expected.to_vec(),
        }
    }

    fn writing(self) -> Self {
        Self {
            writes: true,
            ..self
        }
    }

    /// The flags of both, which have nothing to do with each other: to start an API server takes longer than to look at it.
    fn with(mut self, other: Self) -> Self {
        self.name = format!("{}-and-{}", self.name, other.name);
        self.flags.extend(other.flags);
        self.writes |= other.writes;
        self.expected.extend(other.expected);
        self
    }
}

/// A folder of files that flags name. It goes with the value.
pub(crate) struct Files(PathBuf);

impl Files {
    /// `port` is the webhook's.
    pub(crate) fn write(port: u16) -> anyhow::Result<Self> {
        let name = format!("assay-settings-{}", std::process::id());
        let files = Self(std::env::temp_dir().join(name));
        std::fs::create_dir_all(&files.0)?;
        for (name, text) in [
            ("policy", POLICY),
            ("bodies", BODIES),
            ("webhook", WEBHOOK),
            ("tokens", TOKENS),
            ("authentication", AUTHENTICATION),
            ("authorization", AUTHORIZATION),
            ("allowing", ALLOWING),
        ] {
            std::fs::write(files.0.join(name), text)?;
        }
        for (name, providers) in [
            ("identity-first", &["identity", "secretbox"][..]),
            ("secretbox-first", &["secretbox", "identity"]),
            ("aescbc-first", &["aescbc", "secretbox", "identity"]),
        ] {
            std::fs::write(files.0.join(name), encryption(providers))?;
        }
        for name in ["strangers", "everybody", "nobody", "broken"] {
            let kubeconfig = files.0.join(format!("{name}-hook"));
            std::fs::write(&kubeconfig, hook(port, name))?;
            std::fs::write(files.0.join(name), asking(&kubeconfig))?;
        }
        Ok(files)
    }

    /// An API server that asks the webhook.
    fn asking(&self, name: &str, expected: &[(&'static str, CheckStatus)]) -> Setting {
        let flags = vec![
            "--authorization-mode-".to_owned(),
            self.flag("--authorization-config", name),
        ];
        Setting::new(name, flags, expected)
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
    let mut all = by_authorizers(files);
    let others = by_flags(files, &folder.join("pki/ca.crt"))
        .into_iter()
        .chain(by_files(files));
    // From here on, some Secrets in etcd can be read by nobody who does not know the key.
    let encrypting = encrypting(files);
    all.insert(0, as_it_is());
    all.extend(
        others
            .zip(encrypting)
            .map(|(other, encrypting)| other.with(encrypting)),
    );
    all
}

fn as_it_is() -> Setting {
    Setting::new(
        "as-kubernetes-leaves-it",
        Vec::new(),
        &[
            ("anonymous-requests", Fail),
            ("audit-level-thin", Unknown),
            ("audit-log-retention", Pass),
            ("audit-off", Fail),
            ("audit-events-lost", Pass),
            ("authenticated-may", Pass),
            ("authorization-mode", Pass),
            ("client-certificate-long-lived", Fail),
            ("cluster-signing-duration", Unknown),
            ("component-bind-address", Unknown),
            ("component-paths-open", Unknown),
            ("controller-manager-signs-logins", Unknown),
            ("credentials-in-plain-text", Fail),
            ("encryption-provider-weak", NotApplicable),
            ("etcd-ca-shared", Unknown),
            ("etcd-client-certificates", Unknown),
            ("etcd-over-http", Pass),
            ("external-authenticator", Fail),
            ("front-proxy-ca-shared", Pass),
            ("secrets-in-plain-text", Fail),
            ("secrets-left-in-plain-text", NotApplicable),
            ("service-account-lookup", Pass),
            ("static-token-file", Pass),
            ("strangers-may", Pass),
            ("token-expiration-extended", Fail),
            ("token-file-on-disk", Pass),
            ("token-life-unlimited", Fail),
        ],
    )
}

fn by_flags(files: &Files, authority: &Path) -> [Setting; 2] {
    let guarded = Setting::new(
        "guarded-by-flags",
        vec![
            files.flag("--audit-policy-file", "policy"),
            files.flag("--audit-log-path", "log"),
            "--audit-log-maxage=30".to_owned(),
            "--anonymous-auth=false".to_owned(),
            "--oidc-issuer-url=https://id.example.com".to_owned(),
            "--oidc-client-id=assay".to_owned(),
            "--service-account-extend-token-expiration=false".to_owned(),
            "--service-account-max-token-expiration=24h".to_owned(),
        ],
        &[
            ("anonymous-requests", Pass),
            ("audit-log-retention", Pass),
            ("audit-off", Pass),
            ("external-authenticator", Pass),
            ("token-expiration-extended", Pass),
            ("token-life-unlimited", Pass),
        ],
    );
    let open = Setting::new(
        "open-by-flags",
        vec![
            // Without a policy, nothing is recorded there.
            files.flag("--audit-log-path", "log"),
            "--audit-log-maxage=1".to_owned(),
            files.flag("--token-auth-file", "tokens"),
            "--authorization-mode=AlwaysAllow".to_owned(),
            "--service-account-lookup=false".to_owned(),
            format!("--requestheader-client-ca-file={}", authority.display()),
            format!("--etcd-cafile={}", authority.display()),
        ],
        &[
            ("audit-log-retention", Fail),
            ("audit-off", Fail),
            ("authorization-mode", Fail),
            ("etcd-ca-shared", Fail),
            ("front-proxy-ca-shared", Fail),
            ("service-account-lookup", Fail),
            ("static-token-file", Fail),
            ("strangers-may", Fail),
            ("token-file-on-disk", Fail),
        ],
    );
    [guarded, open]
}

fn by_files(files: &Files) -> [Setting; 2] {
    let guarded = Setting::new(
        "guarded-by-files",
        vec![
            files.flag("--audit-policy-file", "bodies"),
            files.flag("--audit-webhook-config-file", "webhook"),
            files.flag("--authentication-config", "authentication"),
            "--authorization-mode-".to_owned(),
            files.flag("--authorization-config", "authorization"),
        ],
        &[
            ("anonymous-requests", Pass),
            ("audit-level-thin", Pass),
            ("audit-off", Pass),
            ("authorization-mode", Unknown),
            ("external-authenticator", Unknown),
        ],
    );
    let open = Setting::new(
        "open-by-files",
        vec![
            "--authorization-mode-".to_owned(),
            files.flag("--authorization-config", "allowing"),
        ],
        &[("authorization-mode", Fail)],
    );
    [guarded, open]
}

/// Authorizers beside RBAC.
fn by_authorizers(files: &Files) -> Vec<Setting> {
    // What RBAC grants is the same in each.
    let strangers = files.asking(
        "strangers",
        &[
            ("anonymous-binding", Pass),
            ("authenticated-may", Pass),
            ("strangers-may", Fail),
        ],
    );
    let everybody = files.asking(
        "everybody",
        &[
            ("authenticated-group-binding", Pass),
            ("authenticated-may", Fail),
            ("strangers-may", Pass),
        ],
    );
    let nobody = files.asking(
        "nobody",
        &[("authenticated-may", Pass), ("strangers-may", Pass)],
    );
    let broken = files.asking(
        "broken",
        &[("authenticated-may", Unknown), ("strangers-may", Unknown)],
    );
    vec![strangers, everybody, nobody, broken]
}

fn encrypting(files: &Files) -> [Setting; 4] {
    let by = |name, file, expected: &[(&'static str, CheckStatus)]| {
        let flag = files.flag("--encryption-provider-config", file);
        Setting::new(name, vec![flag], expected)
    };
    let alone = by(
        "encrypting-nothing-yet",
        "secretbox-first",
        &[
            ("credentials-in-plain-text", Unknown),
            ("encryption-provider-weak", Unknown),
            ("secrets-in-plain-text", Unknown),
        ],
    );
    let identity = by(
        "identity-first",
        "identity-first",
        &[
            ("credentials-in-plain-text", Fail),
            ("encryption-provider-weak", NotApplicable),
            ("secrets-in-plain-text", Fail),
            ("secrets-left-in-plain-text", NotApplicable),
        ],
    );
    let secretbox = by(
        "secretbox-first",
        "secretbox-first",
        &[
            ("credentials-in-plain-text", Pass),
            ("encryption-provider-weak", Pass),
            ("secrets-in-plain-text", Pass),
            // The Secret of the setting before.
            ("secrets-left-in-plain-text", Fail),
        ],
    );
    let aescbc = by(
        "aescbc-first",
        "aescbc-first",
        &[
            ("encryption-provider-weak", Fail),
            ("secrets-in-plain-text", Pass),
        ],
    );
    [
        alone,
        identity.writing(),
        secretbox.writing(),
        aescbc.writing(),
    ]
}
