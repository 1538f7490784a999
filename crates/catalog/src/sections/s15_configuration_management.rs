//! Section 15, Configuration management: changes tried out, against a standard written down.

use super::{cis, dss, dss_supporting, nsa};
use crate::{Control, ControlId, Responsibility, Section, StatementPart};

/// The section's text and controls.
pub(crate) static SECTION: Section = Section {
    number: 15,
    title: "Configuration management",
    slug: "15-configuration-management",
    intent: "Changes are tried out before they reach production, and what good configuration is \
        has been written down and is measured. Misconfiguration is a hole no patch closes.",
    controls: &[Control {
        id: ControlId::new(15, 1),
        title: "Changes tested; hardening baseline kept",
        intent: "A misconfiguration that slips in opens a hole that no patch closes. Good \
                is a test environment that resembles production, automated tests of manifests \
                and policies, and a written hardening standard drawn from recognised \
                benchmarks, reviewed when threats change and measured all the time.",
        statements: &[
            StatementPart {
                id: "hardening-standard",
                what: "A written hardening standard for cluster, nodes and workloads, drawn \
                        from recognised benchmarks, was reviewed in the last year, and \
                        deviations from it are approved.",
                evidence: &[
                    "The standard, with owner and last review",
                    "Latest benchmark results and what was decided about each failure",
                ],
                valid_days: 365,
            },
            StatementPart {
                id: "change-testing",
                what: "Changes are tested in an environment that resembles production and \
                        approved with their impact and the way back known, before they reach \
                        production.",
                evidence: &[
                    "Sample of change tickets with impact, approval, test result and way back",
                    "Runs of the automated tests of manifests and policies",
                ],
                valid_days: 180,
            },
            StatementPart {
                id: "environment-separation",
                what: "Test and production environments are separated by systems and by \
                        rights.",
                evidence: &[
                    "Drawing of the environments and the controls between them",
                    "Role lists of both",
                ],
                valid_days: 365,
            },
        ],
        responsibility: Responsibility::Customer,
        references: &[
            dss("2.2.1"),
            dss("6.5.1"),
            dss("6.5.2"),
            dss("6.5.3"),
            dss_supporting("11.3.1.3"),
            cis("whole benchmark"),
            nsa("whole guide"),
            nsa("Upgrading and application security practices"),
        ],
    }],
};
