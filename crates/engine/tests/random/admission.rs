//! What admission makes of pods that are tried.

use std::collections::BTreeMap;

use assay_inventory::{AdmissionProbe, Blind, Evidence, Fact, Fate, Flaw, Reason, Refusal, Under};
use chrono::{DateTime, Utc};
use proptest::prelude::*;
use proptest::sample::select;

use super::objects::NAMESPACES;

/// Pods were tried in a namespace.
#[derive(Debug, Clone)]
pub(crate) struct Tried {
    /// Its name.
    pub(crate) namespace: &'static str,
    /// Whether it was as it is now, or as it is at the beginning.
    pub(crate) present: bool,
    /// What became of the sound pod, of the privileged one, and of all others.
    fates: [u8; 3],
}

pub(crate) fn tried() -> impl Strategy<Value = Tried> {
    let fate = || 0..4_u8;
    (
        select(&NAMESPACES[..]),
        any::<bool>(),
        [fate(), fate(), fate()],
    )
        .prop_map(|(namespace, present, fates)| Tried {
            namespace,
            present,
            fates,
        })
}

fn fate(which: u8) -> Fate {
    match which {
        0 => Fate::Taken,
        1 => Fate::Mended,
        2 => Fate::Refused(Refusal {
            by: "a policy".into(),
            says: "no".into(),
        }),
        _ => Fate::Untold(Blind::new(Reason::Unreachable, "no room")),
    }
}

impl Tried {
    pub(crate) fn evidence(&self, under: Under, at: DateTime<Utc>) -> Evidence {
        let [sound, privileged, others] = self.fates;
        let mut flawed: BTreeMap<Flaw, Fate> = Flaw::ALL.map(|flaw| (flaw, fate(others))).into();
        flawed.insert(Flaw::Privileged, fate(privileged));
        Evidence {
            about: self.namespace.into(),
            at,
            fact: Fact::AdmissionProbe(AdmissionProbe {
                under,
                sound: fate(sound),
                flawed,
            }),
        }
    }
}
