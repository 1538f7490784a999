//! Because `kubectl get` prints lists, and pipelines print JSON: every shape in which objects arrive.

use crate::manifest::json::Reader;

use super::{objects, read, rejections, summary};

#[test]
fn json_objects_may_follow_one_another() {
    let text = "{\"apiVersion\": \"v1\", \"kind\": \"A\"}\n{\"apiVersion\": \"v1\",\n \"kind\": \"B\"} {\"apiVersion\":\"v1\",\"kind\":\"C\"}\n# comment\n";
    assert_eq!(
        summary(text),
        [
            "deploy.yaml: document 1, line 1 is A",
            "deploy.yaml: document 2, line 2 is B",
            "deploy.yaml: document 3, line 3 is C",
        ]
    );
}

#[test]
fn json_is_kept_as_it_is_but_for_blanks() {
    let text = "{ \"apiVersion\":\t\"v1\",\r\n \"kind\": \"A\", \"n\": [ 12345678901234567890123, -0.10, 1E5 , true,null ],\n\"s\": \" a\\u00e9\\/ \\ud83d\\ude00\\n\", \"\": {} }";
    let outcomes = read(text);
    assert_eq!(
        objects(&outcomes)[0].json,
        r#"{"apiVersion":"v1","kind":"A","n":[12345678901234567890123,-0.10,1E5,true,null],"s":" a\u00e9\/ \ud83d\ude00\n","":{}}"#
    );
    // Half a surrogate pair is what Go makes of it.
    let outcomes = read(r#"{"apiVersion":"v1","kind":"A","s":"\ud800x\udc00\ud83d\ude00"}"#);
    assert!(
        objects(&outcomes)[0]
            .json
            .ends_with(r#""s":"\ufffdx\ufffd\ud83d\ude00"}"#)
    );
}

#[test]
fn what_is_nearly_json_is_yaml() {
    let text = "{\"apiVersion\": v1, kind: A, # comment\n}\n---\n{apiVersion: v1, kind: B}\n---\n{\"apiVersion\": \"v1\", \"kind\": \"C\",}\n";
    assert_eq!(
        summary(text),
        [
            "deploy.yaml: document 1, line 1 is A",
            "deploy.yaml: document 2, line 4 is B",
            "deploy.yaml: document 3, line 6 is C",
        ]
    );
}

#[test]
fn faults_in_json_are_named_in_terms_of_json() {
    let rejected = |text: &str| rejections(&read(text))[0].to_string();
    let in_list =
        "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[{},\n{\"spec\":{\"a\" \"b\"}}]}";
    assert!(rejected(in_list).starts_with(
        "deploy.yaml: document 1, line 2, field items[1].spec: `\"` stands where `:` must stand"
    ));
    assert!(
        rejected("{\"a\": 1,\n \"b\": tru\"")
            .contains("line 2, field b: `t` stands where a value must stand")
    );
    assert!(
        rejected("{\"a\": 1,\n \"b\": \"x\n}")
            .contains("line 2, field b: the quote opened on this line is never closed")
    );
    assert!(rejected("{\"a\": 1,\n").contains("line 2: the text ends where a key"));
    assert!(
        rejected("{\"a\": 1, \"b\": {\"c\": 1,\n\"c\": 2}}").contains(
            "line 2, field b.c: the key `c` stands twice in one mapping, first on line 1"
        )
    );
    assert!(rejected("{\"a\": 1, \"\\u0061\": 2}").contains("the key `a` stands twice"));
    for number in [
        "01", "1.", ".5", "-", "1e", "+1", "0x10", "1_0", "--1", "1.2.3",
    ] {
        let mut reader = Reader::new(number, 1);
        let whole = reader.next().is_some_and(|node| node.is_ok()) && reader.next().is_none();
        assert!(!whole, "{number}");
    }
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(200), "]".repeat(200));
    assert!(rejected(&deep).contains("nested more than 127 deep"));
}

#[test]
fn lists_are_taken_apart() {
    let yaml = "apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: A\n- kind: List\n  apiVersion: v1\n  items:\n  - apiVersion: v1\n    kind: B\n  - 7\n-\n- kind: C\nkind: List\n";
    let expected = [
        "deploy.yaml: document 1, item 1, line 3 is A",
        "deploy.yaml: document 1, item 1, line 8 is B",
        "deploy.yaml: document 1, item 2, line 10 fails: not a Kubernetes object but a single value",
        "deploy.yaml: document 1, item 3, line 11 fails: not a Kubernetes object but nothing",
        "deploy.yaml: document 1, item 4, line 12 fails: not a Kubernetes object: no `apiVersion`",
    ];
    assert_eq!(summary(yaml), expected);
    let json = "{\"apiVersion\": \"v1\", \"items\": [\n\n{\"apiVersion\": \"v1\",\n  \"kind\": \"A\"}, {\n\"kind\": \"List\", \"apiVersion\": \"v1\", \"items\": [\n\n{\"apiVersion\": \"v1\", \"kind\": \"B\"},\n\n 7]},\nnull,\n{\"kind\": \"C\"}],\n\"kind\": \"List\"}";
    let expected = expected.map(|line| {
        let line = line.replace("line 11", "line 10");
        let line = if line.contains("single value") {
            line.replace("line 10", "line 9")
        } else {
            line
        };
        line.replace("line 8", "line 7")
            .replace("line 12", "line 11")
    });
    assert_eq!(summary(json), expected);
}

#[test]
fn items_take_over_what_the_list_says() {
    let text = "{\"kind\": \"PodList\", \"apiVersion\": \"v1\", \"metadata\": {}, \"items\": [\n {\"metadata\": {\n\"name\": \"a\"}}, {}\n]}";
    let outcomes = read(text);
    let found = objects(&outcomes);
    assert_eq!(
        found[0].json,
        r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}"#
    );
    assert_eq!(
        (
            found[0].line_of("kind"),
            found[0].line_of("metadata"),
            found[0].line_of("metadata.name")
        ),
        (2, 2, 3)
    );
    assert_eq!(found[1].json, r#"{"apiVersion":"v1","kind":"Pod"}"#);
    let yaml = "kind: PodList\napiVersion: v1\nitems:\n- metadata:\n    name: a\n";
    let outcomes = read(yaml);
    assert_eq!(objects(&outcomes)[0].json, found[0].json);
    assert_eq!(objects(&outcomes)[0].line_of("metadata.name"), 5);
    // A plain `List` says nothing of its items.
    let nameless = "kind: List\napiVersion: v1\nitems:\n- metadata: {}\n";
    assert_eq!(
        summary(nameless),
        [
            "deploy.yaml: document 1, item 1, line 4 fails: not a Kubernetes object: no `apiVersion` and no `kind`"
        ]
    );
}

#[test]
fn lists_may_be_empty_but_must_be_lists() {
    for empty in ["[]", "null"] {
        let mut found = 0;
        let text = format!("{{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": {empty}}}");
        let read_any =
            crate::manifest::document::read_stream(text.as_bytes(), &"-".into(), &mut |_| {
                found += 1;
            });
        assert!(read_any && found == 0, "{text}");
    }
    assert_eq!(
        rejections(&read("apiVersion: v1\nkind: List\nitems: {}\n"))[0].to_string(),
        "deploy.yaml: document 1, line 1, field items: `items` of this List is no list; write the items as a list"
    );
    // The kind alone makes no list.
    assert_eq!(
        summary("apiVersion: x/v1\nkind: AllowList\n"),
        ["deploy.yaml: document 1, line 1 is AllowList"]
    );
    // To kubectl, `items` alone does.
    for items in ["[]", "null", "{}", "[{apiVersion: v1, kind: A}]"] {
        let outcomes = read(format!("apiVersion: v1\nkind: Pod\nitems: {items}\n"));
        assert_eq!(objects(&outcomes).len(), 0, "{items}");
        assert_eq!(
            rejections(&outcomes)[0].to_string(),
            "deploy.yaml: document 1, line 1, field items: kubectl takes this Pod for a list because of its `items`, and drops the rest; remove `items`"
        );
    }
}

#[test]
fn items_of_yaml_lists_know_their_lines() {
    let text = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: A\n  metadata:\n    name: a\n- apiVersion: v1\n  kind: B\n  spec:\n    x: |\n      1\n      2\n    z: 3\n";
    let outcomes = read(text);
    let found = objects(&outcomes);
    assert_eq!(
        (found[0].origin.line, found[0].line_of("metadata.name")),
        (4, 7)
    );
    assert_eq!(
        (
            found[1].origin.line,
            found[1].line_of("kind"),
            found[1].line_of("spec.z")
        ),
        (8, 9, 14)
    );
}
