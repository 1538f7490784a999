//! The table is whole, and what it says of objects is what is read of them.

use serde_json::{Value, json};

use super::{Class, Field, Shape, ThirdParty};
use crate::view::{Object, ThirdPartyObject};
use crate::{DecodeError, Kind, decode};

fn read(kind: ThirdParty, object: &Value) -> Result<ThirdPartyObject, DecodeError> {
    match decode(Kind::ThirdParty(kind), &object.to_string(), &[])? {
        Object::ThirdParty(object) => Ok(object),
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_kind_is_of_the_class_that_lists_it() {
    for kind in ThirdParty::ALL {
        assert!(
            kind.class().kinds().contains(&Kind::ThirdParty(kind)),
            "{kind:?}"
        );
        assert_eq!(kind.alone(), [Kind::ThirdParty(kind)]);
        assert!(!kind.versions().is_empty(), "{kind:?}");
    }
    let classes = [
        Class::ClusterDescription,
        Class::Setting,
        Class::Certificate,
        Class::TrustBundle,
    ];
    let listed: usize = classes.iter().map(|class| class.kinds().len()).sum();
    assert_eq!(listed, ThirdParty::ALL.len());
}

/// A value of that shape, and its size.
fn whole(fields: &[Field]) -> Value {
    let of = |shape: &Shape| match shape {
        Shape::Flag => json!(true),
        Shape::Text => json!("text"),
        Shape::Time => json!("2026-11-20T12:00:00Z"),
        Shape::Texts => json!(["text"]),
        Shape::Object(fields) => whole(fields),
        Shape::Items(fields) => json!([whole(fields)]),
    };
    fields
        .iter()
        .map(|field| (field.name.to_owned(), of(&field.shape)))
        .collect()
}

#[test]
fn all_that_is_declared_is_read_and_nothing_else() {
    for kind in ThirdParty::ALL {
        let mut object = whole(kind.fields());
        let bare = read(kind, &object).unwrap();
        object["more"] = json!({"spec": [1, {"a": null}]});
        object["apiVersion"] = format!("{}/{}", kind.served().group, kind.versions()[0]).into();
        assert_eq!(read(kind, &object).unwrap(), bare);
        assert_ne!(read(kind, &json!({})).unwrap(), bare, "{kind:?}");
    }
}

#[test]
fn a_path_leads_to_what_stands_there() {
    let object = json!({"spec": {
        "logging": {"clusterLogging": [{"enabled": true, "types": ["api", null, "audit"]}, null]},
        "resourcesVPCConfig": {},
        "encryptionConfig": null,
    }});
    let fields = read(ThirdParty::AckCluster, &object).unwrap().fields;
    let [logging] = fields.items("spec.logging.clusterLogging") else {
        panic!("{fields:?}");
    };
    assert_eq!(logging.flag("enabled"), Some(true));
    assert_eq!(logging.texts("types").len(), 2);
    assert!(fields.has("spec.resourcesVPCConfig"));
    assert!(
        !fields.has("spec.encryptionConfig"),
        "null is as good as nothing"
    );
    assert!(!fields.has("spec.resourcesVPCConfig.endpointPublicAccess"));
    assert_eq!(fields.flag("spec.logging"), None);
}

#[test]
fn what_there_is_one_of_may_stand_alone() {
    let config = json!({"endpointPublicAccess": false});
    let alone = read(
        ThirdParty::CrossplaneEks,
        &json!({"spec": {"forProvider": {"vpcConfig": config}}}),
    );
    let listed = read(
        ThirdParty::CrossplaneEks,
        &json!({"spec": {"forProvider": {"vpcConfig": [config]}}}),
    );
    assert_eq!(alone.unwrap(), listed.unwrap());
}

#[test]
fn what_is_of_another_type_or_version_is_named() {
    for (object, field) in [
        (json!({"spec": []}), "spec"),
        (
            json!({"spec": {"logging": {"audit": "true"}}}),
            "spec.logging.audit",
        ),
        (
            json!({"spec": {"endpointAccess": {"publicCIDRs": [1]}}}),
            "spec.endpointAccess.publicCIDRs[0]",
        ),
        (
            json!({"apiVersion": "controlplane.cluster.x-k8s.io/v9"}),
            ".",
        ),
        (json!([]), "."),
    ] {
        let error = read(ThirdParty::CapiEks, &object).unwrap_err();
        assert_eq!(error.field, field, "{error}");
    }
}

#[test]
fn of_a_huge_object_nothing_is_kept_and_it_is_said() {
    let many = vec!["192.0.2.0/24"; 100_000];
    let object = json!({"spec": {"endpointAccess": {"publicCIDRs": many}}});
    let error = read(ThirdParty::CapiEks, &object).unwrap_err();
    assert!(error.reason.contains("than it keeps of one"), "{error}");
    // What is not read may be as large and as deep as it likes.
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let object =
        format!(r#"{{"status": {deep}, "spec": {{"endpointAccess": {{"public": false}}}}}}"#);
    let kind = Kind::ThirdParty(ThirdParty::CapiEks);
    assert!(decode(kind, &object, &[]).is_ok());
}
