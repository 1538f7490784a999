//! Keeps the catalogue whole and in line with the guidance's numbering and the house's wording.

use std::collections::BTreeSet;

use crate::{
    Control, ControlId, Framework, PROVIDER_PART, Relation, StatementPart, control, controls,
    section, sections,
};

const SLUGS: [&str; 16] = [
    "01-authentication",
    "02-authorization",
    "03-workload-security",
    "04-network-security",
    "05-pki",
    "06-secrets-management",
    "07-auditing",
    "08-container-monitoring",
    "09-runtime-security",
    "10-patching",
    "11-resource-management",
    "12-image-building",
    "13-registry",
    "14-version-management",
    "15-configuration-management",
    "16-segmentation",
];

/// Whether the cluster alone decides, partly, or a person mainly does.
#[derive(PartialEq)]
enum Judged {
    Alone,
    Partly,
    Mainly,
}
use Judged::{Alone, Mainly, Partly};

const TITLES: [(&str, &str, Judged); 42] = [
    ("1.1", "No anonymous access to orchestrator APIs", Alone),
    ("1.2", "No shared or generic admin identities", Partly),
    ("1.3", "Only credentials that can be revoked", Partly),
    ("1.4", "Credentials kept in a protected store", Partly),
    ("1.5", "Workload API tokens only where needed", Alone),
    ("1.6", "Multi-factor sign-in for people", Mainly),
    ("2.1", "Least privilege, no blanket admin rights", Alone),
    ("2.2", "No hard-coded superuser group in use", Partly),
    ("2.3", "Recurring entitlement review", Partly),
    ("3.1", "Workloads cannot reach the node", Alone),
    ("3.2", "Pinned and verified image versions", Alone),
    ("3.3", "Images only from trusted sources", Alone),
    ("4.1", "Default-deny pod networking", Alone),
    ("4.2", "Admin APIs reachable from allow-list only", Partly),
    ("4.3", "Management traffic encrypted", Alone),
    ("5.1", "No unrevocable certs for people; rotate", Partly),
    ("5.2", "Cluster CA not trusted outside", Mainly),
    ("6.1", "Secrets in an encrypted, dedicated store", Partly),
    ("6.2", "Secrets versioned and quick to replace", Partly),
    ("7.1", "API audit on and shipped off-cluster", Partly),
    ("8.1", "Central, correlatable container logs", Partly),
    ("8.2", "Detect new binaries and file changes", Partly),
    ("9.1", "Sandbox for high-risk Linux workloads", Partly),
    ("9.2", "Hyper-V isolation for Windows workloads", Alone),
    ("10.1", "Orchestrator supported and patched", Alone),
    ("10.2", "Node OS and kernel patched", Partly),
    ("10.3", "Images scanned, patched, redeployed", Partly),
    ("11.1", "Resource limits on every workload", Alone),
    ("12.1", "Minimal, current, trusted base images", Partly),
    ("12.2", "Base images from an owned registry", Partly),
    ("12.3", "Containers run as non-root", Alone),
    ("12.4", "No secrets baked into images", Partly),
    ("13.1", "Registry access and push rights controlled", Mainly),
    (
        "13.2",
        "Production and non-production registries split",
        Partly,
    ),
    ("13.3", "Registry scans and blocks bad images", Partly),
    ("13.4", "Only signed pipeline images admitted", Alone),
    ("14.1", "Config under version control and labelled", Partly),
    ("15.1", "Changes tested; hardening baseline kept", Mainly),
    (
        "16.1",
        "Dedicated clusters for high-security systems",
        Partly,
    ),
    ("16.2", "Critical systems on dedicated nodes", Alone),
    ("16.3", "Node-pool separation enforced", Alone),
    ("16.4", "Tenants cannot change shared resources", Alone),
];

const NSA_CHAPTERS: [&str; 6] = [
    "Kubernetes Pod security",
    "Network separation and hardening",
    "Authentication and authorization",
    "Audit logging and threat detection",
    "Upgrading and application security practices",
    "whole guide",
];

/// Every sentence and phrase of a control that a reader sees.
fn texts(control: &Control) -> Vec<&'static str> {
    let mut texts = vec![control.title, control.intent];
    for part in control.statements {
        texts.push(part.what);
        texts.extend(part.evidence);
    }
    texts
}

fn all_texts() -> impl Iterator<Item = &'static str> {
    let of_sections = sections().iter().flat_map(|s| [s.title, s.intent]);
    let of_provider = [PROVIDER_PART.what]
        .into_iter()
        .chain(PROVIDER_PART.evidence.iter().copied());
    of_sections
        .chain(controls().flat_map(|(_, c)| texts(c)))
        .chain(of_provider)
}

fn parts() -> impl Iterator<Item = (ControlId, &'static StatementPart)> {
    controls().flat_map(|(_, c)| c.statements.iter().map(|part| (c.id, part)))
}

#[test]
fn sixteen_sections_by_the_designs_slugs() {
    assert_eq!(sections().iter().map(|s| s.slug).collect::<Vec<_>>(), SLUGS);
    for (section, number) in sections().iter().zip(1..) {
        assert_eq!(section.number, number);
        assert!(
            section.slug.starts_with(&format!("{number:02}-")),
            "{}",
            section.slug
        );
    }
}

#[test]
fn forty_two_controls_by_title_and_in_order() {
    let expected = TITLES.map(|(id, title, _)| (id.to_owned(), title));
    assert_eq!(
        controls()
            .map(|(_, c)| (c.id.to_string(), c.title))
            .collect::<Vec<_>>(),
        expected
    );
    assert!(controls().map(|(_, c)| c.id).is_sorted_by(|a, b| a < b));
}

#[test]
fn ids_match_their_section_and_leave_no_gap() {
    for section in sections() {
        for (control, number) in section.controls.iter().zip(1..) {
            assert_eq!(control.id, ControlId::new(section.number, number));
        }
    }
}

#[test]
fn what_is_listed_is_found() {
    for s in sections() {
        assert_eq!(section(s.number), Some(s));
    }
    for (s, c) in controls() {
        assert_eq!(control(c.id), Some((s, c)));
    }
    assert_eq!(section(0), None);
    assert_eq!(section(17), None);
    assert_eq!(control(ControlId::new(2, 4)), None);
    assert_eq!(control(ControlId::new(17, 1)), None);
}

/// A control that observation alone decides must be able to be met with no statement, and one that
/// it does not must not.
#[test]
fn statements_are_asked_exactly_where_no_machine_can_judge() {
    for ((_, control), (id, _, judged)) in controls().zip(TITLES) {
        let count = control.statements.len();
        let expected = if judged == Alone { 0..=0 } else { 1..=4 };
        assert!(
            expected.contains(&count),
            "{id} has {count} statement parts"
        );
    }
    let count = |judged| TITLES.iter().filter(|(_, _, j)| *j == judged).count();
    assert_eq!((count(Alone), count(Partly), count(Mainly)), (16, 22, 4));
}

#[test]
fn statement_parts_are_usable() {
    let mut seen = BTreeSet::new();
    for (id, part) in parts() {
        assert!(seen.insert((id, part.id)), "{id} lists {} twice", part.id);
        assert_ne!(part.id, PROVIDER_PART.id, "{id}");
    }
    for (id, part) in parts()
        .map(|(id, part)| (id.to_string(), part))
        .chain([("any".to_owned(), &PROVIDER_PART)])
    {
        assert!(is_kebab_case(part.id), "{id} {}", part.id);
        assert!(part.what.ends_with('.'), "{id} {}", part.id);
        assert!(
            [30, 90, 180, 365].contains(&part.valid_days),
            "{id} {}",
            part.id
        );
        assert!(!part.evidence.is_empty(), "{id} {}", part.id);
    }
}

#[test]
fn references_are_exact() {
    for (_, control) in controls() {
        let mut seen = BTreeSet::new();
        for reference in control.references {
            let (at, id) = (control.id, reference.id);
            assert!(
                seen.insert((reference.framework, id)),
                "{at} lists {id} twice"
            );
            assert!(!id.contains(['?', '~', '–']), "{at} {id}");
            let known = match reference.framework {
                Framework::PciDss401 => is_requirement(id),
                Framework::Cis => id == "whole benchmark" || id.split(", ").all(is_recommendation),
                Framework::NsaCisa => NSA_CHAPTERS.contains(&id.split(" (").next().unwrap()),
            };
            assert!(known, "{at} {id}");
        }
        assert!(
            control.references.is_sorted_by_key(|r| r.framework),
            "{}",
            control.id
        );
    }
}

#[test]
fn relations_keep_their_strength() {
    let of = |section, id| {
        let (_, control) = control(ControlId::new(section, 1)).unwrap();
        let mut requirements = control
            .references
            .iter()
            .filter(|r| r.framework == Framework::PciDss401);
        requirements.find(|r| r.id == id).map(|r| r.relation)
    };
    assert_eq!(of(1, "8.2.1"), Some(Relation::Related));
    assert_eq!(of(1, "2.2.2"), Some(Relation::Supporting));
    assert_eq!(of(7, "10.2.1.4"), Some(Relation::Related), "inside a range");
    assert_eq!(of(11, "6.2.4"), None, "uncertain ones stay out");
}

#[test]
fn texts_are_whole_sentences_and_promise_nothing() {
    let intents = sections()
        .iter()
        .map(|s| s.intent)
        .chain(controls().map(|(_, c)| c.intent));
    for intent in intents {
        assert!(intent.ends_with('.'), "{intent}");
    }
    for (_, control) in controls() {
        let sentences = control.intent.matches(". ").count() + 1;
        assert!(
            (2..=4).contains(&sentences),
            "{} has {sentences} sentences",
            control.id
        );
    }
    for text in all_texts() {
        assert!(!text.to_lowercase().contains("complian"), "{text}");
        assert!(!text.contains("  ") && text.trim() == text, "{text:?}");
    }
}

#[test]
fn json_carries_the_whole_catalogue() {
    let json = serde_json::to_value(sections()).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 16);
    let control = &json[1]["controls"][0];
    assert_eq!(control["id"], "2.1");
    assert_eq!(control["responsibility"], "Customer");
    assert_eq!(control["references"][0]["framework"], "PciDss401");
    assert_eq!(control["references"][0]["id"], "7.2.1");
    assert_eq!(control["references"][0]["relation"], "Related");
    assert_eq!(json[0]["controls"][1]["statements"][0]["valid_days"], 180);
}

fn is_kebab_case(id: &str) -> bool {
    id.split('-').all(|word| {
        !word.is_empty()
            && word
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    })
}

/// `^[0-9A]+(\.[0-9]+)*$`
fn is_requirement(id: &str) -> bool {
    let mut words = id.split('.');
    let first = words.next().unwrap();
    let among = |word: &str, extra: &[u8]| {
        !word.is_empty()
            && word
                .bytes()
                .all(|b| b.is_ascii_digit() || extra.contains(&b))
    };
    among(first, b"A") && words.all(|word| among(word, b""))
}

/// `5.3.1`, or with the version it holds for: `5.2.9 (v1.12)`.
fn is_recommendation(id: &str) -> bool {
    match id.split_once(' ') {
        None => is_requirement(id),
        Some((number, version)) => {
            is_requirement(number) && version.starts_with("(v") && version.ends_with(')')
        }
    }
}
