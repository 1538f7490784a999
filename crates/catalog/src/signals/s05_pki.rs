//! Signals of section 5.

use super::{CONFIG_MAPS, FLAGS, METRICS, OTHERS, SERVICES, STATED, Signal, by, not};
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
            not("Whether the controller manager signs at all", FLAGS),
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
                "Certificates that cert-manager, SPIRE and meshes keep",
                OTHERS,
            ),
            not(
                "How long the client certificates in use are still good",
                METRICS,
            ),
        ],
    ),
    (
        ControlId::new(5, 2),
        &[
            not(
                "Requests to the cluster's signers for names that are no node's",
                "not yet: of a request, the subject is read and not the names it is to serve",
            ),
            not(
                "Certificates of Ingresses that the cluster's authority issued",
                "the certificate is in the data of a Secret, which Assay never reads; what an Ingress shows is not looked at yet",
            ),
            not("What endpoints outside show", SERVICES),
            by(
                "One authority for clients, etcd and the front proxy, by the paths of their files",
                &["etcd-ca-shared", "front-proxy-ca-shared"],
            ),
            not(
                "Issuers and bundles of cert-manager and trust-manager that hold the cluster's authority",
                OTHERS,
            ),
            not(
                "ClusterTrustBundles that carry the cluster's authority, and copies of kube-root-ca.crt",
                CONFIG_MAPS,
            ),
            not("Trust stores outside the cluster", STATED),
        ],
    ),
];
