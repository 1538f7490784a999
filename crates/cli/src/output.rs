//! Where text goes: standard output in the format asked for, complaints to standard error, and nobody listening is no
//! reason to fail.

use std::io::{self, ErrorKind, IsTerminal, Write};

use anyhow::{Context, Result};
use assay_report::{Style, clean};
use serde::Serialize;

use crate::args::Format;

/// Prints `value` in a format; `table` renders it for people.
pub(crate) fn render(
    format: Format,
    value: &impl Serialize,
    table: impl FnOnce(&Style) -> String,
) -> Result<()> {
    print(&match format {
        Format::Table => table(&style()),
        Format::Json => assay_report::json(value)?,
        Format::Yaml => assay_report::yaml(value)?,
    })
}

/// Prints to standard output. A reader that has seen enough (`| head`) is no error.
pub(crate) fn print(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    let written = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.context("cannot write to standard output"),
    }
}

/// Prints a line to standard error, whatever it quotes. If nobody reads it, nothing can be done.
pub(crate) fn complain(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", clean(line));
}

/// Whether standard output is a terminal.
pub(crate) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// What standard output can show: no colours and no line breaks but on a terminal. See <https://no-color.org>.
pub(crate) fn style() -> Style {
    if !is_terminal() {
        return Style::default();
    }
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let width = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    Style {
        colour: !is_set("NO_COLOR") && !dumb,
        // Narrower than that, breaking lines makes them no easier to read.
        width: width.map(|width| width.max(40)),
    }
}
