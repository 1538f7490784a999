//! Gathers what could not be judged by its cause, since one cause blinds many checks and is mended once.

use std::collections::{BTreeMap, BTreeSet};

use assay_catalog::ControlId;
use assay_checks::CheckKind;
use assay_engine::{CheckState, Engine, Outcome, SectionState};
use assay_inventory::view::Text;
use assay_inventory::{Blind, Reason};

use crate::Unknown;

#[derive(Default)]
struct Concerned {
    controls: BTreeSet<ControlId>,
    checks: BTreeSet<&'static str>,
    partly: bool,
}

#[derive(Default)]
struct Causes(BTreeMap<(Reason, Text), Concerned>);

impl Causes {
    fn note(&mut self, blind: &Blind, control: ControlId) -> &mut Concerned {
        let key = (blind.reason, blind.message.clone());
        let concerned = self.0.entry(key).or_default();
        concerned.controls.insert(control);
        concerned
    }
}

/// Every cause, by reason and message. `unread` tells that some objects could not be read at all.
pub(crate) fn gather(engine: &Engine, sections: &[SectionState], unread: bool) -> Vec<Unknown> {
    let mut causes = Causes::default();
    for (_, check, outcome) in engine.outcomes() {
        if let Outcome::Unknown(blind) = outcome {
            let concerned = causes.note(blind, check.meta.control);
            concerned.checks.insert(check.meta.id);
        }
    }
    let nobody_knows = Blind::new(
        Reason::Unparseable,
        "what could not be read may be anything: mend it and scan again",
    );
    for state in sections.iter().flat_map(|section| &section.controls) {
        let control = state.control.id;
        for check in &state.checks {
            let unread = Some(&nobody_knows).filter(|_| unread && reads_objects(check));
            for blind in check.blind.iter().chain(unread) {
                causes.note(blind, control).checks.insert(check.id);
            }
        }
        if let Some((reason, message)) = &state.why
            && *reason == Reason::ScopeNotDeclared.as_str()
        {
            causes.note(
                &Blind::new(Reason::ScopeNotDeclared, message.as_str()),
                control,
            );
        }
        if let Some(blind) = &engine.statements().blind
            && !state.control.statements.is_empty()
        {
            causes.note(blind, control);
        }
        if !state.checks.iter().any(is_requirement) {
            let message = "no requirement of this version of Assay judges it";
            causes.note(&Blind::new(Reason::NotYetJudged, message), control);
        } else if let Some(parts) = assay_checks::pending(control) {
            // Said even where the control fails for another reason.
            let message = format!("this version of Assay does not judge yet: {parts}");
            let blind = Blind::new(Reason::NotYetJudged, message);
            causes.note(&blind, control).partly = true;
        }
    }
    causes.0.into_iter().map(unknown).collect()
}

fn is_requirement(check: &CheckState) -> bool {
    check.kind == CheckKind::Requirement
}

/// Whether a check's outcome can depend on objects, so that one that could not be read may have changed it. What the
/// profile switches off depends on nothing.
pub(crate) fn reads_objects(check: &CheckState) -> bool {
    let off = |blind: &Blind| blind.reason == Reason::DisabledByProfile;
    if check.blind.as_ref().is_some_and(off) {
        return false;
    }
    assay_checks::find(check.id).is_some_and(|check| {
        let subject = check.rule.judge.subject_kind().kinds();
        let read = check.rule.reads.iter();
        !subject.is_empty() || read.into_iter().any(|read| !read.kinds().is_empty())
    })
}

fn unknown(((reason, message), concerned): ((Reason, Text), Concerned)) -> Unknown {
    Unknown {
        reason: reason.as_str().to_owned(),
        message: message.to_string(),
        controls: concerned.controls.iter().map(ToString::to_string).collect(),
        checks: concerned
            .checks
            .into_iter()
            .map(ToOwned::to_owned)
            .collect(),
        partly: concerned.partly,
    }
}
