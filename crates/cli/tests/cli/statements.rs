//! Statements among manifests count as they do in a cluster.

use crate::running::run_on;

const STATEMENTS: &str = r#"
apiVersion: compliance.assay.dev/v1alpha1
kind: ComplianceStatement
metadata: {name: review}
spec: {control: "2.3", part: entitlement-review, statedAt: "NOW", validUntil: "2999-01-01T00:00:00Z", reviewed: {hash: "00"}}
---
apiVersion: compliance.assay.dev/v1alpha1
kind: ComplianceStatement
metadata: {name: cloud}
spec: {control: "2.3", part: rights-outside-the-cluster, statedAt: "NOW", validUntil: "2999-01-01T00:00:00Z"}
"#;

#[test]
fn statements_are_read_among_manifests() {
    let now = chrono::Utc::now().to_rfc3339();
    let judged = |manifests: &str| {
        let json = run_on(manifests, &["scan", "-", "-o", "json"]).json();
        let controls = json["controls"].as_array().unwrap();
        let control = controls.iter().find(|control| control["id"] == "2.3");
        let control = control.unwrap();
        let waiting = json["summary"]["toState"].as_array().unwrap();
        let waiting: Vec<_> = waiting
            .iter()
            .filter(|waiting| waiting["control"] == "2.3")
            .map(|waiting| waiting["parts"].to_string())
            .collect();
        let word = |key: &str| control[key].as_str().unwrap().to_owned();
        (word("verdict"), word("basis"), waiting)
    };
    let stated = STATEMENTS.replace("NOW", &now);
    let met = ("Met".to_owned(), "Mixed".to_owned(), Vec::new());
    assert_eq!(judged(&stated), met);
    let (review, _) = stated.split_once("---").unwrap();
    let parts = r#"["rights-outside-the-cluster"]"#.to_owned();
    let half = ("NeedsEvidence".to_owned(), "Mixed".to_owned(), vec![parts]);
    assert_eq!(judged(review), half);
}
