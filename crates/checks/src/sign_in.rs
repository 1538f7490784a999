//! Ways to sign in that objects in the cluster bring, beside the API server's own authenticators.

use assay_inventory::view::{Text, ThirdPartyObject};
use assay_inventory::{Blind, Relation, ThirdParty};

use crate::Cx;
use crate::openshift::{is_set_up_here, of_cluster};

/// What [`openshift`] reads.
pub(crate) const OPENSHIFT: &[Relation] = &[
    Relation::ThirdParty(ThirdParty::OpenShiftOAuth),
    Relation::ThirdParty(ThirdParty::OpenShiftAuthentication),
    Relation::ThirdParty(ThirdParty::OpenShiftInfrastructure),
];

/// By what people can sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ways<'a> {
    /// An identity provider, or one to whom the question is passed on.
    Provider,
    /// Passwords that the cluster keeps itself: those of `OpenShift`.
    Passwords(&'a Text),
    /// The account of the installer of `OpenShift`.
    Installer,
    /// The sign-in of `OpenShift` is turned off, and nothing takes its place.
    TurnedOff,
}

/// How people sign in to `OpenShift`; nothing where it is none.
pub(crate) fn openshift<'a>(cx: &Cx<'a>) -> Result<Option<Ways<'a>>, Blind> {
    let Some(oauth) = of_cluster(cx, ThirdParty::OpenShiftOAuth)? else {
        return Ok(None);
    };
    is_set_up_here(cx, "how people sign in")?;
    if let Some(object) = of_cluster(cx, ThirdParty::OpenShiftAuthentication)? {
        let by = object.fields.text("spec.type").map_or("", AsRef::as_ref);
        match by {
            "OIDC" => return Ok(Some(Ways::Provider)),
            "None" if object.fields.has("spec.webhookTokenAuthenticator") => {
                return Ok(Some(Ways::Provider));
            }
            "None" => return Ok(Some(Ways::TurnedOff)),
            _ => {}
        }
    }
    let providers = oauth.fields.items("spec.identityProviders");
    let is_own = |kind: Option<&Text>| kind.is_some_and(|kind| kind.as_ref() == "HTPasswd");
    if providers
        .iter()
        .any(|provider| !is_own(provider.text("type")))
    {
        return Ok(Some(Ways::Provider));
    }
    let own = providers.iter().find_map(|provider| provider.text("name"));
    Ok(Some(own.map_or(Ways::Installer, Ways::Passwords)))
}

/// What objects bring; nothing where there are none that do.
pub(crate) fn brought<'a>(cx: &Cx<'a>) -> Result<Option<Ways<'a>>, Blind> {
    if let Some(ways) = openshift(cx)? {
        return Ok(Some(ways));
    }
    for kind in [ThirdParty::PinnipedJwt, ThirdParty::PinnipedWebhook] {
        let authenticators = cx.third_party(kind)?;
        let mut authenticators = authenticators.iter();
        if authenticators.any(|object| is_ready(object) == Some(true)) {
            return Ok(Some(Ways::Provider));
        }
    }
    let configs = cx.third_party(ThirdParty::RancherAuth)?;
    let enabled = configs.iter().any(|config| {
        config.meta.name.as_ref() != "local" && config.fields.flag("enabled") == Some(true)
    });
    Ok(enabled.then_some(Ways::Provider))
}

/// Whether the condition Ready of an object holds, where it has one.
pub(crate) fn is_ready(object: &ThirdPartyObject) -> Option<bool> {
    let is = |text: Option<&Text>, wanted: &str| text.is_some_and(|text| text.as_ref() == wanted);
    let mut conditions = object.fields.items("status.conditions").iter();
    let ready = conditions.find(|condition| is(condition.text("type"), "Ready"))?;
    Some(is(ready.text("status"), "True"))
}
