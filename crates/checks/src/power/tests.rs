//! Cases that need a word, and properties that hold for any rules.

use super::*;
use proptest::prelude::*;

fn texts(items: &[&str]) -> Vec<Text> {
    items.iter().map(|item| Text::from(*item)).collect()
}

fn rule(verbs: &[&str], groups: &[&str], resources: &[&str], names: &[&str]) -> PolicyRule {
    PolicyRule {
        verbs: texts(verbs),
        api_groups: texts(groups),
        resources: texts(resources),
        resource_names: texts(names),
        non_resource_urls: Vec::new(),
    }
}

#[test]
fn names_narrow_requests_that_carry_one() {
    let named = [rule(
        &["get", "list", "create", "deletecollection"],
        &[""],
        &["secrets", "serviceaccounts/token"],
        &["app"],
    )];
    assert!(grants(&named, "get", "", "secrets", Some("app")));
    assert!(!grants(&named, "get", "", "secrets", Some("other")));
    assert!(!grants(&named, "create", "", "secrets", None));
    assert!(!grants(&named, "list", "", "secrets", None));
    assert!(grants(
        &named,
        "create",
        "",
        "serviceaccounts/token",
        Some("app")
    ));
    assert_eq!(extent(&named, "get", "", "secrets"), Some(Extent::Named));
    assert_eq!(extent(&named, "list", "", "secrets"), Some(Extent::Named));
    assert_eq!(extent(&named, "create", "", "secrets"), None);
    assert_eq!(extent(&named, "deletecollection", "", "secrets"), None);
    assert_eq!(
        extent(&named, "create", "", "serviceaccounts/token"),
        Some(Extent::Named)
    );
}

/// The authorizer compares names as texts, so the empty name matches requests that carry none.
#[test]
fn the_empty_name_matches_requests_without_one() {
    let empty = [rule(&["list", "create", "get"], &[""], &["secrets"], &[""])];
    assert!(grants(&empty, "list", "", "secrets", None));
    assert_eq!(extent(&empty, "list", "", "secrets"), Some(Extent::All));
    assert_eq!(extent(&empty, "create", "", "secrets"), Some(Extent::All));
    assert_eq!(extent(&empty, "get", "", "secrets"), None);
}

#[test]
fn beyond_takes_out_what_is_known_and_keeps_the_rest() {
    let known = [
        rule(&["get", "list"], &[""], &["pods"], &[]),
        rule(&["get"], &["*"], &["*/scale"], &[]),
        rule(&["update"], &[""], &["configmaps"], &["cluster-info"]),
    ];
    let left = |rules: &[PolicyRule]| beyond(rules, &known.iter());
    assert!(left(&[rule(&["list"], &[""], &["pods"], &["a"])]).is_empty());
    assert!(left(&[rule(&["get"], &["apps"], &["deployments/scale"], &[])]).is_empty());
    assert_eq!(
        left(&[rule(&["get", "watch"], &[""], &["pods", "secrets"], &[])]),
        vec![
            rule(&["get"], &[""], &["secrets"], &[]),
            rule(&["watch"], &[""], &["pods"], &[]),
            rule(&["watch"], &[""], &["secrets"], &[]),
        ]
    );
    let unnamed = rule(&["update"], &[""], &["configmaps"], &[]);
    assert_eq!(left(std::slice::from_ref(&unnamed)), vec![unnamed]);
    let any = rule(&["*"], &[""], &["pods"], &[]);
    assert_eq!(left(std::slice::from_ref(&any)), vec![any]);
}

const VERBS: [&str; 5] = ["get", "list", "create", "impersonate", "*"];
const GROUPS: [&str; 3] = ["", "apps", "*"];
const RESOURCES: [&str; 6] = ["pods", "pods/exec", "secrets", "*/exec", "pods/*", "*"];
const NAMES: [&str; 3] = ["a", "b", ""];

/// A page of words makes more single rights than anybody has memory for.
#[test]
fn rules_of_more_rights_than_can_be_taken_apart_stay_whole() {
    let words: Vec<String> = (0..60).map(|number| format!("word-{number}")).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let wide = rule(&words, &words, &words, &[]);
    let narrow = rule(&["get", "list"], &[""], &["pods"], &[]);
    let known = [rule(&["get"], &[""], &["pods"], &[])];
    let left = beyond(&[wide.clone(), narrow], &known.iter());
    assert_eq!(left, [rule(&["list"], &[""], &["pods"], &[]), wide.clone()]);
    let wider = rule(&words, &["*"], &words, &[]);
    assert!(!is_within(std::slice::from_ref(&wide), &[wider].iter()));
    assert!(is_within(
        std::slice::from_ref(&wide),
        &[wide.clone()].iter()
    ));
}

fn some(of: &'static [&'static str], at_least: usize) -> impl Strategy<Value = Vec<Text>> {
    proptest::sample::subsequence(of.to_vec(), at_least..=2).prop_map(|items| texts(&items))
}

fn any_rule() -> impl Strategy<Value = PolicyRule> {
    (
        some(&VERBS, 0),
        some(&GROUPS, 0),
        some(&RESOURCES, 0),
        some(&NAMES, 0),
    )
        .prop_map(
            |(verbs, api_groups, resources, resource_names)| PolicyRule {
                verbs,
                api_groups,
                resources,
                resource_names,
                non_resource_urls: Vec::new(),
            },
        )
}

type Request = (
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
);

fn any_request() -> impl Strategy<Value = Request> {
    (
        proptest::sample::select(&VERBS[..4]),
        proptest::sample::select(&GROUPS[..2]),
        proptest::sample::select(&RESOURCES[..3]),
        proptest::option::of(proptest::sample::select(&NAMES[..2])),
    )
}

proptest! {
    #[test]
    fn more_rules_never_allow_less(rules in prop::collection::vec(any_rule(), 0..4), more in any_rule(), request in any_request()) {
        let (verb, group, resource, name) = request;
        let before = grants(&rules, verb, group, resource, name);
        let mut after = rules;
        after.push(more);
        prop_assert!(!before || grants(&after, verb, group, resource, name));
    }

    #[test]
    fn nothing_goes_beyond_itself(rules in prop::collection::vec(any_rule(), 0..4)) {
        prop_assert!(beyond(&rules, &rules.iter()).is_empty());
    }

    /// What is taken out as known is known: known rules and the rest together allow all the rules did, and the rest
    /// allows nothing the rules did not.
    #[test]
    fn nothing_is_lost_beyond_the_known(rules in prop::collection::vec(any_rule(), 0..3), known in prop::collection::vec(any_rule(), 0..3), request in any_request()) {
        let (verb, group, resource, name) = request;
        let rest = beyond(&rules, &known.iter());
        let by_rules = grants(&rules, verb, group, resource, name);
        let by_rest = grants(&rest, verb, group, resource, name);
        prop_assert!(!by_rules || by_rest || grants(&known, verb, group, resource, name));
        prop_assert!(!by_rest || by_rules);
        prop_assert_eq!(rest.is_empty(), is_within(&rules, &known.iter()));
    }

    #[test]
    fn the_extent_is_what_requests_can_reach(rules in prop::collection::vec(any_rule(), 0..4), request in any_request()) {
        let (verb, group, resource, _) = request;
        let unheard_of = grants(&rules, verb, group, resource, Some("unheard-of"));
        let nameless = grants(&rules, verb, group, resource, None);
        let carries_no_name = !resource.contains('/') && matches!(verb, "create" | "list");
        match extent(&rules, verb, group, resource) {
            Some(Extent::All) => prop_assert!(unheard_of || (carries_no_name && nameless)),
            Some(Extent::Named) => prop_assert!(["a", "b"].iter().any(|name| grants(&rules, verb, group, resource, Some(name)))),
            None => prop_assert!(!(unheard_of || carries_no_name && nameless)),
        }
    }
}
