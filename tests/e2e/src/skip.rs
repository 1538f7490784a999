//! What is not tested is said aloud: a suite that leaves something out must not look as if it had not.

use assay_cluster::Named;
use std::io::Write as _;

/// How a line begins that tells of something left out.
pub const SKIPPED: &str = "skipped: ";

/// Says what the calling test leaves out, and what it would need.
pub fn skip(what: &str, why: &str) {
    let test = std::thread::current();
    let test = test.name().unwrap_or("a test");
    // Not by `eprintln!`, which the test harness swallows where a test passes. There is nobody to tell if this fails.
    let _ = writeln!(
        std::io::stderr(),
        "{SKIPPED}{what} (in {test}): {why}; run it without --kubeconfig"
    );
}

/// Whether a test is to be left out since it works on a cluster that was there before; if so, this is said, and why.
#[must_use]
pub fn skips_on_named(what: &str, why: &str) -> bool {
    let named = Named::by_environment().is_some();
    if named {
        skip(what, why);
    }
    named
}
