//! Section 10, Patching: known holes in the orchestrator, its hosts and the images it runs.

use super::{dss, dss_supporting, nsa};
use crate::{Control, ControlId, Responsibility, Section, StatementPart};

/// The section's text and controls.
pub(crate) static SECTION: Section = Section {
    number: 10,
    title: "Patching",
    slug: "10-patching",
    intent: "The orchestrator, the hosts under it and the images on top of it are supported \
        versions with the known holes closed, and closed in time. A flaw that already has \
        a fix is the cheapest way in.",
    controls: &[
        Control {
            id: ControlId::new(10, 1),
            title: "Orchestrator supported and patched",
            intent: "Unsupported parts of the orchestrator keep holes that are publicly known. \
                Good is a minor version inside its vendor's support window, a recent patch \
                level, supported add-ons and container runtime, and the next upgrade planned.",
            statements: &[],
            responsibility: Responsibility::Shared,
            references: &[
                dss("6.3.3"),
                dss("12.3.4"),
                dss("6.3.1"),
                dss_supporting("11.3.1"),
                nsa("Upgrading and application security practices"),
            ],
        },
        Control {
            id: ControlId::new(10, 2),
            title: "Node OS and kernel patched",
            intent: "Weaknesses of the hosts undo every container control above them. Good is a \
                supported operating system image, nodes regularly replaced or restarted into \
                new kernels, and their age measured.",
            statements: &[
                StatementPart {
                    id: "node-vulnerability-scan",
                    what: "The nodes were scanned for vulnerabilities with credentials in the \
                        last quarter, and what ranked high or critical was resolved and \
                        scanned again.",
                    evidence: &[
                        "Report of the last authenticated scan of the nodes",
                        "Rescan that shows the findings resolved",
                    ],
                    valid_days: 90,
                },
                StatementPart {
                    id: "host-patching",
                    what: "Fixes for hosts are installed within the set periods, critical ones \
                        within a month, also where the cluster does not show it: live patches, \
                        firmware and hypervisors.",
                    evidence: &[
                        "Patch policy with its periods",
                        "Sample of recent fixes from release to roll-out",
                        "Live-patch status or extended support contract, where these are relied on",
                    ],
                    valid_days: 90,
                },
            ],
            responsibility: Responsibility::Customer,
            references: &[
                dss("6.3.3"),
                dss("12.3.4"),
                dss("11.3.1"),
                dss_supporting("11.3.1.2"),
                nsa("Upgrading and application security practices"),
                nsa("Network separation and hardening (worker nodes)"),
            ],
        },
        Control {
            id: ControlId::new(10, 3),
            title: "Images scanned, patched, redeployed",
            intent: "A vulnerable container, a cluster add-on included, is a foothold into the \
                orchestrator. Good is that every running image was scanned lately, that fixes \
                for critical flaws are rolled out within a month, and that rebuilt images \
                actually reach the cluster.",
            statements: &[
                StatementPart {
                    id: "vulnerability-ranking",
                    what: "Flaws found in images are ranked by a stated method, and each one \
                        not fixed in time has a recorded, approved decision.",
                    evidence: &[
                        "Scanner configuration: sources, scope and ranking method",
                        "Register of exceptions with approval and end date",
                    ],
                    valid_days: 180,
                },
                StatementPart {
                    id: "internal-scan-reports",
                    what: "Internal vulnerability scans of the last quarter cover the workloads \
                        in scope and were repeated until high and critical findings were \
                        resolved.",
                    evidence: &["Scan reports of the quarter", "Rescans after the fixes"],
                    valid_days: 90,
                },
            ],
            responsibility: Responsibility::Customer,
            references: &[
                dss("6.3.1"),
                dss("6.3.2"),
                dss("6.3.3"),
                dss("11.3.1"),
                dss("11.3.1.1"),
                nsa("Upgrading and application security practices"),
                nsa("Kubernetes Pod security (image scanning)"),
            ],
        },
    ],
};
