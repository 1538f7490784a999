//! Because what is found must not depend on the machine: directories, links and everything in them that cannot be read.

use std::fs;
use std::path::{Path, PathBuf};

use super::{objects, rejections};
use crate::manifest::{Input, Outcome, read};

const POD: &str = "apiVersion: v1\nkind: Pod\n";

/// A directory that is removed when the test ends.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("assay-manifest-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    fn read(&self) -> Vec<Outcome> {
        read_path(&self.0)
    }

    /// The files in which objects were found, below this directory.
    fn files(&self) -> Vec<String> {
        let outcomes = self.read();
        let prefix = format!("{}/", self.0.display());
        let files = objects(&outcomes)
            .into_iter()
            .map(|manifest| manifest.origin.file.replace(&prefix, ""));
        files.collect()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn read_path(path: &Path) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    read(&[Input::Path(path.to_owned())], &mut |outcome| {
        outcomes.push(outcome);
    });
    outcomes
}

#[test]
fn directories_are_read_in_the_order_of_names() {
    let directory = Directory::new("order");
    for name in [
        "b.yaml",
        "a/z.yml",
        "a/b/c.json",
        "c.yaml",
        "a.yaml",
        "B.yaml",
    ] {
        let json = "{\"apiVersion\":\"v1\",\"kind\":\"Pod\"}";
        directory.write(name, if name.ends_with("json") { json } else { POD });
    }
    for name in [
        "notes.txt",
        "Dockerfile",
        ".hidden",
        ".git/config.yaml",
        "yaml",
        "x.YAML",
    ] {
        directory.write(name, "text");
    }
    for name in [".yaml", "a/.hidden.yml"] {
        directory.write(name, POD);
    }
    directory.write("a/kustomization.yaml", "resources: [z.yml]\n");
    directory.write("empty.yaml", "");
    assert_eq!(
        directory.files(),
        [
            ".yaml",
            "B.yaml",
            "a/.hidden.yml",
            "a/b/c.json",
            "a/z.yml",
            "a.yaml",
            "b.yaml",
            "c.yaml"
        ]
    );
    assert_eq!(
        rejections(&directory.read()),
        [] as [&crate::manifest::Rejection; 0]
    );
}

#[test]
fn a_named_file_is_read_whatever_its_ending() {
    let directory = Directory::new("ending");
    let path = directory.write(".pod.txt", POD);
    assert_eq!(objects(&read_path(&path)).len(), 1);
    let path = directory.write(
        "kustomization.yaml",
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n",
    );
    assert_eq!(objects(&read_path(&path)).len(), 1);
}

#[test]
fn an_input_without_objects_is_no_clean_one() {
    let directory = Directory::new("nothing");
    let only = |outcomes: &[Outcome]| rejections(outcomes)[0].to_string();
    assert!(
        only(&directory.read())
            .contains("no Kubernetes object in any .yaml, .yml or .json file below this directory")
    );
    let path = directory.write("empty.yaml", "# nothing\n---\n");
    assert!(only(&directory.read()).contains("below this directory"));
    assert!(
        only(&read_path(&path))
            .ends_with("no Kubernetes object in this file; name a file that holds one")
    );
    let missing = directory.0.join("missing.yaml");
    assert!(
        only(&read_path(&missing))
            .ends_with("missing.yaml: there is no such file or directory; check the path")
    );
    directory.write("list.yaml", "apiVersion: v1\nkind: List\nitems: []\n");
    assert!(directory.read().is_empty());
}

#[test]
fn one_bad_input_does_not_hide_the_next() {
    let directory = Directory::new("inputs");
    let path = directory.write("a.yaml", POD);
    let mut outcomes = Vec::new();
    let inputs = [Input::Path("/nowhere".into()), Input::Path(path)];
    read(&inputs, &mut |outcome| outcomes.push(outcome));
    assert!(matches!(
        &outcomes[..],
        [Outcome::Rejected(_), Outcome::Object(_)]
    ));
}

#[cfg(unix)]
mod links {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_are_followed_but_not_in_circles() {
        let directory = Directory::new("links");
        let elsewhere = Directory::new("links-target");
        elsewhere.write("deep/e.yaml", POD);
        directory.write("a/a.yaml", POD);
        symlink(&directory.0, directory.0.join("a/loop")).unwrap();
        symlink("..", directory.0.join("a/up")).unwrap();
        symlink(&elsewhere.0, directory.0.join("b")).unwrap();
        symlink(elsewhere.0.join("deep/e.yaml"), directory.0.join("c.yaml")).unwrap();
        symlink(&elsewhere.0, directory.0.join("d")).unwrap();
        assert_eq!(directory.files(), ["a/a.yaml", "b/deep/e.yaml", "c.yaml"]);
        symlink("self.yaml", directory.0.join("self.yaml")).unwrap();
        symlink("nowhere", directory.0.join("dangling.yaml")).unwrap();
        symlink("nowhere", directory.0.join("dangling")).unwrap();
        let outcomes = directory.read();
        let rejected: Vec<_> = rejections(&outcomes)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(rejected.len(), 2, "{rejected:?}");
        assert!(
            rejected[0].contains("dangling.yaml: there is no such file"),
            "{rejected:?}"
        );
        assert!(
            rejected[1].contains("self.yaml: it cannot be read"),
            "{rejected:?}"
        );
    }

    #[test]
    fn what_is_no_file_is_not_waited_for() {
        let directory = Directory::new("socket");
        let _listener = std::os::unix::net::UnixListener::bind(directory.0.join("s.yaml")).unwrap();
        assert!(
            rejections(&directory.read())[0]
                .to_string()
                .contains("not a regular file")
        );
    }

    #[test]
    fn what_may_not_be_read_is_named() {
        use std::os::unix::fs::PermissionsExt;
        let directory = Directory::new("forbidden");
        let path = directory.write("a.yaml", POD);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
        let outcomes = directory.read();
        // Root may read everything.
        if let [rejection] = rejections(&outcomes)[..] {
            assert!(
                rejection
                    .to_string()
                    .contains("it may not be read; check its permissions"),
                "{rejection}"
            );
        }
    }
}
