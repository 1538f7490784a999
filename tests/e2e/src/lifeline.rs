//! No operator outlives the process that started it, not even where that is killed and can clean up no more.
//!
//! The kernel's own way, a parent-death signal, looks at the thread that started the process: tests start operators on
//! threads that end before them.

use std::process::{Child, ChildStdin, Command, Stdio};

use anyhow::Context as _;

/// Reads until its input ends, which it does when the last process that holds the other end is gone, and kills.
/// It outlives a Ctrl-C, which everything in the terminal gets.
const WATCH: &str = "trap '' INT TERM HUP; while read -r _; do :; done; kill -KILL \"$1\"";

/// Watches over one process, until it is dropped.
pub(crate) struct Lifeline {
    watcher: Child,
    /// Held open, and by nobody else: the standard library lets no child inherit it.
    _input: Option<ChildStdin>,
}

impl Lifeline {
    pub(crate) fn tie(pid: u32) -> anyhow::Result<Self> {
        let mut watcher = Command::new("sh")
            .args(["-c", WATCH, "lifeline"])
            .arg(pid.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start sh to watch over the operator")?;
        let input = watcher.stdin.take();
        Ok(Self {
            watcher,
            _input: input,
        })
    }

    /// Lets go. To be called while the process, or what is left of it, still has its id: it may be another's afterwards.
    pub(crate) fn cut(&mut self) {
        // Either may fail if it has ended already, which is what is wanted.
        let _ = self.watcher.kill();
        let _ = self.watcher.wait();
    }
}

impl Drop for Lifeline {
    fn drop(&mut self) {
        self.cut();
    }
}
