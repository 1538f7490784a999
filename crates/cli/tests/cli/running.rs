//! Runs the built binary as its users do.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The command, in the folder of fixtures, so that file names are the same everywhere.
pub(crate) fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_assay"));
    command
        .args(args)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs it on this standard input.
pub(crate) fn run_on(stdin: &str, args: &[&str]) -> Run {
    let mut child = command(args).spawn().unwrap();
    // Whoever does not read its input closes it early.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    let output = child.wait_with_output().unwrap();
    Run {
        code: output.status.code().expect("ended by a signal"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs it.
pub(crate) fn run(args: &[&str]) -> Run {
    run_on("", args)
}

impl Run {
    /// Standard output as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Names of the objects that a check finds, sorted.
    pub(crate) fn found(&self, check: &str) -> Vec<String> {
        let json = self.json();
        let findings = json["findings"].as_array().unwrap();
        let mut names: Vec<String> = findings
            .iter()
            .filter(|finding| finding["check"] == check)
            .map(|finding| {
                let resource = &finding["resource"];
                let namespace = resource["namespace"].as_str().unwrap_or("-");
                format!("{namespace}/{}", resource["name"].as_str().unwrap())
            })
            .collect();
        names.sort();
        names
    }

    /// The row of a check.
    pub(crate) fn check(&self, id: &str) -> Value {
        let json = self.json();
        let controls = json["controls"].as_array().unwrap();
        let mut checks = controls
            .iter()
            .flat_map(|control| control["checks"].as_array().unwrap());
        checks.find(|check| check["id"] == id).unwrap().clone()
    }
}
