//! The pods that are tried: one that every guard should take, and from it others with one flaw each.
//!
//! None of them would run if a server made it all the same: a scheduling gate that nobody lifts holds it, no node has the label it
//! asks for, and nobody can pull an image of a host under `invalid` (RFC 6761).

use assay_inventory::Flaw;
use serde_json::{Value, json};

/// The container.
const CONTAINER: &str = "probe";
/// The volume of a flaw.
const VOLUME: &str = "flaw";
/// By its digest, since policies may ask for one.
const IMAGE: &str = "registry.invalid/assay/admission-probe@sha256:0000000000000000000000000000000000000000000000000000000000000000";

/// A pod that conforms to the restricted Pod Security level and has limits, but for a flaw.
pub(super) fn pod(name: &str, flaw: Option<Flaw>) -> Value {
    let mut pod = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": {"app.kubernetes.io/name": "assay-admission-probe"}},
        "spec": {
            "schedulingGates": [{"name": "assay.dev/never-runs"}],
            "nodeSelector": {"assay.dev/never-runs": "true"},
            "restartPolicy": "Never",
            "automountServiceAccountToken": false,
            "securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [{
                "name": CONTAINER,
                "image": IMAGE,
                "securityContext": {
                    "allowPrivilegeEscalation": false,
                    "capabilities": {"drop": ["ALL"]},
                    "readOnlyRootFilesystem": true,
                },
                "resources": {
                    "requests": {"cpu": "10m", "memory": "16Mi"},
                    "limits": {"cpu": "10m", "memory": "16Mi"},
                },
            }],
        },
    });
    for (at, value) in flaw.map(change).unwrap_or_default() {
        lay(&mut pod, at, value);
    }
    pod
}

/// Where a pod with a flaw differs.
fn change(flaw: Flaw) -> Vec<(&'static [&'static str], Value)> {
    const SECURITY: &[&str] = &["spec", "containers", "0", "securityContext"];
    match flaw {
        // A privileged container may always gain privileges: to say otherwise is invalid.
        Flaw::Privileged => {
            let privileged = json!({"privileged": true, "capabilities": {"drop": ["ALL"]}});
            vec![(SECURITY, privileged)]
        }
        Flaw::HostPid => vec![(&["spec", "hostPID"], true.into())],
        Flaw::HostIpc => vec![(&["spec", "hostIPC"], true.into())],
        Flaw::HostNetwork => vec![(&["spec", "hostNetwork"], true.into())],
        Flaw::HostPath => vec![
            (
                &["spec", "volumes"],
                json!([{"name": VOLUME, "hostPath": {"path": "/"}}]),
            ),
            (
                &["spec", "containers", "0", "volumeMounts"],
                json!([{"name": VOLUME, "mountPath": "/flaw"}]),
            ),
        ],
        Flaw::HostPort => vec![(
            &["spec", "containers", "0", "ports"],
            json!([{"containerPort": 8080, "hostPort": 8080}]),
        )],
        Flaw::Capability => vec![(
            &["spec", "containers", "0", "securityContext", "capabilities"],
            json!({"drop": ["ALL"], "add": ["SYS_ADMIN"]}),
        )],
        Flaw::Root => vec![
            (&["spec", "securityContext", "runAsNonRoot"], false.into()),
            (&["spec", "securityContext", "runAsUser"], 0.into()),
        ],
        Flaw::NoMemoryLimit => vec![(
            &["spec", "containers", "0", "resources", "limits"],
            json!({"cpu": "10m"}),
        )],
    }
}

/// Puts a value into an object, at a path of fields and indices.
fn lay(into: &mut Value, at: &[&str], value: Value) {
    match at {
        [] => *into = value,
        [field, rest @ ..] => {
            let inner = match into {
                Value::Array(items) => field.parse().ok().and_then(|at: usize| items.get_mut(at)),
                Value::Object(fields) => Some(fields.entry(*field).or_insert(Value::Null)),
                _ => None,
            };
            if let Some(inner) = inner {
                lay(inner, rest, value);
            }
        }
    }
}

/// Whether a pod, as admission would have made it, has a flaw; `None` if our container is not in it any more.
pub(super) fn has(pod: &Value, flaw: Flaw) -> Option<bool> {
    let spec = pod.get("spec")?;
    let container = named(spec, "containers", CONTAINER)?;
    let is = |field: &str| spec.get(field) == Some(&Value::Bool(true));
    // What a container says counts before what its pod says.
    let secured = |field: &str| {
        let of = |holder: &Value| {
            holder
                .pointer(&format!("/securityContext/{field}"))
                .cloned()
        };
        of(container).or_else(|| of(spec))
    };
    Some(match flaw {
        Flaw::Privileged => {
            container.pointer("/securityContext/privileged") == Some(&Value::Bool(true))
        }
        Flaw::HostPid => is("hostPID"),
        Flaw::HostIpc => is("hostIPC"),
        Flaw::HostNetwork => is("hostNetwork"),
        Flaw::HostPath => {
            named(spec, "volumes", VOLUME).is_some_and(|volume| volume.get("hostPath").is_some())
        }
        Flaw::HostPort => items(container.get("ports"))
            .any(|port| port.get("hostPort").and_then(Value::as_u64).unwrap_or(0) != 0),
        Flaw::Capability => {
            let added = container.pointer("/securityContext/capabilities/add");
            items(added).any(|added| {
                let name = added.as_str().unwrap_or_default();
                let name = name.strip_prefix("CAP_").unwrap_or(name);
                matches!(name, "SYS_ADMIN" | "ALL")
            })
        }
        Flaw::Root => {
            // Root of a user namespace of its own is nobody on the node, and the kubelet starts no root that must not be.
            let apart = spec.get("hostUsers") == Some(&Value::Bool(false));
            let refused = secured("runAsNonRoot") == Some(Value::Bool(true));
            let other = secured("runAsUser").is_some_and(|user| user.as_u64() != Some(0));
            !apart && !refused && !other
        }
        Flaw::NoMemoryLimit => {
            let limited = |holder: &Value| holder.pointer("/resources/limits/memory").is_some();
            !limited(container) && !limited(spec)
        }
    })
}

fn items(list: Option<&Value>) -> impl Iterator<Item = &Value> {
    list.and_then(Value::as_array).into_iter().flatten()
}

fn named<'a>(spec: &'a Value, list: &str, name: &str) -> Option<&'a Value> {
    items(spec.get(list)).find(|item| item.get("name").and_then(Value::as_str) == Some(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pod_has_its_flaw_and_no_other() {
        for flaw in Flaw::ALL {
            assert_eq!(has(&pod("p", None), flaw), Some(false), "{flaw:?}");
            for other in Flaw::ALL {
                let flawed = pod("p", Some(flaw));
                assert_eq!(
                    has(&flawed, other),
                    Some(flaw == other),
                    "{flaw:?} {other:?}"
                );
            }
        }
    }

    #[test]
    fn none_would_ever_run() {
        for flaw in Flaw::ALL.into_iter().map(Some).chain([None]) {
            let spec = &pod("p", flaw)["spec"];
            assert!(!spec["schedulingGates"].as_array().unwrap().is_empty());
            assert_eq!(spec["nodeSelector"]["assay.dev/never-runs"], "true");
            assert!(spec.get("nodeName").is_none());
            let containers = spec["containers"].as_array().unwrap();
            for container in containers {
                let image = container["image"].as_str().unwrap();
                assert!(image.starts_with("registry.invalid/"), "{image}");
            }
        }
    }

    #[test]
    fn what_a_guard_changed_counts() {
        let mut mended = pod("p", Some(Flaw::Root));
        lay(
            &mut mended,
            &["spec", "containers", "0", "securityContext", "runAsUser"],
            1000.into(),
        );
        assert_eq!(has(&mended, Flaw::Root), Some(false));
        let mut mended = pod("p", Some(Flaw::Root));
        lay(&mut mended, &["spec", "hostUsers"], false.into());
        assert_eq!(has(&mended, Flaw::Root), Some(false));
        let mut bare = pod("p", Some(Flaw::Root));
        lay(&mut bare, &["spec", "securityContext"], json!({}));
        assert_eq!(has(&bare, Flaw::Root), Some(true), "the image may say root");
        let mut limited = pod("p", Some(Flaw::NoMemoryLimit));
        lay(
            &mut limited,
            &["spec", "resources"],
            json!({"limits": {"memory": "1Gi"}}),
        );
        assert_eq!(has(&limited, Flaw::NoMemoryLimit), Some(false));
        let mut other = pod("p", Some(Flaw::Capability));
        lay(
            &mut other,
            &["spec", "containers", "0", "securityContext", "capabilities"],
            json!({"add": ["CAP_SYS_ADMIN"]}),
        );
        assert_eq!(has(&other, Flaw::Capability), Some(true));
        let mut gone = pod("p", Some(Flaw::Privileged));
        lay(
            &mut gone,
            &["spec", "containers"],
            json!([{"name": "other"}]),
        );
        assert_eq!(has(&gone, Flaw::Privileged), None);
    }
}
