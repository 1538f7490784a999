//! What Kubernetes issues itself knows no second factor.

use assay_inventory::view::{Flag, Flags};
use assay_inventory::{Blind, Instance, Reason, Relation, ThirdParty};

use crate::control_plane::{Wrong, instances, wrong};
use crate::judging::shown;
use crate::sign_in::{Ways, brought};
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(
    &[
        Relation::ApiServerFlags,
        Relation::ControlPlane,
        Relation::KubeadmConfig,
        Relation::ApiServerMetrics,
        Relation::ThirdParty(ThirdParty::OpenShiftOAuth),
        Relation::ThirdParty(ThirdParty::OpenShiftAuthentication),
        Relation::ThirdParty(ThirdParty::OpenShiftInfrastructure),
        Relation::ThirdParty(ThirdParty::PinnipedJwt),
        Relation::ThirdParty(ThirdParty::PinnipedWebhook),
        Relation::ThirdParty(ThirdParty::RancherAuth),
    ],
    Judge::Cluster(judge),
);

fn judge(cx: &Cx<'_>) -> Judgement {
    let by_server = by_server(cx);
    if matches!(by_server, Ok(Outcome::Pass)) {
        return by_server;
    }
    match (by_server, brought(cx)) {
        (_, Ok(Some(Ways::Provider))) => Ok(Outcome::Pass),
        (_, Ok(Some(Ways::Passwords(name)))) => Ok(Violation::fail(format!(
            "OAuth cluster: spec.identityProviders[{}] is of type HTPasswd, and there is none of another: passwords that the cluster keeps know no second factor; name an identity provider that asks for one",
            shown(name)
        ))),
        (_, Ok(Some(Ways::Installer))) => Ok(Violation::fail(
            "OAuth cluster: spec.identityProviders is empty, so that everybody signs in by the password of kubeadmin; name an identity provider that asks for a second factor",
        )),
        (_, Ok(Some(Ways::TurnedOff))) => Ok(Violation::fail(
            "Authentication cluster: spec.type is None and spec.webhookTokenAuthenticator is unset, so that nobody signs in but by what the cluster issues itself; name an identity provider that asks for a second factor",
        )),
        // Neither tells, and one by whose it is.
        (Err(_), Err(blind)) if blind.reason == Reason::ProviderHidden => Err(blind),
        // Flags say that there is none; what cannot be seen may be one.
        (Ok(_), Err(blind)) => Err(blind),
        (by_server, _) => by_server,
    }
}

fn by_server(cx: &Cx<'_>) -> Judgement {
    let age = cx.params.max_evidence_age;
    let mut told = cx.api_servers(age);
    let metrics = cx.api_server_metrics(age);
    let used = metrics.is_ok_and(|metrics| {
        let mut endpoints = metrics.endpoints.iter();
        endpoints.any(|endpoint| endpoint.metrics.issuer_used)
    });
    if !used && told.untold.is_none() {
        told.untold = told.instances.iter().find_map(unseen);
    }
    let fix = "configure sign-in through an identity provider that asks for a second factor";
    instances(told, "how people sign in", fix, built_in_only)
}

fn named_by_flags(flags: &Flags) -> bool {
    flags.is_set(Flag::OidcIssuerUrl) || flags.is_set(Flag::AuthenticationTokenWebhookConfigFile)
}

fn built_in_only(flags: &Flags) -> Option<Wrong> {
    let none = !named_by_flags(flags) && !flags.is_set(Flag::AuthenticationConfig);
    none.then(|| wrong(flags, Flag::AuthenticationConfig))
}

/// A file of authenticators may hold no issuer at all.
fn unseen(instance: &Instance<'_>) -> Option<Blind> {
    if named_by_flags(instance.flags) {
        return None;
    }
    let file = instance.flags.value(Flag::AuthenticationConfig);
    let name = &instance.name;
    let message = format!(
        "{name}: its authenticators stand in the file {file}, which is not seen, and nobody has signed in by an issuer in it since the API server started"
    );
    Some(Blind::new(Reason::Unreachable, message))
}
