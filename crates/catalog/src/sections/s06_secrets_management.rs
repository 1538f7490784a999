//! Section 6, Secrets management: where passwords and keys live, and how fast they can be replaced.

use super::{cis, dss, dss_supporting, nsa};
use crate::{Control, ControlId, Responsibility, Section, StatementPart};

/// The section's text and controls.
pub(crate) static SECTION: Section = Section {
    number: 6,
    title: "Secrets management",
    slug: "06-secrets-management",
    intent: "Passwords and keys live in a store made for them, encrypted and with few readers, \
        and can be replaced quickly when one leaks. Ordinary objects are read by far more \
        people and programs than a secret can bear.",
    controls: &[
        Control {
            id: ControlId::new(6, 1),
            title: "Secrets in an encrypted, dedicated store",
            intent: "Passwords and keys kept in ordinary objects or plain storage leak to \
                anyone with modest read access. Good is an external secrets manager, or \
                Secrets encrypted at rest under a key held outside the cluster, as their \
                source; nothing secret in ConfigMaps, literal environment values, arguments or \
                annotations; narrow read rights; and files rather than environment variables.",
            statements: &[
                StatementPart {
                    id: "secret-inventory",
                    what: "Every secret that workloads in scope use is known, has an owner, and \
                        comes from the dedicated store or from encrypted cluster storage.",
                    evidence: &[
                        "Inventory of secrets with owner and place of origin",
                        "Access policy of the secrets manager and its present readers",
                    ],
                    valid_days: 365,
                },
                StatementPart {
                    id: "encryption-key-custody",
                    what: "The key that encrypts stored secrets is held outside the cluster by \
                        few custodians, and what was written before encryption was switched on \
                        has been written anew.",
                    evidence: &[
                        "Key policy and list of custodians",
                        "Record that existing secrets were rewritten after encryption was \
                         switched on or its key changed",
                    ],
                    valid_days: 365,
                },
            ],
            responsibility: Responsibility::Shared,
            references: &[
                dss("8.6.2"),
                dss("8.3.2"),
                dss("3.6.1"),
                dss_supporting("3.6.1.2"),
                dss_supporting("3.6.1.3"),
                dss_supporting("3.6.1.4"),
                dss_supporting("3.5.1"),
                cis("1.2.27"),
                cis("1.2.28"),
                cis("5.4.1"),
                cis("5.4.2"),
                cis("5.1.2"),
                nsa("Network separation and hardening (secrets)"),
            ],
        },
        Control {
            id: ControlId::new(6, 2),
            title: "Secrets versioned and quick to replace",
            intent: "When a secret leaks and there are neither versions nor a way to rotate, \
                revoking it means an outage, and so it is put off. Good is a source that keeps \
                versions, short intervals until a change arrives, workloads that restart or \
                reload when it does, and a rotation that has been rehearsed.",
            statements: &[StatementPart {
                id: "rotation-practice",
                what: "Each kind of secret has a planned lifetime that is kept, and \
                        replacing one in a hurry has been rehearsed without an outage.",
                evidence: &[
                    "Table of lifetimes for each kind of secret, with the reason",
                    "Record of the last rotation exercise or real rotation",
                    "Version history of sampled secrets in the store",
                ],
                valid_days: 365,
            }],
            responsibility: Responsibility::Customer,
            references: &[
                dss("3.7.4"),
                dss("3.7.5"),
                dss("8.6.3"),
                dss_supporting("12.10.1"),
                nsa("Network separation and hardening (secrets)"),
            ],
        },
    ],
};
