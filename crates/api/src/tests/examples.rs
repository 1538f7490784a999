//! One example of each kind in which every field is set.

use serde_json::{Value, json};

use crate::{
    ComplianceFindings, ComplianceProfile, ComplianceReport, ComplianceStatement, GROUP, VERSION,
};

/// The examples by kind, read into the types and written again.
pub(super) fn all() -> Vec<(&'static str, Value, Value)> {
    vec![
        (
            "ComplianceFindings",
            findings(),
            rewritten::<ComplianceFindings>(findings()),
        ),
        (
            "ComplianceProfile",
            profile(),
            rewritten::<ComplianceProfile>(profile()),
        ),
        (
            "ComplianceReport",
            report(),
            rewritten::<ComplianceReport>(report()),
        ),
        (
            "ComplianceStatement",
            statement(),
            rewritten::<ComplianceStatement>(statement()),
        ),
    ]
}

fn rewritten<T: serde::Serialize + serde::de::DeserializeOwned>(example: Value) -> Value {
    serde_json::to_value(serde_json::from_value::<T>(example).unwrap()).unwrap()
}

fn object(kind: &str, metadata: &Value, spec: &Value, status: &Value) -> Value {
    json!({
        "apiVersion": format!("{GROUP}/{VERSION}"),
        "kind": kind,
        "metadata": metadata,
        "spec": spec,
        "status": status,
    })
}

pub(super) fn report() -> Value {
    let mut worst = finding_body();
    for (field, value) in [
        ("check", "cluster-admin-binding"),
        ("control", "2.1"),
        ("kind", "Requirement"),
        ("severity", "Critical"),
    ] {
        worst[field] = json!(value);
    }
    object(
        "ComplianceReport",
        &json!({"name": "pci-02-authorization"}),
        &json!({"profile": "pci", "section": 2, "title": "Authorization"}),
        &json!({
            "verdict": "NotMet",
            "since": "2026-11-20T10:00:00Z",
            "verifiedAt": "2026-11-20T10:40:00Z",
            "epoch": 3,
            "lastKnown": {"verdict": "NotMet", "since": "2026-11-20T10:00:00Z"},
            "conditions": conditions(),
            "summary": summary(),
            "controls": [{
                "id": "2.1",
                "title": "Least privilege, no blanket admin rights",
                "verdict": "NotMet",
                "basis": "Observed",
                "since": "2026-11-20T10:00:00Z",
                "responsibility": "Customer",
                "reason": "OpenFindings",
                "message": "3 objects fail cluster-admin-binding",
                "evidence": {
                    "oldest": "2026-11-20T10:30:00Z",
                    "coverage": {"expected": 40, "collected": 39},
                },
                "lastKnown": {"verdict": "NotMet", "since": "2026-11-20T10:00:00Z"},
                "checks": [{
                    "id": "cluster-admin-binding",
                    "version": 1,
                    "kind": "Requirement",
                    "severity": "Critical",
                    "status": "Fail",
                    "evaluated": 812,
                    "passed": 808,
                    "failed": 3,
                    "excepted": 1,
                    "unknown": 0,
                    "notApplicable": 0,
                    "reason": "Forbidden",
                    "message": "RoleBinding cannot be listed",
                }],
                "worst": [worst],
            }],
            "truncated": 17,
        }),
    )
}

pub(super) fn findings() -> Value {
    let mut grouped = finding_body();
    grouped["severity"] = json!("High");
    object(
        "ComplianceFindings",
        &json!({"name": "pci", "namespace": "shop"}),
        &json!({"profile": "pci", "shard": 1}),
        &json!({
            "epoch": 3,
            "verifiedAt": "2026-11-20T10:40:00Z",
            "summary": finding_counts(),
            "checks": [{
                "check": "cluster-admin-binding",
                "control": "2.1",
                "kind": "Requirement",
                "severity": "Critical",
                "title": "Nobody but break-glass identities is cluster-admin",
                "remediation": "Bind a role that grants what the subject uses.",
                "findings": [grouped],
            }],
        }),
    )
}

pub(super) fn profile() -> Value {
    let part = json!({"namespaces": selection(), "nodes": selection()});
    object(
        "ComplianceProfile",
        &json!({"name": "pci"}),
        &json!({
            "scope": {"cde": part, "connectedTo": part, "outOfScope": part},
            "parameters": {
                "breakGlass": {
                    "users": ["emergency"],
                    "groups": ["emergency-admins"],
                    "serviceAccounts": [{"namespace": "recovery", "name": "restore"}],
                },
                "maxEvidenceAge": "30m",
                "kubeletProbe": true,
                "admissionProbe": selection(),
                "secretTypes": true,
            },
            "checks": [{
                "id": "cluster-admin-binding",
                "enabled": false,
                "severity": "High",
                "reason": "Rights are granted by an external authorizer",
            }],
        }),
        &json!({
            "observedGeneration": 2,
            "verdict": "NotMet",
            "since": "2026-11-20T10:00:00Z",
            "verifiedAt": "2026-11-20T10:40:00Z",
            "epoch": 3,
            "lastKnown": {"verdict": "NotMet", "since": "2026-11-20T10:00:00Z"},
            "conditions": conditions(),
            "summary": summary(),
            "sections": [{
                "section": 2,
                "report": "pci-02-authorization",
                "title": "Authorization",
                "verdict": "NotMet",
                "controlsText": "1/3",
                "findings": finding_counts(),
            }],
            "fixFirst": [{
                "rank": 1,
                "control": "2.1",
                "check": "cluster-admin-binding",
                "resource": resource(),
                "action": "Bind a role that grants what the subject uses.",
                "closes": 3,
            }],
            "sight": [{
                "kind": "RoleBinding.rbac.authorization.k8s.io",
                "state": "Blind",
                "since": "2026-11-20T10:00:00Z",
                "reason": "Forbidden",
                "message": "The operator may not list rolebindings",
            }],
            "collectors": [{
                "name": "kubelet-config",
                "state": "Partial",
                "lastSuccess": "2026-11-20T10:39:00Z",
                "message": "1 of 40 kubelets did not answer",
            }],
            "statements": [{
                "name": "autumn-review",
                "control": "2.3",
                "part": "entitlement-review",
                "state": "Expired",
                "message": "spec.validUntil has passed; state it anew",
            }],
            "entitlements": entitlements(),
            "issued": issued(),
            "issuedLeftOutUntil": "2027-01-20T10:00:00Z",
            "version": {"operator": "0.1.0", "checkSet": "9f8e7d6c"},
        }),
    )
}

pub(super) fn statement() -> Value {
    json!({
        "apiVersion": format!("{GROUP}/{VERSION}"),
        "kind": "ComplianceStatement",
        "metadata": {"name": "autumn-review"},
        "spec": {
            "profile": "pci",
            "control": "2.3",
            "part": "entitlement-review",
            "scope": "All clusters of the payment platform",
            "statement": "Each grant was compared with what its holder does now; four were removed.",
            "evidence": [{
                "url": "https://records.example.com/reviews/2026-11.pdf",
                "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            }],
            "statedBy": "Jane Doe",
            "role": "Head of platform engineering",
            "statedAt": "2026-11-20T10:00:00Z",
            "period": {"from": "2026-05-20T00:00:00Z", "to": "2026-11-20T00:00:00Z"},
            "validUntil": "2026-12-20T10:00:00Z",
            "reviewed": entitlements(),
        },
    })
}

fn issued() -> Value {
    let request = |name: &str| {
        json!({
            "name": name,
            "uid": "1c9f0f0e-7d0a-4f57-9c0f-0f6a6d6b1c11",
            "signerName": "kubernetes.io/kube-apiserver-client",
            "requestedBy": "eve",
            "requesterGroups": ["system:masters"],
            "credential": "X509SHA256=5a1e",
            "approval": "KubectlApprove",
        })
    };
    let mut jane = request("jane");
    jane["commonName"] = "jane".into();
    jane["organizations"] = json!(["payments"]);
    jane["notAfter"] = "2027-11-20T10:00:00Z".into();
    let mut odd = request("odd");
    odd["unreadable"] = "spec.request is not base64".into();
    json!([odd, jane])
}

fn entitlements() -> Value {
    json!({
        "hash": "e0a732547dd6ba8394cf172c61efd576b8a75a7b0746241446fe3af5caedf541",
        "identities": ["2af1c5c3e6f0e4c1+5d0f1c22 Group ops", "2af1c5c3e6f0e4c1+5d0f1c22 User eve"],
    })
}

fn conditions() -> Value {
    json!([{
        "type": "Met",
        "status": "False",
        "reason": "ControlsNotMet",
        "message": "2 of 3 not met: 2.1, 2.2",
        "lastTransitionTime": "2026-11-20T10:00:00Z",
        "observedGeneration": 2,
    }])
}

fn summary() -> Value {
    json!({
        "controlsText": "1/3",
        "controls": {"met": 1, "notMet": 2, "unknown": 0, "needsEvidence": 0, "notApplicable": 0},
        "findings": finding_counts(),
    })
}

fn finding_counts() -> Value {
    json!({"critical": 2, "high": 7, "medium": 1, "low": 0, "advisory": 5, "excepted": 1, "cde": 4})
}

fn finding_body() -> Value {
    json!({
        "resource": resource(),
        "message": "roleRef.name is cluster-admin",
        "details": [{
            "container": "web",
            "field": "roleRef.name",
            "value": "cluster-admin",
            "message": "grants everything",
        }],
        "since": "2026-11-20T10:00:00Z",
        "sinceKnown": true,
        "state": "Open",
        "changedBy": {"manager": "kubectl-edit", "time": "2026-11-20T09:59:58Z"},
        "origin": "Workload",
        "cde": true,
        "exception": {"name": "ci-until-march", "type": "RiskAccepted"},
    })
}

fn resource() -> Value {
    json!({
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "namespace": "shop",
        "name": "ci",
        "uid": "4f1c5c3e-6f0e-4c1a-9a53-0d5a0e1f7a11",
    })
}

fn selection() -> Value {
    json!({
        "names": ["shop"],
        "selector": {
            "matchLabels": {"pci.example.com/zone": "cde"},
            "matchExpressions": [
                {"key": "pci.example.com/tier", "operator": "In", "values": ["card"]},
            ],
        },
    })
}
