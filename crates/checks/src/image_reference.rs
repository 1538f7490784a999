//! Image references, read as the kubelet and the runtimes do: which registry and repository, which tag, which digest.
//!
//! The grammar is that of `distribution/reference`, whose normalisation the kubelet applies before it pulls.

use std::borrow::Cow;

#[cfg(test)]
mod tests;

/// A reference in its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ImageReference<'a> {
    /// Registry host with its port; `docker.io` where none is written.
    pub(crate) host: &'a str,
    /// Repository path, `library/` of Docker Hub filled in.
    pub(crate) path: Cow<'a, str>,
    /// Tag as written; without one and without a digest it is `latest`.
    pub(crate) tag: Option<&'a str>,
    /// Digest: it alone decides what is pulled, whatever the tag.
    pub(crate) digest: Option<&'a str>,
}

const HUB: &str = "docker.io";

impl<'a> ImageReference<'a> {
    /// The parts of a reference; `None` for what no kubelet would pull.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        if is_hex(text, 64) {
            // A bare image id: names nothing in any registry, and is refused.
            return None;
        }
        let (host, rest) = split_host(text);
        let (name, digest) = match rest.split_once('@') {
            Some((name, digest)) => (name, Some(digest)),
            None => (rest, None),
        };
        let (path, tag) = match name.split_once(':') {
            Some((path, tag)) => (path, Some(tag)),
            None => (name, None),
        };
        let path = if host == HUB && !path.contains('/') {
            Cow::Owned(format!("library/{path}"))
        } else {
            Cow::Borrowed(path)
        };
        let valid = is_host(host)
            && path.len() <= 255
            && path.split('/').all(is_path_component)
            && tag.is_none_or(is_tag)
            && digest.is_none_or(is_digest);
        valid.then_some(Self {
            host,
            path,
            tag,
            digest,
        })
    }

    /// Last part of the repository path: what the image is called, whoever hosts it.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Whether the repository path is `path` or ends with it, whole parts only: `node` is not `exporter-node`.
    pub(crate) fn is_at(&self, path: &str) -> bool {
        self.path
            .strip_suffix(path)
            .is_some_and(|front| front.is_empty() || front.ends_with('/'))
    }
}

/// The registry and what follows. The first part names a registry if it could be a host name and not merely a folder:
/// it has a dot, a port or a capital letter, or is `localhost`.
fn split_host(text: &str) -> (&str, &str) {
    match text.split_once('/') {
        Some(("index.docker.io", rest)) => (HUB, rest),
        Some((first, rest))
            if first == "localhost"
                || first.contains(|character: char| {
                    matches!(character, '.' | ':') || character.is_uppercase()
                }) =>
        {
            (first, rest)
        }
        _ => (HUB, text),
    }
}

fn is_host(host: &str) -> bool {
    if let Some(rest) = host.strip_prefix('[') {
        let Some((address, port)) = rest.split_once(']') else {
            return false;
        };
        let address_ok = !address.is_empty()
            && address
                .bytes()
                .all(|byte| byte.is_ascii_hexdigit() || byte == b':');
        return address_ok && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port));
    }
    let (name, port) = match host.split_once(':') {
        Some((name, port)) => (name, Some(port)),
        None => (host, None),
    };
    let label = |label: &str| {
        let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        label.bytes().all(inner)
            && !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.split('.').all(label) && port.is_none_or(is_port)
}

fn is_port(port: &str) -> bool {
    !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
}

/// Lower-case words and digits, parted by one dot, one or two underscores, or dashes.
fn is_path_component(part: &str) -> bool {
    let letter = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let part = part.as_bytes();
    let mut runs = part.chunk_by(|one, next| letter(one) == letter(next));
    part.first().is_some_and(letter)
        && part.last().is_some_and(letter)
        && runs.all(|run| {
            run.first().is_some_and(letter)
                || matches!(run, b"." | b"_" | b"__")
                || run.iter().all(|byte| *byte == b'-')
        })
}

fn is_tag(tag: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    tag.len() <= 128
        && tag.bytes().next().is_some_and(word)
        && tag
            .bytes()
            .all(|byte| word(byte) || byte == b'.' || byte == b'-')
}

fn is_digest(digest: &str) -> bool {
    match digest.split_once(':') {
        Some(("sha256", hex)) => is_hex(hex, 64),
        Some(("sha384", hex)) => is_hex(hex, 96),
        Some(("sha512", hex)) => is_hex(hex, 128),
        _ => false,
    }
}

fn is_hex(text: &str, length: usize) -> bool {
    // All of it, without a way out in between: so several bytes are looked at in one step.
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.len() == length && text.bytes().fold(true, |all, byte| all & hex(byte))
}
