//! Section 7, Orchestration tool auditing: the record of what was done through the API.

use super::{cis, dss, dss_supporting, nsa};
use crate::{Control, ControlId, Responsibility, Section, StatementPart};

/// The section's text and controls.
pub(crate) static SECTION: Section = Section {
    number: 7,
    title: "Orchestration tool auditing",
    slug: "07-auditing",
    intent: "What is done through the orchestrator's API is recorded, and the record is kept \
        where those it describes cannot change it. It is what remains when everything else has \
        failed.",
    controls: &[Control {
        id: ControlId::new(7, 1),
        title: "API audit on and shipped off-cluster",
        intent: "Without protected central records of the use of the API, unauthorised \
                access goes unseen and cannot be reconstructed. Good is a policy that covers \
                secrets, roles, interactive access to containers, failed sign-ins and \
                admission changes; quick delivery to a separate system that resists tampering; \
                alerts; and twelve months kept, three of them at hand.",
        statements: &[
            StatementPart {
                id: "audit-content",
                what: "The audit policy in force records who did what, when, to which \
                        object and with what result, for every kind of event that must be \
                        logged.",
                evidence: &[
                    "The audit policy, with its last change",
                    "A sample event for each kind of event that must be logged",
                ],
                valid_days: 365,
            },
            StatementPart {
                id: "audit-store",
                what: "Audit events of every API server arrive in a separate store that \
                        cluster administrators cannot alter, which keeps twelve months and has \
                        three at hand.",
                evidence: &[
                    "Events of each API server found in the store",
                    "Retention setting and access list of the store",
                    "Proof that clocks are synchronised",
                ],
                valid_days: 180,
            },
            StatementPart {
                id: "audit-alerting",
                what: "Suspicious events, and a failure of the logging itself, raise alerts \
                        that somebody answers.",
                evidence: &[
                    "List of alert rules",
                    "Sample of alerts with what was done about them",
                    "Test of the alert for logging that has stopped",
                ],
                valid_days: 180,
            },
            StatementPart {
                id: "ci-cd-audit",
                what: "Every system that builds for the cluster or deploys to it is named, \
                        inside the cluster and outside, and records who had it do what; those \
                        records are kept and looked at like the audit events of the API.",
                evidence: &[
                    "List of the systems, with the account each of them deploys by",
                    "A change to the cluster followed back to the person who asked for it",
                    "Events of each system found in the store",
                ],
                valid_days: 180,
            },
        ],
        responsibility: Responsibility::Shared,
        references: &[
            dss("10.2.1"),
            dss("10.2.1.1"),
            dss("10.2.1.2"),
            dss("10.2.1.3"),
            dss("10.2.1.4"),
            dss("10.2.1.5"),
            dss("10.2.1.6"),
            dss("10.2.1.7"),
            dss("10.2.2"),
            dss("10.3.1"),
            dss("10.3.2"),
            dss("10.3.3"),
            dss("10.3.4"),
            dss("10.4.1"),
            dss("10.4.1.1"),
            dss("10.5.1"),
            dss_supporting("10.6"),
            dss("10.7.2"),
            cis("1.2.16"),
            cis("1.2.17"),
            cis("1.2.18"),
            cis("1.2.19"),
            cis("3.2.1"),
            cis("3.2.2"),
            nsa("Audit logging and threat detection"),
        ],
    }],
};
