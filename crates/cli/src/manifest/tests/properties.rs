//! Because nobody can think of every document: whatever JSON can say reads back the same in every style, nothing makes the
//! reader panic, and documents and lines are counted right however they are put together.

use std::fmt::Write;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{objects, read, rejections};

/// Any JSON value. Floats have a fraction, as kubectl writes whole ones without, and one that every reader reads alike.
fn any_value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i32>().prop_map(|n| Value::from(f64::from(n) + 0.5)),
        any::<String>().prop_map(Value::from),
        "[ -~\n]{0,12}".prop_map(Value::from),
        "(yes|no|~|null|0[0-7]{1,3}|1_0|[+-]?[.0-9e]{1,5}|<<|---|# x|a: b|- a|[{}&*!|>%@`'\"])"
            .prop_map(Value::from),
    ];
    scalar.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::hash_map(any_key(), inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn any_key() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z.\\[\\]/]{1,8}", "[ -~]{0,6}", any::<String>()]
}

/// An object as Kubernetes has them, with anything in it.
fn any_object() -> impl Strategy<Value = Value> {
    any_value().prop_map(|value| json!({"apiVersion": "v1", "kind": "Any", "spec": value}))
}

/// Quotes a string so that YAML and JSON read it alike; both have characters of their own that cannot stand bare.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            ' '..='~' => quoted.push(character),
            _ => match u32::from(character) {
                code @ ..=0xFFFF => write!(quoted, "\\u{code:04x}").unwrap(),
                _ => quoted.push(character),
            },
        }
    }
    quoted + "\""
}

/// Writes a value as YAML in blocks, beginning on a line of its own.
fn block(value: &Value, indent: usize, out: &mut String) {
    let pad = " ".repeat(indent);
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                // Keys over 1024 characters need a `?`.
                writeln!(out, "{pad}? {}\n{pad}:", quoted(key)).unwrap();
                block(value, indent + 1, out);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                writeln!(out, "{pad}- # item").unwrap();
                block(item, indent + 2, out);
            }
        }
        other => writeln!(out, "{pad}{}", flow(other)).unwrap(),
    }
}

/// Writes a value as YAML in brackets.
fn flow(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let entries: Vec<_> = map
                .iter()
                .map(|(key, value)| format!("? {} : {}", quoted(key), flow(value)))
                .collect();
            format!("{{{}}}", entries.join(",\n "))
        }
        Value::Array(items) => format!(
            "[{}]",
            items.iter().map(flow).collect::<Vec<_>>().join(", ")
        ),
        Value::String(text) => quoted(text),
        scalar => scalar.to_string(),
    }
}

fn reads_back(text: &str, value: &Value) -> Result<(), TestCaseError> {
    let outcomes = read(text);
    prop_assert_eq!(rejections(&outcomes).len(), 0, "{:?} of {}", outcomes, text);
    let read: Vec<Value> = objects(&outcomes)
        .iter()
        .map(|found| serde_json::from_str(&found.json).unwrap())
        .collect();
    prop_assert_eq!(&read, std::slice::from_ref(value), "{}", text);
    Ok(())
}

/// A piece of a file, and the kinds of the outcomes it must bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Pod,
    Json,
    Comment,
    Broken,
    Nothing,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn any_json_reads_back_the_same(value in any_object()) {
        reads_back(&value.to_string(), &value)?;
        reads_back(&serde_json::to_string_pretty(&value).unwrap(), &value)?;
    }

    /// What `-o yaml` prints is for readers of YAML 1.1 too, such as kubectl.
    #[test]
    fn what_assay_writes_reads_back_the_same(value in any_object()) {
        reads_back(&assay_report::yaml(&value).unwrap(), &value)?;
    }

    #[test]
    fn any_json_written_as_yaml_reads_back_the_same(value in any_object()) {
        reads_back(&flow(&value), &value)?;
        reads_back(&format!("# comment\n{}", flow(&value)), &value)?;
        let mut text = String::new();
        block(&value, 0, &mut text);
        reads_back(&text, &value)?;
    }

    #[test]
    fn any_value_is_found_on_its_line(map in prop::collection::hash_map("[a-z]{1,6}", any_value(), 1..8)) {
        let map: Map<String, Value> = map.into_iter().collect();
        let mut text = "apiVersion: v1\nkind: Any\nspec:\n".to_owned();
        let mut lines = Vec::new();
        for (key, value) in &map {
            lines.push((format!("spec.{key}"), text.lines().count() + 1));
            writeln!(text, "  \"{key}\":").unwrap();
            block(value, 4, &mut text);
        }
        let outcomes = read(&text);
        let manifest = objects(&outcomes)[0];
        for (path, line) in lines {
            prop_assert_eq!(manifest.line_of(&path), line, "{} in {}", path, text);
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read(bytes);
    }

    #[test]
    fn a_message_is_one_line(key in any::<String>()) {
        let key = quoted(&key);
        for text in [format!("{key}: 1\n{key}: 2\n"), format!("{{{key}: {{{key}: x, {key}: y}}}}")] {
            for rejection in rejections(&read(text)) {
                prop_assert!(!rejection.to_string().contains(char::is_control));
            }
        }
    }

    #[test]
    fn no_yaml_makes_it_panic_or_write_bad_json(
        parts in prop::collection::vec(prop::sample::select(FRAGMENTS), 0..40),
    ) {
        let text = parts.concat();
        for manifest in objects(&read(format!("apiVersion: v1\nkind: Any\nspec:\n {text}"))) {
            let value: Result<Value, _> = serde_json::from_str(&manifest.json);
            prop_assert!(value.is_ok_and(|value| value["kind"].is_string()), "{} of {}", manifest.json, text);
            manifest.line_of("spec.a[0].b");
        }
        read(text);
    }

    #[test]
    fn documents_and_lines_are_counted_right(
        parts in prop::collection::vec(prop::sample::select(PARTS), 1..12),
        blanks in 0..3usize,
    ) {
        let mut text = String::new();
        let mut expected = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            text.push_str(if index % 3 == 0 { "---\n" } else { "--- # next\r\n" });
            text.push_str(&"\n".repeat(blanks));
            let line = text.lines().count() + 1;
            match part {
                Part::Pod => text.push_str("apiVersion: v1\nkind: Pod\nx: |\n  ---\n"),
                Part::Json => text.push_str("{\"apiVersion\": \"v1\",\n\"kind\": \"Pod\"}\n"),
                Part::Comment => text.push_str("# comment\n\n"),
                Part::Broken => text.push_str("- a\nb: c\n"),
                Part::Nothing => {}
            }
            match part {
                Part::Pod | Part::Json => expected.push((true, index + 1, line)),
                Part::Broken => expected.push((false, index + 1, line + 1)),
                Part::Comment | Part::Nothing => {}
            }
        }
        let outcomes = read(&text);
        let found: Vec<_> = outcomes.iter().map(|outcome| match outcome {
            super::Outcome::Object(manifest) => (true, manifest.origin.document, manifest.origin.line),
            super::Outcome::Rejected(rejection) => (false, rejection.origin.document, rejection.origin.line),
        }).collect();
        prop_assert_eq!(found, expected, "{}", text);
    }
}

const PARTS: &[Part] = &[
    Part::Pod,
    Part::Json,
    Part::Comment,
    Part::Broken,
    Part::Nothing,
];

const FRAGMENTS: &[&str] = &[
    " ",
    "  ",
    "\n",
    "\n ",
    "\n  ",
    "\t",
    "\r\n",
    "a",
    "b: ",
    "a: b\n",
    "- ",
    "-",
    "? ",
    "?",
    ": ",
    ":",
    ",",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    "*a : ",
    "!",
    "!! ",
    "!!str ",
    "!<x> ",
    "|",
    "|2-\n",
    ">",
    ">+\n",
    "'",
    "\"",
    "\\",
    "\\x4",
    "\\u00e9",
    "#",
    " # c\n",
    "%",
    "@",
    "`",
    "<<: ",
    "<<: *a\n",
    "---",
    "---\n",
    "...\n",
    "~",
    "0x1",
    "1e3",
    ".inf",
    "é",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\u{1F600}",
    "\0",
    "\u{7f}",
    "{{",
    "}}",
];
