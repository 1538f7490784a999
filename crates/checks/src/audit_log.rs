//! Where an API server keeps its audit log on its node, and which pods there can read it.

use assay_inventory::view::{Container, ContainerKind, Flag, Node, Pod, PodSpec};
use assay_inventory::{Blind, Relation};

use crate::image_reference::known_path;
use crate::node_path::{plain, within};
use crate::{Cx, Detail, Outcome};

/// What such a check reads.
pub(crate) const READS: &[Relation] = &[
    Relation::ApiServerFlags,
    Relation::ControlPlane,
    Relation::HostMounts,
];

/// Images of programs that read logs of a node and send them on, by the end of their path.
const SHIPPERS: [&str; 27] = [
    "aws-observability/aws-for-fluent-bit",
    "balabit/syslog-ng",
    "beats/elastic-agent",
    "beats/filebeat",
    "bitnami/fluent-bit",
    "bitnami/fluentd",
    "cribl/cribl",
    "datadog/agent",
    "datadoghq/agent",
    "elastic-agent/elastic-agent",
    "fluent/fluent-bit",
    "fluent/fluentd",
    "fluent/fluentd-kubernetes-daemonset",
    "grafana/agent",
    "grafana/alloy",
    "grafana/promtail",
    "kube-logging/fluentd",
    "logdna/logdna-agent",
    "logstash/logstash",
    "newrelic/newrelic-fluentbit-output",
    "opentelemetry-collector-releases/opentelemetry-collector-contrib",
    "opentelemetry-collector-releases/opentelemetry-collector-k8s",
    "otel/opentelemetry-collector-contrib",
    "otel/opentelemetry-collector-k8s",
    "signalfx/splunk-otel-collector",
    "splunk/fluentd-hec",
    "timberio/vector",
];
/// Where a kubelet keeps what containers write to their standard output.
const CONTAINER_LOGS: &str = "/var/log/pods";

/// The audit log of the API server on a node.
pub(crate) struct AuditLog<'a> {
    /// Its path.
    pub(crate) path: String,
    /// Whether the API server sends its events to a webhook as well.
    pub(crate) is_sent: bool,
    /// Pods of the node that mount it, but for those of the control plane itself.
    pods: Vec<&'a Pod>,
}

impl<'a> AuditLog<'a> {
    /// The log on this node, or the fact by which there is none to judge.
    pub(crate) fn of(node: &Node, cx: &Cx<'a>) -> Result<Result<Self, Outcome>, Blind> {
        let without = |fact| Ok(Err(Outcome::NotApplicable(fact)));
        let Some(flags) = cx.api_server_on(node, cx.params.max_evidence_age)? else {
            return without("no API server listens at its address");
        };
        let path = match flags.value(Flag::AuditLogPath) {
            "" => return without("its API server keeps no audit log on its disk"),
            "-" => CONTAINER_LOGS.to_owned(),
            path => plain(path),
        };
        let mut pods = cx.mounting_on(node)?;
        pods.retain(|pod| pod.control_plane.is_none() && mounts(&pod.spec, &path).is_some());
        let is_sent = flags.is_set(Flag::AuditWebhookConfigFile);
        Ok(Ok(Self {
            path,
            is_sent,
            pods,
        }))
    }

    /// The pods that are known to send on what they have mounted, and have the log, be they Ready or not.
    pub(crate) fn shippers(&self) -> impl Iterator<Item = &'a Pod> {
        let pods = self.pods.iter().copied();
        pods.filter(move |pod| {
            let mut containers = pod.spec.containers.iter();
            containers.any(|container| ships(container) && has(container, &pod.spec, &self.path))
        })
    }

    /// The pods that are not known to send logs on, as details.
    pub(crate) fn others(&self) -> Vec<Detail> {
        let others = self.pods.iter().filter(|pod| !is_shipper(pod));
        let mut details: Vec<Detail> = others
            .map(|pod| Detail {
                container: "".into(),
                field: owner(pod),
                value: format!(
                    "mounting {}",
                    mounts(&pod.spec, &self.path).unwrap_or_default()
                ),
            })
            .collect();
        details.sort();
        details.dedup();
        details
    }
}

/// The hostPath by which a pod has the file.
fn mounts<'a>(spec: &'a PodSpec, file: &str) -> Option<&'a str> {
    let paths = spec.host_paths.iter().map(|path| path.path.as_ref());
    paths.into_iter().find(|path| within(file, &plain(path)))
}

/// Whether a container has the file: a volume that none mounts shows it to nobody.
fn has(container: &Container, spec: &PodSpec, file: &str) -> bool {
    let mut paths = spec.host_paths.iter();
    paths.any(|path| {
        container.host_path_mounts.contains(&path.volume) && within(file, &plain(&path.path))
    })
}

/// Whether some container of it is of an image that sends logs on.
fn is_shipper(pod: &Pod) -> bool {
    pod.spec.containers.iter().any(is_of_shipper)
}

/// Whether it sends logs on for as long as the pod runs.
fn ships(container: &Container) -> bool {
    let stays = container.kind == ContainerKind::Main || container.sidecar;
    stays && is_of_shipper(container)
}

fn is_of_shipper(container: &Container) -> bool {
    known_path(&container.image, SHIPPERS.into_iter()).is_some()
}

/// The pod's owner as its reference names it, or the pod.
pub(crate) fn owner(pod: &Pod) -> String {
    let (kind, name) = match &pod.meta.owner {
        Some(owner) if owner.kind.as_ref() != "Node" => (owner.kind.as_ref(), &owner.name),
        _ => ("Pod", &pod.meta.name),
    };
    format!("{kind} {}/{name}", pod.meta.namespace)
}

#[cfg(test)]
mod tests {
    use super::*;
    use assay_inventory::view::HostPath;

    #[test]
    fn a_file_is_mounted_with_every_directory_above_it() {
        let has = |path: &str| {
            let spec = PodSpec {
                host_paths: vec![HostPath {
                    volume: "logs".into(),
                    path: path.into(),
                }],
                ..PodSpec::default()
            };
            mounts(&spec, "/var/log/kubernetes/audit/audit.log").is_some()
        };
        for path in [
            "/",
            "/var/log",
            "/var/log/",
            "/var/log/kubernetes/audit",
            "/var/log/kubernetes/audit/audit.log",
        ] {
            assert!(has(path), "{path}");
        }
        for path in ["/var/log/pods", "/var/lo", "/etc"] {
            assert!(!has(path), "{path}");
        }
    }
}
