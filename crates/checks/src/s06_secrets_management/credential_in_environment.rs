//! A credential written into a pod spec is read by whoever may read pods.

use assay_inventory::Workload;
use assay_inventory::view::Mark;

use crate::judging::variants;
use crate::pod_literals::{self, Literals};
use crate::{Cx, Judge, Judgement, Rule};

const ID: &str = "credential-in-environment";

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge)).reading_literals(look);

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    Ok(variants(
        workload,
        false,
        "take it from a Secret of an external store (secretKeyRef or a mounted file), and replace the credential",
        |variant| pod_literals::details(&variant.spec.marks, ID),
    ))
}

fn look(container: &Literals) -> Vec<Mark> {
    let marks = container.variables().filter_map(|(name, value)| {
        let what = credential(value)?;
        Some(container.mark(ID, &format!("env[{name}].value"), what))
    });
    marks.collect()
}

/// What credential a value is, by formats that nothing else has. Names of variables alone prove nothing.
fn credential(value: &str) -> Option<&'static str> {
    let value = value.trim();
    token(value).or_else(|| {
        if is_google_key(value) {
            Some("a key of a Google service account")
        } else if value.contains("-----BEGIN") && value.contains("PRIVATE KEY-----") {
            Some("a private key in PEM")
        } else if has_account_key(value) {
            Some("a connection string with an Azure account key")
        } else {
            in_url(value)
        }
    })
}

/// What token a text is, the whole of it.
fn token(text: &str) -> Option<&'static str> {
    let after = |prefix: &str, least: usize| {
        text.strip_prefix(prefix)
            .is_some_and(|rest| rest.len() >= least && !rest.contains(['$', '{', '<', ' ']))
    };
    let is_key_id = ["AKIA", "ASIA"].iter().any(|prefix| {
        text.strip_prefix(prefix).is_some_and(|rest| {
            rest.len() == 16 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
    });
    if is_key_id {
        Some("an AWS access key id")
    } else if after("ghp_", 30) || after("github_pat_", 30) {
        Some("a GitHub token")
    } else if after("glpat-", 20) {
        Some("a GitLab token")
    } else if after("sk_live_", 16) || after("rk_live_", 16) {
        Some("a live payment API key")
    } else if text.starts_with("xox") && after(text.get(..5).unwrap_or("xoxb-"), 20) {
        Some("a Slack token")
    } else if is_json_web_token(text) {
        Some("a JSON Web Token")
    } else {
        None
    }
}

/// Two JSON objects and a signature, each in base64url: `eyJ` is what `{"` becomes before a letter.
fn is_json_web_token(text: &str) -> bool {
    // Of the algorithms, HS256 has the shortest signatures.
    const SIGNATURE: usize = 43;
    if !text.starts_with("eyJ") {
        return false;
    }
    let parts: Vec<&str> = text.split('.').collect();
    let [_, claims, signature] = parts.as_slice() else {
        return false;
    };
    let base64url = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    claims.starts_with("eyJ")
        && signature.len() >= SIGNATURE
        && parts.iter().all(|part| part.bytes().all(base64url))
}

/// The file by which a program signs in as a service account of Google. Without the key, it only names the account.
fn is_google_key(value: &str) -> bool {
    value.starts_with('{')
        && json_text(value, "\"type\"") == Some("service_account")
        && json_text(value, "\"private_key\"").is_some_and(is_literal)
}

/// The text behind the first of these keys, quotes and all, in JSON.
fn json_text<'a>(json: &'a str, key: &str) -> Option<&'a str> {
    let (_, rest) = json.split_once(key)?;
    let rest = rest.trim_start().strip_prefix(':')?;
    rest.trim_start().strip_prefix('"')?.split('"').next()
}

/// Whether it is a connection string of Azure Storage or Cosmos DB, with the key in it and no reference to one. The emulators
/// of both have one key for everybody, which Microsoft documents.
fn has_account_key(value: &str) -> bool {
    const EMULATORS: [&str; 2] = ["Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq", "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw"];
    // A key of 64 bytes is 88 characters in base64. Half of that is no reference to one.
    const KEY: usize = 44;
    let base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
    value
        .split_once("AccountKey=")
        .filter(|(_, key)| !EMULATORS.iter().any(|known| key.starts_with(known)))
        .is_some_and(|(_, key)| key.bytes().take_while(base64).count() >= KEY)
}

/// `scheme://user:password@host`, or a token in the place of the user.
fn in_url(value: &str) -> Option<&'static str> {
    let (scheme, rest) = value.split_once("://")?;
    let is_scheme = !scheme.is_empty()
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+.-".contains(&byte));
    let authority = rest.split(['/', '?', '#']).next()?;
    let (user, _) = authority.rsplit_once('@').filter(|_| is_scheme)?;
    let (name, password) = user.split_once(':').unwrap_or((user, ""));
    // In `${USER:app}`, what stands behind the colon is a default.
    let password = if name.rfind('{') > name.rfind('}') {
        password
            .split_once("}:")
            .map_or("", |(_, password)| password)
    } else {
        password
    };
    if is_literal(password) {
        Some("a URL with a password in it")
    } else {
        token(name).map(|_| "a URL with a token in it")
    }
}

/// Whether a secret is there, rather than stars or what a program or a template puts another text in place of.
fn is_literal(secret: &str) -> bool {
    secret.chars().any(|character| character != '*') && !is_placeholder(secret)
}

/// Whether the whole of a text stands for another. A password may hold such characters too, and in URLs it has to write
/// some of them as `%21`.
fn is_placeholder(text: &str) -> bool {
    // Of shells and Kubernetes, of Grafana, of templates, of documentation, of format strings.
    const FORMS: [(&str, &str); 7] = [
        ("$(", ")"),
        ("${", "}"),
        ("$__", "}"),
        ("{", "}"),
        ("<", ">"),
        ("%(", ")s"),
        ("%[", "]s"),
    ];
    // Kubernetes and others write `$` as `$$`.
    let text = text
        .strip_prefix('$')
        .filter(|rest| rest.starts_with('$'))
        .unwrap_or(text);
    // In small letters, `$ecret` is a likely password.
    let is_name = |name: &str| {
        name.starts_with(|first: char| first.is_ascii_uppercase() || first == '_')
            && name
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let name = text
        .strip_prefix('$')
        .or_else(|| text.strip_prefix('%')?.strip_suffix('%'));
    let mut forms = FORMS.iter();
    text == "%s"
        || has_reference(text)
        || name.is_some_and(is_name)
        || forms.any(|&(start, end)| text.starts_with(start) && text.ends_with(end))
}

/// Whether Kubernetes puts the value of another variable somewhere into the text: `$(NAME)`, which `$$(NAME)` is not.
fn has_reference(text: &str) -> bool {
    // Where the last one ends, all that begin do.
    let Some((text, _)) = text.rsplit_once(')') else {
        return false;
    };
    let mut places = text.match_indices("$(");
    places.any(|(at, begin)| {
        let is_escaped = text.get(..at).is_some_and(|before| before.ends_with('$'));
        let name = text.get(at + begin.len()..).unwrap_or_default();
        !is_escaped && !name.is_empty() && !name.starts_with(')')
    })
}

#[cfg(test)]
mod tests {
    use super::{credential, is_placeholder};

    #[test]
    fn only_whole_forms_stand_for_another_text() {
        for placeholder in [
            "$(DB_PASSWORD)",
            "$(DB)-$(PASSWORD)",
            "prefix-$(PASSWORD)",
            "$(A)b",
            "${db_password}",
            "${DB_PASSWORD:-none}",
            "$DB_PASSWORD",
            "$$(DB_PASSWORD)",
            "$$DB_PASSWORD",
            "$__env{DB_PASSWORD}",
            "{{ .Values.password }}",
            "{password}",
            "<password>",
            "%DB_PASSWORD%",
            "%(password)s",
            "%[1]s",
            "%s",
        ] {
            assert!(is_placeholder(placeholder), "{placeholder}");
        }
        for password in [
            "",
            "$",
            "$$",
            "%",
            "%%",
            "<",
            "}",
            "Pa$w0rd9",
            "pa$$w0rd",
            "$ecret1",
            "$1A",
            "S3cr3t%21",
            "%21abc%21",
            "%21%",
            "a<b9",
            "<b9",
            "a{b}c",
        ] {
            assert!(!is_placeholder(password), "{password}");
        }
    }

    #[test]
    fn urls_are_told_by_their_user() {
        let password = Some("a URL with a password in it");
        let token = Some("a URL with a token in it");
        for (url, found) in [
            ("redis://:s3cr3t@cache", password),
            ("postgres://${DB_USER:app}:s3cr3t@db", password),
            ("postgres://${DB_USER:app}:${DB_PASSWORD}@db", None),
            ("postgres://{{ user }}:{{ password }}@db", None),
            ("postgres://${DB_USER:app}@db", None),
            ("postgres://app:****@db", None),
            ("https://glpat-abcdefghijklmnopqrstu@gitlab.com/x", token),
            ("https://glpat-abcdefghijklmnopqrstu:@gitlab.com/x", token),
            (
                "https://glpat-abcdefghijklmnopqrstu:$(X)@gitlab.com/x",
                token,
            ),
            ("ssh://git@github.com/shop/api", None),
            ("https://example.com/glpat-abcdefghijklmnopqrstu@x", None),
        ] {
            assert_eq!(credential(url), found, "{url}");
        }
    }

    #[test]
    fn what_only_begins_like_a_credential_is_none() {
        const HEADER: &str = "eyJhbGciOiJIUzI1NiJ9";
        const CLAIMS: &str = "eyJzdWIiOiIxMjM0NTY3ODkwIn0";
        const SIGNATURE: &str = "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";
        let token = format!("{HEADER}.{CLAIMS}.{SIGNATURE}");
        assert_eq!(credential(&token), Some("a JSON Web Token"));
        for other in [
            format!("{HEADER}.{CLAIMS}"),
            format!("{HEADER}.{CLAIMS}.{SIGNATURE}.x"),
            format!("{HEADER}.{CLAIMS}.<signature>{SIGNATURE}"),
            format!("{HEADER}.claims.{SIGNATURE}"),
            format!("{HEADER}.{CLAIMS}.short"),
            HEADER.to_owned(),
            "AccountName=shop;AccountKey=$(KEY)".to_owned(),
            "AccountName=shop;AccountKey=".to_owned(),
            r#"{"type": "service_account", "private_key_id": "a"}"#.to_owned(),
            r#"{"type": "service_account", "private_key": "${KEY}"}"#.to_owned(),
            r#"{"type": "authorized_user", "private_key": "a"}"#.to_owned(),
        ] {
            assert_eq!(credential(&other), None, "{other}");
        }
    }
}
