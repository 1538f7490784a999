//! Signals of section 7.

use super::{STATED, Signal, by, not};
use crate::ControlId;

pub(super) static SIGNALS: &[(ControlId, &[Signal])] = &[(
    ControlId::new(7, 1),
    &[
        by(
            "A policy together with a log file or a webhook",
            &["audit-off"],
        ),
        by(
            "Events that are counted while requests come in",
            &["audit-off"],
        ),
        by(
            "How much is recorded: levels of events",
            &["audit-level-thin"],
        ),
        by(
            "Events that were lost or requests that were refused for it",
            &["audit-events-lost"],
        ),
        not(
            "Events that a webhook may drop: `--audit-webhook-mode=batch` and its buffers",
            "batch is the default and no flaw by itself: what a full buffer drops is counted, and `audit-events-lost` finds it",
        ),
        by(
            "How long log files stay on the control plane's disk",
            &["audit-log-retention"],
        ),
        by(
            "A collector on every control-plane node that reads the log file",
            &["audit-log-uncollected"],
        ),
        by("Audit profiles of OpenShift", &["audit-off"]),
        by(
            "Forwarders of OpenShift, whether they take the audit log along",
            &["openshift-audit-not-forwarded"],
        ),
        by(
            "Audit logging of clusters of EKS, as objects of infrastructure tools say",
            &["described-cluster-unaudited"],
        ),
        not(
            "Diagnostic settings of AKS",
            "not yet: they are objects of their own beside the cluster's, which are not read",
        ),
        by(
            "Who may read or delete the logs: pods that mount the path",
            &["audit-log-readers"],
        ),
        not(
            "Who may read or delete the logs: rights in the namespace of the collectors",
            "what lets somebody run commands or write there is judged for 2.1, in every namespace",
        ),
        by(
            "Systems for building and deploying that run in the cluster",
            &["ci-cd-system"],
        ),
        not("What such systems record, and where", STATED),
        not(
            "Retention, alerts and protection where the logs arrive",
            STATED,
        ),
    ],
)];
