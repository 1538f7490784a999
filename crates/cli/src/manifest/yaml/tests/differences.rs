//! Because agreeing with kubectl is not enough where kubectl keeps quiet: what is refused here although kubectl takes it, what
//! the messages say, and the bounds that keep a hostile document from doing harm.

use super::super::read;
use crate::manifest::fault::Fault;

fn fault(yaml: &str) -> Fault {
    read(yaml, 1).expect_err(yaml)
}

/// Checks line, field and a part of the reason.
fn refuses(yaml: &str, line: usize, field: Option<&str>, reason: &str) {
    let fault = fault(yaml);
    assert_eq!(
        (fault.line, fault.field.as_deref()),
        (line, field),
        "{yaml:?}: {fault:?}"
    );
    assert!(fault.reason.contains(reason), "{yaml:?}: {fault:?}");
    assert!(!fault.remedy.is_empty(), "{yaml:?}: {fault:?}");
}

fn reads(yaml: &str, json: &str) {
    assert_eq!(read(yaml, 1).expect(yaml).json, json);
}

#[test]
fn a_key_that_stands_twice_is_refused_with_both_lines() {
    refuses(
        "a: 1\nb: 2\na: 3\n",
        3,
        Some("a"),
        "stands twice in one mapping, first on line 1",
    );
    refuses(
        "s:\n- t: 1\n- t: 2\n  \"t\": 3\n",
        4,
        Some("s[1].t"),
        "first on line 3",
    );
    // What differs in the file may be the same to Kubernetes.
    refuses("yes: 1\ntrue: 2\n", 2, Some("true"), "twice");
    refuses("0x10: 1\n16: 2\n", 2, Some("16"), "twice");
    let many: String = (0..40).fold(String::new(), |all, n| all + &format!("k{n}: v\n"));
    refuses(&format!("{many}k3: w\n"), 41, Some("k3"), "first on line 4");
    refuses(
        &format!("{many}k33: w\n"),
        41,
        Some("k33"),
        "first on line 34",
    );
    reads("a: {k: 1}\nb: {k: 1}\n", r#"{"a":{"k":1},"b":{"k":1}}"#);
}

#[test]
fn merged_keys_are_no_duplicates() {
    reads(
        "b: &b {x: 1}\nc: {<<: *b, x: 2}\n",
        r#"{"b":{"x":1},"c":{"x":2}}"#,
    );
}

#[test]
fn text_that_kubectl_would_leave_out_is_refused() {
    let reason = "kubectl would ignore it";
    refuses("  a: b\nc: d\n", 2, None, reason);
    refuses("{a: b}}\n", 1, None, reason);
    refuses("[a]\nb: c\n", 2, None, reason);
    refuses("|\na\n", 2, None, reason);
    refuses("a: b\n--- \nc: d\n", 2, None, reason);
}

#[test]
fn faults_name_the_line_and_say_what_to_do() {
    refuses("a: b\n\tc: d\n", 2, None, "tab");
    refuses("a:\n\t- b\n", 2, None, "tab");
    refuses(
        "a:\n  b: c\n d: e\n",
        3,
        None,
        "the mapping that begins on line 1",
    );
    refuses(
        "a:\n  - b\n  c\n",
        3,
        None,
        "stands where a `key: value` must stand",
    );
    refuses("a: b: c\n", 1, None, "a `key: value` begins here");
    refuses("a:\n  - \"b\nc: d\n", 2, None, "never closed");
    refuses(
        "a: [b,\n  c\nd: e\n",
        3,
        None,
        "is expected in what was opened on line 1",
    );
    refuses("a: {b: c\n", 2, None, "opened on line 1");
    refuses("a: *b\n", 1, None, "no anchor `&b`");
    refuses("a: &b [*b]\n", 1, None, "within the node that it names");
    refuses("a:\n  b: !!int x\n", 2, Some("a.b"), "`!!int`");
    refuses("a: !!binary aGk=\n", 1, Some("a"), "`!!binary`");
    refuses("a:\n- b: .inf\n", 2, Some("a[0].b"), "cannot hold");
    refuses("a:\n  {{ x }}: y\n", 2, Some("a"), "a key must be a word");
    refuses("a: @b\n", 1, None, "`@` cannot begin a value");
    refuses("a: !e!x b\n", 1, None, "`!e!` is not known");
    refuses("a: \"\\q\"\n", 1, None, "backslash");
    refuses("a: 'x\n---\n", 1, None, "never closed");
    refuses("%YAML 1.1\na: b\n", 1, None, "directive");
    refuses("a: b\nc: \u{7}\n", 2, None, "U+0007");
    refuses("a: b\nc: x\0y\n", 2, None, "U+0000");
    refuses("a: {<<: 1}\n", 1, Some("a.<<"), "`<<` must be followed");
}

#[test]
fn lines_count_from_the_one_given() {
    assert_eq!(
        read("a:\n  b: [\n", 100).expect_err("open bracket").line,
        102
    );
}

#[test]
fn values_may_be_as_deep_as_they_can_be_decoded() {
    let nested = |depth: usize| format!("{}{}\n", "[".repeat(depth), "]".repeat(depth));
    let json = read(&nested(127), 1).expect("127 levels").json;
    serde_json::from_str::<serde_json::Value>(&json).expect("what is read can be decoded");
    assert!(fault(&nested(128)).reason.contains("nested"));
    assert!(fault(&"[".repeat(1_000_000)).reason.contains("nested"));
    assert!(fault(&"- ".repeat(1_000_000)).reason.contains("nested"));
    // Aliases add up.
    let half = "[".repeat(70) + &"]".repeat(70);
    let aliased = format!("a: &a {half}\nb: {}*a{}\n", "[".repeat(70), "]".repeat(70));
    assert!(fault(&aliased).reason.contains("nested"));
}

#[test]
fn aliases_are_bounded() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let before = format!("*a{}, ", level - 1).repeat(10);
        bomb.extend([format!("a{level}: &a{level} [{before}]\n")]);
    }
    assert!(fault(&bomb).reason.contains("MiB"));
    let large = format!(
        "a: &a \"{}\"\nb: [{}]\n",
        "x".repeat(1 << 20),
        "*a, ".repeat(100)
    );
    assert!(fault(&large).reason.contains("MiB"));
}

#[test]
fn each_part_knows_its_line() {
    let yaml = "a:\n  b: 1\n  c:\n  - d: 2\n    e: |\n      text\n  - f\nbase: &x\n  g: 1\nh:\n  i: 2\n  <<: *x\n  j:\n    k: 3\n";
    let document = read(yaml, 11).expect("valid");
    let line_of = |part: &str| {
        let offset = document.json.find(part).expect(part);
        document.lines.line_at(offset).expect(part)
    };
    let parts = [
        "\"a\"", "\"b\"", "\"c\"", "{\"d\"", "\"e\"", "\"f\"", "\"h\"", "\"i\"", "\"j\"", "\"k\"",
    ];
    assert_eq!(parts.map(line_of), [11, 12, 13, 14, 15, 17, 20, 21, 23, 24]);
}
