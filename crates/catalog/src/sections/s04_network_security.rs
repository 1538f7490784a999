//! Section 4, Network security: who can reach whom, and whether the wire can be trusted.

use super::{cis, dss, dss_supporting, nsa};
use crate::{Control, ControlId, Responsibility, Section, StatementPart};

/// The section's text and controls.
pub(crate) static SECTION: Section = Section {
    number: 4,
    title: "Network security",
    slug: "04-network-security",
    intent: "Pods reach only what they need, management interfaces answer only where \
        administrators are, and what travels between parts of the orchestrator is encrypted. A \
        flat network makes the weakest container everyone's neighbour.",
    controls: &[
        Control {
            id: ControlId::new(4, 1),
            title: "Default-deny pod networking",
            intent: "On a flat pod network one compromised container talks to every other one. \
                Good is a network plug-in that enforces policy, every pod in scope isolated in \
                both directions by default, narrow rules that open what is needed, and name \
                resolution and cloud metadata addresses treated on purpose.",
            statements: &[],
            responsibility: Responsibility::Customer,
            references: &[
                dss("1.2.1"),
                dss("1.2.5"),
                dss("1.3.1"),
                dss("1.3.2"),
                dss("1.4.1"),
                dss("1.4.2"),
                dss_supporting("1.4.4"),
                dss_supporting("11.4.5"),
                cis("5.3.1"),
                cis("5.3.2"),
                nsa("Network separation and hardening"),
            ],
        },
        Control {
            id: ControlId::new(4, 2),
            title: "Admin APIs reachable from allow-list only",
            intent: "Management interfaces that answer networks with no business there give an \
                attacker a place to try stolen or enlarged rights. Good is a private API \
                endpoint or a short list of source addresses, administrative consoles on \
                internal addresses, and pods that reach the API server, kubelets, etcd and \
                cloud metadata only where they need to.",
            statements: &[
                StatementPart {
                    id: "endpoint-exposure",
                    what: "Networks other than the approved administrative ones reach neither \
                        the API endpoint nor kubelets, etcd or administrative consoles.",
                    evidence: &[
                        "Authorised networks or firewall rules in front of the endpoint, exported",
                        "External scan that shows the management ports closed",
                        "Design of the VPN or bastion that administrators come through",
                    ],
                    valid_days: 90,
                },
                StatementPart {
                    id: "allow-list-review",
                    what: "The addresses and rules that let administrators in were reviewed, \
                        and each entry has an owner and a reason.",
                    evidence: &[
                        "Record of the last six-monthly rule review, with reviewer and date",
                        "Rules removed or changed because of it",
                    ],
                    valid_days: 180,
                },
            ],
            responsibility: Responsibility::Shared,
            references: &[
                dss("1.3.1"),
                dss("1.4.1"),
                dss("1.4.2"),
                dss("1.2.5"),
                dss_supporting("2.2.4"),
                cis("1.2.3"),
                cis("1.3.7"),
                cis("1.4.2"),
                nsa("Network separation and hardening (control plane hardening)"),
            ],
        },
        Control {
            id: ControlId::new(4, 3),
            title: "Management traffic encrypted",
            intent: "Control traffic in plain text or under weak protection can be read or \
                forged on the wire. Good is TLS 1.2 or later with strong suites on the API \
                server, kubelets, etcd, webhooks and metrics, certificates that are verified \
                and renewed, and no plaintext port left over from older days.",
            statements: &[],
            responsibility: Responsibility::Shared,
            references: &[
                dss("2.2.7"),
                dss("4.2.1"),
                dss("2.2.5"),
                dss("12.3.3"),
                dss_supporting("4.2.1.1"),
                cis("1.2.4"),
                cis("1.2.5"),
                cis("1.2.23"),
                cis("1.2.24"),
                cis("1.2.25"),
                cis("1.2.26"),
                cis("1.2.29"),
                cis("2.1"),
                cis("2.2"),
                cis("2.3"),
                cis("2.4"),
                cis("2.5"),
                cis("2.6"),
                cis("4.2.3"),
                cis("4.2.4"),
                cis("4.2.9"),
                cis("4.2.10"),
                cis("4.2.11"),
                cis("4.2.12"),
                nsa("Network separation and hardening (encryption, control plane)"),
            ],
        },
    ],
};
