//! Says what is assessed: the 16 sections and 42 best practices, here called controls, of the
//! PCI SSC "Guidance for Containers and Container Orchestration Tools" v1.0 as data.
//!
//! All text is our own. The guidance is an information supplement: it neither adds to PCI DSS nor
//! replaces it, so references to requirements and benchmarks point to what is related and prove
//! nothing.
//!
//! ```
//! use assay_catalog::{ControlId, control};
//!
//! let (section, control) = control(ControlId::new(2, 1)).ok_or("no such control")?;
//! assert_eq!(section.slug, "02-authorization");
//! assert_eq!(control.title, "Least privilege, no blanket admin rights");
//! # Ok::<(), &str>(())
//! ```

mod control_id;
mod sections;
mod signals;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::Serialize;

pub use control_id::{ControlId, ParseControlIdError};
pub use signals::{Judged, SECTIONS_WITH_SIGNALS, Signal, signals};

/// One of the guidance's 16 sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Section {
    /// 1 to 16.
    pub number: u8,
    /// For a heading: `Authorization`.
    pub title: &'static str,
    /// For names of objects and files: `02-authorization`.
    pub slug: &'static str,
    /// What the section as a whole is after.
    pub intent: &'static str,
    /// In the order of their numbers, none missing.
    pub controls: &'static [Control],
}

/// One of the guidance's 42 best practices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Control {
    /// Its number in the guidance.
    pub id: ControlId,
    /// A short name, as reports show it.
    pub title: &'static str,
    /// The threat, and what good looks like.
    pub intent: &'static str,
    /// What observation cannot show. Empty where the cluster alone decides.
    pub statements: &'static [StatementPart],
    /// Who usually runs what the control is about.
    pub responsibility: Responsibility,
    /// Related requirements and recommendations elsewhere.
    pub references: &'static [Reference],
}

/// A part of a control that a person has to state, because no machine can judge it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct StatementPart {
    /// Kebab-case, unique within its control.
    pub id: &'static str,
    /// What is stated, worded so that it can be signed.
    pub what: &'static str,
    /// What an assessor will ask for.
    pub evidence: &'static [&'static str],
    /// For how many days such a statement naturally holds.
    pub valid_days: u16,
}

/// A requirement, recommendation or chapter elsewhere that a control has to do with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Reference {
    /// Where it is from.
    pub framework: Framework,
    /// Its number, or the chapter's name. A group's number, such as `7.3`, stands for all in it;
    /// a CIS number that differs between versions is written with them.
    pub id: &'static str,
    /// How close it is.
    pub relation: Relation,
}

/// Who usually runs what a control is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Responsibility {
    /// Whoever uses the cluster.
    Customer,
    /// Whoever sells it as a service.
    Provider,
    /// The customer, and a provider as far as a managed control plane hides it.
    Shared,
}

/// A standard, benchmark or guide that references point to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Framework {
    /// PCI DSS v4.0.1, by requirement.
    PciDss401,
    /// CIS Kubernetes Benchmark v1.11 and v1.12, by recommendation.
    Cis,
    /// NSA/CISA Kubernetes Hardening Guide v1.2 (August 2022), by chapter.
    NsaCisa,
}

/// How close a reference is to its control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Relation {
    /// Both are after the same thing.
    Related,
    /// The control helps with it, without being about it.
    Supporting,
}

impl fmt::Display for Responsibility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Customer => "Customer",
            Self::Provider => "Provider",
            Self::Shared => "Shared",
        })
    }
}

impl fmt::Display for Framework {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::PciDss401 => "PCI DSS v4.0.1",
            Self::Cis => "CIS Kubernetes Benchmark v1.11/v1.12",
            Self::NsaCisa => "NSA/CISA Kubernetes Hardening Guide v1.2",
        })
    }
}

/// What has to be stated for whatever a managed provider hides from observation, in any control;
/// no control lists it itself.
pub static PROVIDER_PART: StatementPart = StatementPart {
    id: "provider-responsibility",
    what: "The provider answers for the part of this control that it hides, by contract or \
           responsibility matrix, and the settings it leaves to the customer are set.",
    evidence: &[
        "The provider's responsibility matrix, with the lines for this control",
        "The provider's current attestation, covering the service and region in use",
        "Settings of the managed cluster, exported from the provider",
    ],
    valid_days: 365,
};

/// All sections, in the order of their numbers.
#[must_use]
pub fn sections() -> &'static [Section] {
    &sections::ALL
}

/// The section of that number.
#[must_use]
pub fn section(number: u8) -> Option<&'static Section> {
    sections().iter().find(|section| section.number == number)
}

/// All controls with their sections, in the order of their ids.
pub fn controls() -> impl Iterator<Item = (&'static Section, &'static Control)> {
    sections().iter().flat_map(|section| {
        section
            .controls
            .iter()
            .map(move |control| (section, control))
    })
}

/// The control of that id, with its section.
#[must_use]
pub fn control(id: ControlId) -> Option<(&'static Section, &'static Control)> {
    let section = section(id.section())?;
    let control = section.controls.iter().find(|control| control.id == id)?;
    Some((section, control))
}
