//! What the API server warns of, told in the log as kubectl and client-go tell it.
//!
//! Above all this: it stores an object without the fields that its definition lacks, and warns of each. Whoever updates the operator
//! and not its definitions would lose what a new version keeps there, and never know.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use http::header::WARNING;
use http::{HeaderMap, Response};

/// Different warnings that are told: a server that makes up ever new ones must not fill the log.
const MOST: usize = 64;
/// Bytes that are told of a warning, at most.
const LONGEST: usize = 1024;

/// Tells each warning once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Warnings(Arc<Mutex<BTreeSet<String>>>);

impl Warnings {
    /// Tells what an answer warns of, and passes it on.
    pub(crate) fn heed<B>(&self, answer: Response<B>) -> Response<B> {
        for text in texts(answer.headers()) {
            if self.is_new(&text) {
                tracing::warn!(
                    warning = text,
                    "the API server warns; of an unknown field: the definitions in crds/ are of another version than this program"
                );
            }
        }
        answer
    }

    fn is_new(&self, text: &str) -> bool {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.len() < MOST && told.insert(text.to_owned())
    }
}

/// Texts of all warnings, each `299 - "text"`. Source: <https://www.rfc-editor.org/rfc/rfc7234#section-5.5>, and what
/// Kubernetes makes of it, <https://kubernetes.io/blog/2020/09/03/warnings/>.
fn texts(headers: &HeaderMap) -> Vec<String> {
    let mut texts = Vec::new();
    for value in headers.get_all(WARNING) {
        let mut rest = value.to_str().unwrap_or_default();
        while let Some((_, quoted)) = rest.split_once('"') {
            let (text, mut after) = unquoted(quoted);
            texts.push(text);
            // A date may follow, in quotes of its own.
            if let Some(date) = after.trim_start().strip_prefix('"') {
                after = unquoted(date).1;
            }
            rest = after;
        }
    }
    texts
}

/// What stands before the closing quote, and what behind it.
fn unquoted(quoted: &str) -> (String, &str) {
    let mut text = String::new();
    let mut escaped = false;
    for (at, letter) in quoted.char_indices() {
        match letter {
            '\\' if !escaped => {
                escaped = true;
                continue;
            }
            '"' if !escaped => return (text, quoted.get(at + 1..).unwrap_or_default()),
            _ if text.len() < LONGEST => text.push(letter),
            _ => {}
        }
        escaped = false;
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(warnings: &[&str]) -> Response<()> {
        let mut answer = Response::new(());
        for warning in warnings {
            answer
                .headers_mut()
                .append(WARNING, warning.parse().unwrap());
        }
        answer
    }

    #[test]
    fn each_warning_is_read_as_it_was_meant() {
        let texts = |warnings: &[&str]| texts(answer(warnings).headers());
        assert_eq!(
            texts(&[r#"299 - "unknown field \"status.issued\"""#]),
            [r#"unknown field "status.issued""#]
        );
        assert_eq!(
            texts(&[
                r#"299 - "a, b", 299 agent "c\\d""#,
                r#"299 - "e" "Sat, 28 Nov 2026 00:00:00 GMT""#
            ]),
            ["a, b", r"c\d", "e"]
        );
        assert!(texts(&[]).is_empty());
        assert_eq!(texts(&["299 - ", r#"299 - "open"#]), ["open"]);
        let long = format!(r#"299 - "{}""#, "x".repeat(2 * LONGEST));
        assert_eq!(texts(&[&long]), ["x".repeat(LONGEST)]);
    }

    #[test]
    fn each_is_told_once_and_not_without_end() {
        let warnings = Warnings::default();
        assert!(warnings.is_new("a"));
        assert!(!warnings.is_new("a"));
        let told = (0..1000).filter(|number| warnings.is_new(&number.to_string()));
        assert_eq!(told.count(), MOST - 1);
    }
}
