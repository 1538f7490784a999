//! Resources of Kubernetes itself, so that they can be asked about without their groups.

/// A resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Builtin {
    /// Its plural.
    pub(super) plural: &'static str,
    short: &'static str,
    /// Its API group; empty is the core group.
    pub(super) group: &'static str,
    /// Whether what is done to it may be done in a namespace. So it is of namespaces themselves: a request for one carries it.
    pub(super) namespaced: bool,
}

/// How alike two names must be for one to be meant by the other.
const ALIKE: f64 = 0.75;

/// The resource of this plural or short name.
pub(super) fn find(name: &str) -> Option<&'static Builtin> {
    ALL.iter()
        .find(|known| known.plural == name || (!name.is_empty() && known.short == name))
}

/// The resource of this plural in this group.
pub(super) fn in_group(plural: &str, group: &str) -> Option<&'static Builtin> {
    ALL.iter()
        .find(|known| known.plural == plural && known.group == group)
}

/// The plural that a name may have been meant to be.
pub(super) fn nearest(name: &str) -> Option<&'static str> {
    let likeness = |known: &Builtin| strsim::normalized_damerau_levenshtein(name, known.plural);
    ALL.iter()
        .map(|known| (likeness(known), known.plural))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, plural)| plural)
}

const fn of(
    plural: &'static str,
    short: &'static str,
    group: &'static str,
    namespaced: bool,
) -> Builtin {
    Builtin {
        plural,
        short,
        group,
        namespaced,
    }
}

#[rustfmt::skip]
const ALL: [Builtin; 75] = [
    of("bindings", "", "", true),
    of("configmaps", "cm", "", true),
    of("endpoints", "ep", "", true),
    of("events", "ev", "", true),
    of("limitranges", "limits", "", true),
    of("namespaces", "ns", "", true),
    of("persistentvolumeclaims", "pvc", "", true),
    of("pods", "po", "", true),
    of("podtemplates", "", "", true),
    of("replicationcontrollers", "rc", "", true),
    of("resourcequotas", "quota", "", true),
    of("secrets", "", "", true),
    of("serviceaccounts", "sa", "", true),
    of("services", "svc", "", true),
    of("nodes", "no", "", false),
    of("persistentvolumes", "pv", "", false),
    of("users", "", "", false),
    of("groups", "", "", false),
    of("componentstatuses", "cs", "", false),
    of("controllerrevisions", "", "apps", true),
    of("daemonsets", "ds", "apps", true),
    of("deployments", "deploy", "apps", true),
    of("replicasets", "rs", "apps", true),
    of("statefulsets", "sts", "apps", true),
    of("cronjobs", "cj", "batch", true),
    of("jobs", "", "batch", true),
    of("horizontalpodautoscalers", "hpa", "autoscaling", true),
    of("poddisruptionbudgets", "pdb", "policy", true),
    of("ingresses", "ing", "networking.k8s.io", true),
    of("networkpolicies", "netpol", "networking.k8s.io", true),
    of("ingressclasses", "", "networking.k8s.io", false),
    of("ipaddresses", "", "networking.k8s.io", false),
    of("servicecidrs", "", "networking.k8s.io", false),
    of("endpointslices", "", "discovery.k8s.io", true),
    of("leases", "", "coordination.k8s.io", true),
    of("roles", "", "rbac.authorization.k8s.io", true),
    of("rolebindings", "", "rbac.authorization.k8s.io", true),
    of("clusterroles", "", "rbac.authorization.k8s.io", false),
    of("clusterrolebindings", "", "rbac.authorization.k8s.io", false),
    of("mutatingwebhookconfigurations", "", "admissionregistration.k8s.io", false),
    of("validatingwebhookconfigurations", "", "admissionregistration.k8s.io", false),
    of("validatingadmissionpolicies", "", "admissionregistration.k8s.io", false),
    of("validatingadmissionpolicybindings", "", "admissionregistration.k8s.io", false),
    of("mutatingadmissionpolicies", "", "admissionregistration.k8s.io", false),
    of("mutatingadmissionpolicybindings", "", "admissionregistration.k8s.io", false),
    of("customresourcedefinitions", "crd", "apiextensions.k8s.io", false),
    of("apiservices", "", "apiregistration.k8s.io", false),
    of("tokenreviews", "", "authentication.k8s.io", false),
    of("selfsubjectreviews", "", "authentication.k8s.io", false),
    // Whom constrained impersonation may be of. Without their group, the names mean what the core group has.
    of("users", "", "authentication.k8s.io", false),
    of("groups", "", "authentication.k8s.io", false),
    of("nodes", "", "authentication.k8s.io", false),
    of("userextras", "", "authentication.k8s.io", false),
    of("uids", "", "authentication.k8s.io", false),
    of("localsubjectaccessreviews", "", "authorization.k8s.io", true),
    of("selfsubjectaccessreviews", "", "authorization.k8s.io", false),
    of("selfsubjectrulesreviews", "", "authorization.k8s.io", false),
    of("subjectaccessreviews", "", "authorization.k8s.io", false),
    of("certificatesigningrequests", "csr", "certificates.k8s.io", false),
    of("signers", "", "certificates.k8s.io", false),
    of("clustertrustbundles", "", "certificates.k8s.io", false),
    of("priorityclasses", "pc", "scheduling.k8s.io", false),
    of("csistoragecapacities", "", "storage.k8s.io", true),
    of("csidrivers", "", "storage.k8s.io", false),
    of("csinodes", "", "storage.k8s.io", false),
    of("storageclasses", "sc", "storage.k8s.io", false),
    of("volumeattachments", "", "storage.k8s.io", false),
    of("volumeattributesclasses", "", "storage.k8s.io", false),
    of("runtimeclasses", "", "node.k8s.io", false),
    of("flowschemas", "", "flowcontrol.apiserver.k8s.io", false),
    of("prioritylevelconfigurations", "", "flowcontrol.apiserver.k8s.io", false),
    of("resourceclaims", "", "resource.k8s.io", true),
    of("resourceclaimtemplates", "", "resource.k8s.io", true),
    of("deviceclasses", "", "resource.k8s.io", false),
    of("resourceslices", "", "resource.k8s.io", false),
];
