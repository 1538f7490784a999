//! Settings in texts of YAML, by their lines: a text that no parser would take as a whole still tells what stands in it.

/// The line up to its comment.
pub(crate) fn without_comment(line: &str) -> &str {
    let mut open: Option<char> = None;
    let mut escaped = false;
    let mut before = ' ';
    for (at, letter) in line.char_indices() {
        match open {
            Some(_) if escaped => escaped = false,
            Some('"') if letter == '\\' => escaped = true,
            Some(quote) if letter == quote => open = None,
            // An apostrophe within a word opens nothing.
            None if matches!(letter, '"' | '\'') && !before.is_alphanumeric() => {
                open = Some(letter);
            }
            None if letter == '#' && before.is_whitespace() => {
                return line.get(..at).unwrap_or_default();
            }
            _ => {}
        }
        before = letter;
    }
    line
}

/// Whether a YAML text, in lines or in braces, gives a setting this value, in whatever case. The setting's name is its path with
/// dots, for which the text may nest or not; it may stand below others.
pub(crate) fn says(yaml: &str, setting: &str, value: &str) -> bool {
    let mut above = Above::default();
    let mut said = false;
    for line in yaml.lines() {
        let indent = line.len() - line.trim_start().len();
        let text = without_comment(line).trim();
        if text.is_empty() {
            continue;
        }
        let inside = if above.in_braces() {
            text
        } else {
            above.leave(indent);
            let (key, given) = if text.starts_with('{') {
                ("", text)
            } else if text.starts_with('-') {
                // What an item of a list says is no setting of what holds the list.
                ("-", "")
            } else {
                entry(text).unwrap_or_default()
            };
            let Some(inside) = given.strip_prefix('{') else {
                said |= is(given, value) && above.has(key, setting);
                above.keys.push((Some(indent), key));
                continue;
            };
            above.keys.push((None, key));
            inside
        };
        for piece in inside.split_inclusive(['{', ',', '}']) {
            let text = piece.trim_end_matches(['{', ',', '}']).trim();
            let (key, given) = entry(text).unwrap_or_default();
            if piece.ends_with('{') {
                above.keys.push((None, key));
            } else {
                said |= is(given, value) && above.has(key, setting);
                if piece.ends_with('}') {
                    above.keys.pop();
                }
            }
        }
    }
    said
}

/// The keys that what is read next stands under, each with its indent; those whose value stands in braces have none.
#[derive(Default)]
struct Above<'a> {
    keys: Vec<(Option<usize>, &'a str)>,
}

impl Above<'_> {
    fn in_braces(&self) -> bool {
        self.keys.last().is_some_and(|(indent, _)| indent.is_none())
    }

    /// Drops what a line with this indent does not stand under.
    fn leave(&mut self, indent: usize) {
        self.keys.retain(|(at, _)| at.is_some_and(|at| at < indent));
    }

    /// Whether this key here is the setting: from the end, and no further up than it goes.
    fn has(&self, key: &str, setting: &str) -> bool {
        let mut left = setting;
        let above = self.keys.iter().rev().map(|(_, key)| *key);
        for key in [key].into_iter().chain(above) {
            let Some(rest) = left.strip_suffix(key) else {
                let more = key.strip_suffix(left);
                return more.is_some_and(|more| more.ends_with('.'));
            };
            if rest.is_empty() {
                return true;
            }
            let Some(rest) = rest.strip_suffix('.') else {
                return false;
            };
            left = rest;
        }
        false
    }
}

/// Key and value of `key: value`, of which the value may be missing.
fn entry(text: &str) -> Option<(&str, &str)> {
    let (at, _) = text.match_indices(':').find(|(at, _)| {
        let before = text.get(..*at).unwrap_or_default();
        let after = text.get(at + 1..).unwrap_or_default();
        after.is_empty() || after.starts_with(char::is_whitespace) || before.ends_with(['"', '\''])
    })?;
    let key = text.get(..at)?.trim().trim_matches(['"', '\'']);
    Some((key, text.get(at + 1..)?.trim()))
}

fn is(given: &str, value: &str) -> bool {
    given.trim_matches(['"', '\'']).eq_ignore_ascii_case(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_begins_outside_of_quotes_and_words() {
        for (line, rest) in [
            ("a: b # c", "a: b "),
            ("# a", ""),
            ("a: b#c", "a: b#c"),
            ("a: \"b # c\" # d", "a: \"b # c\" "),
            (
                "{\"a\": \"b\\\" # c\", \"d\": 1}",
                "{\"a\": \"b\\\" # c\", \"d\": 1}",
            ),
            ("a: don't # b", "a: don't "),
        ] {
            assert_eq!(without_comment(line), rest);
        }
    }

    #[test]
    fn a_setting_is_found_in_all_its_forms() {
        for yaml in [
            "a.b.c: false\n",
            "a: 1\na:\n  b:\n    c: False # why\n",
            "x: {}\na: # why\n\n  # none\n  b.c: \"false\"\n",
            "a.b: {d: 1, c: false}\n",
            "a: {b: {d: {e: 1}, c: 'false'}}\n",
            "a: {\n  b: {\n    d: 1,\n    c: false\n} }\n",
            "{\"a\":{\"b\":{\"c\":\"false\"}}}",
            "spec:\r\n  a:\r\n    b:\r\n      c: false\r\n",
            "list:\n- x: 1\na.b.c: false\n",
            "z.a:\n  b:\n    c: false\n",
        ] {
            assert!(says(yaml, "a.b.c", "false"), "{yaml}");
        }
    }

    #[test]
    fn what_only_looks_like_it_is_not_taken_for_it() {
        for yaml in [
            "",
            "a.b.c: true\n",
            "# a.b.c: false\n",
            "c: false\n",
            "a:\n  b:\n    d: 1\nc: false\n",
            "a:\n  b:\n    d:\n      c: false\n",
            "a: {b: {d: 1}, c: false}\n",
            "a: {b: {d: 1}}\nc: false\n",
            "ba.b.c: false\n",
            "a:\n  b:\n  - d: 1\n    c: false\n",
            "}}}\n{{{",
        ] {
            assert!(!says(yaml, "a.b.c", "false"), "{yaml}");
        }
    }
}
