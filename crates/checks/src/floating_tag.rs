//! Tags that are meant to move: what they name tomorrow is not what was tested today.

/// Names of branches, channels and stages. The list is closed: a word that is not here may be a release's own name.
const CHANNELS: &[&str] = &[
    "beta",
    "canary",
    "current",
    "dev",
    "devel",
    "develop",
    "edge",
    "head",
    "latest",
    "lts",
    "main",
    "mainline",
    "master",
    "next",
    "nightly",
    "prod",
    "production",
    "release",
    "rolling",
    "snapshot",
    "stable",
    "staging",
    "test",
    "testing",
    "trunk",
    "unstable",
];

/// What a tag may say besides: the distribution below, the architecture, the build's kind. None of them is a version.
const FLAVOURS: &[&str] = &[
    "alpine",
    "amd64",
    "apache",
    "arm64",
    "arm64v8",
    "bookworm",
    "bullseye",
    "buster",
    "cli",
    "debian",
    "debug",
    "distroless",
    "focal",
    "fpm",
    "jammy",
    "jdk",
    "jre",
    "linux",
    "management",
    "minimal",
    "musl",
    "noble",
    "nonroot",
    "noroot",
    "perl",
    "root",
    "slim",
    "static",
    "trixie",
    "ubi",
    "ubi8",
    "ubi9",
    "ubuntu",
    "unprivileged",
];

/// Whether a tag is sure to move: a channel, a bare major version, a flavour alone, or these put together.
///
/// Everything else looks like one release, though nothing but its registry keeps it from moving.
pub(crate) fn is_floating(tag: &str) -> bool {
    let tag = tag.to_ascii_lowercase();
    tag.split('-').enumerate().all(|(at, part)| {
        CHANNELS.contains(&part) || FLAVOURS.contains(&part) || (at == 0 && is_major(part))
    })
}

/// `1`, `v2`, `18`; a longer number is rather a build or a date.
fn is_major(part: &str) -> bool {
    let number = part.strip_prefix('v').unwrap_or(part);
    (1..=3).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::is_floating;

    #[test]
    fn channels_majors_and_flavours_move() {
        for tag in [
            "latest",
            "Stable",
            "main",
            "master",
            "edge",
            "nightly",
            "dev",
            "canary",
            "1",
            "v2",
            "18",
            "18-alpine",
            "stable-slim",
            "alpine",
            "slim-bookworm",
            "latest-arm64",
            "nonroot",
        ] {
            assert!(is_floating(tag), "{tag}");
        }
    }

    #[test]
    fn releases_builds_and_dates_do_not() {
        for tag in [
            "1.29",
            "1.29.3",
            "v2.0.1-alpine",
            "2024-01-31",
            "20240131",
            "4711",
            "main-3f2a91c",
            "nightly-2024-01-31",
            "sha-3f2a91c",
            "3f2a91c",
            "8u312",
            "1.0.0-beta",
            "beta2",
            "developer",
            "release-1",
            "",
        ] {
            assert!(!is_floating(tag), "{tag}");
        }
    }
}
