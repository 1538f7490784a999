//! Section 5, PKI: certificates that cannot be called back, and who trusts their authority.

use super::{cis, dss, dss_supporting, nsa};
use crate::{Control, ControlId, Responsibility, Section, StatementPart};

/// The section's text and controls.
pub(crate) static SECTION: Section = Section {
    number: 5,
    title: "PKI",
    slug: "05-pki",
    intent: "Certificates the cluster issues cannot be called back, so they serve components \
        only, live briefly, and are trusted nowhere else. The cluster's authority sits on its \
        nodes and is worth no more than they are.",
    controls: &[
        Control {
            id: ControlId::new(5, 1),
            title: "No unrevocable certs for people; rotate",
            intent: "Without a revocation list, a stolen certificate stays good until it \
                expires or the whole authority is replaced. Good is certificates for \
                components only, short-lived and renewed by themselves, a rehearsed way to \
                replace the authority, and new keys at once after a compromise.",
            statements: &[
                StatementPart {
                    id: "rekey-runbook",
                    what: "There is a rehearsed runbook for replacing keys and, if need be, the \
                        certificate authority, and it says which keys are lost when a \
                        container or a node is.",
                    evidence: &[
                        "The runbook, with owner and last change",
                        "Record of the last rehearsal or real use",
                    ],
                    valid_days: 365,
                },
                StatementPart {
                    id: "certificate-rotation",
                    what: "Certificates that do not renew themselves are known, and each was \
                        replaced when it was due.",
                    evidence: &[
                        "Certificate inventory with owner, use and expiry",
                        "Records of the last replacements",
                    ],
                    valid_days: 180,
                },
            ],
            responsibility: Responsibility::Shared,
            references: &[
                dss("8.2.5"),
                dss("8.3.11"),
                dss_supporting("3.7.4"),
                dss_supporting("3.7.5"),
                dss_supporting("4.2.1.1"),
                cis("3.1.1"),
                cis("1.3.6"),
                cis("4.2.10"),
                cis("4.2.11"),
                cis("1.1.20"),
                cis("1.1.21"),
                nsa("Authentication and authorization"),
                nsa("Network separation and hardening"),
            ],
        },
        Control {
            id: ControlId::new(5, 2),
            title: "Cluster CA not trusted outside",
            intent: "The key of the cluster's authority lies on its nodes; where other systems \
                trust it, taking a node means being able to pose as anyone in the enterprise. \
                Good is separate authorities for API clients, etcd and the front proxy, \
                certificates for the business from the enterprise's own authority, and no \
                trust in the cluster's root outside the cluster.",
            statements: &[
                StatementPart {
                    id: "trust-boundary",
                    what: "No system outside the cluster trusts the cluster's certificate \
                        authority; it is in no enterprise, device or partner trust store.",
                    evidence: &[
                        "Search of the enterprise's trust stores for the cluster's root \
                         certificates",
                        "Drawing of the certificate authorities and who trusts which",
                    ],
                    valid_days: 365,
                },
                StatementPart {
                    id: "ca-key-protection",
                    what: "Only the control plane can use the private keys of the cluster's \
                        authorities, and certificates for the business come from another \
                        authority.",
                    evidence: &[
                        "Where each authority's key is stored and who can read it",
                        "Issuer of the certificates on a sample of internal and public endpoints",
                    ],
                    valid_days: 365,
                },
            ],
            responsibility: Responsibility::Shared,
            references: &[
                dss_supporting("4.2.1"),
                dss_supporting("4.2.1.1"),
                dss_supporting("3.6.1"),
                dss_supporting("12.3.3"),
                cis("2.7"),
                nsa("Network separation and hardening (etcd)"),
            ],
        },
    ],
};
