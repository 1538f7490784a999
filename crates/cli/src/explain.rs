//! `assay explain`: a check or a control in words.

use anyhow::{Result, anyhow};
use assay_catalog::ControlId;

use crate::output;

/// How alike two names must be for one to be meant by the other.
const ALIKE: f64 = 0.75;
/// How many names are suggested.
const SUGGESTED: usize = 3;

pub(crate) fn run(id: &str) -> Result<()> {
    let text = explanation(id).ok_or_else(|| unknown(id))?;
    if output::is_terminal() {
        output::print(&assay_report::markdown(&text, &output::style()))
    } else {
        output::print(&text)
    }
}

fn explanation(id: &str) -> Option<String> {
    if let Some(check) = assay_checks::find(&id.to_ascii_lowercase()) {
        return Some(assay_report::explain_check(check));
    }
    let (section, control) = assay_catalog::control(id.parse::<ControlId>().ok()?)?;
    Some(assay_report::explain_control(section, control))
}

fn unknown(id: &str) -> anyhow::Error {
    let meant = nearest(id);
    let hint = if meant.is_empty() {
        String::new()
    } else {
        format!(" did you mean {}?", meant.join(" or "))
    };
    anyhow!(
        "no check or control is called {id:?};{hint} `assay checks` lists the checks, and controls are numbered as in the guidance, such as 2.1"
    )
}

/// The names that `id` may have been meant to be, the most alike first.
fn nearest(id: &str) -> Vec<String> {
    let id = id.to_ascii_lowercase();
    let checks = assay_checks::all()
        .iter()
        .map(|check| check.meta.id.to_owned());
    let controls = assay_catalog::controls().map(|(_, control)| control.id.to_string());
    let mut near: Vec<(f64, String)> = checks
        .chain(controls)
        .map(|name| (likeness(&id, &name), name))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .collect();
    near.sort_by(|(a, a_name), (b, b_name)| b.total_cmp(a).then_with(|| a_name.cmp(b_name)));
    near.into_iter()
        .map(|(_, name)| name)
        .take(SUGGESTED)
        .collect()
}

/// A part of a name, such as `admin` or a section's number, is as good as a misspelling of it.
fn likeness(id: &str, name: &str) -> f64 {
    let alike = strsim::normalized_damerau_levenshtein(id, name);
    if name.split(['-', '.']).next() == Some(id) {
        alike.max(0.95)
    } else if id.len() > 3 && name.contains(id) {
        alike.max(0.9)
    } else {
        alike
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_is_recognised() {
        assert_eq!(nearest("cluster-admin-bindng")[0], "cluster-admin-binding");
        assert_eq!(nearest("privileged-containers")[0], "privileged-container");
    }

    #[test]
    fn part_of_a_name_will_do() {
        assert!(nearest("anonymous").contains(&"anonymous-discovery".to_owned()));
        assert_eq!(nearest("2"), ["2.1", "2.2", "2.3"]);
    }

    #[test]
    fn nothing_is_suggested_for_nonsense() {
        assert!(nearest("xyzzy").is_empty());
        assert!(nearest("").is_empty());
    }
}
