//! What objects of infrastructure tools say of the clusters that they describe, whichever tool it is. Most often these are other
//! clusters than the one that holds the objects: a finding is the object's, and none of them vouches for this cluster.

mod crossplane;
mod exposure;

use assay_inventory::view::{Fields, Text, ThirdPartyObject};
use assay_inventory::{Blind, Kind, ObjectKey, ThirdParty};

use crossplane::given;
pub(crate) use exposure::exposure;

/// The object as messages name it: several tools call theirs `Cluster`.
pub(crate) fn name(object: &ThirdPartyObject) -> String {
    let key = ObjectKey::new(object.meta.namespace.clone(), object.meta.name.clone());
    format!("{} {key}", Kind::ThirdParty(object.kind).full_name())
}

/// What an object says of one setting, and in which field; nothing where it does not tell.
pub(crate) type Told<T> = Result<Option<(String, T)>, Blind>;

/// Whether the cluster that it describes records what is done through its API.
pub(crate) fn records(object: &ThirdPartyObject) -> Told<bool> {
    const AUDIT: &str = "audit";
    let fields = &object.fields;
    let has = |types: &[Text]| types.iter().any(|kind| kind.as_ref() == AUDIT);
    Ok(match object.kind {
        ThirdParty::AckCluster => {
            let field = "spec.logging.clusterLogging";
            let mut logging = fields.items(field).iter();
            let on =
                logging.any(|log| log.flag("enabled") == Some(true) && has(log.texts("types")));
            Some((field.to_owned(), on))
        }
        ThirdParty::CrossplaneEks | ThirdParty::CrossplaneEksNamespaced => {
            let given = given(object)?;
            let field = "enabledClusterLogTypes";
            let on = given.parts.iter().any(|part| has(part.texts(field)));
            Some((format!("{}.{field}", given.path), on))
        }
        ThirdParty::CapiEks => {
            let field = "spec.logging.audit";
            Some((field.to_owned(), fields.flag(field) == Some(true)))
        }
        ThirdParty::CapiRosa => {
            let field = "spec.auditLogRoleARN";
            let named = fields.text(field).is_some_and(|role| !role.is_empty());
            let forwarders = ["spec.cloudWatchlogForwarder", "spec.s3LogForwarder"];
            let forwards = |forwarder: &Fields| {
                let holds = |list: &str, wanted: &str| {
                    let mut all = forwarder.texts(list).iter();
                    all.any(|one| one.eq_ignore_ascii_case(wanted))
                };
                holds("groupLogIDs", "api") || holds("applications", "audit-webhook")
            };
            let mut forwarders = forwarders.iter().filter_map(|path| fields.object(path));
            Some((field.to_owned(), named || forwarders.any(forwards)))
        }
        _ => None,
    })
}

/// Whether a key of one's own encrypts the Secrets of the cluster that it describes.
pub(crate) fn encrypts(object: &ThirdPartyObject) -> Told<bool> {
    let fields = &object.fields;
    let secrets = |config: &Fields| {
        let mut resources = config.texts("resources").iter();
        resources.any(|resource| resource.as_ref() == "secrets")
    };
    // The API of GKE says the second where it was told the first.
    let encrypted = |state: Option<&Text>| {
        state.is_some_and(|state| {
            matches!(
                state.as_ref(),
                "ENCRYPTED" | "ALL_OBJECTS_ENCRYPTION_ENABLED"
            )
        })
    };
    let named = |text: Option<&Text>| text.is_some_and(|text| !text.is_empty());
    let (field, on) = match object.kind {
        ThirdParty::AckCluster => {
            let field = "spec.encryptionConfig";
            (field, fields.items(field).iter().any(secrets))
        }
        ThirdParty::CapiEks => {
            let field = "spec.encryptionConfig";
            // Without a key, the tool leaves the whole of it out.
            let config = fields.object(field);
            let on = config.is_some_and(|config| secrets(config) && named(config.text("provider")));
            (field, on)
        }
        ThirdParty::CapiRosa => {
            let field = "spec.etcdEncryptionKMSARN";
            (field, named(fields.text(field)))
        }
        ThirdParty::KccCluster => {
            let field = "spec.databaseEncryption.state";
            (field, encrypted(fields.text(field)))
        }
        ThirdParty::CapiAks | ThirdParty::AsoCluster => {
            let field = "spec.securityProfile.azureKeyVaultKms.enabled";
            (field, fields.flag(field) == Some(true))
        }
        ThirdParty::CrossplaneEks | ThirdParty::CrossplaneEksNamespaced => {
            return by_crossplane(object, "encryptionConfig", secrets);
        }
        ThirdParty::CrossplaneGke | ThirdParty::CrossplaneGkeNamespaced => {
            let is_on = |config: &Fields| encrypted(config.text("state"));
            return by_crossplane(object, "databaseEncryption", is_on);
        }
        ThirdParty::CrossplaneAks | ThirdParty::CrossplaneAksNamespaced => {
            let is_on = |config: &Fields| named(config.text("keyVaultKeyId"));
            return by_crossplane(object, "keyManagementService", is_on);
        }
        _ => return Ok(None),
    };
    Ok(Some((field.to_owned(), on)))
}

fn by_crossplane(
    object: &ThirdPartyObject,
    field: &'static str,
    is_on: impl Fn(&Fields) -> bool,
) -> Told<bool> {
    let given = given(object)?;
    let on = given.items(field).any(is_on);
    Ok(Some((format!("{}.{field}", given.path), on)))
}

/// How strangers are answered in the cluster that it describes: the mode.
pub(crate) fn strangers(object: &ThirdPartyObject) -> Told<&Text> {
    let (ThirdParty::CrossplaneGke | ThirdParty::CrossplaneGkeNamespaced) = object.kind else {
        return Ok(None);
    };
    let given = given(object)?;
    let mut configs = given.items("anonymousAuthenticationConfig");
    let mode = configs.find_map(|config| config.text("mode"));
    let field = format!("{}.anonymousAuthenticationConfig.mode", given.path);
    Ok(mode.map(|mode| (field, mode)))
}
