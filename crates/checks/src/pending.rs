//! What the checks do not judge yet, control by control: while a part is missing, no control is met.

use assay_catalog::ControlId;

/// Parts of a control's requirement that no check judges yet. A control without any requirement needs no entry: it is
/// `Unknown` as it is. Whoever adds the first one writes here what it leaves out.
static PENDING: &[(ControlId, &str)] = &[
    (
        ControlId::new(1, 1),
        "supporting services that Assay does not know, or that Gateways and other routes lead to",
    ),
    (
        ControlId::new(1, 2),
        "who signs in by which credential, users that webhook authorizers know",
    ),
    (ControlId::new(1, 4), "kubeconfigs in Secrets"),
    (
        ControlId::new(1, 5),
        "whether Gateways and other routes lead to pods whose tokens hold strong rights in a namespace",
    ),
    (
        ControlId::new(1, 6),
        "sign-in by proxies that are not recognised, certificates by which people go round it",
    ),
    (
        ControlId::new(2, 1),
        "rights that webhook or cloud authorizers give to those whom they name",
    ),
    (
        ControlId::new(2, 2),
        "other requests than for certificates made by members of system:masters, administrators by the access lists of managed clusters",
    ),
    (
        ControlId::new(3, 1),
        "whether another guard than the namespace's label refuses such pods, where the profile does not have it tried (admissionProbe), hostPath and local volumes behind claims",
    ),
    (
        ControlId::new(3, 2),
        "signature verification at admission, tags whose content differs between pods or changed",
    ),
    (
        ControlId::new(4, 1),
        "whether the network plugin enforces policies, policies of Cilium, Calico and others",
    ),
    (
        ControlId::new(4, 2),
        "public addresses of this cluster's API server, management consoles that are reached from outside, what pods reach of the control plane",
    ),
    (
        ControlId::new(4, 3),
        "TLS settings of the control plane and etcd, supporting services without TLS or verification",
    ),
    (
        ControlId::new(5, 1),
        "certificates of webhooks and aggregated APIs",
    ),
    (
        ControlId::new(5, 2),
        "certificates of the cluster's authority in Ingresses, issuers, ClusterTrustBundles and at services outside",
    ),
    (
        ControlId::new(6, 1),
        "ConfigMaps, external secret stores, encryption at rest of other kinds than Secrets",
    ),
    (
        ControlId::new(7, 1),
        "what the audit policy records, whether a log file leaves the cluster",
    ),
    (
        ControlId::new(11, 1),
        "process limits and reservations of kubelets, whether admission refuses pods without limits, where the profile does not have it tried (admissionProbe)",
    ),
    (
        ControlId::new(12, 3),
        "whether admission refuses containers that run as root, where the profile does not have it tried (admissionProbe)",
    ),
];

/// The parts of a control's requirement that are not judged yet; `None` if all are.
#[must_use]
pub fn pending(control: ControlId) -> Option<&'static str> {
    PENDING
        .iter()
        .find(|(id, _)| *id == control)
        .map(|(_, parts)| *parts)
}
