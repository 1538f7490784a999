//! What asks nobody for a login is safe at most while nobody gets there.

use assay_inventory::view::{Container, ContainerKind, Mark, PodSpec};
use assay_inventory::{Relation, Workload};

use crate::exposure;
use crate::image_reference::known_path;
use crate::judging::{each_container, in_container};
use crate::pod_literals::Literals;
use crate::{Cx, Detail, Judge, Judgement, Outcome, Rule};

const ID: &str = "exposed-without-login";

pub(super) const RULE: Rule = Rule::new(
    &[Relation::Services, Relation::Ingresses],
    Judge::Workload(judge),
)
.reading_literals(look);

/// Images of services that ask for no login of their own accord, by the end of their path.
const WITHOUT_LOGIN: [(&str, &str); 23] = [
    ("bitnami/alertmanager", "Alertmanager"),
    ("bitnami/prometheus", "Prometheus"),
    ("bitnami/thanos", "Thanos"),
    ("cilium/hubble-ui", "Hubble"),
    ("hjacobs/kube-ops-view", "Kubernetes Operational View"),
    ("jaegertracing/all-in-one", "Jaeger"),
    ("jaegertracing/jaeger", "Jaeger"),
    ("jaegertracing/jaeger-query", "Jaeger"),
    ("kube-state-metrics/kube-state-metrics", "kube-state-metrics"),
    ("longhornio/longhorn-ui", "Longhorn"),
    ("openzipkin/zipkin", "Zipkin"),
    ("prom/alertmanager", "Alertmanager"),
    ("prom/node-exporter", "the node exporter"),
    ("prom/prometheus", "Prometheus"),
    ("prom/pushgateway", "the Pushgateway"),
    ("prometheus/alertmanager", "Alertmanager"),
    ("prometheus/node-exporter", "the node exporter"),
    ("prometheus/prometheus", "Prometheus"),
    ("prometheus/pushgateway", "the Pushgateway"),
    ("tektoncd/dashboard/cmd/dashboard", "the Tekton dashboard"),
    // Its builder adds the MD5 of the Go path, which no release changes.
    ("tektoncd/dashboard/dashboard-9623576a202fe86c8b7d1bc489905f86", "the Tekton dashboard"),
    ("thanos/thanos", "Thanos"),
    ("weaveworks/scope", "Weave Scope"),
];
/// What stands beside them and serves nobody. Anything else in the pod may be the proxy that asks.
const HELPERS: [&str; 4] = [
    "cilium/hubble-ui-backend",
    "jimmidyson/configmap-reload",
    "kiwigrid/k8s-sidecar",
    "prometheus-operator/prometheus-config-reloader",
];
/// Flags that name a file which may ask for a login.
const FILES: [&str; 2] = ["--web.config.file", "--http.config"];
/// Where the Prometheus operator puts a file that says nothing of logins.
const OPERATORS_FILE: &str = "/web_config/web-config.yaml";

fn judge(workload: &Workload, cx: &Cx<'_>) -> Judgement {
    let variants = workload.variants();
    if variants.is_empty() {
        return Ok(Outcome::NotApplicable("all its pods have ended"));
    }
    let mut open: Vec<Detail> = variants.iter().flat_map(|variant| open(variant.spec)).collect();
    open.sort();
    open.dedup();
    if open.is_empty() {
        return Ok(Outcome::NotApplicable(
            "no service that Assay knows to ask for no login",
        ));
    }
    let way = exposure::way(workload, cx, |ingress| ingress.login.is_none())?;
    let fix = "offer it inside the cluster alone, or put a proxy before it that asks for a login of the identity provider";
    Ok(way.map_or(Outcome::Pass, |way| way.found(workload, open, fix)))
}

/// Containers that ask for no login, where nothing in the pod may ask for them.
fn open(spec: &PodSpec) -> Vec<Detail> {
    let may_ask = spec.marks.iter().any(|mark| mark.extractor == ID);
    let mut serving = spec.containers.iter().filter(|it| serves(it));
    if may_ask || !serving.all(|it| known(it).is_some() || is_helper(it)) {
        return Vec::new();
    }
    each_container(spec, |_, container| {
        let title = known(container).filter(|_| serves(container))?;
        let value = format!("{}: {title} asks for no login", container.image);
        Some(in_container(container, "image", value))
    })
}

fn serves(container: &Container) -> bool {
    container.kind == ContainerKind::Main || container.sidecar
}

fn known(container: &Container) -> Option<&'static str> {
    let paths = WITHOUT_LOGIN.iter().map(|(path, _)| *path);
    let known = known_path(&container.image, paths)?;
    let mut all = WITHOUT_LOGIN.iter();
    all.find_map(|(path, title)| (*path == known).then_some(*title))
}

fn is_helper(container: &Container) -> bool {
    known_path(&container.image, HELPERS.into_iter()).is_some()
}

fn look(container: &Literals) -> Vec<Mark> {
    let words: Vec<(&str, &str)> = container.words().collect();
    let next = words.iter().skip(1).map(|(_, word)| *word).chain([""]);
    let files = words.iter().zip(next).filter_map(|((field, word), next)| {
        let (flag, file) = word.split_once('=').unwrap_or((word, next));
        (FILES.contains(&flag) && !file.ends_with(OPERATORS_FILE)).then_some(*field)
    });
    let marks = files.map(|field| container.mark(ID, field, "a file that may ask for a login"));
    marks.collect()
}
