//! Section 11, Resource management: one workload starving the others.

use super::{cis, cis_supporting, dss_supporting, nsa};
use crate::{Control, ControlId, Responsibility, Section};

/// The section's text and controls.
pub(crate) static SECTION: Section = Section {
    number: 11,
    title: "Resource management",
    slug: "11-resource-management",
    intent: "No workload, hijacked or merely faulty, can take so much of a node or a cluster \
        that the others stop.",
    controls: &[Control {
        id: ControlId::new(11, 1),
        title: "Resource limits on every workload",
        intent: "A hijacked or faulty container starves its neighbours of memory, processor \
                time, disk or process slots. Good is memory limits everywhere, processor \
                requests with limits or a fair-share policy, caps on temporary storage and \
                processes, and quotas and defaults in each namespace.",
        statements: &[],
        responsibility: Responsibility::Customer,
        references: &[
            dss_supporting("2.2.1"),
            cis("4.2.13"),
            cis_supporting("1.2.9"),
            nsa("Network separation and hardening (resource policies)"),
        ],
    }],
};
