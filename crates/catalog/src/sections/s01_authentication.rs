//! Section 1, Authentication: who may talk to the orchestrator, and how each caller is told apart.

use super::{cis, cis_supporting, dss, dss_supporting, nsa};
use crate::{Control, ControlId, Responsibility, Section, StatementPart};

/// The section's text and controls.
pub(crate) static SECTION: Section = Section {
    number: 1,
    title: "Authentication",
    slug: "01-authentication",
    intent: "Whoever talks to the orchestrator, person or workload, is known individually \
        before anything is answered, by credentials that can be withdrawn, are kept safe and, \
        for people, need a second factor. Without that, no later control can say who did what.",
    controls: &[
        Control {
            id: ControlId::new(1, 1),
            title: "No anonymous access to orchestrator APIs",
            intent: "An interface of the orchestrator, or of a service beside it, that answers \
                callers it cannot name lets anyone on the network read or change workloads \
                without leaving a trace. Good is an API server that turns anonymous callers \
                away or gives them health paths only, bindings that grant the anonymous \
                identity nothing more, kubelets and etcd that demand credentials, and \
                dashboards and monitoring with logins of their own.",
            statements: &[],
            responsibility: Responsibility::Shared,
            references: &[
                dss("8.2.1"),
                dss("8.3.1"),
                dss("7.3.1"),
                dss("7.3.2"),
                dss("7.3.3"),
                dss("2.2.4"),
                dss_supporting("2.2.2"),
                cis("1.2.1"),
                cis("1.2.6"),
                cis("2.2"),
                cis("2.5"),
                cis("4.2.1"),
                cis("4.2.2"),
                cis("4.2.4"),
                cis_supporting("1.3.7"),
                cis_supporting("1.4.2"),
                cis_supporting("4.3.1"),
                nsa("Authentication and authorization"),
                nsa("Network separation and hardening (control plane, etcd)"),
            ],
        },
        Control {
            id: ControlId::new(1, 2),
            title: "No shared or generic admin identities",
            intent: "When several people act through one built-in or team account, an action \
                cannot be pinned on a person. Good is that everyone holds a named identity \
                from an identity provider, that groups bound in the cluster have their members \
                kept there, that the installer's administrator credential lies sealed for \
                emergencies, and that default logins of add-ons are gone.",
            statements: &[
                StatementPart {
                    id: "named-identities",
                    what: "Every person with access to the cluster signs in with a named \
                        account of their own, and the groups bound in the cluster contain \
                        named people only.",
                    evidence: &[
                        "Users and group members exported from the identity provider, with \
                         unique ids",
                        "Sample of joiner, mover and leaver tickets",
                        "Interview notes: how administrators sign in, day to day and at night",
                    ],
                    valid_days: 180,
                },
                StatementPart {
                    id: "break-glass-custody",
                    what: "Built-in and installer administrator credentials are sealed, opened \
                        only in a recorded emergency, and changed afterwards.",
                    evidence: &[
                        "Break-glass procedure",
                        "Record of the safe or vault: what is in it and who can open it",
                        "Log of the last use, with the reason and the change of credential \
                         after it",
                    ],
                    valid_days: 180,
                },
            ],
            responsibility: Responsibility::Customer,
            references: &[
                dss("8.2.1"),
                dss("8.2.2"),
                dss("2.2.2"),
                dss_supporting("10.2.2"),
                cis("5.1.1"),
                cis("5.1.7"),
                cis("3.1.1"),
                nsa("Authentication and authorization"),
            ],
        },
        Control {
            id: ControlId::new(1, 3),
            title: "Only credentials that can be revoked",
            intent: "A lost certificate or long-lived token keeps working when the platform has \
                no way to cancel it. Good is short-lived tokens from an identity provider for \
                people, client certificates between components only, service account tokens \
                that are bound, short and limited to an audience, and an approval path for API \
                client certificates that is closed to people.",
            statements: &[
                StatementPart {
                    id: "leaver-revocation",
                    what: "Access to the cluster ends within the day when a person leaves or a \
                        credential is lost, whatever kind of credential it is.",
                    evidence: &[
                        "Revocation procedure for each kind of credential",
                        "Sample of recent leavers with the time each access ended",
                        "Token and session lifetimes set in the identity provider",
                    ],
                    valid_days: 180,
                },
                StatementPart {
                    id: "remaining-client-certificates",
                    what: "Every client certificate still held by a person or an outside tool \
                        is known, with its holder, its reason and a date by which it ends.",
                    evidence: &[
                        "List of such certificates with holder, issue date and expiry",
                        "Plan to replace or re-key each of them",
                    ],
                    valid_days: 180,
                },
            ],
            responsibility: Responsibility::Shared,
            references: &[
                dss("8.2.5"),
                dss("8.2.4"),
                dss("8.3.11"),
                dss_supporting("8.6.3"),
                cis("3.1.1"),
                cis("3.1.2"),
                cis("3.1.3"),
                cis("1.2.2"),
                cis("1.2.21"),
                cis("1.2.30"),
                cis("5.1.11"),
                cis("5.1.13"),
                nsa("Authentication and authorization"),
            ],
        },
        Control {
            id: ControlId::new(1, 4),
            title: "Credentials kept in a protected store",
            intent: "Administrative credentials that lie in plain files or readable objects \
                fall to whoever can read the disk or the API. Good is no static token or \
                password files, kubeconfigs and certificate authority keys readable by \
                control-plane administrators only, encrypted storage for credentials kept in \
                the API, and no kubeconfig inside ConfigMaps or workloads.",
            statements: &[
                StatementPart {
                    id: "credential-files",
                    what: "Kubeconfigs, private keys and other credential files on \
                        control-plane and worker nodes can be read by their administrators \
                        only.",
                    evidence: &[
                        "Dated result of a benchmark run on the nodes: ownership and mode of \
                         these files",
                        "List of people who can log in to control-plane nodes",
                    ],
                    valid_days: 180,
                },
                StatementPart {
                    id: "backup-and-key-custody",
                    what: "Backups of the cluster's store are encrypted, and emergency \
                        credentials and certificate authority keys are in a vault or hardware \
                        module that few can open.",
                    evidence: &[
                        "Encryption setting and access list of the etcd backups",
                        "Record of the vault or hardware module: keys held and custodians",
                    ],
                    valid_days: 365,
                },
            ],
            responsibility: Responsibility::Shared,
            references: &[
                dss("8.3.2"),
                dss("8.6.2"),
                dss_supporting("3.6.1.2"),
                dss_supporting("2.2.6"),
                cis("1.2.2"),
                cis("1.1.13"),
                cis("1.1.14"),
                cis("1.1.15"),
                cis("1.1.16"),
                cis("1.1.17"),
                cis("1.1.18"),
                cis("1.1.19"),
                cis("1.1.20"),
                cis("1.1.21"),
                cis("4.1.5"),
                cis("4.1.6"),
                cis("4.1.7"),
                cis("4.1.8"),
                cis("4.1.9"),
                cis("4.1.10"),
                nsa("Network separation and hardening (kubeconfig files)"),
                nsa("Authentication and authorization"),
            ],
        },
        Control {
            id: ControlId::new(1, 5),
            title: "Workload API tokens only where needed",
            intent: "A pod that never calls the API but carries a token for it hands an \
                intruder a credential, sometimes a powerful one. Good is token mounting off by \
                default and on only for pods that use it, a service account of its own for \
                each such workload with the few rights it needs, and no rights at all for the \
                default service accounts.",
            statements: &[],
            responsibility: Responsibility::Customer,
            references: &[
                dss("7.2.5"),
                dss("7.2.5.1"),
                dss_supporting("8.6.1"),
                dss("8.6.3"),
                cis("5.1.5"),
                cis("5.1.6"),
                cis("1.2.12"),
                nsa("Kubernetes Pod security (protecting service account tokens)"),
                nsa("Authentication and authorization"),
            ],
        },
        Control {
            id: ControlId::new(1, 6),
            title: "Multi-factor sign-in for people",
            intent: "A guessed, phished or replayed password, or a static token, must not be \
                enough to drive the cluster, and the orchestrator's built-in methods know no \
                second factor. Good is interactive access only through an identity provider or \
                cloud account that enforces multi-factor sign-in, preferably one that resists \
                phishing, with the emergency way in under dual control.",
            statements: &[
                StatementPart {
                    id: "mfa-enforced",
                    what: "Every interactive sign-in that reaches the cluster passes \
                        multi-factor authentication, and nobody can go round it.",
                    evidence: &[
                        "Export of the sign-in policy that covers the cluster's application or \
                         cloud roles",
                        "Sample sign-in log that shows the second factor",
                        "Setting that turns the platform's local accounts off, where it has them",
                    ],
                    valid_days: 180,
                },
                StatementPart {
                    id: "mfa-exclusions",
                    what: "Each account left out of multi-factor sign-in, the emergency one \
                        included, is approved for a limited time and guarded in another way.",
                    evidence: &[
                        "List of exclusions with reason, approval and end date",
                        "Dual-control procedure for the emergency account and the record of its \
                         last test",
                    ],
                    valid_days: 180,
                },
            ],
            responsibility: Responsibility::Customer,
            references: &[
                dss("8.4.1"),
                dss("8.4.2"),
                dss("8.4.3"),
                dss("8.5.1"),
                cis("3.1.1"),
                cis("3.1.2"),
                cis("3.1.3"),
                nsa("Authentication and authorization"),
            ],
        },
    ],
};
