//! Because a misread indentation is a false verdict: brackets, quotes, blocks, anchors and merges as kubectl reads them.

use super::agree;

#[test]
fn flow() {
    agree(&[
        ("[a, [b, {c: d}], ]", Some(r#"["a",["b",{"c":"d"}]]"#)),
        ("{a: 1, b: [2], }", Some(r#"{"a":1,"b":[2]}"#)),
        (
            "[a: b, ? c : d, \"e\": f]",
            Some(r#"[{"a":"b"},{"c":"d"},{"e":"f"}]"#),
        ),
        (
            "{a: 'b', \"c\":d, e:\n  f}",
            Some(r#"{"a":"b","c":"d","e":"f"}"#),
        ),
        ("[a\n b,\n c]", Some(r#"["a b","c"]"#)),
        ("{a, b: , c}", Some(r#"{"a":null,"b":null,"c":null}"#)),
        ("[\n# comment\na, # more\nb]", Some(r#"["a","b"]"#)),
        ("[]", Some("[]")),
        ("{}", Some("{}")),
        ("{a: [}", None),
        ("[a, b", None),
        ("[,]", None),
        ("[a,,b]", None),
        ("- [a]\n- {b: c}", Some(r#"[["a"],{"b":"c"}]"#)),
        (
            "{\"a\":1,\"b\":\"x\\u00e9\\n\"}",
            Some(r#"{"a":1,"b":"x\u00e9\n"}"#),
        ),
        ("[-a, - b]", None),
        ("[?, a]", None),
        ("{a: @b}", None),
        ("[a: ]", Some(r#"[{"a":null}]"#)),
        ("{a: |\n b}", None),
    ]);
}

#[test]
fn plain() {
    agree(&[
        ("a b  c", Some(r#""a b  c""#)),
        ("a: b\n  c\n  d", Some(r#"{"a":"b c d"}"#)),
        ("a: b\n\n\n  c", Some(r#"{"a":"b\n\nc"}"#)),
        (
            "a: b # comment\nc: d#e\nf: '#'",
            Some("{\"a\":\"b\",\"c\":\"d#e\",\"f\":\"#\"}"),
        ),
        ("a: b: c", None),
        ("a: b:c", Some(r#"{"a":"b:c"}"#)),
        ("- a - b", Some(r#"["a - b"]"#)),
        ("url: http://x:80/y?z", Some(r#"{"url":"http://x:80/y?z"}"#)),
        (
            "a: -b\nb: ?c\nc: :d",
            Some(r#"{"a":"-b","b":"?c","c":":d"}"#),
        ),
        ("a: `b`", None),
        ("a: @b", None),
        ("a: %b", None),
        ("%a: b", None),
        ("a: b\n%c: d", None),
        ("a:\n  b\nc: d", Some(r#"{"a":"b","c":"d"}"#)),
        ("a: b\n   \n  c", Some(r#"{"a":"b\nc"}"#)),
        ("a: \"b\"c", None),
        ("- a\n b\n- c", Some(r#"["a b","c"]"#)),
        ("a: b\tc\n", Some(r#"{"a":"b\tc"}"#)),
        ("a:\tb", Some(r#"{"a":"b"}"#)),
        ("\ta: b", None),
        ("a:\n\tb: c", None),
        ("a:\n \tb: c", None),
        ("- \ta", None),
        ("-\ta: b", None),
        ("a: b\u{2028}  c: d", None),
        (
            "# x\u{2028}privileged: true\na: b",
            Some(r#"{"a":"b","privileged":true}"#),
        ),
        ("a: b\u{85}c: d", Some(r#"{"a":"b","c":"d"}"#)),
        ("a: b\rc: d", Some(r#"{"a":"b","c":"d"}"#)),
        ("\u{e9}: \u{fc}", Some(r#"{"\u00e9":"\u00fc"}"#)),
    ]);
}

#[test]
fn quoted() {
    agree(&[
        ("'a''b'", Some(r#""a'b""#)),
        ("'a\n  b\n\n  c'", Some(r#""a b\nc""#)),
        ("\"a\\\n  b\"", Some(r#""ab""#)),
        ("\"a \\\n  b\\  c\"", Some(r#""a b  c""#)),
        ("\"a\n  b\\n\n\n  c\"", Some(r#""a b\n\nc""#)),
        (
            "\"\\0\\a\\b\\t\\n\\v\\f\\r\\e\\ \\\"\\\\\\N\\_\\L\\P\\x41\\u00e9\\U0001F600\\'\"",
            Some(
                r#""\u0000\u0007\b\t\n\u000b\f\r\u001b \"\\\u0085\u00a0\u2028\u2029A\u00e9\ud83d\ude00'""#,
            ),
        ),
        ("\"\\/\"", None),
        ("\"\\q\"", None),
        ("\"\\ud83d\\ude00\"", None),
        ("\"\\x4\"", None),
        ("'a", None),
        ("\"a", None),
        ("\"a\n---\nb\"", None),
        ("a: 'b' c", None),
        ("{a: \"b\"c}", None),
        ("'a': \"b\"", Some(r#"{"a":"b"}"#)),
        ("\"a\": 'b'\n'c':\n  \"d\"", Some(r#"{"a":"b","c":"d"}"#)),
        ("'  a  \n  b  '", Some(r#""  a b  ""#)),
        ("\"  a  \\n  b  \"", Some(r#""  a  \n  b  ""#)),
    ]);
}

#[test]
fn block_scalars() {
    agree(&[
        ("a: |\n  b\n  c\n", Some(r#"{"a":"b\nc\n"}"#)),
        (
            "a: |\n  b\n   c\n\n  d\n\n\n",
            Some(r#"{"a":"b\n c\n\nd\n"}"#),
        ),
        ("a: |-\n  b\n\n", Some(r#"{"a":"b"}"#)),
        ("a: |+\n  b\n\n\nc: d", Some(r#"{"a":"b\n\n\n","c":"d"}"#)),
        (
            "a: >\n  b\n  c\n\n  d\n   e\n   f\n  g\n",
            Some(r#"{"a":"b c\nd\n e\n f\ng\n"}"#),
        ),
        ("a: >-\n  b\n\n\n  c\n", Some(r#"{"a":"b\n\nc"}"#)),
        ("a: |2\n    b\n   c\n", Some(r#"{"a":"  b\n c\n"}"#)),
        ("a: |1-\n  b\n", Some(r#"{"a":" b"}"#)),
        ("a: >+1\n  b\n", Some(r#"{"a":" b\n\n"}"#)),
        ("- |\n a\n- >\n b\n", Some(r#"["a\n","b\n"]"#)),
        ("a: |\nb: c", Some(r#"{"a":"","b":"c"}"#)),
        ("a: |\n\n\n  b\n", Some(r#"{"a":"\n\nb\n"}"#)),
        ("a: |\n   \n  b\n", None),
        ("a: |0\n  b", None),
        ("a: | # comment\n  b", Some(r#"{"a":"b\n"}"#)),
        ("a: | b\n  c", None),
        ("a: |\n\tb", None),
        ("a: |\n  ---\n  b\n", Some(r#"{"a":"---\nb\n"}"#)),
        ("|\n a\n", Some(r#""a\n""#)),
        ("a: |\n  b\n c: d", None),
        (
            "a: |\n  b\n  # text\n# comment\nc: d",
            Some(r#"{"a":"b\n# text\n","c":"d"}"#),
        ),
        ("a: |\n  b  \n  \tc\n", Some(r#"{"a":"b  \n\tc\n"}"#)),
    ]);
}

#[test]
fn collections() {
    agree(&[
        ("a:\n- b\n- c\nd: e", Some(r#"{"a":["b","c"],"d":"e"}"#)),
        (
            "a:\n  - b\n  - c: d\n    e: f\n  -\n  - - g\n    - h\n",
            Some(r#"{"a":["b",{"c":"d","e":"f"},null,["g","h"]]}"#),
        ),
        (
            "- a\n-\n- - b\n-   c: d\n    e: f",
            Some(r#"["a",null,["b"],{"c":"d","e":"f"}]"#),
        ),
        ("a:\n  b: c\n d: e", None),
        ("a:\n  - b\n - c", None),
        ("a: - b", None),
        ("a: b\n- c", None),
        ("- a\nb: c", None),
        ("a:\n    b:\n      c:\n  d: e", None),
        ("a\nb: c", None),
        ("a: b\n c: d", None),
        ("a: b\nc", None),
        ("  a: b\n  c: d", Some(r#"{"a":"b","c":"d"}"#)),
        (
            "a:\n- b: c\n  d: e\n-  f: g",
            Some(r#"{"a":[{"b":"c","d":"e"},{"f":"g"}]}"#),
        ),
        ("a:\n-\n  b: c\n-\n", Some(r#"{"a":[{"b":"c"},null]}"#)),
    ]);
}

#[test]
fn anchors() {
    agree(&[
        ("a: &x 1\nb: *x", Some(r#"{"a":1,"b":1}"#)),
        (
            "a: &x {b: [c]}\nd: *x\ne: [*x, *x]",
            Some(r#"{"a":{"b":["c"]},"d":{"b":["c"]},"e":[{"b":["c"]},{"b":["c"]}]}"#),
        ),
        ("&x a: *x", Some(r#"{"a":"a"}"#)),
        ("a: &x b\n*x : c", Some(r#"{"a":"b","b":"c"}"#)),
        ("a: &x [1]\n? *x\n: b", None),
        ("a: *x", None),
        ("a: &x [*x]", None),
        ("a: &x 1\nb: &x 2\nc: *x", Some(r#"{"a":1,"b":2,"c":2}"#)),
        ("&a [&a x, *a]", Some(r#"["x","x"]"#)),
        ("a: &x\nb: *x", Some(r#"{"a":null,"b":null}"#)),
        ("a: & b", None),
        ("a: &x-1_y b\nc: *x-1_y", Some(r#"{"a":"b","c":"b"}"#)),
        ("a: &x:y b", Some(r#"{"a":":y b"}"#)),
        (
            "- &x a\n- *x\n- !!str &y 1\n- &z !!int '2'\n- [*y, *z]",
            Some(r#"["a","a","1",2,["1",2]]"#),
        ),
        ("a: &1 b\nc: *1", Some(r#"{"a":"b","c":"b"}"#)),
        ("a: &x &y b", None),
    ]);
}

#[test]
fn merges() {
    agree(&[
        (
            "b: &b {x: 1, y: 2}\nc:\n  <<: *b\n  y: 3",
            Some(r#"{"b":{"true":2,"x":1},"c":{"true":3,"x":1}}"#),
        ),
        (
            "b: &b {x: 1, y: 2}\nc:\n  y: 3\n  <<: *b",
            Some(r#"{"b":{"true":2,"x":1},"c":{"true":2,"x":1}}"#),
        ),
        (
            "a: &a {x: 1}\nb: &b {x: 2, y: 2}\nc:\n  <<: [*a, *b]\n  z: 3",
            Some(r#"{"a":{"x":1},"b":{"true":2,"x":2},"c":{"true":2,"x":1,"z":3}}"#),
        ),
        (
            "c:\n  <<: {x: 1}\n  <<: {y: 2}\n",
            Some(r#"{"c":{"true":2,"x":1}}"#),
        ),
        (
            "a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nc: {<<: *b, z: 3}",
            Some(r#"{"a":{"x":1},"b":{"true":2,"x":1},"c":{"true":2,"x":1,"z":3}}"#),
        ),
        ("c:\n  '<<': 1", Some(r#"{"c":{"<<":1}}"#)),
        ("c: {<<: [{a: 1}, {b: 2}]}", Some(r#"{"c":{"a":1,"b":2}}"#)),
        ("c: {<<: 1}", None),
        ("c: {<<: [1]}", None),
        ("a: &a [{x: 1}]\nc: {<<: *a}", None),
        ("c: {<<: }", None),
        ("c: {<<: {}}", Some(r#"{"c":{}}"#)),
        ("- <<", Some(r#"["<<"]"#)),
        (
            "a: &a {x: {y: [1, 2]}, z: \"}\\\"{\"}\nc:\n  k: v\n  <<: *a\n  l: *a",
            Some(
                r#"{"a":{"x":{"true":[1,2]},"z":"}\"{"},"c":{"k":"v","l":{"x":{"true":[1,2]},"z":"}\"{"},"x":{"true":[1,2]},"z":"}\"{"}}"#,
            ),
        ),
    ]);
}

#[test]
fn documents() {
    agree(&[
        ("", Some("null")),
        ("# only a comment", Some("null")),
        ("~", Some("null")),
        ("--- \na: b", Some(r#"{"a":"b"}"#)),
        ("a: b\n...", Some(r#"{"a":"b"}"#)),
        ("a: b\n...\n# c\n", Some(r#"{"a":"b"}"#)),
        ("a", Some(r#""a""#)),
    ]);
}
