//! Because manifests live in directories: finds the files to read below a path, each once, in an order that never changes.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::document;
use super::origin::{Input, Origin, Outcome, Rejection};

/// What files in directories must end with to be read, as for kubectl, which reads hidden files too.
const ENDINGS: [&str; 3] = [".json", ".yaml", ".yml"];

/// How much of a file is read at once.
const BUFFER: usize = 256 << 10;

/// Reads a file, or all files below a directory. Returns whether there was anything in them.
pub(super) fn read(path: &Path, each: &mut dyn FnMut(Outcome)) -> bool {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Walk {
            entered: HashSet::new(),
            each,
        }
        .directory(path),
        Ok(_) => read_file(path, each),
        Err(error) => {
            each(Outcome::Rejected(unreadable(path, &error)));
            true
        }
    }
}

/// What to say of an input that holds nothing to judge.
pub(super) fn nothing_found(input: &Input) -> Rejection {
    match input {
        Input::Path(path) if path.is_dir() => {
            let reason =
                "no Kubernetes object in any .yaml, .yml or .json file below this directory";
            Rejection::new(
                origin(path),
                reason,
                "name the directory or the files that hold the manifests",
            )
        }
        Input::Path(path) => Rejection::new(
            origin(path),
            "no Kubernetes object in this file",
            "name a file that holds one",
        ),
        Input::Stdin => Rejection::new(
            Origin::file("-"),
            "nothing arrived on standard input",
            "check the command before the pipe",
        ),
    }
}

struct Walk<'e> {
    /// Directories that were read, without symbolic links in their names, so that none is read twice or without end.
    entered: HashSet<PathBuf>,
    each: &'e mut dyn FnMut(Outcome),
}

impl Walk<'_> {
    fn directory(&mut self, path: &Path) -> bool {
        let names = fs::canonicalize(path).and_then(|real| {
            if !self.entered.insert(real) {
                return Ok(Vec::new());
            }
            let mut names: Vec<_> = fs::read_dir(path)?
                .map(|entry| Ok(entry?.file_name()))
                .collect::<io::Result<_>>()?;
            names.sort_unstable();
            Ok(names)
        });
        match names {
            Ok(names) => {
                let mut read_any = false;
                for name in &names {
                    read_any |= self.entry(path, name);
                }
                read_any
            }
            Err(error) => self.reject(unreadable(path, &error)),
        }
    }

    fn entry(&mut self, directory: &Path, name: &OsStr) -> bool {
        let path = &directory.join(name);
        let name = name.as_encoded_bytes();
        let mut endings = ENDINGS.iter();
        let is_manifest = endings.any(|ending| name.ends_with(ending.as_bytes()));
        match fs::metadata(path) {
            // What tools keep for themselves, as `.git`, and what a mounted ConfigMap links to.
            Ok(metadata) if metadata.is_dir() && name.starts_with(b".") => false,
            Ok(metadata) if metadata.is_dir() => self.directory(path),
            Ok(_) if !is_manifest || is_kustomization(path) => false,
            Ok(metadata) if metadata.is_file() => read_file(path, self.each),
            // Opening a pipe would wait for somebody to write into it.
            Ok(_) => self.reject(Rejection::new(
                origin(path),
                "not a regular file",
                "name it by itself to read it",
            )),
            Err(error) if is_manifest => self.reject(unreadable(path, &error)),
            Err(_) => false,
        }
    }

    fn reject(&mut self, rejection: Rejection) -> bool {
        (self.each)(Outcome::Rejected(rejection));
        true
    }
}

fn read_file(path: &Path, each: &mut dyn FnMut(Outcome)) -> bool {
    match File::open(path) {
        Ok(file) => {
            let name: Arc<str> = path.to_string_lossy().into();
            document::read_stream(BufReader::with_capacity(BUFFER, file), &name, each)
        }
        Err(error) => {
            each(Outcome::Rejected(unreadable(path, &error)));
            true
        }
    }
}

/// Whether the file tells kustomize what to build; it is never sent to a cluster and need not even say what it is.
fn is_kustomization(path: &Path) -> bool {
    path.file_stem() == Some(OsStr::new("kustomization"))
}

fn unreadable(path: &Path, error: &io::Error) -> Rejection {
    let (reason, remedy) = match error.kind() {
        io::ErrorKind::NotFound => (
            "there is no such file or directory".to_owned(),
            "check the path",
        ),
        io::ErrorKind::PermissionDenied => {
            ("it may not be read".to_owned(), "check its permissions")
        }
        _ => (format!("it cannot be read: {error}"), "check the file"),
    };
    Rejection::new(origin(path), reason, remedy)
}

fn origin(path: &Path) -> Origin {
    Origin::file(path.to_string_lossy().as_ref())
}
