//! Section 14, Version management: where configuration comes from, and who agreed to it.

use super::{cis_supporting, dss, dss_supporting, nsa_supporting};
use crate::{Control, ControlId, Responsibility, Section, StatementPart};

/// The section's text and controls.
pub(crate) static SECTION: Section = Section {
    number: 14,
    title: "Version management",
    slug: "14-version-management",
    intent: "The configuration of the cluster and its workloads comes from a versioned source \
        that somebody reviewed, and the live state is that source's. What was changed by hand \
        is a change nobody agreed to.",
    controls: &[Control {
        id: ControlId::new(14, 1),
        title: "Config under version control and labelled",
        intent: "Untracked configuration lets someone alter the environment without trace \
                or review. Good is all configuration that is not secret coming from version \
                control after review, a live state that is steadily brought back to it, \
                related objects kept together, and labels that say what each thing is and \
                whose.",
        statements: &[
            StatementPart {
                id: "change-review",
                what: "Configuration reaches the cluster only after somebody other than its \
                        author approved it, network rules and the definition of the cluster \
                        itself included.",
                evidence: &[
                    "Protection settings of the repositories and who can bypass them",
                    "Sample of changes, a network rule among them, from proposal to cluster",
                ],
                valid_days: 180,
            },
            StatementPart {
                id: "complete-source",
                what: "The cluster's configuration, secrets aside, can be rebuilt from \
                        version control, where related objects lie together.",
                evidence: &[
                    "Map of the repositories: clusters, add-ons, applications",
                    "Record of the last rebuild or comparison with the live state",
                ],
                valid_days: 365,
            },
        ],
        responsibility: Responsibility::Customer,
        references: &[
            dss("6.5.1"),
            dss("1.2.2"),
            dss_supporting("1.2.8"),
            dss_supporting("2.2.1"),
            cis_supporting("5.6.1"),
            cis_supporting("5.6.4"),
            nsa_supporting("Upgrading and application security practices"),
        ],
    }],
};
