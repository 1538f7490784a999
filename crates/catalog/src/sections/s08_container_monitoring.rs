//! Section 8, Container monitoring: what containers log and do, seen from outside them.

use super::{cis_supporting, dss, dss_supporting, nsa};
use crate::{Control, ControlId, Responsibility, Section, StatementPart};

/// The section's text and controls.
pub(crate) static SECTION: Section = Section {
    number: 8,
    title: "Container monitoring",
    slug: "08-container-monitoring",
    intent: "What happens inside containers is seen from outside them: their logs outlive them \
        and can be put together, and a program or file that was not there before raises an \
        alarm.",
    controls: &[
        Control {
            id: ControlId::new(8, 1),
            title: "Central, correlatable container logs",
            intent: "Logs that live with the container vanish with it, and events spread over \
                replicas cannot be put together. Good is a collector on every node, or beside \
                the container where that is impossible, that adds namespace, pod, container \
                and image to each line and ships it to a separate store with retention and \
                access control.",
            statements: &[
                StatementPart {
                    id: "log-store",
                    what: "In the central store one application can be followed across replicas \
                        and restarts, logs are kept twelve months, and few can delete them.",
                    evidence: &[
                        "Query that follows one application across replicas and restarts",
                        "Retention setting and access list of the store",
                        "How logs are collected where no node collector can run, or where \
                         applications log to files",
                    ],
                    valid_days: 180,
                },
                StatementPart {
                    id: "log-review",
                    what: "Logs of systems in scope are reviewed daily by automated means, and \
                        what stands out is followed up.",
                    evidence: &[
                        "Review rules or searches in force",
                        "Sample of alerts from the period and what was done about them",
                    ],
                    valid_days: 90,
                },
            ],
            responsibility: Responsibility::Customer,
            references: &[
                dss("10.2.1"),
                dss("10.3.3"),
                dss("10.4.1.1"),
                dss("10.5.1"),
                dss("10.7.2"),
                cis_supporting("4.2.8"),
                nsa("Audit logging and threat detection (worker node and container logging, SIEM)"),
            ],
        },
        Control {
            id: ControlId::new(8, 2),
            title: "Detect new binaries and file changes",
            intent: "Short-lived containers give an intruder room to drop tools and run them \
                unseen. Good is a sensor that understands containers on every node, rules for \
                new executables, drift from the image and writes to watched files, alerts that \
                reach people, and read-only root file systems as prevention.",
            statements: &[
                StatementPart {
                    id: "detection-test",
                    what: "A test in which a new program was run or a watched file changed in a \
                        container raised an alert that reached the people on call.",
                    evidence: &[
                        "The alert from the test, with times",
                        "On-call routing of such alerts",
                    ],
                    valid_days: 180,
                },
                StatementPart {
                    id: "detection-scope",
                    what: "Rules for new executables and changed files cover every workload in \
                        scope, and where no sensor can run something else does its work.",
                    evidence: &[
                        "Rule set in force and its last change",
                        "Files and paths watched, and how often they are compared",
                        "List of workloads no sensor can see, with the control in its place",
                    ],
                    valid_days: 365,
                },
            ],
            responsibility: Responsibility::Customer,
            references: &[
                dss("11.5.2"),
                dss_supporting("11.5.1"),
                dss_supporting("5.2.1"),
                dss_supporting("5.2.2"),
                dss_supporting("5.2.3"),
                dss("10.7.2"),
                dss_supporting("12.10.5"),
                nsa("Audit logging and threat detection"),
                nsa("Kubernetes Pod security (immutable file systems)"),
            ],
        },
    ],
};
