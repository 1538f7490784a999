//! Ways to sign in that objects in the cluster bring, beside the API server's own authenticators.

use assay_inventory::view::{Text, ThirdPartyObject};
use assay_inventory::{Blind, Relation, ThirdParty};

use crate::Cx;

/// What [`openshift`] reads.
pub(crate) const OPENSHIFT: &[Relation] = &[
    Relation::ThirdParty(ThirdParty::OpenShiftOAuth),
    Relation::ThirdParty(ThirdParty::OpenShiftAuthentication),
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
}

/// The object by which the whole of `OpenShift` is set up.
pub(crate) fn of_cluster<'a>(
    cx: &Cx<'a>,
    kind: ThirdParty,
) -> Result<Option<&'a ThirdPartyObject>, Blind> {
    let objects = cx.third_party(kind)?;
    let mut objects = objects.into_iter();
    Ok(objects.find(|object| object.meta.name.as_ref() == "cluster"))
}

/// How people sign in to `OpenShift`; nothing where it is none.
pub(crate) fn openshift<'a>(cx: &Cx<'a>) -> Result<Option<Ways<'a>>, Blind> {
    let Some(oauth) = of_cluster(cx, ThirdParty::OpenShiftOAuth)? else {
        return Ok(None);
    };
    let authentication = of_cluster(cx, ThirdParty::OpenShiftAuthentication)?;
    let by = authentication.and_then(|object| object.fields.text("spec.type"));
    if by.is_some_and(|by| by.as_ref() == "OIDC") {
        return Ok(Some(Ways::Provider));
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
    let is_ready = |object: &&ThirdPartyObject| {
        let mut conditions = object.fields.items("status.conditions").iter();
        let says =
            |text: Option<&Text>, wanted: &str| text.is_some_and(|text| text.as_ref() == wanted);
        conditions.any(|condition| {
            says(condition.text("type"), "Ready") && says(condition.text("status"), "True")
        })
    };
    for kind in [ThirdParty::PinnipedJwt, ThirdParty::PinnipedWebhook] {
        if cx.third_party(kind)?.iter().any(is_ready) {
            return Ok(Some(Ways::Provider));
        }
    }
    let configs = cx.third_party(ThirdParty::RancherAuth)?;
    let enabled = configs.iter().any(|config| {
        config.meta.name.as_ref() != "local" && config.fields.flag("enabled") == Some(true)
    });
    Ok(enabled.then_some(Ways::Provider))
}
