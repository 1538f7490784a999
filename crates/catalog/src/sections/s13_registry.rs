//! Section 13, Registry: the shelf that production takes its images from.

use super::{cis, cis_supporting, dss, dss_supporting, nsa};
use crate::{Control, ControlId, Responsibility, Section, StatementPart};

/// The section's text and controls.
pub(crate) static SECTION: Section = Section {
    number: 13,
    title: "Registry",
    slug: "13-registry",
    intent: "The shelf from which production takes its images is guarded: who may put something \
        there, what is on it, whether it is fit to run, and whether what arrives is what was \
        built.",
    controls: &[
        Control {
            id: ControlId::new(13, 1),
            title: "Registry access and push rights controlled",
            intent: "Whoever can overwrite an image can run code in production. Good is a \
                private registry, identities of their own for people and pipelines, pull \
                rights apart from push rights, tags that cannot be overwritten, and logs of \
                both.",
            statements: &[
                StatementPart {
                    id: "push-rights",
                    what: "Only the identities of pipelines may push where production pulls \
                        from, and credentials used for pulling cannot push.",
                    evidence: &[
                        "Roles and members exported from the registry",
                        "List of push identities and the pipeline each belongs to",
                        "Setting that keeps tags from being overwritten",
                    ],
                    valid_days: 180,
                },
                StatementPart {
                    id: "registry-administration",
                    what: "Administrators of the registry use named accounts with multi-factor \
                        sign-in, and access and changes are logged and looked at.",
                    evidence: &[
                        "Sign-in setting and list of administrators",
                        "Sample of the registry's audit log and record of its review",
                    ],
                    valid_days: 180,
                },
            ],
            responsibility: Responsibility::Customer,
            references: &[
                dss("7.2.1"),
                dss("7.2.2"),
                dss("7.2.5"),
                dss_supporting("10.2.1.2"),
                dss_supporting("6.5.1"),
                cis("1.2.11"),
                nsa("Kubernetes Pod security"),
            ],
        },
        Control {
            id: ControlId::new(13, 2),
            title: "Production and non-production registries split",
            intent: "From a shared shelf, unfinished or unmaintained images slip into \
                production. Good is that production pulls only from a registry, or a project \
                with rights of its own, that is fed by promotion.",
            statements: &[StatementPart {
                id: "registry-separation",
                what: "Production pulls only from a registry or project to which \
                        non-production work cannot write, and images get there by approved \
                        promotion.",
                evidence: &[
                    "Drawing of the registries with the rights on each",
                    "Sample of promotions with approval",
                    "Rules on how long images are kept",
                ],
                valid_days: 365,
            }],
            responsibility: Responsibility::Customer,
            references: &[dss("6.5.3"), dss("6.5.4"), dss_supporting("6.5.5")],
        },
        Control {
            id: ControlId::new(13, 3),
            title: "Registry scans and blocks bad images",
            intent: "Vulnerable images stay deployable when nobody looks at the shelf. Good is \
                a registry that scans what it holds again and again, and a policy that stops \
                deployment of anything above a set threshold.",
            statements: &[StatementPart {
                id: "registry-scanning",
                what: "Images in the production registry are scanned when they arrive and \
                        again as new flaws become known, and those above the threshold cannot \
                        be pulled or deployed.",
                evidence: &[
                    "Scan settings of the registry: schedule and threshold",
                    "Sample of an image that was blocked",
                    "List of images allowed past the threshold, with approval",
                ],
                valid_days: 180,
            }],
            responsibility: Responsibility::Customer,
            references: &[
                dss("6.3.1"),
                dss("6.3.3"),
                dss("11.3.1"),
                dss("11.3.1.1"),
                cis_supporting("5.5.1"),
                nsa("Kubernetes Pod security"),
                nsa("Upgrading and application security practices"),
            ],
        },
        Control {
            id: ControlId::new(13, 4),
            title: "Only signed pipeline images admitted",
            intent: "Between build and run a good image can be swapped for another. Good is a \
                build that signs, and a cluster that verifies who signed and refuses \
                everything else, everywhere in scope, also when the verifier itself is down.",
            statements: &[],
            responsibility: Responsibility::Customer,
            references: &[
                dss("6.5.1"),
                dss_supporting("11.5.2"),
                dss_supporting("6.2.3"),
                dss_supporting("6.3.2"),
                cis("5.5.1"),
                nsa("Kubernetes Pod security"),
                nsa("Upgrading and application security practices"),
            ],
        },
    ],
};
