//! Signals: what of a control can be seen in or through a cluster, each with the checks that judge it or the reason why
//! none does. So far of the sections on identity, authority, certificates and audit.

mod s01_authentication;
mod s02_authorization;
mod s05_pki;
mod s07_auditing;

use crate::ControlId;

/// Something by which a control can be judged from the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal {
    /// What it is, in our words.
    pub text: &'static str,
    /// What looks at it.
    pub judged: Judged,
}

/// What looks at a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// Checks, by id.
    By(&'static [&'static str]),
    /// None, for this reason.
    Not(&'static str),
}

/// A signal that checks judge.
const fn by(text: &'static str, checks: &'static [&'static str]) -> Signal {
    Signal {
        text,
        judged: Judged::By(checks),
    }
}

/// A signal that nothing judges.
const fn not(text: &'static str, why: &'static str) -> Signal {
    Signal {
        text,
        judged: Judged::Not(why),
    }
}

// Reasons that many signals share.
const STATED: &str = "lies outside the cluster: a statement tells of it";
const AUDIT: &str = "needs the audit log, which Assay does not read";

/// The signals of a control; none of a control that is not listed yet.
#[must_use]
pub fn signals(control: ControlId) -> &'static [Signal] {
    let sections = [
        s01_authentication::SIGNALS,
        s02_authorization::SIGNALS,
        s05_pki::SIGNALS,
        s07_auditing::SIGNALS,
    ];
    sections
        .into_iter()
        .flatten()
        .find(|(id, _)| *id == control)
        .map_or(&[], |(_, signals)| signals)
}

/// Numbers of the sections whose signals are listed.
pub const SECTIONS_WITH_SIGNALS: [u8; 4] = [1, 2, 5, 7];
