//! What the checks do not judge yet, control by control: while a part is missing, no control is met.

use assay_catalog::ControlId;

/// Parts of a control's requirement that no check judges yet. A control without any requirement needs no entry: it is
/// `Unknown` as it is. Whoever adds the first one writes here what it leaves out.
static PENDING: &[(ControlId, &str)] = &[
    (
        ControlId::new(1, 1),
        "kubelets and etcd answering strangers, supporting services without a login",
    ),
    (
        ControlId::new(1, 5),
        "tokens of powerful ServiceAccounts in exposed pods, cloud rights behind ServiceAccounts",
    ),
    (
        ControlId::new(2, 1),
        "rights that webhook or cloud authorizers give to those whom they name, power borrowed through the objects of operators, deleting events or whole collections, leases of kube-system",
    ),
    (
        ControlId::new(2, 2),
        "requests made by members of system:masters, identity maps of managed clusters",
    ),
    (
        ControlId::new(3, 1),
        "whether another guard than the namespace's label refuses such pods, hostPath and local volumes behind claims",
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
        ControlId::new(6, 1),
        "ConfigMaps, encryption at rest, external secret stores",
    ),
    (
        ControlId::new(11, 1),
        "process limits and reservations of kubelets, whether admission refuses pods without limits",
    ),
    (
        ControlId::new(12, 3),
        "whether admission refuses containers that run as root",
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
