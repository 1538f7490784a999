//! Section 2, Authorization: what each identity may do, and who has looked at it.

use super::{cis, dss, nsa};
use crate::{Control, ControlId, Responsibility, Section, StatementPart};

/// The section's text and controls.
pub(crate) static SECTION: Section = Section {
    number: 2,
    title: "Authorization",
    slug: "02-authorization",
    intent: "Each identity may do what its job needs and no more, nothing stands above the \
        rules that can be edited, and someone looks regularly at what has piled up. Rights \
        that are too wide turn every small break-in into a large one.",
    controls: &[
        Control {
            id: ControlId::new(2, 1),
            title: "Least privilege, no blanket admin rights",
            intent: "Rights wider than the job let a user or service alter workloads nobody \
                meant them to touch, and a handful of verbs quietly amount to full control. \
                Good is narrow roles made for a purpose, full administration in nobody's daily \
                use, no wildcards, built-in broad roles not handed out across the whole \
                cluster, and the verbs that lead to more power held by controllers only.",
            statements: &[],
            responsibility: Responsibility::Customer,
            references: &[
                dss("7.2.1"),
                dss("7.2.2"),
                dss("7.2.5"),
                dss("7.3.1"),
                dss("7.3.2"),
                dss("7.3.3"),
                cis("5.1.1"),
                cis("5.1.2"),
                cis("5.1.3"),
                cis("5.1.4"),
                cis("5.1.8"),
                cis("5.1.9"),
                cis("5.1.10"),
                cis("5.1.11"),
                cis("5.1.12"),
                cis("5.1.13"),
                cis("5.1.14 (v2.1.0)"),
                cis("1.2.6"),
                cis("1.2.7"),
                cis("1.2.8"),
                cis("1.3.3"),
                nsa("Authentication and authorization"),
            ],
        },
        Control {
            id: ControlId::new(2, 2),
            title: "No hard-coded superuser group in use",
            intent: "Membership in a built-in group whose power cannot be edited gives \
                unlimited access that no change of roles takes away. Good is that such a group \
                is unused but for a sealed emergency credential, and that all access flows \
                from bindings which can be changed and seen.",
            statements: &[
                StatementPart {
                    id: "superuser-credentials",
                    what: "Nobody and no pipeline works with a credential of the hard-coded \
                        superuser group; those that exist are sealed for emergencies.",
                    evidence: &[
                        "Where each such credential lies and the record of its seal",
                        "Search of the audit log for requests made with that group in the period",
                        "Record of the last emergency use",
                    ],
                    valid_days: 180,
                },
                StatementPart {
                    id: "platform-admin-roles",
                    what: "Cloud or platform roles that imply full rights over the cluster, the \
                        creator's implicit rights included, are held by few named people for \
                        an approved need.",
                    evidence: &[
                        "Export of the cloud or platform role assignments that reach the cluster",
                        "Approval for each holder",
                    ],
                    valid_days: 180,
                },
            ],
            responsibility: Responsibility::Shared,
            references: &[
                dss("7.2.1"),
                dss("7.2.2"),
                dss("7.2.3"),
                dss("8.2.2"),
                dss("7.3"),
                cis("5.1.7"),
                nsa("Authentication and authorization"),
            ],
        },
        Control {
            id: ControlId::new(2, 3),
            title: "Recurring entitlement review",
            intent: "Permissions pile up over time until nobody has approved the total. Good is \
                an automatic comparison of rights with the last approved state, a person's \
                signature at least twice a year, and removal of grants that are no longer \
                used.",
            statements: &[
                StatementPart {
                    id: "entitlement-review",
                    what: "The rights of people and application accounts in the cluster were \
                        compared with present need by someone answerable for them, and what \
                        was not needed was removed.",
                    evidence: &[
                        "Minutes or tickets of the last two reviews, with reviewer and date",
                        "The snapshot of rights that was reviewed",
                        "Tickets for the rights removed, with proof that they are gone",
                    ],
                    valid_days: 180,
                },
                StatementPart {
                    id: "rights-outside-the-cluster",
                    what: "The review also covered rights that reach the cluster from outside \
                        it: cloud roles, identity provider groups, external authorizers and \
                        write access to deployment repositories.",
                    evidence: &[
                        "Scope of the review, naming each of these sources",
                        "Exports of the members reviewed",
                    ],
                    valid_days: 180,
                },
            ],
            responsibility: Responsibility::Customer,
            references: &[
                dss("7.2.4"),
                dss("7.2.5.1"),
                dss("7.2.3"),
                cis("5.1"),
                nsa("Authentication and authorization"),
                nsa("Audit logging and threat detection"),
            ],
        },
    ],
};
