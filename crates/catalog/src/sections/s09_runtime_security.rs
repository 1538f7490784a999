//! Section 9, Runtime security: walls stronger than a shared kernel, where the risk asks for them.

use super::{cis, dss, dss_supporting, nsa, nsa_supporting};
use crate::{Control, ControlId, Responsibility, Section, StatementPart};

/// The section's text and controls.
pub(crate) static SECTION: Section = Section {
    number: 9,
    title: "Runtime security",
    slug: "09-runtime-security",
    intent: "Containers share a kernel, which is a thin wall. Workloads that are more likely to \
        be attacked, or worth more to an attacker, get a thicker one.",
    controls: &[
        Control {
            id: ControlId::new(9, 1),
            title: "Sandbox for high-risk Linux workloads",
            intent: "All ordinary containers of a node share its kernel, so that one kernel \
                flaw defeats them all. Good is that workloads classed as high-risk run in \
                virtual machines, under a user-space kernel or on serverless nodes, and that \
                the others are hardened with system call filters, security modules and user \
                namespaces.",
            statements: &[StatementPart {
                id: "risk-classification",
                what: "Workloads in scope are classed by risk, and each one of high risk \
                        either runs isolated or has an approved reason why not.",
                evidence: &[
                    "Classification with criteria, owner and date",
                    "Approved reason for each high-risk workload that runs without isolation",
                ],
                valid_days: 365,
            }],
            responsibility: Responsibility::Customer,
            references: &[
                dss("2.2.3"),
                dss("2.2.1"),
                dss_supporting("6.3.1"),
                dss_supporting("A1.1"),
                cis("5.6.2"),
                cis("5.6.3"),
                cis("4.2.14"),
                nsa("Kubernetes Pod security (hardening container environments)"),
            ],
        },
        Control {
            id: ControlId::new(9, 2),
            title: "Hyper-V isolation for Windows workloads",
            intent: "Windows containers that share the host's kernel are no security boundary \
                by their own maker's criteria. Good is Windows containers isolated by a \
                hypervisor or run serverless; otherwise only one level of trust on each \
                Windows node pool.",
            statements: &[],
            responsibility: Responsibility::Customer,
            references: &[
                dss("2.2.3"),
                dss("2.2.1"),
                cis("5.2.11 (v1.11), 5.2.10 (v1.12)"),
                nsa_supporting("Kubernetes Pod security"),
            ],
        },
    ],
};
