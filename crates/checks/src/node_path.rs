//! What a path on the node gives away: for hostPath volumes, and whoever else judges paths of nodes.

#[cfg(test)]
mod tests;

/// What a container gains that is given a path of its node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    /// Some of the node's files.
    Files,
    /// Enough to take the node: its root, its programs, its credentials, other pods' data.
    Node,
    /// The container runtime's socket, or a directory it stands in.
    RuntimeSocket,
}

/// Paths that give the node away, with all below them and with every directory that holds them.
const NODE: &[&str] = &[
    // Programs the node runs as root.
    "/bin",
    "/boot",
    "/lib/systemd",
    "/sbin",
    "/usr/bin",
    "/usr/lib/systemd",
    "/usr/local/bin",
    "/usr/local/sbin",
    "/usr/sbin",
    // What it runs by itself, and who may sign in.
    "/etc/cron.d",
    "/etc/cron.daily",
    "/etc/cron.hourly",
    "/etc/crontab",
    "/etc/ld.so.preload",
    "/etc/pam.d",
    "/etc/shadow",
    "/etc/ssh",
    "/etc/sudoers",
    "/etc/sudoers.d",
    "/etc/systemd",
    "/root",
    "/var/spool/cron",
    // The kernel's own files: a helper program written there runs as root.
    "/proc",
    "/sys/kernel/uevent_helper",
    // Kubernetes: credentials, static pods, every pod's volumes and tokens, all data of the cluster.
    "/etc/kubernetes",
    "/etc/rancher",
    "/var/lib/etcd",
    "/var/lib/kubelet/config.yaml",
    "/var/lib/kubelet/kubeconfig",
    "/var/lib/kubelet/pki",
    "/var/lib/kubelet/pods",
    "/var/lib/rancher/k3s/agent",
    "/var/lib/rancher/k3s/server",
    "/var/lib/rancher/rke2/agent",
    "/var/lib/rancher/rke2/server",
    "/var/snap/microk8s/current",
    // Other containers' root file systems.
    "/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs",
    "/var/lib/containers/storage",
    "/var/lib/docker/overlay2",
];

/// The same on Windows, the drive left out, in lower case.
const NODE_WINDOWS: &[&str] = &["/etc/kubernetes", "/k", "/var/lib/kubelet", "/windows"];

/// Runtime sockets; a directory that holds one counts as well. `/var/run` stands as `/run`.
const SOCKETS: &[&str] = &[
    "/run/containerd/containerd.sock",
    "/run/cri-dockerd.sock",
    "/run/crio/crio.sock",
    "/run/docker.sock",
    "/run/docker/containerd/containerd.sock",
    "/run/k0s/containerd.sock",
    "/run/k3s/containerd/containerd.sock",
    "/run/podman/podman.sock",
    "/var/snap/microk8s/common/run/containerd.sock",
];

/// File names that are a runtime's socket wherever they stand.
const SOCKET_NAMES: &[&str] = &[
    "containerd.sock",
    "containerd.sock.ttrpc",
    "cri-dockerd.sock",
    "crio.sock",
    "docker.sock",
    "dockershim.sock",
    "podman.sock",
];

/// Where kubeconfigs, private keys and tokens lie; what is below and above them counts as well.
const CREDENTIALS: &[&str] = &[
    "/etc/cni/net.d",
    "/etc/kubernetes",
    "/etc/rancher",
    "/root/.kube",
    "/var/lib/etcd",
    "/var/lib/k0s/db",
    "/var/lib/k0s/etcd",
    "/var/lib/k0s/kubelet.conf",
    "/var/lib/k0s/kubelet/pki",
    "/var/lib/k0s/kubelet/pods",
    "/var/lib/k0s/pki",
    "/var/lib/kubelet/kubeconfig",
    "/var/lib/kubelet/pki",
    "/var/lib/kubelet/pods",
    "/var/lib/rancher/k3s/agent",
    "/var/lib/rancher/k3s/server",
    "/var/lib/rancher/rke2/agent",
    "/var/lib/rancher/rke2/server",
    "/var/snap/microk8s/common/var/lib/kubelet/pods",
    "/var/snap/microk8s/current/certs",
    "/var/snap/microk8s/current/credentials",
    "/var/snap/microk8s/current/var/kubernetes/backend",
];

/// Whether credentials of the node or the cluster lie at a path of the node, below or above it. A certificate, by the end of its
/// name, is public; who writes a slash behind it means a directory.
pub(crate) fn holds_credentials(path: &str) -> bool {
    let slashed = path.replace('\\', "/");
    if slashed.starts_with("//./pipe/") {
        return false;
    }
    let (windows, bare) = without_drive(&slashed);
    let mut path = plain(bare);
    if windows {
        path.make_ascii_lowercase();
    }
    let on_windows = windows.then_some("/k");
    let mut places = CREDENTIALS.iter().copied().chain(on_windows);
    let ending = slashed.rsplit_once('.').map(|(_, ending)| ending);
    let is_certificate = ending == Some("crt");
    places.any(|place| within(place, &path) || (within(&path, place) && !is_certificate))
}

/// What a path on the node gives away.
pub(crate) fn reach(path: &str) -> Reach {
    let slashed = path.replace('\\', "/");
    if let Some(pipe) = slashed.strip_prefix("//./pipe/") {
        let pipe = pipe.to_ascii_lowercase();
        let runtime = pipe.contains("docker") || pipe.contains("containerd");
        return if runtime {
            Reach::RuntimeSocket
        } else {
            Reach::Files
        };
    }
    let (windows, bare) = without_drive(&slashed);
    let mut path = plain(bare);
    if windows {
        path.make_ascii_lowercase();
    }
    let name = path.rsplit('/').next().unwrap_or_default();
    let node = NODE
        .iter()
        .chain(windows.then_some(NODE_WINDOWS).into_iter().flatten());
    // Everyone's home gives the keys of whoever administers the node; one folder below it is just a folder.
    let homes = if windows { "/users" } else { "/home" };
    if SOCKET_NAMES.contains(&name) {
        Reach::RuntimeSocket
    } else if path == homes
        || path.split('/').any(|part| part == ".ssh")
        || node
            .into_iter()
            .any(|item| within(&path, item) || within(item, &path))
    {
        Reach::Node
    } else if SOCKETS.iter().any(|socket| within(socket, &path)) {
        Reach::RuntimeSocket
    } else {
        Reach::Files
    }
}

/// Whether `path` is `directory` or lies below it; both plain.
pub(crate) fn within(path: &str, directory: &str) -> bool {
    path.strip_prefix(directory.trim_end_matches('/'))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The path without doubled slashes and dots, `/var/run` written as the `/run` that it is a link to.
pub(crate) fn plain(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    if let ["var", "run", ..] = parts.as_slice() {
        parts.remove(0);
    }
    format!("/{}", parts.join("/"))
}

/// Whether it is a path of Windows, and the path without the drive.
fn without_drive(path: &str) -> (bool, &str) {
    let mut letters = path.chars();
    let drive = letters
        .next()
        .is_some_and(|letter| letter.is_ascii_alphabetic())
        && letters.next() == Some(':');
    if drive {
        (true, letters.as_str())
    } else {
        (false, path)
    }
}
