//! Signals of section 7.

use super::{FLAGS, METRICS, OTHERS, STATED, Signal, by, not};
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
        by(
            "A collector on every control-plane node that reads the log file",
            &["audit-log-uncollected"],
        ),
        not("Audit profiles and forwarders of OpenShift", OTHERS),
        not(
            "Audit logging of a managed control plane, as objects of infrastructure tools say",
            OTHERS,
        ),
        by(
            "Who may read or delete the logs: pods that mount the path",
            &["audit-log-readers"],
        ),
        not(
            "Who may read or delete the logs: rights in the namespace of the collectors",
            "what lets somebody run commands or write there is judged for 2.1, in every namespace",
        ),
        not(
            "Retention, alerts and protection where the logs arrive",
            STATED,
        ),
    ],
)];
