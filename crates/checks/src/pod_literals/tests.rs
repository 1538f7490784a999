use super::*;

const GRAFANA: &str =
    r#"{"name": "graf", "env": [{"name": "GF_SECURITY_ADMIN_PASSWORD", "value": "admin"}]}"#;

/// A pod with Grafana behind this container.
fn beside(container: &str) -> String {
    format!(r#"{{"spec": {{"containers": [{container}, {GRAFANA}]}}}}"#)
}

#[test]
fn what_is_odd_hides_nothing_beside_it() {
    for container in [
        "null",
        r#"{"name": null, "command": null, "args": null, "env": null}"#,
        r#"{"name": "a", "command": [1, true, 1.5, null], "args": []}"#,
        r#"{"name": "a", "env": [null, {}, {"name": 80, "value": "x"}, {"name": "A", "value": -1}]}"#,
    ] {
        let marks = extract(Kind::Pod, &beside(container)).unwrap();
        let fields: Vec<&str> = marks.iter().map(|mark| mark.field.as_ref()).collect();
        assert_eq!(
            fields,
            ["containers[graf].env[GF_SECURITY_ADMIN_PASSWORD].value"],
            "{container}"
        );
    }
}

#[test]
fn what_cannot_be_read_is_an_error() {
    for (container, field, reason) in [
        (
            r#"{"name": "a", "args": "--password=hunter2"}"#,
            "spec.containers[0].args",
            "invalid type: string, expected a sequence",
        ),
        (
            r#"{"name": "a", "env": {"A": "b"}}"#,
            "spec.containers[0].env",
            "invalid type: map, expected a sequence",
        ),
        (
            r#"{"name": "a", "env": ["A=b"]}"#,
            "spec.containers[0].env[0]",
            "invalid type: string, expected an object",
        ),
        (
            r#"{"name": "a", "env": [{"name": "A", "value": {"b": 1}}]}"#,
            "spec.containers[0].env[0].value",
            "invalid type: map, expected a text",
        ),
    ] {
        let error = extract(Kind::Pod, &beside(container)).unwrap_err();
        assert_eq!(
            (error.field.as_str(), error.reason.as_str()),
            (field, reason)
        );
    }
    let stray = format!(r#"{{"spec": {{"template": "x", "containers": [{GRAFANA}]}}}}"#);
    let error = extract(Kind::Pod, &stray).unwrap_err();
    assert_eq!(error.field, "spec.template");
}
