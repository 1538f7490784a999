use super::*;

fn extracted(json: &str) -> Vec<(&'static str, String)> {
    let marks = extract(Kind::ConfigMap, json).unwrap_or_default();
    let told = marks
        .iter()
        .map(|mark| (mark.extractor, mark.field.to_string()));
    told.collect()
}

#[test]
fn a_word_that_json_hides_is_seen() {
    let json = r#"{"metadata": {"name": "argocd-cm", "labels": {"app.kubernetes.io/part-of": "argocd"}},
        "data": {"admin.enabled": "false", "users.\u0061nonymous.enabled": "tru\u0065"}}"#;
    let anonymous = "data[users.anonymous.enabled]".to_owned();
    assert_eq!(extracted(json), [("argo-cd-anonymous", anonymous)]);
}

#[test]
fn what_has_no_text_has_no_marks() {
    for json in [
        r#"{"metadata": {"name": "argocd-cm"}}"#,
        r#"{"metadata": null, "data": null, "note": "anonymous"}"#,
        r#"{"metadata": {"name": null, "labels": null}, "data": {"anonymous": null}}"#,
        r#"{"data": {"anonymous": 1}}"#,
        "anonymous",
    ] {
        assert_eq!(extracted(json), [], "{json}");
    }
}

#[test]
fn what_is_no_text_is_an_error() {
    let error = extract(Kind::ConfigMap, r#"{"data": {"anonymous": 1}}"#).unwrap_err();
    assert_eq!(error.field, "data.anonymous");
    assert_eq!(
        extract(Kind::ConfigMap, r#"{"data": {"a": 1}}"#),
        Ok(Vec::new())
    );
}

#[test]
fn every_mark_is_of_the_check_that_looks() {
    let looks = crate::all()
        .iter()
        .filter_map(|check| Some((check.meta.id, check.rule.config_maps?)));
    let json = r#"{"metadata": {"name": "argocd-cm", "labels": {"app.kubernetes.io/part-of": "argocd", "app": "kiali"}}, "data": {
        "users.anonymous.enabled": "true", "config.yaml": "auth:\n  strategy: anonymous\n",
        "kubeconfig": "kind: Config\nclusters: []\nusers:\n- user:\n    token: 0123456789\n"}}"#;
    let texts: Texts<'_> = serde_json::from_str(json).unwrap();
    for (id, look) in looks {
        let marks = look(&texts);
        assert!(!marks.is_empty(), "{id} sees nothing");
        assert!(marks.iter().all(|mark| mark.extractor == id), "{id}");
    }
}
