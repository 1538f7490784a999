//! Because a file may hold YAML, JSON, both or neither: reads each of its documents in the order in which kubectl would try,
//! and numbers them as their author counts.

use std::io::BufRead;
use std::sync::Arc;

use super::fault::Fault;
use super::identity::{self, Source};
use super::json::{Node, Reader};
use super::origin::{Origin, Outcome, Rejection};
use super::split::{Piece, Splitter, Spoilt};
use super::{lines, yaml};

/// Reads all documents of a stream. Returns whether there were any, if only an empty list.
pub(super) fn read_stream(
    reader: impl BufRead,
    file: &Arc<str>,
    each: &mut dyn FnMut(Outcome),
) -> bool {
    let mut splitter = Splitter::new(reader);
    let mut piece = Piece::default();
    let mut file = File {
        origin: Origin::file(Arc::clone(file)),
        read_any: false,
        each,
    };
    loop {
        match splitter.next(&mut piece) {
            Ok(true) => file.piece(&piece),
            Ok(false) => return file.read_any,
            Err(error) => {
                let origin = Origin {
                    line: piece.line,
                    ..file.origin.clone()
                };
                let reason = format!("reading failed: {error}");
                file.reject(Rejection::new(
                    origin,
                    reason,
                    "check the file and read it again",
                ));
                return true;
            }
        }
    }
}

/// A file that is being read.
struct File<'e> {
    /// The file, and the number of the last document that was begun.
    origin: Origin,
    /// Whether there was something that is or might have been an object.
    read_any: bool,
    each: &'e mut dyn FnMut(Outcome),
}

impl File<'_> {
    fn reject(&mut self, rejection: Rejection) {
        self.read_any = true;
        (self.each)(Outcome::Rejected(rejection));
    }

    fn reject_fault(&mut self, fault: Fault, text: &str) {
        let fault = if is_template(text) {
            fault.remedy(TEMPLATE)
        } else {
            fault
        };
        self.reject(Rejection::of_fault(self.origin.clone(), fault));
    }

    fn piece(&mut self, piece: &Piece) {
        // What stands before the first `---` is a document only if there is something to it.
        if piece.opened || piece.spoilt.is_some() || !is_void(&piece.bytes) {
            self.origin.document += 1;
        }
        if let Some(spoilt) = piece.spoilt {
            return self.reject_fault(fault_of(spoilt, piece.line), "");
        }
        match std::str::from_utf8(&piece.bytes) {
            Ok(text) => self.text(text, piece.line),
            Err(error) => {
                let before = piece.bytes.get(..error.valid_up_to()).unwrap_or_default();
                let byte = piece
                    .bytes
                    .get(error.valid_up_to())
                    .copied()
                    .unwrap_or_default();
                let line = piece.line + lines::ended(before);
                let fault = Fault::new(line, format!("the byte 0x{byte:02X} is not UTF-8"))
                    .remedy("save the file as UTF-8");
                self.reject_fault(fault, "");
            }
        }
    }

    /// JSON objects may follow one another without separators. From where one cannot be read as such, the rest is YAML.
    fn text(&mut self, text: &str, line: usize) {
        let mut reader = Reader::new(text, line);
        let (mut end, mut line) = (0, line);
        let mut fault = None;
        while fault.is_none() && reader.at_object() {
            match reader.next() {
                Some(Ok(node)) => {
                    self.origin.document += usize::from(end > 0);
                    self.hand_out(&node, &mut Source::Json(text));
                    (end, line) = reader.position();
                }
                Some(Err(found)) => fault = Some(found),
                None => break,
            }
        }
        let rest = text.get(end..).unwrap_or_default();
        if is_void(rest.as_bytes()) {
            return;
        }
        self.origin.document += usize::from(end > 0);
        match (yaml::read(rest, line), fault) {
            (Ok(document), _) => self.yaml(document, rest, line),
            // Whoever writes quotes behind the brace means JSON.
            (Err(_), Some(fault)) if is_json(rest) => self.reject_fault(fault, rest),
            (Err(fault), _) => self.reject_fault(fault, rest),
        }
    }

    fn yaml(&mut self, document: yaml::Document, text: &str, line: usize) {
        let yaml::Document { json, lines, end } = document;
        let node = Reader::new(&json, line).next();
        match node {
            _ if json == "null" => {}
            Some(Ok(node)) => self.hand_out(&node, &mut Source::Made { json, lines }),
            Some(Err(fault)) => self.reject_fault(fault, text),
            None => {}
        }
        let left = text.get(end..).unwrap_or_default();
        if let Some(next) = left
            .lines()
            .position(|line| !is_void(line.as_bytes()) && line.trim_end() != "...")
        {
            let line = line + lines::ended(text.as_bytes().get(..end).unwrap_or_default()) + next;
            let fault = Fault::new(
                line,
                "text follows the `...` that ends this document, and kubectl would ignore it",
            );
            self.reject_fault(
                fault.remedy("begin a document of its own with `---`, or remove the `...`"),
                "",
            );
        }
    }

    fn hand_out(&mut self, node: &Node, source: &mut Source<'_>) {
        self.read_any = true;
        let is_chart = is_chart(&self.origin.file);
        identity::hand_out(node, source, &self.origin, &mut |outcome| {
            (self.each)(match outcome {
                Outcome::Rejected(rejection) if is_chart => Outcome::Rejected(Rejection {
                    remedy: CHART.to_owned(),
                    ..rejection
                }),
                other => other,
            });
        });
    }
}

const CHART: &str = "it belongs to a Helm chart; render the chart first with `helm template`";

const TEMPLATE: &str = "it looks like a Helm template; render it first with `helm template`";

/// Whether the file is one of those that every Helm chart has and no cluster is given.
fn is_chart(file: &str) -> bool {
    matches!(file.rsplit('/').next(), Some("Chart.yaml" | "values.yaml"))
}

fn is_json(text: &str) -> bool {
    text.trim_start()
        .strip_prefix('{')
        .is_some_and(|rest| rest.trim_start().starts_with('"'))
}

/// Whether `text` has a template's action where YAML has a value or a line. Within text they may well be meant as they stand.
fn is_template(text: &str) -> bool {
    text.lines().any(|line| {
        line.trim_start().starts_with("{{") || line.contains(": {{") || line.contains("- {{")
    })
}

/// Whether there is nothing but blanks, comments and directives.
fn is_void(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    loop {
        let text = rest.trim_ascii_start();
        let starts_line = bytes
            .get(..bytes.len() - text.len())
            .is_some_and(|before| matches!(before.last(), None | Some(b'\n')));
        match text.first() {
            None => return true,
            Some(b'#') => {}
            Some(b'%') if starts_line => {}
            Some(_) => return false,
        }
        let end = text
            .iter()
            .position(|&byte| byte == b'\n')
            .unwrap_or(text.len());
        rest = text.get(end..).unwrap_or_default();
    }
}

fn fault_of(spoilt: Spoilt, line: usize) -> Fault {
    match spoilt {
        Spoilt::Separator => Fault::new(
            line,
            "text follows `---` on the same line, which kubectl does not read",
        )
        .remedy("move the text to the next line"),
        Spoilt::Encoding => Fault::new(line, "the file is not in UTF-8 but in UTF-16 or UTF-32")
            .remedy("save it as UTF-8"),
        Spoilt::Size => Fault::new(
            line,
            "the document is larger than 1 GiB, and nothing behind it was read",
        )
        .remedy("split it"),
    }
}
