//! Kubeconfigs in texts: whether one is there, and which credential it has in it.

/// Whether a text is, or holds, a kubeconfig with a credential in it: YAML or JSON, by the lines or fields of one.
pub(crate) fn credential(text: &str) -> Option<&'static str> {
    let is_config = values_of(text, "kind").any(|kind| kind == "Config")
        && text.contains("clusters")
        && text.contains("users");
    let has = |key: &str| values_of(text, key).any(is_literal);
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

/// Whether it is no reference to a variable, and not what stands in place of what was left out.
fn is_literal(value: &str) -> bool {
    const LEFT_OUT: [&str; 5] = ["REDACTED", "DATA+OMITTED", "null", "|", ">"];
    !value.starts_with(['$', '<', '{', '*', '_']) && !LEFT_OUT.contains(&value)
}

/// The values of all fields of this name, in YAML or JSON, but for empty ones.
fn values_of<'a>(text: &'a str, key: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(key).filter_map(move |(at, _)| {
        let before = text.get(..at)?.chars().next_back();
        let is_key = before.is_none_or(|before| {
            before.is_whitespace() || matches!(before, '"' | '\'' | '{' | ',' | '-')
        });
        let rest = text.get(at + key.len()..)?;
        let rest = rest.trim_start_matches(['"', '\'']).trim_start_matches(' ');
        let value = rest.strip_prefix(':')?.trim_start_matches([' ', '"', '\'']);
        let end = value
            .find(['"', '\'', '\n', ',', '}', ' '])
            .unwrap_or(value.len());
        value.get(..end).filter(|value| is_key && !value.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::credential;

    #[test]
    fn a_kubeconfig_is_told_by_what_it_holds() {
        let yaml = |user: &str| {
            format!(
                "apiVersion: v1\nkind: Config\nclusters:\n- name: a\nusers:\n- name: a\n  user:\n    {user}\n"
            )
        };
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
}
