//! Statements: which of them count at an instant, for which parts of which controls, and why the others do not.

use std::collections::BTreeMap;

use assay_catalog::{ControlId, PROVIDER_PART, StatementPart};
use assay_checks::REVIEW;
use assay_inventory::view::{Statement, Text};
use assay_inventory::{Blind, Inventory, Kind};
use chrono::{DateTime, TimeDelta, Utc};

/// Whether a statement counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatementState {
    /// It says nothing that counts, for the reason given.
    Inert,
    /// Its time is over.
    Expired,
    /// It counts.
    Active,
}

/// How one statement stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Standing {
    /// Whether it counts.
    pub state: StatementState,
    /// Its name.
    pub name: Text,
    /// The control it names, as written; empty if it cannot be read.
    pub control: Text,
    /// The part it names, as written; empty if it cannot be read.
    pub part: Text,
    /// Why it does not count; empty if it does.
    pub message: String,
}

/// All statements for one profile at one instant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Statements {
    /// How each stands, what does not count first.
    pub standings: Vec<Standing>,
    /// Why none can be seen; then none counts.
    pub blind: Option<Blind>,
    /// By control and part, the first by name of those that count.
    pub(crate) covered: BTreeMap<(ControlId, &'static str), Text>,
    /// When time alone will change this.
    pub(crate) due: Option<DateTime<Utc>>,
}

impl Statements {
    /// How the statements stand at `now`.
    #[must_use]
    pub fn at(inventory: &Inventory, profile: &str, now: DateTime<Utc>) -> Self {
        let mut all = Self {
            blind: inventory.blind(Kind::ComplianceStatement, now),
            ..Self::default()
        };
        if all.blind.is_some() {
            return all;
        }
        for (name, statement) in inventory.statements() {
            match statement {
                Ok(statement) if statement.is_for(profile) => all.take(statement, now),
                Ok(_) => {}
                Err(error) => all.standings.push(Standing {
                    state: StatementState::Inert,
                    name: name.clone(),
                    control: Text::default(),
                    part: Text::default(),
                    message: format!("cannot be read: {error}"),
                }),
            }
        }
        all.standings.sort();
        all
    }

    fn take(&mut self, statement: &Statement, now: DateTime<Utc>) {
        let (state, message) = match Term::of(statement) {
            Err(message) => (StatementState::Inert, message),
            Ok(term) => {
                let boundaries = [term.from, term.until].into_iter();
                let next = boundaries.filter(|boundary| now < *boundary);
                self.due = self.due.into_iter().chain(next).min();
                if now < term.from {
                    let message = "spec.statedAt has not come yet".to_owned();
                    (StatementState::Inert, message)
                } else if now < term.until {
                    let part = (term.control, term.part.id);
                    let name = statement.meta.name.clone();
                    self.covered.entry(part).or_insert(name);
                    (StatementState::Active, String::new())
                } else {
                    (StatementState::Expired, term.over())
                }
            }
        };
        self.standings.push(Standing {
            state,
            name: statement.meta.name.clone(),
            control: statement.control.clone(),
            part: statement.part.clone(),
            message,
        });
    }

    /// The statement that vouches for a part of a control, if one does.
    #[must_use]
    pub fn on(&self, control: ControlId, part: &StatementPart) -> Option<&Text> {
        self.covered.get(&(control, part.id))
    }

    /// The first statement on a part of a control whose time is over.
    pub(crate) fn over(&self, control: ControlId, part: &StatementPart) -> Option<&Text> {
        let control = control.to_string();
        self.standings
            .iter()
            .find(|standing| {
                standing.state == StatementState::Expired
                    && standing.control.as_ref() == control
                    && standing.part.as_ref() == part.id
            })
            .map(|standing| &standing.name)
    }
}

/// What a statement is on, and from when until when it counts.
struct Term {
    control: ControlId,
    part: &'static StatementPart,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    /// Whether it ends because statements on this part count for so long and no longer.
    capped: bool,
}

impl Term {
    /// The term of a statement, or why it never counts.
    fn of(statement: &Statement) -> Result<Self, String> {
        let known = statement.control.parse().ok();
        let Some((_, control)) = known.and_then(assay_catalog::control) else {
            return Err(format!(
                "spec.control {:?} is no control; `assay explain` takes the numbers there are",
                clipped(&statement.control)
            ));
        };
        let mut parts = control.statements.iter().chain([&PROVIDER_PART]);
        let Some(part) = parts.find(|part| part.id == statement.part.as_ref()) else {
            let parts = control.statements.iter().chain([&PROVIDER_PART]);
            let known: Vec<&str> = parts.map(|part| part.id).collect();
            return Err(format!(
                "spec.part {:?} is no part of {}; write one of {}",
                clipped(&statement.part),
                control.id,
                known.join(", ")
            ));
        };
        if (control.id, part.id) == REVIEW && statement.reviewed.is_none() {
            return Err(
                "spec.reviewed is unset; copy status.entitlements of the profile as it was reviewed"
                    .to_owned(),
            );
        }
        let longest = TimeDelta::days(part.valid_days.into());
        let longest = statement.stated_at.checked_add_signed(longest);
        let until = longest.map_or(statement.valid_until, |longest| {
            longest.min(statement.valid_until)
        });
        if until <= statement.stated_at {
            return Err("spec.validUntil is not after spec.statedAt".to_owned());
        }
        Ok(Self {
            control: control.id,
            part,
            from: statement.stated_at,
            until,
            capped: until < statement.valid_until,
        })
    }

    fn over(&self) -> String {
        if self.capped {
            format!(
                "statements on {} count for {} days from spec.statedAt; state it anew",
                self.part.id, self.part.valid_days
            )
        } else {
            "spec.validUntil has passed; state it anew".to_owned()
        }
    }
}

/// What somebody else wrote may be longer than a message should be.
fn clipped(text: &str) -> String {
    const LONGEST: usize = 64;
    text.chars().take(LONGEST).collect()
}
