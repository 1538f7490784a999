//! Spellings of one path come to one answer.

use proptest::prelude::*;

use super::{CREDENTIALS, NODE, Reach, SOCKETS, holds_credentials, plain, reach};

#[test]
fn the_root_and_what_leads_to_credentials_give_the_node_away() {
    for path in [
        "/",
        "//",
        "/.",
        "/etc",
        "/etc/kubernetes/pki",
        "/var",
        "/var/lib",
        "/var/lib/kubelet",
        "/proc/1/root",
        "/sys",
        "/home",
        "/home/ops/.ssh",
        "/usr/../root/",
        "C:\\",
        "c:\\Windows\\System32",
        "C:/var/lib/kubelet/pods",
    ] {
        assert_eq!(reach(path), Reach::Node, "{path}");
    }
}

#[test]
fn sockets_and_their_directories_are_the_runtime() {
    for path in [
        "/run",
        "/var/run",
        "/var/run/",
        "/run/containerd",
        "/var/run/docker.sock",
        "/run/k3s",
        "/srv/odd/place/crio.sock",
        "/var/snap/microk8s/common/run",
        "\\\\.\\pipe\\docker_engine",
        "//./pipe/containerd-containerd",
    ] {
        assert_eq!(reach(path), Reach::RuntimeSocket, "{path}");
    }
}

#[test]
fn like_names_are_something_else() {
    for path in [
        "/run/xtables.lock",
        "/lib/modules",
        "/var/log",
        "/var/lib/docker/containers",
        "/var/lib/kubelet/plugins",
        "/runner",
        "/etc/ssl/certs",
        "/etcetera",
        "/procedures",
        "/users/data",
        "/home/ops/data",
        "/run/docker.sock.d/x",
        "C:\\data",
        "\\\\.\\pipe\\csi-proxy",
    ] {
        assert_eq!(reach(path), Reach::Files, "{path}");
    }
}

#[test]
fn every_directory_above_a_listed_path_reaches_as_far() {
    for path in NODE.iter().chain(SOCKETS) {
        for (at, _) in path.match_indices('/').skip(1) {
            assert_ne!(reach(&path[..at]), Reach::Files, "{}", &path[..at]);
        }
    }
}

#[test]
fn credentials_lie_below_and_above_what_is_listed() {
    for path in CREDENTIALS {
        assert!(holds_credentials(path), "{path}");
        assert!(holds_credentials(&format!("{path}/x")), "{path}");
        for (at, _) in path.match_indices('/').skip(1) {
            assert!(holds_credentials(&path[..at]), "{}", &path[..at]);
        }
    }
    for path in [
        "/etc/kubernetes/pki/ca.key",
        "/etc/kubernetes/pki/ca.crt/",
        "/etc/kubernetes/pki/ca.crt/..",
        "/etc/kubernetes/pki/ca.crt/ca.key",
        "C:\\k\\config",
        "/",
    ] {
        assert!(holds_credentials(path), "{path}");
    }
}

#[test]
fn a_certificate_is_no_credential() {
    for path in [
        "/etc/kubernetes/pki/ca.crt",
        "/etc/kubernetes//pki/./ca.crt",
        "/var/lib/rancher/k3s/server/tls/server-ca.crt",
        "C:\\etc\\kubernetes\\pki\\ca.crt",
        "/var/lib/k0s/bin",
    ] {
        assert!(!holds_credentials(path), "{path}");
    }
}

proptest! {
    #[test]
    fn spelling_does_not_matter(path in "(/[a-z.]{1,8}){1,5}", at in 0_usize..40) {
        let slashes: Vec<usize> = path.match_indices('/').map(|(at, _)| at).collect();
        let at = slashes[at % slashes.len()];
        let odd = format!("{}/.//{}/", &path[..at], &path[at + 1..]);
        prop_assert_eq!(plain(&odd), plain(&path));
        prop_assert_eq!(reach(&odd), reach(&path));
    }

    #[test]
    fn listed_paths_are_found_in_any_spelling(index in 0..NODE.len(), below in "(/[a-z]{1,5}){0,3}") {
        let path = format!("{}{below}", NODE[index].replace('/', "//./"));
        prop_assert_eq!(reach(&path), Reach::Node);
    }

    #[test]
    fn it_never_panics(path in any::<String>()) {
        reach(&path);
    }
}
