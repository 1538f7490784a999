//! What admission makes of pods that are tried.

use assay_inventory::{AdmissionProbe, Blind, Fact, Fate, Flaw, Reason, Refusal, Under};

/// `FATE | FLAW FATE | …`: what became of the pod without a flaw, and of those with one; `all` stands for every flaw. A fate is
/// `taken`, `mended`, `refused BY[: WHAT IT SAYS]` or `untold WHY`. The namespace has no labels.
pub(super) fn probe(said: &str) -> Fact {
    let mut parts = said.split(" | ");
    let sound = fate(parts.next().unwrap_or_default());
    let mut flawed = std::collections::BTreeMap::new();
    for part in parts {
        let Some((flaw, became)) = part.split_once(' ') else {
            panic!("not `FLAW FATE`: {part}");
        };
        let named = |known: &Flaw| flaw == "all" || format!("{known:?}") == flaw;
        let flaws: Vec<Flaw> = Flaw::ALL.into_iter().filter(named).collect();
        assert!(!flaws.is_empty(), "no such flaw: {flaw}");
        flawed.extend(flaws.into_iter().map(|flaw| (flaw, fate(became))));
    }
    Fact::AdmissionProbe(AdmissionProbe {
        under: Under::default(),
        sound,
        flawed,
    })
}

fn fate(said: &str) -> Fate {
    match said.split_once(' ') {
        None if said == "taken" => Fate::Taken,
        None if said == "mended" => Fate::Mended,
        Some(("refused", by)) => {
            let (by, says) = by.split_once(": ").unwrap_or((by, ""));
            Fate::Refused(Refusal {
                by: by.into(),
                says: says.into(),
            })
        }
        Some(("untold", why)) => Fate::Untold(Blind::new(Reason::Unreachable, why)),
        _ => panic!("no such fate: {said}"),
    }
}
