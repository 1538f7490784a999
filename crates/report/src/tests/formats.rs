//! The formats, word for word.

use serde_json::Value;

use super::sample;
use crate::{Style, clean, json, markdown, table, yaml};

const TERMINAL: Style = Style {
    colour: false,
    width: Some(72),
};

#[test]
fn table_is_as_people_know_it() {
    insta::assert_snapshot!(table(&sample::snapshot(), &Style::default(), None));
}

#[test]
fn table_fits_a_narrow_terminal() {
    let text = table(&sample::snapshot(), &TERMINAL, Some(2));
    for line in text.lines() {
        assert!(line.chars().count() <= 72, "{line}");
    }
    insta::assert_snapshot!(text);
}

#[test]
fn colours_add_nothing_but_colours() {
    let style = Style {
        colour: true,
        ..TERMINAL
    };
    let coloured = table(&sample::snapshot(), &style, None);
    let mut plain = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    plain.push_str(rest);
    assert_ne!(coloured, plain);
    assert_eq!(plain, table(&sample::snapshot(), &TERMINAL, None));
}

#[test]
fn what_is_left_out_is_counted() {
    let mut snapshot = sample::snapshot();
    let first = snapshot.findings[0].clone();
    snapshot.findings = vec![first; 5];
    let text = table(&snapshot, &Style::default(), Some(2));
    assert_eq!(text.matches("ClusterRoleBinding ops").count(), 2);
    assert!(text.contains("and 3 more (--all shows them)"), "{text}");
    let all = table(&snapshot, &Style::default(), None);
    assert_eq!(all.matches("ClusterRoleBinding ops").count(), 5);
}

#[test]
fn json_is_the_contract() {
    insta::assert_snapshot!(json(&sample::snapshot()).unwrap());
}

#[test]
fn yaml_says_the_same_as_json() {
    let snapshot = sample::snapshot();
    let text = yaml(&snapshot).unwrap();
    let read: Value = serde_saphyr::from_str(&text).unwrap();
    assert_eq!(read, serde_json::to_value(&snapshot).unwrap());
    assert!(
        text.starts_with("version: 1\ntime: \"2026-11-20T10:40:00Z\"\n"),
        "{text}"
    );
}

#[test]
fn yaml_keeps_text_text() {
    let texts = [
        "",
        " ",
        "a",
        "a b",
        "a ",
        "- a",
        "a: b",
        "a #b",
        "#",
        "no",
        "NULL",
        "1",
        "2.1",
        "0x1f",
        ".5",
        "1e3",
        "2026-11-20",
        "~",
        "!tag",
        "&a",
        "*a",
        "%",
        "@",
        "`",
        "\"",
        "'",
        "\\",
        "{a}",
        "[a]",
        "a\nb",
        "a\tb",
        "\u{7f}",
        "\u{85}",
        "\u{2028}",
        "\u{feff}",
        "ü",
        "🔒",
        "\u{0}",
        "?",
        ":",
        "<<",
        "=",
        "---",
        "...",
        "true",
        "Infinity",
        "y",
    ];
    for text in texts {
        let value = serde_json::json!({"a": [text, {text: [[text], {}, []]}], "b": null});
        let written = yaml(&value).unwrap();
        let read: Value = serde_saphyr::from_str(&written)
            .unwrap_or_else(|error| panic!("{text:?}: {error}\n{written}"));
        assert_eq!(read, value, "{text:?}: {written}");
    }
}

#[test]
fn yaml_quotes_what_an_older_reader_takes_for_something_else() {
    for text in [
        "no",
        "Off",
        "y",
        "~",
        "0x1f",
        "0o17",
        "017",
        "1_000",
        "1e3",
        "1:30",
        ".inf",
        "2026-11-20",
        "<<",
        "=",
    ] {
        let written = yaml(&serde_json::json!({ "a": text })).unwrap();
        assert_eq!(written, format!("a: \"{text}\"\n"));
    }
}

#[test]
fn a_terminal_is_not_obeyed_to() {
    assert_eq!(
        clean("a\u{1b}[2Jb\r\n\u{202e}c"),
        "a\\u{1b}[2Jb\\r\\n\\u{202e}c"
    );
    assert_eq!(clean("Ünïcode stays"), "Ünïcode stays");
    let text = table(&sample::snapshot(), &Style::default(), None);
    assert!(!text.contains('\u{1b}'), "{text}");
}

#[test]
fn markdown_is_broken_and_painted() {
    let text = "# Title\n\nSome `code here` in a paragraph\nthat is longer than a line.\n\n- an item\n  that goes on\n- `another`\n\n```yaml,fail\nkey: value\n```\n";
    insta::assert_snapshot!(markdown(
        text,
        &Style {
            colour: false,
            width: Some(30)
        }
    ));
    let painted = markdown(
        text,
        &Style {
            colour: true,
            width: Some(30),
        },
    );
    assert!(painted.contains("\u{1b}[36mcode\u{1b}[0m"), "{painted}");
    assert!(!painted.contains('`'), "{painted}");
}
