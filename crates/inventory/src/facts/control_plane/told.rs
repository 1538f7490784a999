//! What was told of a component: who told, who did not, and what was noted instead.

use crate::Blind;
use crate::view::Flags;

/// What is known of all instances of a component.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told<'a> {
    /// Each that was told of.
    pub instances: Vec<Instance<'a>>,
    /// Why some are not known; only without it do the others speak for all.
    pub untold: Option<Blind>,
    /// What was noted for those that are not known. It shows what they were to be given beside what is not noted, and not what they run
    /// with: what is given there counts, what is missing there tells nothing, and nobody passes by it.
    pub noted: Vec<Instance<'a>>,
}

/// One instance of a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance<'a> {
    /// As messages name it.
    pub name: String,
    /// Its flags.
    pub flags: &'a Flags,
}

impl<'a> Told<'a> {
    pub(super) fn shows(&mut self, instance: Instance<'a>) {
        if !self.instances.contains(&instance) {
            self.instances.push(instance);
        }
    }

    pub(super) fn lacks(&mut self, blind: Blind) {
        let graver = |held: &Blind| blind.reason < held.reason;
        if self.untold.as_ref().is_none_or(graver) {
            self.untold = Some(blind);
        }
    }

    /// What both tell.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.instances.extend(other.instances);
        self.noted.extend(other.noted);
        if let Some(blind) = other.untold {
            self.lacks(blind);
        }
        self
    }
}
