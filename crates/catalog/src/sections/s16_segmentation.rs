//! Section 16, Segmentation: how far an intruder gets from a workload that matters less.

use super::{cis, dss, dss_supporting, nsa};
use crate::{Control, ControlId, Responsibility, Section, StatementPart};

/// The section's text and controls.
pub(crate) static SECTION: Section = Section {
    number: 16,
    title: "Segmentation",
    slug: "16-segmentation",
    intent: "What handles card data is kept apart from what does not, by cluster, by node and \
        by rights, so that a break-in elsewhere stays elsewhere. It also decides what an \
        assessor has to look at.",
    controls: &[
        Control {
            id: ControlId::new(16, 1),
            title: "Dedicated clusters for high-security systems",
            intent: "In a shared cluster that was not hardened for tenants, an attacker climbs \
                from a weak workload to a sensitive one. Good is the cardholder data \
                environment on a cluster of its own; where it is not, a separation that can be \
                shown for the API, nodes, network, name resolution and storage.",
            statements: &[
                StatementPart {
                    id: "scope-document",
                    what: "The scope is documented and confirmed: the place of this cluster and \
                        of each namespace in it, the flows of card data, and the reason \
                        wherever scopes share a cluster.",
                    evidence: &[
                        "Scope document with the date and name of its confirmation",
                        "Data-flow and network diagrams",
                        "Reason and approval for each cluster that scopes share",
                    ],
                    valid_days: 365,
                },
                StatementPart {
                    id: "segmentation-test",
                    what: "A penetration test of the segmentation showed that systems out of \
                        scope cannot reach the cardholder data environment.",
                    evidence: &[
                        "Test report: method, starting points and results; no older than six \
                         months for service providers",
                        "Retest after findings or after a change of the segmentation",
                    ],
                    valid_days: 365,
                },
            ],
            responsibility: Responsibility::Customer,
            references: &[
                dss("2.2.3"),
                dss("1.4.1"),
                dss("1.4.2"),
                dss("12.5.2"),
                dss("11.4.5"),
                dss("11.4.6"),
                dss_supporting("6.5.3"),
                cis("5.6.1"),
                cis("5.6.4"),
                nsa("Network separation and hardening (namespaces, worker segmentation)"),
            ],
        },
        Control {
            id: ControlId::new(16, 2),
            title: "Critical systems on dedicated nodes",
            intent: "An ordinary container on the same node as a critical one can reach for the \
                shared kernel, disks and credentials. Good is critical workloads and the \
                cluster's own control services on nodes where nothing else lands.",
            statements: &[],
            responsibility: Responsibility::Customer,
            references: &[
                dss("2.2.3"),
                dss_supporting("1.4"),
                cis("1.2.7"),
                cis("1.2.14"),
                nsa("Network separation and hardening"),
            ],
        },
        Control {
            id: ControlId::new(16, 3),
            title: "Node-pool separation enforced",
            intent: "If users of low-security namespaces can steer pods onto high-security \
                nodes, a breakout lands inside the protected zone. Good is placement decided \
                by admission policy for each namespace rather than by the author's goodwill, \
                node labels that a node cannot forge, and an authorizer that ties each kubelet \
                to its own node.",
            statements: &[],
            responsibility: Responsibility::Shared,
            references: &[
                dss("2.2.3"),
                dss_supporting("7.2"),
                dss_supporting("11.4.5"),
                cis("1.2.7"),
                cis("1.2.14"),
                nsa("Network separation and hardening (worker node segmentation)"),
            ],
        },
        Control {
            id: ControlId::new(16, 4),
            title: "Tenants cannot change shared resources",
            intent: "An application team's rights over shared objects let it reach other teams' \
                data or the cluster itself. Good is that applications and their teams hold \
                rights in their own namespaces only, that cluster-wide kinds and system \
                namespaces are off limits to them, and that shared services such as name \
                resolution, ingress and policy are protected.",
            statements: &[],
            responsibility: Responsibility::Customer,
            references: &[
                dss("7.2.1"),
                dss("7.2.2"),
                dss("7.2.5"),
                dss("7.3"),
                dss_supporting("A1.1.2"),
                dss_supporting("A1.1.3"),
                cis("5.1"),
                cis("5.6.1"),
                cis("1.2.3"),
                nsa("Authentication and authorization"),
                nsa("Network separation and hardening"),
            ],
        },
    ],
};
