//! Answers as kube-apiserver 1.36 words them; `tests/e2e/tests/admission.rs` gets most of them from a real one.

use serde_json::json;

use super::*;

const NAME: &str = "assay-admission-probe-0a1b2c3d";

fn status(code: u16, message: &str) -> (u16, String) {
    let message = message.replace("NAME", NAME);
    let body = json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message, "code": code});
    (code, body.to_string())
}

fn read(code: u16, message: &str) -> Result<Fate, Blind> {
    let (code, body) = status(code, message);
    assert_eq!(missing_right(code, &body), None);
    fate(code, &body, "shop", NAME, Some(Flaw::Privileged))
}

fn by(code: u16, message: &str) -> (String, String) {
    match read(code, message) {
        Ok(Fate::Refused(refusal)) => (refusal.by.to_string(), refusal.says.to_string()),
        other => panic!("{message}: {other:?}"),
    }
}

fn untold(code: u16, message: &str) -> String {
    match read(code, message) {
        Ok(Fate::Untold(blind)) => blind.message.to_string(),
        other => panic!("{message}: {other:?}"),
    }
}

fn failed(code: u16, message: &str) -> String {
    match read(code, message) {
        Err(blind) => blind.message.to_string(),
        other => panic!("{message}: {other:?}"),
    }
}

#[test]
fn guards_are_told_by_their_words() {
    let (guard, says) = by(
        403,
        r#"pods "NAME" is forbidden: violates PodSecurity "restricted:latest": privileged (container "probe" must not set securityContext.privileged=true)"#,
    );
    assert_eq!(guard, Refusal::POD_SECURITY);
    assert!(
        says.starts_with(r#""restricted:latest": privileged"#),
        "{says}"
    );
    let (guard, says) = by(
        422,
        r#"pods "NAME" is forbidden: ValidatingAdmissionPolicy 'no-host' with binding 'no-host' denied request: NAME asks for 3 things of its node"#,
    );
    assert_eq!(guard, "ValidatingAdmissionPolicy no-host");
    assert_eq!(says, "the pod asks for # things of its node");
    for code in [400, 403, 422] {
        let (guard, says) = by(
            code,
            r#"admission webhook "validation.gatekeeper.sh" denied the request: [no-privileged] no"#,
        );
        assert_eq!(guard, r#"admission webhook "validation.gatekeeper.sh""#);
        assert_eq!(says, "[no-privileged] no");
    }
    let (guard, says) = by(
        400,
        r#"admission webhook "a.example.com" denied the request without explanation"#,
    );
    assert_eq!(
        (guard.as_str(), says.as_str()),
        (r#"admission webhook "a.example.com""#, "")
    );
    let (guard, _) = by(
        403,
        r#"pods "NAME" is forbidden: failed quota: compute: must specify limits.memory for: probe"#,
    );
    assert_eq!(guard, "ResourceQuota compute");
    let (guard, says) = by(
        403,
        r#"pods "NAME" is forbidden: [maximum memory usage per Container is 1Gi.  No limit is specified]"#,
    );
    assert_eq!(guard, PLUGIN);
    assert!(says.contains("No limit is specified"), "{says}");
    let (guard, _) = by(
        422,
        r#"Pod "NAME" is invalid: spec.containers[0].securityContext.privileged: Forbidden: disallowed by cluster policy"#,
    );
    assert_eq!(guard, ALLOW_PRIVILEGED);
}

#[test]
fn words_are_bounded_and_do_not_differ_from_round_to_round() {
    let long = format!("{} at 2026-11-28T10:00:00Z NAME", "word ".repeat(100));
    let message = |name: &str| {
        format!(r#"admission webhook "a" denied the request: 17 pods, {name}, {long}"#)
    };
    let (_, says) = by(403, &message("NAME"));
    assert!(says.starts_with("# pods, the pod, word "), "{says}");
    assert!(
        says.ends_with('…') && says.chars().count() <= LONGEST + 1,
        "{says}"
    );
}

#[test]
fn a_missing_right_is_no_guard() {
    let (code, body) = status(
        403,
        r#"pods is forbidden: User "system:serviceaccount:assay-system:assay-admission-probe" cannot create resource "pods" in API group "" in the namespace "shop""#,
    );
    assert_eq!(missing_right(code, &body), Some("may not create pods"));
}

#[test]
fn having_no_room_is_no_guard() {
    let message = untold(
        403,
        r#"pods "NAME" is forbidden: exceeded quota: pods, requested: pods=1, used: pods=10, limited: pods=10"#,
    );
    assert_eq!(
        message,
        "ResourceQuota pods of Namespace shop has no room for one more pod, so that none can be tried"
    );
    failed(
        403,
        r#"pods "NAME" is forbidden: status unknown for quota: pods, resources: pods"#,
    );
}

#[test]
fn a_webhook_that_takes_no_dry_runs_or_does_not_answer_is_no_guard() {
    let message = untold(
        400,
        r#"admission webhook "a.example.com" does not support dry run"#,
    );
    assert!(
        message.contains(r#""a.example.com" takes no dry runs"#),
        "{message}"
    );
    let message = failed(
        500,
        r#"Internal error occurred: failed calling webhook "a.example.com": failed to call webhook: Post "https://a.shop.svc:443/?timeout=10s": dial tcp 10.0.0.1:443: connect: connection refused"#,
    );
    assert!(
        message.contains(r#""a.example.com" cannot be called"#),
        "{message}"
    );
}

#[test]
fn a_namespace_that_is_not_ready_is_no_guard() {
    failed(
        403,
        r#"pods "NAME" is forbidden: unable to create new content in namespace shop because it is being terminated"#,
    );
    failed(
        403,
        r#"pods "NAME" is forbidden: error looking up service account shop/default: serviceaccount "default" not found"#,
    );
    failed(404, r#"namespaces "shop" not found"#);
}

#[test]
fn what_is_not_admissions_word_is_not_taken_for_it() {
    for (code, message) in [
        (401, "Unauthorized"),
        (403, "nobody knows why"),
        (
            403,
            r#"pods "another" is forbidden: violates PodSecurity "restricted:latest": x"#,
        ),
        (429, "Too many requests, please try again later."),
        (
            500,
            "Internal error occurred: etcdserver: request timed out",
        ),
        (503, "the server is currently unable to handle the request"),
        (
            504,
            "Timeout: request did not complete within requested timeout",
        ),
    ] {
        let message = failed(code, message);
        assert!(message.contains(&code.to_string()), "{message}");
    }
    untold(
        422,
        r#"Pod "NAME" is invalid: spec.schedulingGates: Forbidden: not here"#,
    );
    assert!(fate(502, "<html>", "shop", NAME, None).is_err());
}

#[test]
fn what_is_taken_is_looked_at() {
    let flaw = Some(Flaw::Privileged);
    let taken = |pod: Value, flaw| fate(201, &pod.to_string(), "shop", NAME, flaw);
    let flawed = pods::pod(NAME, flaw);
    assert_eq!(taken(flawed, flaw), Ok(Fate::Taken));
    assert_eq!(taken(pods::pod(NAME, None), flaw), Ok(Fate::Mended));
    assert_eq!(taken(pods::pod(NAME, None), None), Ok(Fate::Taken));
    let other = json!({"spec": {"containers": [{"name": "other"}]}});
    assert!(matches!(taken(other, flaw), Ok(Fate::Untold(_))));
    assert!(fate(201, "", "shop", NAME, None).is_err());
}
