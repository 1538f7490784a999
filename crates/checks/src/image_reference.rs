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
    /// The parts of a reference of such a name. A name is found at a glance, and hardly any image has one that is looked for.
    pub(crate) fn of_name(text: &'a str, is_wanted: impl FnOnce(&str) -> bool) -> Option<Self> {
        is_wanted(name(text)).then(|| Self::parse(text))?
    }

    /// The parts of a reference; `None` for what no kubelet would pull.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        if is_hex(text, 64) {
            // A bare image id: names nothing in any registry, and is refused.
            return None;
        }
        let (host, rest) = split_host(text);
        let (name, digest) = cut(rest, b'@');
        let (path, tag) = cut(name, b':');
        let path = if host == HUB && !path.bytes().any(|byte| byte == b'/') {
            Cow::Owned(format!("library/{path}"))
        } else {
            Cow::Borrowed(path)
        };
        let valid = is_host(host)
            && path.len() <= 255
            && path
                .as_bytes()
                .split(|byte| *byte == b'/')
                .all(is_path_component)
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
    match cut(text, b'/') {
        ("index.docker.io", Some(rest)) => (HUB, rest),
        (first, Some(rest)) if first == "localhost" || could_be_host(first) => (first, rest),
        _ => (HUB, text),
    }
}

fn could_be_host(first: &str) -> bool {
    if first.is_ascii() {
        let tells = |byte: u8| matches!(byte, b'.' | b':') || byte.is_ascii_uppercase();
        return first.bytes().any(tells);
    }
    let tells = |character: char| matches!(character, '.' | ':') || character.is_uppercase();
    first.contains(tells)
}

/// What stands before a byte and what stands behind it, if it is there. By bytes: references are short, and searching for a
/// character takes longer to begin than to end.
fn cut(text: &str, byte: u8) -> (&str, Option<&str>) {
    let at = text.bytes().position(|other| other == byte);
    let parts = at.and_then(|at| Some((text.get(..at)?, text.get(at + 1..)?)));
    match parts {
        Some((before, behind)) => (before, Some(behind)),
        None => (text, None),
    }
}

/// The first of these repository paths at which the image is: see [`ImageReference::is_at`].
pub(crate) fn known_path<'a>(
    image: &str,
    mut paths: impl Iterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    let image =
        ImageReference::of_name(image, |name| paths.clone().any(|path| path.ends_with(name)))?;
    paths.find(|path| image.is_at(path))
}

/// What the image is called, if it is a reference at all: see [`ImageReference::name`].
fn name(text: &str) -> &str {
    let (front, _) = cut(text, b'@');
    let behind = front.bytes().rposition(|byte| byte == b'/');
    let last = behind.and_then(|at| front.get(at + 1..)).unwrap_or(front);
    cut(last, b':').0
}

fn is_host(host: &str) -> bool {
    if let Some(rest) = host.strip_prefix('[') {
        let (address, Some(port)) = cut(rest, b']') else {
            return false;
        };
        let address_ok = !address.is_empty()
            && address
                .bytes()
                .all(|byte| byte.is_ascii_hexdigit() || byte == b':');
        return address_ok && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port));
    }
    let (name, port) = cut(host, b':');
    let label = |label: &[u8]| {
        let inner = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
        let dash = Some(&b'-');
        !label.is_empty()
            && label.iter().all(inner)
            && label.first() != dash
            && label.last() != dash
    };
    let mut labels = name.as_bytes().split(|byte| *byte == b'.');
    labels.all(label) && port.is_none_or(is_port)
}

fn is_port(port: &str) -> bool {
    !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
}

/// Lower-case words and digits, parted by one dot, one or two underscores, or dashes.
fn is_path_component(part: &[u8]) -> bool {
    let letter = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
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
    match cut(digest, b':') {
        ("sha256", Some(hex)) => is_hex(hex, 64),
        ("sha384", Some(hex)) => is_hex(hex, 96),
        ("sha512", Some(hex)) => is_hex(hex, 128),
        _ => false,
    }
}

fn is_hex(text: &str, length: usize) -> bool {
    // All of it, without a way out in between: so several bytes are looked at in one step.
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.len() == length && text.bytes().fold(true, |all, byte| all & hex(byte))
}
