//! Signals of section 2.

use super::{AUDIT, STATED, Signal, by, not};
use crate::ControlId;

pub(super) static SIGNALS: &[(ControlId, &[Signal])] = &[
    (
        ControlId::new(2, 1),
        &[
            by(
                "Every right, by the built-in role or by rules that come to it",
                &["cluster-admin-binding"],
            ),
            by(
                "The built-in roles for a namespace, bound over the cluster",
                &["admin-edit-cluster-wide"],
            ),
            by(
                "Everybody who is signed in, bound to anything",
                &["authenticated-group-binding"],
            ),
            by("Wildcards in rules", &["wildcard-rule"]),
            by("Reading Secrets", &["secrets-read"]),
            by(
                "Making pods, or what makes them",
                &["pod-create", "pod-create-in-namespace"],
            ),
            by(
                "Running commands in pods, reaching their ports",
                &["pod-exec"],
            ),
            by(
                "The kubelet's own interface, by way of the API server",
                &["nodes-proxy"],
            ),
            by("Minting tokens", &["token-mint"]),
            by(
                "Acting as others, constrained impersonation included",
                &["impersonate"],
            ),
            by(
                "Handing out rights: escalate, bind, writing bindings",
                &["escalate-bind"],
            ),
            by(
                "Approving and signing certificates",
                &["certificate-approval"],
            ),
            by(
                "Writing webhooks and policies of admission, policy engines included",
                &["admission-write"],
            ),
            by("Changing the labels of namespaces", &["namespace-write"]),
            by(
                "Making volumes of a node's disk",
                &["persistent-volume-create"],
            ),
            by(
                "Writing nodes, or the status of nodes and pods",
                &["node-write"],
            ),
            by("A subject of the role of nodes", &["node-role-bound"]),
            by(
                "Writing definitions of resources and aggregated APIs",
                &["api-extension-write"],
            ),
            by(
                "Writing ConfigMaps of kube-system",
                &["kube-system-configmap-write"],
            ),
            by(
                "Writing leases of kube-system",
                &["kube-system-lease-write"],
            ),
            by("Writing network policies", &["network-policy-write"]),
            by(
                "Deleting events, and whole collections",
                &["event-delete", "collection-delete"],
            ),
            by(
                "Power borrowed from operators through their objects",
                &["borrowed-power"],
            ),
            not(
                "The same through composite resources of Crossplane",
                "their kinds are each platform's own: custom checks tell of them",
            ),
            by(
                "Roles that widen view, edit and admin",
                &["aggregated-role-widened"],
            ),
            by(
                "Bindings to roles or accounts that are not there",
                &["dangling-binding"],
            ),
            by(
                "Whether the API server asks RBAC, and nobody who allows everything",
                &["authorization-mode"],
            ),
            by(
                "What webhook and cloud authorizers allow everybody who is signed in",
                &["authenticated-may"],
            ),
            not(
                "What they allow those whom they name",
                "nobody can list whom a webhook or a cloud knows: a statement tells of it",
            ),
            by(
                "The identity map of EKS, by what its groups are bound to",
                &["identity-map-admin"],
            ),
        ],
    ),
    (
        ControlId::new(2, 2),
        &[
            by(
                "Bindings that name system:masters, and subjects added to its own",
                &["masters-binding"],
            ),
            by(
                "The identity map of EKS, where it gives system:masters",
                &["identity-map-masters"],
            ),
            not(
                "Groups of OpenShift by that name",
                "OpenShift refuses a group whose name has a colon",
            ),
            not(
                "Cluster owners of Rancher",
                "Rancher makes bindings to cluster-admin of them, which are judged for 2.1",
            ),
            by(
                "Requests for certificates with O=system:masters",
                &["masters-certificate-request"],
            ),
            by("Who may impersonate the group", &["masters-impersonation"]),
            not("Requests that members of the group make", AUDIT),
            by(
                "Members of the group who ask for certificates",
                &["masters-member-request"],
            ),
            not("Administrators by the cloud's own access lists", STATED),
        ],
    ),
    (
        ControlId::new(2, 3),
        &[
            by(
                "What changed since the last review, by identity and rule",
                &["entitlements-changed"],
            ),
            by(
                "The record of the last review, as somebody stated it, and its age",
                &["entitlement-review"],
            ),
            not(
                "Tickets or approvals on bindings, where a policy asks for them",
                "which annotation tells of an approval differs from site to site: a statement tells of it",
            ),
            not(
                "Bindings of users whom the identity provider no longer knows",
                STATED,
            ),
            by(
                "Bindings of accounts that were deleted",
                &["dangling-binding"],
            ),
            not(
                "Accounts that no pod has used for 90 days",
                "no object keeps when a pod last ran as an account, and what is outside the cluster uses one without a pod: a statement tells of it",
            ),
            not(
                "Bindings of groups without members",
                "who is in a group stands with the identity provider: a statement tells of it",
            ),
            not("Rights that nobody uses", AUDIT),
            not(
                "Reports of other tools on roles, by their age",
                "they tell when a scanner ran, and not that anybody has reviewed: a statement tells of that",
            ),
        ],
    ),
];
