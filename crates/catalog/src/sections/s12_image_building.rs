//! Section 12, Container image building: what goes into an image before it ever runs.

use super::{cis, cis_supporting, dss, dss_supporting, nsa};
use crate::{Control, ControlId, Responsibility, Section, StatementPart};

/// The section's text and controls.
pub(crate) static SECTION: Section = Section {
    number: 12,
    title: "Container image building",
    slug: "12-image-building",
    intent: "What goes into an image is chosen, small, current and free of secrets, and the \
        program in it does not run as root. Whatever is built in is everywhere the image is.",
    controls: &[
        Control {
            id: ControlId::new(12, 1),
            title: "Minimal, current, trusted base images",
            intent: "Base images from unknown hands, or with packages nobody needs, widen the \
                area open to attack through the supply chain. Good is a short list of approved \
                minimal bases, rebuilt often, whose origin is known.",
            statements: &[StatementPart {
                id: "approved-bases",
                what: "Images in scope are built on a short list of approved, minimal bases \
                        of known origin, and rebuilt at a set pace.",
                evidence: &[
                    "List of approved bases with owner and last review",
                    "Sample of build files or build definitions",
                    "Build history that shows the pace of rebuilds",
                ],
                valid_days: 180,
            }],
            responsibility: Responsibility::Customer,
            references: &[
                dss("2.2.1"),
                dss("2.2.4"),
                dss("6.3.1"),
                dss("6.3.2"),
                dss("6.3.3"),
                nsa("Kubernetes Pod security (building secure images)"),
            ],
        },
        Control {
            id: ControlId::new(12, 2),
            title: "Base images from an owned registry",
            intent: "Pulling bases straight from the internet lets outsiders change what one \
                builds on. Good is bases copied into an owned registry after checks, and \
                builds that can pull from nowhere else.",
            statements: &[StatementPart {
                id: "base-mirror",
                what: "Base images are copied into a registry the organisation owns after \
                        they were checked, and builds cannot pull from anywhere else.",
                evidence: &[
                    "List of copied images with source and checks done",
                    "Sample of a base image's way from its source into the registry",
                    "Proof that a build's pull from a public registry is refused",
                ],
                valid_days: 180,
            }],
            responsibility: Responsibility::Customer,
            references: &[
                dss("6.3.2"),
                dss("2.2.1"),
                dss_supporting("6.5.1"),
                dss_supporting("12.5.1"),
                cis_supporting("5.5.1"),
                nsa("Kubernetes Pod security"),
            ],
        },
        Control {
            id: ControlId::new(12, 3),
            title: "Containers run as non-root",
            intent: "Root inside the container makes flaws in the kernel and the runtime easier \
                to use for getting out. Good is images that name a numeric user other than \
                root, and admission that refuses root.",
            statements: &[],
            responsibility: Responsibility::Customer,
            references: &[
                dss("2.2.6"),
                dss("7.2.5"),
                dss("2.2.1"),
                cis("5.2.7"),
                nsa("Kubernetes Pod security (non-root)"),
            ],
        },
        Control {
            id: ControlId::new(12, 4),
            title: "No secrets baked into images",
            intent: "A credential inside an image reaches everyone who can pull it, and stays \
                in old layers after it was deleted. Good is builds that see secrets without \
                storing them, scans that stop an image with a secret in it, and credentials \
                handed over only when the container runs.",
            statements: &[StatementPart {
                id: "build-secrets",
                what: "Builds receive secrets only in ways that leave nothing in the image, \
                        and a scan in the pipeline stops an image that contains one.",
                evidence: &[
                    "Pipeline definition of the scan and a sample of a build it stopped",
                    "Layer history of sampled images",
                    "Record of revocation for each secret that was ever found",
                ],
                valid_days: 180,
            }],
            responsibility: Responsibility::Customer,
            references: &[
                dss("8.6.2"),
                dss("8.3.2"),
                dss_supporting("6.2.3"),
                dss_supporting("3.6.1"),
                cis_supporting("5.4.1"),
                nsa("Kubernetes Pod security"),
            ],
        },
    ],
};
