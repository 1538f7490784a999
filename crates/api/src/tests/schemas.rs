//! The schemas are ones an API server accepts, and every field of them is explained.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::examples;
use crate::{GROUP, VERSION, custom_resource_definitions};

/// The definitions as JSON, by kind.
fn definitions() -> Vec<(String, Value)> {
    custom_resource_definitions()
        .into_iter()
        .map(|crd| {
            (
                crd.spec.names.kind.clone(),
                serde_json::to_value(crd).unwrap(),
            )
        })
        .collect()
}

fn schema(crd: &Value) -> &Value {
    &crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
}

/// Calls `visit` with the path and schema of everything below a schema, and of itself.
fn walk<'a>(path: &str, schema: &'a Value, visit: &mut dyn FnMut(&str, &'a Value)) {
    visit(path, schema);
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        walk(&format!("{path}.{name}"), property, visit);
    }
    if schema["items"].is_object() {
        walk(&format!("{path}[]"), &schema["items"], visit);
    }
    if schema["additionalProperties"].is_object() {
        walk(
            &format!("{path}{{}}"),
            &schema["additionalProperties"],
            visit,
        );
    }
}

#[test]
fn every_property_is_explained() {
    for (kind, crd) in definitions() {
        walk(&kind, schema(&crd), &mut |path, schema| {
            let is_property = !path.ends_with("[]") && !path.ends_with("{}");
            let explained = schema["description"]
                .as_str()
                .is_some_and(|text| text.len() > 8 && text.ends_with('.') && !text.contains('\n'));
            assert!(
                explained || !is_property,
                "{path}: {}",
                schema["description"]
            );
        });
    }
}

#[test]
fn schemas_are_structural() {
    for (kind, crd) in definitions() {
        assert!(!crd.to_string().contains("$ref"), "{kind}");
        walk(&kind, schema(&crd), &mut |path, schema| {
            let kind_of_value = schema["type"].as_str();
            assert!(kind_of_value.is_some(), "{path} has no type");
            for banned in ["anyOf", "oneOf", "allOf", "not", "uniqueItems", "$schema"] {
                assert!(schema[banned].is_null(), "{path}: {banned}");
            }
            match kind_of_value {
                Some("array") => assert!(schema["items"].is_object(), "{path} has no items"),
                Some("integer") => assert_eq!(schema["format"], "int64", "{path}"),
                Some("string") => assert!(
                    schema["format"].is_null() || schema["format"] == "date-time",
                    "{path}: {}",
                    schema["format"]
                ),
                _ => {}
            }
            // Only the status as a whole may be null.
            let may_be_null = schema["nullable"] == true;
            assert!(!may_be_null || path == format!("{kind}.status"), "{path}");
            for key in schema["x-kubernetes-list-map-keys"]
                .as_array()
                .into_iter()
                .flatten()
            {
                let required = schema["items"]["required"].as_array().unwrap();
                assert!(required.contains(key), "{path}: {key}");
            }
        });
    }
}

#[test]
fn names_are_as_designed() {
    let mut found = Vec::new();
    for (kind, crd) in definitions() {
        let spec = &crd["spec"];
        assert_eq!(spec["group"], GROUP);
        assert_eq!(spec["versions"].as_array().unwrap().len(), 1);
        let version = &spec["versions"][0];
        assert_eq!(version["name"], VERSION);
        assert_eq!(version["served"], true);
        assert_eq!(version["storage"], true);
        // A statement is only read: how it stands is in the profile's status.
        let status = if kind == "ComplianceStatement" {
            Value::Null
        } else {
            json!({"status": {}})
        };
        assert_eq!(version["subresources"], status);
        assert_eq!(spec["names"]["categories"], json!(["compliance"]));
        found.push((
            spec["names"]["plural"].clone(),
            spec["names"]["shortNames"].clone(),
            spec["scope"].clone(),
        ));
    }
    assert_eq!(
        json!(found),
        json!([
            ["compliancefindings", ["cfind"], "Namespaced"],
            ["complianceprofiles", null, "Cluster"],
            ["compliancereports", ["creport"], "Cluster"],
            ["compliancestatements", ["cstate"], "Cluster"],
        ])
    );
}

#[test]
fn printer_columns_are_as_designed() {
    let head = "STATUS=.status.verdict MET=.status.summary.controlsText \
        NOT-MET=.status.summary.controls.notMet UNKNOWN=.status.summary.controls.unknown \
        TO-STATE=.status.summary.controls.needsEvidence \
        CRITICAL=.status.summary.findings.critical HIGH=.status.summary.findings.high \
        CDE=.status.summary.findings.cde SINCE=.status.since VERIFIED=.status.verifiedAt";
    let wide = "MEDIUM*=.status.summary.findings.medium LOW*=.status.summary.findings.low \
        ADVISORY*=.status.summary.findings.advisory EXCEPTED*=.status.summary.findings.excepted \
        TITLE*=.spec.title";
    let findings = "PROFILE=.spec.profile CRITICAL=.status.summary.critical \
        HIGH=.status.summary.high MEDIUM=.status.summary.medium LOW=.status.summary.low \
        ADVISORY=.status.summary.advisory VERIFIED=.status.verifiedAt";
    let statements = "CONTROL=.spec.control PART=.spec.part STATED-BY=.spec.statedBy \
        VALID-UNTIL=.spec.validUntil ROLE*=.spec.role PROFILE*=.spec.profile STATED*=.spec.statedAt";
    let expected = [
        findings.to_owned(),
        head.to_owned(),
        format!("{head} {wide}"),
        statements.to_owned(),
    ];
    for ((kind, crd), expected) in definitions().into_iter().zip(expected) {
        let columns = crd["spec"]["versions"][0]["additionalPrinterColumns"].clone();
        let columns = columns.as_array().unwrap();
        let shown: Vec<String> = columns
            .iter()
            .map(|column| {
                let mark = if column["priority"] == 1 { "*" } else { "" };
                let (name, path) = (column["name"].as_str(), column["jsonPath"].as_str());
                format!("{}{mark}={}", name.unwrap(), path.unwrap())
            })
            .collect();
        assert_eq!(shown.join(" "), expected, "{kind}");
        for column in columns {
            assert_column_fits_its_field(&kind, column, schema(&crd));
        }
    }
}

fn assert_column_fits_its_field(kind: &str, column: &Value, schema: &Value) {
    let path = column["jsonPath"].as_str().unwrap();
    let mut wanted = None;
    walk("", schema, &mut |at, schema| {
        if at == path {
            wanted = Some(match (&schema["type"], &schema["format"]) {
                (_, format) if format == "date-time" => "date",
                (kind, _) => kind.as_str().unwrap(),
            });
        }
    });
    // A date is shown as an age, which one that is to come has none of.
    if path.ends_with(".validUntil") {
        wanted = Some("string");
    }
    assert_eq!(column["type"].as_str(), wanted, "{kind}: {path}");
}

#[test]
fn rules_are_where_they_belong() {
    let mut found = BTreeSet::new();
    for (kind, crd) in definitions() {
        walk(&kind, schema(&crd), &mut |path, schema| {
            for rule in schema["x-kubernetes-validations"]
                .as_array()
                .into_iter()
                .flatten()
            {
                assert!(rule["message"].is_string(), "{path}: {rule}");
                found.insert(path.to_owned());
            }
        });
    }
    let mut expected = BTreeSet::from([
        "ComplianceFindings.spec".to_owned(),
        "ComplianceProfile".to_owned(),
        "ComplianceProfile.spec.checks[]".to_owned(),
        "ComplianceProfile.spec.parameters.maxEvidenceAge".to_owned(),
        "ComplianceReport.spec".to_owned(),
        "ComplianceStatement.spec".to_owned(),
        "ComplianceStatement.spec.period".to_owned(),
    ]);
    let parts = ["cde", "connectedTo", "outOfScope"].into_iter();
    let scope = parts
        .flat_map(|part| ["namespaces", "nodes"].map(|objects| format!("scope.{part}.{objects}")));
    for selection in scope.chain(["parameters.admissionProbe".to_owned()]) {
        let selector = format!("ComplianceProfile.spec.{selection}.selector");
        expected.insert(format!("{selector}.matchExpressions[]"));
        expected.insert(selector);
    }
    assert_eq!(found, expected);
}

/// What the schema knows and what the types write must be the same: an API server prunes the rest without a word.
#[test]
fn examples_have_exactly_the_fields_of_the_schema() {
    let definitions = definitions();
    for (kind, _, written) in examples::all() {
        let (_, crd) = definitions.iter().find(|(name, _)| name == kind).unwrap();
        let mut known = BTreeSet::new();
        for part in ["spec", "status"] {
            walk(
                part,
                &schema(crd)["properties"][part],
                &mut |path, schema| {
                    if !path.ends_with("[]") && !path.ends_with("{}") {
                        known.insert(path.to_owned());
                    }
                    // A map's keys are its user's.
                    if schema["additionalProperties"].is_object() {
                        known.insert(format!("{path}.pci.example.com/zone"));
                    }
                },
            );
        }
        let mut used = BTreeSet::new();
        for part in ["spec", "status"] {
            fields(part, &written[part], &mut used);
        }
        assert_eq!(used, known, "{kind}");
    }
}

fn fields(path: &str, value: &Value, into: &mut BTreeSet<String>) {
    if let Value::Array(items) = value {
        into.insert(path.to_owned());
        for item in items {
            match item {
                Value::Object(_) => {
                    for (name, inner) in item.as_object().unwrap() {
                        fields(&format!("{path}[].{name}"), inner, into);
                    }
                }
                _ => assert!(!item.is_array(), "{path}"),
            }
        }
        return;
    }
    into.insert(path.to_owned());
    for (name, inner) in value.as_object().into_iter().flatten() {
        fields(&format!("{path}.{name}"), inner, into);
    }
}

#[test]
fn profile_defaults_are_written_by_the_api_server() {
    let (_, crd) = definitions().remove(1);
    let parameters = &schema(&crd)["properties"]["spec"]["properties"]["parameters"];
    assert_eq!(parameters["default"], json!({"maxEvidenceAge": "15m"}));
    assert_eq!(parameters["properties"]["maxEvidenceAge"]["default"], "15m");
    let mut defaults = 0;
    walk("", schema(&crd), &mut |_, schema| {
        defaults += usize::from(!schema["default"].is_null());
    });
    assert_eq!(defaults, 2, "a default that nobody decided on");
}

#[test]
fn definitions_can_be_applied() {
    for (kind, crd) in definitions() {
        // `kubectl apply` keeps a copy in an annotation, which holds 256 KiB.
        assert!(crd.to_string().len() < 128 * 1024, "{kind}");
    }
}
