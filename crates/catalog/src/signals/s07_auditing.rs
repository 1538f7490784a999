//! Signals of section 7.

use super::{FLAGS, METRICS, STATED, Signal, by, not};
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
        not("How much is recorded: levels of events", METRICS),
        by(
            "Events that were lost or requests that were refused for it",
            &["audit-events-lost"],
        ),
        not("How long log files stay on the control plane's disk", FLAGS),
        not(
            "A collector on every control-plane node that reads the log file",
            "not yet: no check looks for collectors",
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
        not(
            "Who may read or delete the logs: rights in their namespace, pods that mount the path",
            "not yet: no check looks for collectors",
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
