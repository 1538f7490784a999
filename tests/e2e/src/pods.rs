//! Pods of which exactly one thing is found.

use serde_json::{Value, json};

/// A pod's spec, sound but for what this check finds: `privileged-container`, `host-network` or `host-ipc`. What is found is written
/// within a budget, and a pod without limits, digest and what else is wanted has ten findings.
///
/// No scheduler takes such pods: nobody touches them but their author, and an event that is lost is not made good by a later
/// one. On a cluster with nodes it keeps them from running, too.
#[must_use]
pub fn sound_but(flaw: &str) -> Value {
    let is_privileged = flaw == "privileged-container";
    let amounts = json!({"cpu": "100m", "memory": "64Mi", "ephemeral-storage": "64Mi"});
    json!({"schedulerName": "nobody", "automountServiceAccountToken": false,
        "hostNetwork": flaw == "host-network", "hostIPC": flaw == "host-ipc",
        "containers": [{"name": "main", "image": format!("registry.example.com/app:1.4.2@sha256:{:064x}", 7),
            "resources": {"requests": amounts, "limits": amounts},
            "securityContext": {"privileged": is_privileged, "allowPrivilegeEscalation": is_privileged,
                "runAsNonRoot": true, "runAsUser": 10001, "readOnlyRootFilesystem": true,
                "capabilities": {"drop": ["ALL"]}, "seccompProfile": {"type": "RuntimeDefault"}}}]})
}
