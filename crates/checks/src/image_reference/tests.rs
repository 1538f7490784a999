//! The grammar's corners, and that what is put together comes apart again.

use proptest::prelude::*;

use super::ImageReference;

const DIGEST: &str = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

fn parts(text: &str) -> (String, String, Option<String>, Option<String>) {
    let image = ImageReference::parse(text).unwrap_or_else(|| panic!("{text} is refused"));
    (
        image.host.to_owned(),
        image.path.clone().into_owned(),
        image.tag.map(str::to_owned),
        image.digest.map(str::to_owned),
    )
}

#[track_caller]
fn is(text: &str, host: &str, path: &str, tag: Option<&str>, digest: Option<&str>) {
    let expected = (
        host.to_owned(),
        path.to_owned(),
        tag.map(str::to_owned),
        digest.map(str::to_owned),
    );
    assert_eq!(parts(text), expected, "{text}");
}

#[test]
fn docker_hub_is_implied() {
    is("nginx", "docker.io", "library/nginx", None, None);
    is(
        "nginx:1.29",
        "docker.io",
        "library/nginx",
        Some("1.29"),
        None,
    );
    is("team/app", "docker.io", "team/app", None, None);
    is("docker.io/nginx", "docker.io", "library/nginx", None, None);
    is("index.docker.io/a/b", "docker.io", "a/b", None, None);
}

#[test]
fn a_port_is_not_a_tag() {
    is("host:5000/x", "host:5000", "x", None, None);
    is("host:5000/x:2", "host:5000", "x", Some("2"), None);
    is("localhost/x", "localhost", "x", None, None);
    is("[fd00::1]:5000/x", "[fd00::1]:5000", "x", None, None);
    is("Registry/x", "Registry", "x", None, None);
    is("x:5000", "docker.io", "library/x", Some("5000"), None);
}

#[test]
fn a_digest_stands_behind_the_tag() {
    let both = format!("registry.example.com/shop/web:1.4@{DIGEST}");
    is(
        &both,
        "registry.example.com",
        "shop/web",
        Some("1.4"),
        Some(DIGEST),
    );
    let alone = format!("web@{DIGEST}");
    is(&alone, "docker.io", "library/web", None, Some(DIGEST));
}

#[test]
fn what_no_kubelet_would_pull_is_refused() {
    let long = format!("{}@{}", "x", DIGEST.replace("sha256", "md5"));
    let capitals = format!("x@{}", DIGEST.to_uppercase());
    let hex = "a".repeat(64);
    for text in [
        "",
        "Shop",
        "example.com/Shop/web",
        "shop/",
        "/shop",
        "a//b",
        "a b",
        "x:",
        "x:-1",
        "x@",
        "x@sha256:abc",
        "x:1:2",
        "host:port/x",
        "-host.example.com/x",
        "a..b/c",
        "[fd00::1/x",
        "${IMAGE}",
        "{{ .Values.image }}",
        "x___y",
        long.as_str(),
        capitals.as_str(),
        hex.as_str(),
    ] {
        assert_eq!(ImageReference::parse(text), None, "{text}");
    }
}

#[test]
fn ends_are_compared_by_whole_parts() {
    let image = ImageReference::parse("example.com/mirror/calico/node:v3").unwrap();
    assert_eq!(image.name(), "node");
    assert!(image.is_at("calico/node"));
    assert!(image.is_at("mirror/calico/node"));
    assert!(!image.is_at("lico/node"));
    assert!(!image.is_at("calico"));
}

proptest! {
    #[test]
    fn what_is_put_together_comes_apart(
        host in "[a-z0-9]{1,8}(\\.[a-z0-9]{1,5}){1,3}(:[0-9]{1,5})?",
        path in "[a-z0-9]{1,8}((\\.|__?|-{1,3})[a-z0-9]{1,4}){0,2}(/[a-z0-9]{1,8}){0,3}",
        tag in proptest::option::of("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"),
        digest in proptest::option::of("sha256:[0-9a-f]{64}"),
    ) {
        prop_assume!(host != "index.docker.io" && host != "docker.io");
        let mut text = format!("{host}/{path}");
        if let Some(tag) = &tag {
            text = format!("{text}:{tag}");
        }
        if let Some(digest) = &digest {
            text = format!("{text}@{digest}");
        }
        let last = path.rsplit('/').next().unwrap_or_default();
        let named = ImageReference::of_name(&text, |name| name == last);
        prop_assert_eq!(&named, &ImageReference::parse(&text));
        prop_assert_eq!(ImageReference::of_name(&text, |_| false), None);
        prop_assert_eq!(parts(&text), (host, path, tag, digest));
    }

    #[test]
    fn it_never_panics(text in any::<String>()) {
        ImageReference::parse(&text);
    }

    #[test]
    fn parts_are_of_the_text(text in "[a-zA-Z0-9:/@._-]{0,40}") {
        if let Some(image) = ImageReference::parse(&text) {
            prop_assert!(image.tag.is_none_or(|tag| text.contains(tag)));
            prop_assert!(!image.path.contains(':'));
            prop_assert!(image.path == image.path.to_lowercase());
            prop_assert_eq!(super::name(&text), image.name());
        }
    }
}
