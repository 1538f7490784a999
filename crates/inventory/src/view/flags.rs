//! Flags of control-plane components: those that checks read, as data, and how they are written.

use std::collections::BTreeMap;

use super::Text;

/// A component of the control plane whose flags are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Component {
    /// `kube-apiserver`
    ApiServer,
    /// `kube-controller-manager`
    ControllerManager,
    /// `kube-scheduler`
    Scheduler,
    /// `etcd`
    Etcd,
}

impl Component {
    const ALL: [Self; 4] = [
        Self::ApiServer,
        Self::ControllerManager,
        Self::Scheduler,
        Self::Etcd,
    ];

    /// Name of its program.
    #[must_use]
    pub const fn program(self) -> &'static str {
        match self {
            Self::ApiServer => "kube-apiserver",
            Self::ControllerManager => "kube-controller-manager",
            Self::Scheduler => "kube-scheduler",
            Self::Etcd => "etcd",
        }
    }

    fn of_program(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        Self::ALL
            .into_iter()
            .find(|component| component.program() == name)
    }
}

/// How a flag's value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Alone it means true, and it takes no word after it.
    Switch,
    Word,
    /// Words with commas between; given twice, both count.
    List,
}

/// Declares the flags that are kept: variant, name, shape, and the value where it is not given.
macro_rules! flags {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $shape:ident, $default:literal;)*) => {
        /// A flag that some check reads; no other is kept.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Flag {
            $(#[doc = concat!("`--", $name, "`")] $variant,)*
        }

        impl Flag {
            const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its name, without dashes in front.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            const fn shape(self) -> Shape {
                match self { $(Self::$variant => Shape::$shape,)* }
            }

            /// Its value where it is not given.
            const fn default_value(self) -> &'static str {
                match self { $(Self::$variant => $default,)* }
            }
        }
    };
}

flags! {
    AnonymousAuth = "anonymous-auth", Switch, "true";
    AuditLogMaxAge = "audit-log-maxage", Word, "";
    AuditLogMaxBackup = "audit-log-maxbackup", Word, "";
    AuditLogMaxSize = "audit-log-maxsize", Word, "";
    AuditLogPath = "audit-log-path", Word, "";
    AuditPolicyFile = "audit-policy-file", Word, "";
    AuditWebhookConfigFile = "audit-webhook-config-file", Word, "";
    AuthenticationConfig = "authentication-config", Word, "";
    AuthenticationTokenWebhookConfigFile = "authentication-token-webhook-config-file", Word, "";
    AuthorizationConfig = "authorization-config", Word, "";
    AuthorizationMode = "authorization-mode", List, "";
    ClientCaFile = "client-ca-file", Word, "";
    EncryptionProviderConfig = "encryption-provider-config", Word, "";
    EtcdCaFile = "etcd-cafile", Word, "";
    EtcdServers = "etcd-servers", List, "";
    OidcIssuerUrl = "oidc-issuer-url", Word, "";
    RequestHeaderClientCaFile = "requestheader-client-ca-file", Word, "";
    ServiceAccountExtendTokenExpiration = "service-account-extend-token-expiration", Switch, "true";
    ServiceAccountLookup = "service-account-lookup", Switch, "true";
    ServiceAccountMaxTokenExpiration = "service-account-max-token-expiration", Word, "0s";
    TokenAuthFile = "token-auth-file", Word, "";
    AuthorizationAlwaysAllowPaths = "authorization-always-allow-paths", List, "/healthz,/readyz,/livez";
    BindAddress = "bind-address", Word, "0.0.0.0";
    ClusterSigningCertFile = "cluster-signing-cert-file", Word, "";
    ClusterSigningDuration = "cluster-signing-duration", Word, "8760h0m0s";
    ClientSigningCertFile = "cluster-signing-kube-apiserver-client-cert-file", Word, "";
    LegacySigningCertFile = "cluster-signing-legacy-unknown-cert-file", Word, "";
    Controllers = "controllers", List, "*";
    SecurePort = "secure-port", Word, "";
    ClientCertAuth = "client-cert-auth", Switch, "false";
    PeerClientCertAuth = "peer-client-cert-auth", Switch, "false";
    ListenClientUrls = "listen-client-urls", List, "http://localhost:2379";
    TrustedCaFile = "trusted-ca-file", Word, "";
    EtcdConfigFile = "config-file", Word, "";
}

impl Flag {
    fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|flag| flag.name() == name)
    }
}

/// The kept flags of one component as it was started.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flags(BTreeMap<Flag, Text>);

impl Flags {
    /// Value of a flag: as given, else its default; empty where it is not set.
    #[must_use]
    pub fn value(&self, flag: Flag) -> &str {
        self.0
            .get(&flag)
            .map_or(flag.default_value(), AsRef::as_ref)
    }

    /// Whether a flag is set to anything.
    #[must_use]
    pub fn is_set(&self, flag: Flag) -> bool {
        !self.value(flag).is_empty()
    }

    /// Whether it was said what a flag is, be it its default.
    #[must_use]
    pub fn says(&self, flag: Flag) -> bool {
        self.0.contains_key(&flag)
    }

    /// Whether a switch is on; `None` if its value is no word for either.
    #[must_use]
    pub fn switch(&self, flag: Flag) -> Option<bool> {
        match self.value(flag) {
            "1" | "t" | "T" | "true" | "True" | "TRUE" => Some(true),
            "0" | "f" | "F" | "false" | "False" | "FALSE" => Some(false),
            _ => None,
        }
    }

    /// Words of a list.
    pub fn list(&self, flag: Flag) -> impl Iterator<Item = &str> {
        let words = self.value(flag).split(',').map(str::trim);
        words.filter(|word| !word.is_empty())
    }

    /// From names and values as a server tells them, where lists are written `[a,b]`.
    pub fn told<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut flags = Self::default();
        for (name, value) in pairs {
            let value = value
                .strip_prefix('[')
                .and_then(|inner| inner.strip_suffix(']'))
                .unwrap_or(value);
            flags.give(name, value);
        }
        flags
    }

    /// From a command line, without the program. What is not kept is passed over.
    pub(crate) fn given<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut flags = Self::default();
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            if word == "--" {
                break;
            }
            // etcd takes its flags with one dash as well.
            let Some(name) = word.strip_prefix("--").or(word.strip_prefix('-')) else {
                continue;
            };
            if let Some((name, value)) = name.split_once('=') {
                flags.give(name, value);
            } else if let Some(flag) = Flag::named(&plain(name)) {
                match flag.shape() {
                    Shape::Switch => flags.give(name, "true"),
                    Shape::Word | Shape::List => flags.give(name, words.next().unwrap_or_default()),
                }
            }
        }
        flags
    }

    pub(crate) fn give(&mut self, name: &str, value: &str) {
        let Some(flag) = Flag::named(&plain(name)) else {
            return;
        };
        let before = self.0.get(&flag).filter(|_| flag.shape() == Shape::List);
        let value =
            before.map_or_else(|| value.into(), |before| format!("{before},{value}").into());
        self.0.insert(flag, value);
    }

    /// The same where nothing was said before.
    pub(crate) fn give_default(&mut self, flag: Flag, value: &str) {
        self.0.entry(flag).or_insert_with(|| value.into());
    }
}

impl Flags {
    /// Takes over what the other says where nothing was said before.
    pub(crate) fn fill_from(&mut self, other: Self) {
        for (flag, value) in other.0 {
            self.0.entry(flag).or_insert(value);
        }
    }
}

/// Kubernetes' programs take underscores for dashes.
fn plain(name: &str) -> String {
    name.replace('_', "-")
}

/// What a container of a static pod is started as, if it is a component of the control plane.
pub(crate) fn component(argv: &[&str]) -> Option<(Component, Flags)> {
    let (program, rest) = argv.split_first()?;
    if let Some(component) = Component::of_program(program) {
        return Some((component, Flags::given(rest.iter().copied())));
    }
    // Loggers that start the program named after their own flags. A shell's line is not taken apart: nothing is known then.
    let name = program.rsplit('/').next().unwrap_or_default();
    if !matches!(name, "go-runner" | "kube-log-runner") {
        return None;
    }
    let at = rest
        .iter()
        .position(|word| Component::of_program(word).is_some() && !word.starts_with('-'))?;
    component(rest.get(at..)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> (Component, Flags) {
        component(&line.split(' ').collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn a_flag_is_read_however_it_is_written() {
        for line in [
            "kube-apiserver --token-auth-file=/x --service-account-lookup=false",
            "kube-apiserver --token-auth-file /x --service-account-lookup=F",
            "/usr/local/bin/kube-apiserver --token_auth_file=/y --token-auth-file=/x --service-account-lookup=0",
            "/go-runner --log-file=/l /usr/local/bin/kube-apiserver --token-auth-file=/x --service-account-lookup=false",
        ] {
            let (component, flags) = parsed(line);
            assert_eq!(component, Component::ApiServer, "{line}");
            assert_eq!(flags.value(Flag::TokenAuthFile), "/x", "{line}");
            assert_eq!(
                flags.switch(Flag::ServiceAccountLookup),
                Some(false),
                "{line}"
            );
        }
    }

    #[test]
    fn a_switch_takes_no_word_and_lists_add_up() {
        let (_, flags) = parsed(
            "kube-apiserver --anonymous-auth false --authorization-mode=Node --authorization-mode=RBAC,ABAC",
        );
        assert_eq!(flags.switch(Flag::AnonymousAuth), Some(true));
        let modes: Vec<&str> = flags.list(Flag::AuthorizationMode).collect();
        assert_eq!(modes, ["Node", "RBAC", "ABAC"]);
    }

    #[test]
    fn what_a_shell_runs_is_not_guessed() {
        assert_eq!(
            component(&["/bin/sh", "-c", "exec kube-apiserver --token-auth-file="]),
            None
        );
        assert_eq!(component(&["pause", "kube-apiserver"]), None);
        assert_eq!(component(&[]), None);
    }

    #[test]
    fn what_a_server_tells_is_read_as_what_it_was_given() {
        let flags = Flags::told([("authorization-mode", "[Node,RBAC]"), ("unheard-of", "x")]);
        let modes: Vec<&str> = flags.list(Flag::AuthorizationMode).collect();
        assert_eq!(modes, ["Node", "RBAC"]);
        assert_eq!(flags.value(Flag::ServiceAccountMaxTokenExpiration), "0s");
    }
}
