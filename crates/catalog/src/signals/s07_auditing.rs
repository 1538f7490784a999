//! Signals of section 7.

use super::{OTHERS, STATED, Signal, by, not};
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
        by(
            "How long log files stay on the control plane's disk",
            &["audit-log-retention"],
        ),
        not(
            "A collector on every control-plane node that reads the log file",
            "not yet: no check looks for collectors",
        ),
        not("Audit profiles and forwarders of OpenShift", OTHERS),
        not(
            "Audit logging of a managed control plane, as objects of infrastructure tools say",
            OTHERS,
        ),
        not(
            "Who may read or delete the logs: rights in their namespace, pods that mount the path",
            "not yet: no check looks for collectors",
        ),
        not(
            "Retention, alerts and protection where the logs arrive",
            STATED,
        ),
    ],
)];
