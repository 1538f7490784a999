//! Signals of section 5.

use super::{STATED, Signal, by, not};
use crate::ControlId;

pub(super) static SIGNALS: &[(ControlId, &[Signal])] = &[
    (
        ControlId::new(5, 1),
        &[
            by(
                "Client certificates that were approved or issued, remembered until they expire",
                &["certificate-for-people"],
            ),
            by(
                "Who may approve or sign requests for client certificates",
                &["client-certificate-signer", "certificate-approval"],
            ),
            by(
                "Kubelets that renew their certificates, those they serve with included",
                &["kubelet-certificate-rotation", "kubelet-serving-bootstrap"],
            ),
            by(
                "How long the controller manager signs for",
                &["cluster-signing-duration"],
            ),
            by(
                "Whether the controller manager signs logins at all",
                &["controller-manager-signs-logins"],
            ),
            by(
                "Age and end of the certificates that API servers and kubelets show",
                &[
                    "api-server-certificate-age",
                    "api-server-certificate-expiry",
                    "kubelet-certificate-age",
                    "kubelet-certificate-expiry",
                ],
            ),
            not(
                "Age and end of the certificates of webhooks and aggregated APIs",
                "not yet: of servers, API servers and kubelets are looked at",
            ),
            not(
                "Age of the authorities that sign",
                "not yet: the certificate of no authority is looked at, only those that servers show of their own",
            ),
            not(
                "PodCertificateRequests",
                "not yet: Kubernetes 1.35 has them off by default; they are for pods alone, and ask for 91 days at most",
            ),
            by(
                "Certificates that cert-manager keeps and does not renew",
                &["certificate-not-renewed"],
            ),
            not(
                "Certificates that SPIRE and meshes keep",
                "they live for hours, and no object shows them",
            ),
            by(
                "How long the client certificates in use are still good, those of nodes and components among them",
                &["client-certificate-long-lived"],
            ),
        ],
    ),
    (
        ControlId::new(5, 2),
        &[
            by(
                "Requests to the cluster's signers for names that are no node's",
                &["cluster-authority-outside"],
            ),
            not(
                "Certificates of Ingresses that the cluster's authority issued",
                "the certificate is in the data of a Secret, which Assay never reads; what an Ingress shows is not looked at yet",
            ),
            not(
                "What endpoints outside show",
                "not yet: of servers, API servers and kubelets are looked at",
            ),
            by(
                "One authority for clients, etcd and the front proxy, by the paths of their files",
                &["etcd-ca-shared", "front-proxy-ca-shared"],
            ),
            by(
                "Bundles of trust-manager that hand out the cluster's authority",
                &["trust-bundle-cluster-authority"],
            ),
            not(
                "Issuers of cert-manager that sign by the cluster's authority",
                "what an issuer signs by is in the data of a Secret, which Assay never reads",
            ),
            not(
                "Copies of the cluster's authority in ConfigMaps",
                "a copy inside the cluster is what every pod has; who trusts it outside, no object tells",
            ),
            not(
                "ClusterTrustBundles that carry the cluster's authority",
                "not yet: they are off in most clusters, and the authority's certificate is known to no check",
            ),
            not("Trust stores outside the cluster", STATED),
        ],
    ),
];
