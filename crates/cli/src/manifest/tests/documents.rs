//! Because authors count documents and lines: separators, empty documents and broken ones, and what stands behind them.

use super::{objects, read, rejections, summary};
use crate::manifest::split::{Piece, Splitter, Spoilt};

const POD: &str = "apiVersion: v1\nkind: Pod\n";

#[test]
fn documents_are_counted_and_empty_ones_passed_over() {
    let text = format!(
        "# licence\n\n---\n{POD}---\n---\n# nothing\n--- # here\n\n{POD}...\n---\nnull\n---\n{POD}---\n"
    );
    assert_eq!(
        summary(text),
        [
            "deploy.yaml: document 1, line 4 is Pod",
            "deploy.yaml: document 4, line 11 is Pod",
            "deploy.yaml: document 6, line 17 is Pod",
        ]
    );
}

#[test]
fn a_broken_document_does_not_hide_the_next() {
    let text = format!(
        "{POD}---\na: [\n---\n{POD}  bad: indent\n---\nkind: Pod\n---\njust text\n---\n- {POD}---\n{POD}"
    );
    assert_eq!(
        summary(text),
        [
            "deploy.yaml: document 1, line 1 is Pod",
            "deploy.yaml: document 2, line 5 fails: the document ends before a bracket is closed",
            "deploy.yaml: document 3, line 8 fails: a `key: value` begins here where none can stand",
            "deploy.yaml: document 4, line 10 fails: not a Kubernetes object: no `apiVersion`",
            "deploy.yaml: document 5, line 12 fails: not a Kubernetes object but text",
            "deploy.yaml: document 6, line 15 fails: an item of the list that begins on line 14 must start with `- `",
            "deploy.yaml: document 7, line 17 is Pod",
        ]
    );
}

#[test]
fn what_kubectl_needs_is_named() {
    let reason = |text: &str| rejections(&read(text))[0].to_string();
    assert_eq!(
        reason("kind: Pod\nmetadata: {}\n"),
        "deploy.yaml: document 1, line 1: not a Kubernetes object: no `apiVersion`; add what is missing, or leave this file out"
    );
    assert!(reason("apiVersion: v1\n").contains("no `kind`"));
    assert!(reason("a: b\n").contains("no `apiVersion` and no `kind`"));
    assert!(
        reason("apiVersion: v1\nkind: ''\n")
            .contains("field kind: not a Kubernetes object: `kind` is empty")
    );
    assert!(reason("apiVersion: 1\nkind: Pod\n").contains("`apiVersion` is empty or no text"));
    assert!(reason("[]\n").contains("but a list; write each object as a document of its own"));
}

#[test]
fn only_a_comment_may_follow_a_separator() {
    let text = format!("--- {{a: b}}\n{POD}---\n{POD}---x: y\n--- #\n{POD}");
    assert_eq!(
        summary(text),
        [
            "deploy.yaml: document 1, line 1 fails: text follows `---` on the same line, which kubectl does not read",
            "deploy.yaml: document 2, line 5 is Pod",
            "deploy.yaml: document 3, line 7 fails: text follows `---` on the same line, which kubectl does not read",
            "deploy.yaml: document 4, line 9 is Pod",
        ]
    );
}

#[test]
fn text_behind_the_end_of_a_document_is_noticed() {
    let text = format!("{POD}... # end\n# fine\n...\n\nkind: Secret\n---\n{POD}");
    assert_eq!(
        summary(text),
        [
            "deploy.yaml: document 1, line 1 is Pod",
            "deploy.yaml: document 1, line 7 fails: text follows the `...` that ends this document, and kubectl would ignore it",
            "deploy.yaml: document 2, line 9 is Pod",
        ]
    );
}

#[test]
fn directives_stand_before_documents() {
    let text = format!("%YAML 1.2\n# comment\n---\n{POD}...\n%YAML 1.1\n---\n{POD}");
    assert_eq!(
        summary(text),
        [
            "deploy.yaml: document 1, line 4 is Pod",
            "deploy.yaml: document 2, line 9 is Pod"
        ]
    );
}

#[test]
fn separators_within_text_do_not_separate() {
    let outcomes = read(format!("{POD}data: |\n  ---\n  x\n  --- y\n"));
    assert_eq!(
        objects(&outcomes)[0].json,
        r#"{"apiVersion":"v1","kind":"Pod","data":"---\nx\n--- y\n"}"#
    );
}

#[test]
fn other_line_breaks_and_marks_are_read_as_kubectl_does() {
    let crlf =
        format!("\u{feff}---\n{POD}x: |\n  a\n  b\n---\n\u{feff}{POD}").replace('\n', "\r\n");
    let outcomes = read(&crlf);
    let found: Vec<_> = objects(&outcomes)
        .iter()
        .map(|manifest| (manifest.origin.line, &*manifest.json))
        .collect();
    let plain = r#"{"apiVersion":"v1","kind":"Pod"}"#;
    assert_eq!(
        found,
        [
            (2, r#"{"apiVersion":"v1","kind":"Pod","x":"a\nb\n"}"#),
            (8, plain)
        ]
    );
    // The last line needs no break.
    let outcomes = read(format!("{POD}x: |\n  a"));
    assert!(objects(&outcomes)[0].json.ends_with(r#""x":"a\n"}"#));
}

#[test]
fn bytes_that_are_no_text_are_named() {
    let mut bytes = format!("{POD}---\n{POD}x: caf").into_bytes();
    bytes.extend(b"\xE9\n---\n");
    bytes.extend(POD.as_bytes());
    assert_eq!(
        summary(bytes),
        [
            "deploy.yaml: document 1, line 1 is Pod",
            "deploy.yaml: document 2, line 6 fails: the byte 0xE9 is not UTF-8",
            "deploy.yaml: document 3, line 8 is Pod",
        ]
    );
    let nul = format!("{POD}x: a\0b\n---\n{POD}");
    assert_eq!(
        summary(nul),
        [
            "deploy.yaml: document 1, line 3 fails: the control character U+0000 stands here",
            "deploy.yaml: document 2, line 5 is Pod",
        ]
    );
    for mark in [[0xFF, 0xFE], [0xFE, 0xFF]] {
        let mut wide = mark.to_vec();
        wide.extend(POD.encode_utf16().flat_map(u16::to_le_bytes));
        let outcomes = read(wide);
        let rejected = rejections(&outcomes)[0].to_string();
        assert!(
            rejected.contains("UTF-16") && rejected.contains("save it as UTF-8"),
            "{rejected}"
        );
    }
}

#[test]
fn templates_and_charts_are_recognised() {
    let rejected = |text: &str| rejections(&read(text))[0].to_string();
    for template in [
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Values.name }}\n",
        "{{- if .Values.on }}\napiVersion: v1\nkind: Pod\n{{- end }}\n",
        "apiVersion: v1\nkind: Pod\nspec:\n  {{- toYaml .Values.spec | nindent 2 }}\n",
    ] {
        assert!(
            rejected(template).contains("render it first with `helm template`"),
            "{template}"
        );
    }
    // In text they are nobody's business.
    let text = "apiVersion: v1\nkind: Rule\nexpr: \"{{ $labels.pod }}\"\n";
    assert_eq!(objects(&read(text)).len(), 1);
    let mut outcomes = Vec::new();
    let mut note = |outcome| outcomes.push(outcome);
    crate::manifest::document::read_stream(
        &b"replicas: 3\n"[..],
        &"shop/values.yaml".into(),
        &mut note,
    );
    assert!(rejections(&outcomes)[0].remedy.contains("Helm chart"));
}

#[test]
fn what_is_too_large_is_refused_and_ends_the_file() {
    let text = format!("{POD}---\n{POD}x: {}\n---\n{POD}", "y".repeat(100));
    let mut splitter = Splitter::new(text.as_bytes()).with_largest(100);
    let mut piece = Piece::default();
    assert!(splitter.next(&mut piece).unwrap());
    assert_eq!((piece.spoilt, piece.bytes.len()), (None, POD.len()));
    assert!(splitter.next(&mut piece).unwrap());
    assert_eq!((piece.spoilt, piece.line), (Some(Spoilt::Size), 4));
    assert!(!splitter.next(&mut piece).unwrap());
}

#[test]
fn a_stream_that_breaks_off_is_reported() {
    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk is gone"))
        }
    }
    let mut outcomes = Vec::new();
    let reader = std::io::BufReader::new(std::io::Read::chain(POD.as_bytes(), Broken));
    crate::manifest::document::read_stream(reader, &"deploy.yaml".into(), &mut |outcome| {
        outcomes.push(outcome);
    });
    assert!(
        rejections(&outcomes)[0]
            .to_string()
            .contains("reading failed: the disk is gone")
    );
}

#[test]
fn a_field_leads_to_its_line() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    app.kubernetes.io/name: x\n    app: y\nspec:\n  containers:\n  - name: a\n    image: b\n  - name: c\n    securityContext:\n      privileged: true\n";
    let outcomes = read(format!("---\n{text}"));
    let manifest = objects(&outcomes)[0];
    let line_of = |path| manifest.line_of(path);
    assert_eq!(line_of("spec.containers[1].securityContext.privileged"), 14);
    assert_eq!(line_of("spec.containers[1]"), 12);
    assert_eq!(line_of("metadata.labels.app.kubernetes.io/name"), 6);
    assert_eq!(line_of("metadata.labels.app"), 7);
    assert_eq!(line_of(".spec.containers[0].image"), 11);
    // Where the path ends early, so does the search.
    assert_eq!(line_of("spec.containers[1].ports[0].hostPort"), 12);
    assert_eq!(line_of("status"), 2);
    assert_eq!(line_of("."), 2);
    let rejection = manifest.reject("spec.containers[0].image", "no text", "write text");
    assert_eq!(
        rejection.to_string(),
        "deploy.yaml: document 1, line 11, field spec.containers[0].image: no text; write text"
    );
}
