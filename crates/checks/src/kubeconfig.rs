//! Kubeconfigs in texts: whether one is there, and which credential it has in it.

use crate::yaml_text::without_comment;

/// Longest part of a value that is looked at: longer ones are no reference to anything.
const LONGEST: usize = 256;

/// Whether a text is, or holds, a kubeconfig with a credential in it: YAML or JSON, by the lines or fields of one.
pub(crate) fn credential(text: &str) -> Option<&'static str> {
    if !text.contains("clusters") || !text.contains("users") {
        return None;
    }
    let lines = lines(text);
    let is_config = values_of(&lines, "kind").any(|kind| kind == "Config");
    let has = |key: &str| values_of(&lines, key).any(is_literal);
    if !is_config {
        None
    } else if has("client-key-data") {
        Some("a kubeconfig with a client's private key")
    } else if has("token") {
        Some("a kubeconfig with a token")
    } else if has("password") {
        Some("a kubeconfig with a password")
    } else {
        None
    }
}

/// Lines without their comments and what blanks they end with, but for those in which nothing is left.
fn lines(text: &str) -> Vec<&str> {
    let lines = text.lines().map(|line| without_comment(line).trim_end());
    lines.filter(|line| !line.is_empty()).collect()
}

/// Whether it is no reference to a variable, and not what stands in place of what was left out.
fn is_literal(value: &str) -> bool {
    const LEFT_OUT: [&str; 4] = ["REDACTED", "DATA+OMITTED", "null", "~"];
    !value.starts_with(['$', '<', '{', '*', '_', '`'])
        && !is_format(value)
        && !LEFT_OUT.contains(&value)
}

/// Whether a program is to put something in its place: `%s`, `%[1]s`, `%(token)s`, `%TOKEN%`.
fn is_format(value: &str) -> bool {
    value
        .strip_prefix('%')
        .is_some_and(|rest| rest.len() < 2 || rest.starts_with(['[', '(']) || rest.ends_with('%'))
}

/// The values of all fields of this name, in YAML or JSON, but for empty ones and what is commented out. Anybody writes such
/// texts: each line is gone through once, whatever stands in it.
fn values_of<'a>(lines: &'a [&'a str], key: &'a str) -> impl Iterator<Item = &'a str> {
    let next = lines.iter().skip(1).copied().chain([""]);
    lines
        .iter()
        .copied()
        .zip(next)
        .flat_map(move |(line, next)| {
            let places = line.match_indices(key);
            places.filter_map(move |(at, _)| {
                let before = line.get(..at)?;
                let is_key = before.chars().next_back().is_none_or(|before| {
                    before.is_whitespace() || matches!(before, '"' | '\'' | '{' | ',' | '-')
                });
                let rest = line.get(at + key.len()..)?;
                let rest = rest.trim_start_matches(['"', '\'']).trim_start();
                let beside = rest.strip_prefix(':').filter(|_| is_key)?.trim_start();
                if is_header(beside) {
                    value_below(before, next)
                } else {
                    scalar(beside)
                }
            })
        })
}

/// Whether the value behind a key begins on the next line: nothing is left of this one, or the header of a block.
fn is_header(beside: &str) -> bool {
    let rest = beside.strip_prefix(['|', '>']).unwrap_or(beside);
    rest.bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-'))
        && (beside.is_empty() || rest.len() < beside.len())
}

/// The value that begins on the next line, of a key behind `before`: further in, or in JSON a text wherever it stands.
fn value_below<'a>(before: &str, next: &'a str) -> Option<&'a str> {
    let text = next.trim_start();
    let unquoted = before.trim_end_matches(['"', '\'']);
    let is_text = unquoted != before && text.starts_with('"');
    let is_deeper = next.len() - text.len() > unquoted.len();
    let value = scalar(text).filter(|_| is_text || is_deeper)?;
    // What has a key of its own is no value.
    let (_, behind) = text.split_once(value)?;
    let is_key =
        value.ends_with(':') || behind.trim_start_matches(['"', '\'', ' ']).starts_with(':');
    (!is_key).then_some(value)
}

/// What a text begins with, without its quotes, but for an empty one; cut where it is long.
fn scalar(text: &str) -> Option<&str> {
    if text.starts_with("\"\"") || text.starts_with("''") {
        return None;
    }
    let value = text.trim_start_matches([' ', '"', '\'']);
    let is_end = |letter: char| letter.is_whitespace() || matches!(letter, '"' | '\'' | ',' | '}');
    let mut letters = value.char_indices();
    let end = letters.find(|(at, letter)| is_end(*letter) || *at >= LONGEST);
    let end = end.map_or(value.len(), |(at, _)| at);
    value.get(..end).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::credential;

    /// A kubeconfig whose user has this.
    fn yaml(user: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Config\nclusters:\n- name: a\nusers:\n- name: a\n  user:\n    {user}\n"
        )
    }

    #[test]
    fn a_kubeconfig_is_told_by_what_it_holds() {
        let found = |user: &str| credential(&yaml(user));
        assert!(found("client-key-data: LS0tLS1=").is_some());
        assert!(found("token: abcdef").is_some());
        assert!(found("password: hunter2").is_some());
        assert!(found("tokenFile: /var/run/token").is_none());
        assert!(found("token: $(TOKEN)").is_none());
        assert!(found("token: \"\"").is_none());
        assert!(found("client-key-data: REDACTED").is_none());
        assert!(found("client-key-data: DATA+OMITTED").is_none());
        assert!(found("token: __SERVICEACCOUNT_TOKEN__").is_none());
        assert!(found("exec: {command: aws}").is_none());
        let json = r#"{"kind": "Config", "clusters": [], "users": [{"user": {"token": "abc"}}]}"#;
        assert!(credential(json).is_some());
        assert!(credential("kind: ConfigMap\nclusters: a\nusers: b\ntoken: abc").is_none());
        assert!(credential("kind: Config\nclusters: a\ntoken: abc").is_none());
    }

    #[test]
    fn the_second_of_several_documents_counts() {
        let text = "kind: List\n---\nkind: Config\nclusters: []\nusers:\n- user: {token: abc}\n";
        assert!(credential(text).is_some());
    }

    #[test]
    fn a_value_is_found_however_it_is_laid_out() {
        for user in [
            "client-key-data: |\n      LS0t",
            "client-key-data: |-  # PEM\n\n      LS0t",
            "client-key-data: >-\n      LS0t",
            "token:\n      abc",
            "token: # the agent's\n      # made by hand\n      \"abc\"",
            "token:\tabc",
            "token: \"a # b\"",
            "token: ' abc'",
            "\"token\": \"abc\"",
            "note: don't\n    token: abc",
            "password: \"%abc\"",
            "token:\n    password: abc",
        ] {
            let text = yaml(user);
            assert!(credential(&text).is_some(), "{user}");
            assert!(credential(&text.replace('\n', "\r\n")).is_some(), "{user}");
        }
        for json in [
            "{\"kind\":\n\"Config\",\"clusters\":[],\"users\":[{\"user\":{\"token\":\n\"abc\"}}]}",
            "{\"kind\"\t:\t\"Config\",\t\"clusters\":[],\"users\":[{\"user\":{\"token\"\t:\t\"abc\"}}]}",
            r#"{"kind": "Config", "clusters": [{"name": "a # b"}], "users": [{"user": {"token": "abc"}}]}"#,
        ] {
            assert!(credential(json).is_some(), "{json}");
        }
    }

    /// Texts that took minutes when each key looked anew at what follows it.
    #[test]
    fn a_hostile_text_is_gone_through_once() {
        let start = "kind: Config clusters users ";
        for (part, tail) in [
            ("token:$ ", " "),
            ("token:| ", "\n"),
            ("-token:", ""),
            ("token:|\n", "\n"),
            ("\"token\":\n", " "),
            ("token\"", "'"),
        ] {
            let text = format!("{start}{}{}", part.repeat(60_000), tail.repeat(500_000));
            credential(&text);
        }
    }

    #[test]
    fn what_is_no_value_is_passed_over() {
        for user in [
            "# token: put-your-token-here\n    tokenFile: /x",
            "tokenFile: /x # token: abc",
            "token: # set by init\n    tokenFile: /x",
            "token:\n    tokenFile: /x",
            "token:\n",
            "token:\n      secretKeyRef: {name: a}",
            "\"token\":\n    \"username\": a",
            "token: \"\" # none",
            "token: ''\n",
            "token: ~",
            "token: %s",
            "token: \"%(token)s\"",
            "token: '%TOKEN%'",
            "token: %[1]s",
            "token: `cat /x`",
            "token: |\n",
        ] {
            let text = yaml(user);
            assert!(credential(&text).is_none(), "{user}");
            assert!(credential(&text.replace('\n', "\r\n")).is_none(), "{user}");
        }
    }
}
