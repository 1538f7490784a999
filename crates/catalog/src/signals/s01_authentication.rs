//! Signals of section 1.

use super::{AUDIT, STATED, Signal, by, not};
use crate::ControlId;

pub(super) static SIGNALS: &[(ControlId, &[Signal])] = &[
    (
        ControlId::new(1, 1),
        &[
            by(
                "Bindings that name callers without credentials",
                &["anonymous-binding"],
            ),
            by(
                "Everybody who is signed in, or every ServiceAccount, bound to more than discovery",
                &["authenticated-group-binding", "service-account-group-bound"],
            ),
            by(
                "kubeadm's binding by which strangers read cluster-info",
                &["cluster-info-public"],
            ),
            by(
                "How the API server answers a request without credentials, each endpoint asked",
                &["anonymous-discovery", "anonymous-requests"],
            ),
            by(
                "What the authorizers say of a stranger, those beside RBAC included",
                &["strangers-may"],
            ),
            not(
                "The API server's flag and authentication file for anonymous callers",
                "its answers to a stranger tell more: the flag is on as well where a file limits whom it lets in",
            ),
            by(
                "The kubelet's configuration in force: anonymous callers",
                &["kubelet-anonymous"],
            ),
            by(
                "The kubelet's configuration in force: how it tells callers apart, and what it lets them do",
                &[
                    "kubelet-authorization",
                    "kubelet-client-authority",
                    "kubelet-read-only-port",
                    "kubelet-webhook-authentication",
                ],
            ),
            by(
                "How a kubelet answers a stranger on its two ports, where the profile has it asked",
                &["kubelet-open-to-strangers", "kubelet-read-only-port-open"],
            ),
            by(
                "Whether clusters of GKE are made to answer strangers, as objects of infrastructure tools say",
                &["described-cluster-anonymous"],
            ),
            by(
                "Health and metrics ports of kubelet and kube-proxy, which should be the node's own, where the profile has them asked",
                &["kubelet-local-port-open"],
            ),
            by(
                "etcd asks clients and peers for certificates; the API server reaches it by TLS",
                &["etcd-client-certificates", "etcd-over-http"],
            ),
            by(
                "Paths that scheduler and controller manager let pass without authorization, and where they listen",
                &["component-bind-address", "component-paths-open"],
            ),
            by(
                "Services beside the orchestrator whose pod spec turns their login off",
                &["service-without-login"],
            ),
            by(
                "The same where a ConfigMap turns it off (Argo CD, Kiali, Grafana, Elasticsearch and Kibana)",
                &["argo-cd-anonymous", "config-map-without-login"],
            ),
            by(
                "Monitoring and dashboards that know no login, reached from outside",
                &["exposed-without-login"],
            ),
        ],
    ),
    (
        ControlId::new(1, 2),
        &[
            by(
                "Names of users that anybody may share, with rights to change things",
                &["generic-user-name"],
            ),
            by(
                "Names of users that no identity provider gives",
                &["bare-user-name"],
            ),
            by(
                "ServiceAccounts with an administrator's role that no pod uses",
                &["service-account-as-login"],
            ),
            by(
                "Such an account with a token in a Secret, where the profile has Secrets listed",
                &["service-account-as-login"],
            ),
            by(
                "The installer's account of OpenShift, as the only one while no identity provider is named",
                &["openshift-installer-only"],
            ),
            by(
                "The password of OpenShift's installer, where the profile has Secrets listed",
                &["installer-password"],
            ),
            by(
                "The identity map of EKS: one name for all who take a role with every right",
                &["identity-map-shared-name"],
            ),
            by(
                "The identity map of EKS: users of IAM with every right and a name that anybody may share",
                &["identity-map-shared-name"],
            ),
            by(
                "kubeadm's group of administrators, as everybody who holds every right",
                &["cluster-admin-binding"],
            ),
            not("Where the installer's credentials are kept", STATED),
            by(
                "First passwords of add-ons in environment variables",
                &["default-credential"],
            ),
            by(
                "First passwords of add-ons in Secrets (Argo CD, Rancher), where the profile has Secrets listed",
                &["first-password-secret"],
            ),
            by(
                "Local accounts that a ConfigMap leaves on (Argo CD)",
                &["argo-cd-admin-account"],
            ),
            not(
                "Last use of built-in accounts, and credentials that share one name",
                AUDIT,
            ),
            by(
                "Which client certificate asked for another, by the request's extra fields",
                &["client-certificate", "certificate-for-people"],
            ),
        ],
    ),
    (
        ControlId::new(1, 3),
        &[
            by(
                "Client certificates that were approved or issued, remembered until they expire",
                &["client-certificate"],
            ),
            by(
                "Who may approve or sign requests for client certificates",
                &["client-certificate-signer", "certificate-approval"],
            ),
            by(
                "ServiceAccount tokens in Secrets, where the profile has Secrets listed",
                &["secret-token"],
            ),
            not(
                "When the token of a Secret was used last",
                "a label tells, and of Secrets the names alone are listed: the labels of one lie beside a copy of its data",
            ),
            by(
                "Bootstrap tokens that are left behind, by their age, where the profile has Secrets listed",
                &["bootstrap-token"],
            ),
            not(
                "When a bootstrap token ends",
                "needs what is in the Secret, which Assay never reads",
            ),
            by("Uses of tokens from Secrets", &["legacy-token-used"]),
            by(
                "How long tokens may live, whether deleted accounts are looked up, token files",
                &[
                    "service-account-lookup",
                    "static-token-file",
                    "token-expiration-extended",
                    "token-life-unlimited",
                ],
            ),
            by(
                "Who may mint tokens of other ServiceAccounts",
                &["token-mint"],
            ),
            by(
                "Tokens that pods ask for, by how long they live",
                &["long-lived-token"],
            ),
            by(
                "How long the client certificates in use are still good, those of nodes and components among them",
                &["client-certificate-long-lived"],
            ),
        ],
    ),
    (
        ControlId::new(1, 4),
        &[
            by("Token files of the API server", &["token-file-on-disk"]),
            by("Kubeconfigs in pod specs", &["kubeconfig-in-pod-spec"]),
            by("Kubeconfigs in ConfigMaps", &["kubeconfig-in-config-map"]),
            not(
                "Kubeconfigs in Secrets outside the tools that manage clusters",
                "the keys of a Secret are in its data, which Assay never reads; by type only those are found that Cluster API itself keeps, and nothing tells which namespaces are meant for that",
            ),
            by(
                "Pods that mount where the node keeps credentials",
                &["node-credential-mount"],
            ),
            by(
                "Encryption of what etcd keeps",
                &["credentials-in-plain-text"],
            ),
            not(
                "Kubeconfigs of webhooks and admission plugins, on the control plane's disk",
                STATED,
            ),
        ],
    ),
    (
        ControlId::new(1, 5),
        &[
            by(
                "Pods with a token that nobody has a use for",
                &["token-without-use"],
            ),
            by(
                "Pods with a token that opens the cluster",
                &["powerful-token"],
            ),
            by(
                "Default ServiceAccounts that hand out tokens",
                &["default-service-account-automount"],
            ),
            by(
                "Default ServiceAccounts that are granted anything",
                &["default-service-account-bound"],
            ),
            by(
                "All ServiceAccounts of a namespace, or of all, that are granted anything",
                &["service-account-group-bound"],
            ),
            by(
                "Tokens in pods that were to have none",
                &["token-despite-template"],
            ),
            by(
                "Strong rights in a namespace in pods that the network outside reaches",
                &["exposed-token"],
            ),
            by("Rights in a cloud behind a ServiceAccount", &["cloud-role"]),
        ],
    ),
    (
        ControlId::new(1, 6),
        &[
            by(
                "An identity provider, or a webhook, by which people sign in",
                &["external-authenticator"],
            ),
            by(
                "Identity providers of OpenShift, Pinniped and Rancher",
                &["external-authenticator"],
            ),
            not(
                "Connectors of Dex, and identity providers of GKE's Identity Service",
                "their objects hold the secrets of clients, so that to list them is to read secrets",
            ),
            not(
                "Proxies that no objects tell of (Teleport, Boundary, kube-oidc-proxy)",
                "by its image alone nobody knows whether people sign in by it: a statement tells of it",
            ),
            not(
                "Groups that a provider gives only to whoever used a second factor",
                "nothing in RBAC proves how a group is given: a statement tells of it",
            ),
            not(
                "Users who sign in by a certificate, which knows no second factor",
                "judged for 1.3 and 1.2; it proves that one person can do without, not that others do",
            ),
        ],
    ),
];
