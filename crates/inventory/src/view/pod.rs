//! Pods: what runs, shared with every other pod that runs the same.

use std::sync::Arc;

use serde::Deserialize;

use super::condition::RawCondition;
use super::meta::RawMeta;
use super::pod_spec::RawPodSpec;
use super::{Meta, PodSpec, StaticPod, Text};
use crate::view::object::{objects, objects_or_null};

objects_or_null!(RawStatus);
objects!(RawPod, RawContainerStatus, RawState, RawUser, RawLinuxUser);

/// A Pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pod {
    /// Metadata.
    pub meta: Meta,
    /// What it was asked to run. Interned: replicas share one.
    pub spec: Arc<PodSpec>,
    /// Users of the containers that have started, by name. Interned.
    pub users: Arc<Vec<RuntimeUser>>,
    /// `spec.nodeName`; empty while unscheduled.
    pub node: Text,
    /// Phase.
    pub phase: Phase,
    /// Whether its condition Ready is True, where it mounts paths of its node. Nobody asks that of others, and it changes often.
    pub ready: bool,
    /// Whether the kubelet of its node shows it here for a static pod that it read from a file: the annotations
    /// `kubernetes.io/config.mirror` and `kubernetes.io/config.source: file`, and that Node as owner. Anyone who may
    /// create pods can write these; but a kubelet runs nothing for a pod so marked and deletes what it did not make
    /// itself, so that such a pod is genuine or harmless.
    pub mirror: bool,
    /// What of the control plane it runs, where it is such a mirror in `kube-system` and nobody has deleted it.
    pub control_plane: Option<Box<StaticPod>>,
}

/// Whether a pod runs, may run, or is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// Pending, Running or Unknown: it counts.
    #[default]
    Live,
    /// Succeeded or Failed: none of its containers will run again.
    Ended,
}

/// What the status of a container that has started says of its user (`status.*ContainerStatuses[].user.linux.uid`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuntimeUser {
    /// Container.
    pub container: Text,
    /// Id of its first process's user inside the container's user namespace; `None` where the runtime does not say.
    pub uid: Option<i64>,
}

#[derive(Deserialize)]
#[serde(remote = "Self")]
pub(crate) struct RawPod {
    #[serde(default)]
    metadata: RawMeta,
    spec: RawPodSpec,
    #[serde(default)]
    status: Option<RawStatus>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
struct RawStatus {
    phase: Option<String>,
    conditions: Option<Vec<RawCondition>>,
    container_statuses: Option<Vec<RawContainerStatus>>,
    init_container_statuses: Option<Vec<RawContainerStatus>>,
    ephemeral_container_statuses: Option<Vec<RawContainerStatus>>,
}

#[derive(Deserialize)]
#[serde(remote = "Self", rename_all = "camelCase")]
struct RawContainerStatus {
    name: Text,
    #[serde(default)]
    user: Option<RawUser>,
    #[serde(default)]
    state: Option<RawState>,
    #[serde(default)]
    last_state: Option<RawState>,
}

#[derive(Deserialize)]
#[serde(remote = "Self")]
struct RawState {
    #[serde(default)]
    running: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    terminated: Option<serde::de::IgnoredAny>,
}

impl RawContainerStatus {
    /// Its user; `None` if it never ran.
    fn into_user(self) -> Option<RuntimeUser> {
        let ran = [&self.state, &self.last_state]
            .into_iter()
            .flatten()
            .any(|state| state.running.is_some() || state.terminated.is_some());
        let uid = self.user.and_then(|user| user.linux).map(|user| user.uid);
        (ran || uid.is_some()).then_some(RuntimeUser {
            container: self.name,
            uid,
        })
    }
}

#[derive(Deserialize)]
#[serde(remote = "Self")]
struct RawUser {
    #[serde(default)]
    linux: Option<RawLinuxUser>,
}

#[derive(Deserialize)]
#[serde(remote = "Self")]
struct RawLinuxUser {
    uid: i64,
}

impl RawPod {
    /// The view; `json` is what it was read from.
    pub(crate) fn into_pod(self, marks: Vec<super::Mark>, json: &str) -> Pod {
        let status = self.status.unwrap_or_default();
        let mut conditions = status.conditions.into_iter().flatten();
        let is_ready = conditions.any(|condition| condition.holds(&["Ready"]));
        let mut users: Vec<RuntimeUser> = status
            .container_statuses
            .into_iter()
            .chain(status.init_container_statuses)
            .chain(status.ephemeral_container_statuses)
            .flatten()
            .filter_map(RawContainerStatus::into_user)
            .collect();
        users.sort();
        let annotation = |key| self.metadata.annotation(key).map(AsRef::as_ref);
        let mirror = annotation("kubernetes.io/config.mirror").is_some()
            && annotation("kubernetes.io/config.source") == Some("file");
        // A finalizer keeps what the kubelet has deleted since it did not make it.
        let is_deleted = self.metadata.deletion_timestamp.is_some();
        let node = self.spec.node_name.clone().unwrap_or_default();
        let spec = self
            .spec
            .into_spec(self.metadata.annotations.as_ref(), marks);
        let meta = self.metadata.into_meta();
        let mirror = mirror
            && meta.owner.as_ref().is_some_and(|owner| {
                owner.api_version.as_ref() == "v1"
                    && owner.kind.as_ref() == "Node"
                    && owner.name == node
            });
        let control_plane = mirror && !is_deleted && meta.namespace.as_ref() == "kube-system";
        Pod {
            mirror,
            // So few pods that their commands are read a second time, rather than every pod's once.
            control_plane: control_plane.then(|| StaticPod::read(json)).flatten(),
            ready: is_ready && !spec.host_paths.is_empty(),
            spec: Arc::new(spec),
            users: Arc::new(users),
            node,
            phase: match status.phase.as_deref() {
                Some("Succeeded" | "Failed") => Phase::Ended,
                _ => Phase::Live,
            },
            meta,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn users(statuses: &str) -> Vec<(String, Option<i64>)> {
        let json = format!(
            r#"{{"spec": {{"containers": []}}, "status": {{"containerStatuses": {statuses}}}}}"#
        );
        let raw: RawPod = serde_json::from_str(&json).unwrap();
        let users = raw.into_pod(Vec::new(), &json).users;
        let users = users.iter();
        users
            .map(|user| (user.container.to_string(), user.uid))
            .collect()
    }

    #[test]
    fn a_container_that_never_ran_has_no_user_and_one_that_ran_may_have_one_unknown() {
        let waiting = r#"[{"name": "a", "state": {"waiting": {}}}]"#;
        assert_eq!(users(waiting), []);
        let silent = r#"[{"name": "a", "state": {"running": {}}}]"#;
        assert_eq!(users(silent), [("a".to_owned(), None)]);
        let crashing =
            r#"[{"name": "a", "state": {"waiting": {}}, "lastState": {"terminated": {}}}]"#;
        assert_eq!(users(crashing), [("a".to_owned(), None)]);
        let told = r#"[{"name": "a", "state": {"running": {}}, "user": {"linux": {"uid": 0}}}]"#;
        assert_eq!(users(told), [("a".to_owned(), Some(0))]);
    }

    #[test]
    fn only_a_pod_that_mounts_paths_of_its_node_is_asked_whether_it_is_ready() {
        let ready = |volume: &str, status: &str| {
            let conditions = format!(
                r#"[{{"type": "PodScheduled", "status": "True"}}, null, {{"type": "Ready", "status": {status}}}]"#
            );
            let spec = format!(r#"{{"containers": [], "volumes": [{{"name": "a", {volume}}}]}}"#);
            let json = format!(r#"{{"spec": {spec}, "status": {{"conditions": {conditions}}}}}"#);
            let raw: RawPod = serde_json::from_str(&json).unwrap();
            raw.into_pod(Vec::new(), &json).ready
        };
        let of_node = r#""hostPath": {"path": "/"}"#;
        assert!(ready(of_node, r#""True""#));
        assert!(!ready(of_node, r#""False""#));
        assert!(!ready(of_node, "null"));
        assert!(!ready(r#""emptyDir": {}"#, r#""True""#));
    }
}
