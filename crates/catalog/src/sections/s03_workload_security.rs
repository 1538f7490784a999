//! Section 3, Workload security: what a container may touch, and whether its image is the one meant.

use super::{cis, dss, dss_supporting, nsa};
use crate::{Control, ControlId, Responsibility, Section};

/// The section's text and controls.
pub(crate) static SECTION: Section = Section {
    number: 3,
    title: "Workload security",
    slug: "03-workload-security",
    intent: "A container gets nothing of the node it runs on, and runs an image that is known \
        to be the one that was meant, from somebody who is trusted. These are the walls \
        between one broken workload and all others.",
    controls: &[
        Control {
            id: ControlId::new(3, 1),
            title: "Workloads cannot reach the node",
            intent: "A container that is given host resources is one step from owning the node \
                and everything on it. Good is a baseline guard enforced in every namespace and \
                a restricted one where card data is near, no privileged mode in applications, \
                and few, named exceptions that are confined to node agents.",
            statements: &[],
            responsibility: Responsibility::Customer,
            references: &[
                dss("2.2.1"),
                dss("2.2.3"),
                dss("2.2.4"),
                dss("2.2.6"),
                cis("5.2.1"),
                cis("5.2.2"),
                cis("5.2.3"),
                cis("5.2.4"),
                cis("5.2.5"),
                cis("5.2.6"),
                cis("5.2.8"),
                cis("5.2.9 (v1.11 only)"),
                cis("5.2.10 (v1.11), 5.2.9 (v1.12)"),
                cis("5.2.11 (v1.11), 5.2.10 (v1.12)"),
                cis("5.2.12 (v1.11), 5.2.11 (v1.12)"),
                cis("5.2.13 (v1.11), 5.2.12 (v1.12)"),
                cis("5.6.2"),
                cis("5.6.3"),
                cis("4.2.14"),
                nsa("Kubernetes Pod security"),
            ],
        },
        Control {
            id: ControlId::new(3, 2),
            title: "Pinned and verified image versions",
            intent: "An image reference that can move lets someone swap the content behind a \
                name that still looks right. Good is a signature checked when the pod is \
                admitted; failing that a digest in each manifest; and tags alone only in a \
                registry of one's own that does not let them be overwritten.",
            statements: &[],
            responsibility: Responsibility::Customer,
            references: &[
                dss("6.5.1"),
                dss_supporting("6.3.2"),
                dss_supporting("11.5.2"),
                cis("5.5.1"),
                cis("1.2.11"),
                nsa("Kubernetes Pod security (building secure images)"),
                nsa("Upgrading and application security practices"),
            ],
        },
        Control {
            id: ControlId::new(3, 3),
            title: "Images only from trusted sources",
            intent: "An image from an unvetted publisher brings its malware and its holes \
                along. Good is a list of allowed registries that admission enforces, with \
                third-party images copied in-house, scanned and signed again before they may \
                run.",
            statements: &[],
            responsibility: Responsibility::Customer,
            references: &[
                dss("6.3.2"),
                dss("6.3.1"),
                dss_supporting("12.5.1"),
                dss_supporting("5.2.1"),
                cis("5.5.1"),
                nsa("Kubernetes Pod security"),
                nsa("Upgrading and application security practices"),
            ],
        },
    ],
};
