//! Because a document's nodes are found by grammar, not by its tokens: turns tokens into a flat stream of nodes, accepting
//! what libyaml's parser accepts.

mod brackets;

use std::borrow::Cow;

use super::scanner::Scanner;
use super::token::Kind;
use crate::manifest::fault::Fault;

/// A node, or the beginning or end of one that holds others.
#[derive(Debug)]
pub(super) struct Event<'a> {
    pub(super) kind: EventKind<'a>,
    /// 1-based, in the file.
    pub(super) line: usize,
}

#[derive(Debug)]
pub(super) enum EventKind<'a> {
    Alias(&'a str),
    Scalar {
        text: Cow<'a, str>,
        plain: bool,
        properties: Properties<'a>,
    },
    SequenceStart(Properties<'a>),
    SequenceEnd,
    MappingStart(Properties<'a>),
    MappingEnd,
    /// Nothing further belongs to this document.
    DocumentEnd,
}

/// What may stand before a node.
#[derive(Debug, Default)]
pub(super) struct Properties<'a> {
    pub(super) anchor: Option<&'a str>,
    pub(super) tag: Option<Cow<'a, str>>,
}

/// What the parser expects next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Document,
    DocumentEnd,
    BlockSequence,
    IndentlessSequence,
    BlockMappingKey,
    BlockMappingValue,
    FlowSequence {
        first: bool,
    },
    /// `[a: b]`, a mapping of one key without braces.
    PairKey,
    PairValue,
    PairEnd,
    FlowMappingKey {
        first: bool,
    },
    FlowMappingValue,
    FlowMappingNoValue,
}

/// In which of its forms a node may stand here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Context {
    Flow,
    Block,
    /// A block in which `- ` may stand as far left as the key it belongs to.
    BlockValue,
}

/// Reads the nodes of one document.
#[derive(Debug)]
pub(super) struct Parser<'a> {
    scanner: Scanner<'a>,
    state: State,
    /// The states to go back to once a collection ends.
    outer: Vec<State>,
    /// Where the collections began that are open.
    opened: Vec<usize>,
}

impl<'a> Parser<'a> {
    /// Stands before `text`, whose first line is line `line` of its file.
    pub(super) fn new(text: &'a str, line: usize) -> Self {
        Self {
            scanner: Scanner::new(text, line),
            state: State::Document,
            outer: Vec::new(),
            opened: Vec::new(),
        }
    }

    /// The next node.
    pub(super) fn next(&mut self) -> Result<Event<'a>, Fault> {
        match self.state {
            State::Document => self.document(),
            State::DocumentEnd => self.document_end(),
            State::BlockSequence => self.block_sequence(),
            State::IndentlessSequence => self.indentless_sequence(),
            State::BlockMappingKey => self.block_mapping_key(),
            State::BlockMappingValue => self.block_mapping_value(),
            State::FlowSequence { first } => self.flow_sequence(first),
            State::PairKey => self.pair_key(),
            State::PairValue => self.pair_value(),
            State::PairEnd => {
                self.state = State::FlowSequence { first: false };
                Ok(Event {
                    kind: EventKind::MappingEnd,
                    line: self.scanner.peek()?.mark.line,
                })
            }
            State::FlowMappingKey { first } => self.flow_mapping_key(first),
            State::FlowMappingValue => self.flow_mapping_value(),
            State::FlowMappingNoValue => self.empty_before(State::FlowMappingKey { first: false }),
        }
    }

    /// Where reading stands once the document has ended: behind its last token.
    pub(super) fn position(&self) -> usize {
        self.scanner.position()
    }

    fn document(&mut self) -> Result<Event<'a>, Fault> {
        if self.scanner.peek()?.kind == Kind::DocumentStart {
            self.scanner.next()?;
        }
        match self.scanner.peek()?.kind {
            Kind::StreamEnd | Kind::DocumentEnd | Kind::DocumentStart => {
                self.empty_before(State::DocumentEnd)
            }
            _ => self.node_then(State::DocumentEnd, Context::Block),
        }
    }

    /// Anything but an end here is text that kubectl would silently leave out.
    fn document_end(&mut self) -> Result<Event<'a>, Fault> {
        let token = self.scanner.peek()?;
        let line = token.mark.line;
        match token.kind {
            Kind::StreamEnd | Kind::DocumentEnd => Ok(Event {
                kind: EventKind::DocumentEnd,
                line,
            }),
            _ => Err(Fault::new(
                line,
                "this line is outside of the document above, and kubectl would ignore it",
            )
            .remedy(
                "indent it like the lines it belongs to, or begin a document of its own with `---`",
            )),
        }
    }

    fn node_then(&mut self, after: State, context: Context) -> Result<Event<'a>, Fault> {
        self.outer.push(after);
        self.node(context)
    }

    /// A node that is not written at all.
    fn empty_before(&mut self, after: State) -> Result<Event<'a>, Fault> {
        let line = self.scanner.peek()?.mark.line;
        self.state = after;
        Ok(empty(line, Properties::default()))
    }

    fn leave(&mut self) {
        self.state = self.outer.pop().unwrap_or(State::DocumentEnd);
    }

    fn node(&mut self, context: Context) -> Result<Event<'a>, Fault> {
        let line = self.scanner.peek()?.mark.line;
        if let Kind::Alias(name) = self.scanner.peek()?.kind {
            self.scanner.next()?;
            self.leave();
            return Ok(Event {
                kind: EventKind::Alias(name),
                line,
            });
        }
        let properties = self.properties()?;
        let token = self.scanner.peek()?;
        let state = match &token.kind {
            Kind::BlockEntry if context == Context::BlockValue => {
                self.state = State::IndentlessSequence;
                return Ok(Event {
                    kind: EventKind::SequenceStart(properties),
                    line,
                });
            }
            Kind::Scalar { .. } => {
                let Kind::Scalar { text, plain } = self.scanner.next()?.kind else {
                    return Err(Fault::new(line, "a value is missing"));
                };
                self.leave();
                return Ok(Event {
                    kind: EventKind::Scalar {
                        text,
                        plain,
                        properties,
                    },
                    line,
                });
            }
            Kind::FlowSequenceStart => State::FlowSequence { first: true },
            Kind::FlowMappingStart => State::FlowMappingKey { first: true },
            Kind::BlockSequenceStart if context != Context::Flow => State::BlockSequence,
            Kind::BlockMappingStart if context != Context::Flow => State::BlockMappingKey,
            _ if properties.anchor.is_some() || properties.tag.is_some() => {
                self.leave();
                return Ok(empty(line, properties));
            }
            found => return Err(no_node(token.mark.line, found)),
        };
        self.state = state;
        self.opened.push(token.mark.line);
        self.scanner.next()?;
        let kind = match state {
            State::FlowSequence { .. } | State::BlockSequence => {
                EventKind::SequenceStart(properties)
            }
            _ => EventKind::MappingStart(properties),
        };
        Ok(Event { kind, line })
    }

    /// An anchor and a tag, in either order.
    fn properties(&mut self) -> Result<Properties<'a>, Fault> {
        let mut properties = Properties::default();
        loop {
            match self.scanner.peek()?.kind {
                Kind::Anchor(name) if properties.anchor.is_none() => {
                    properties.anchor = Some(name);
                    self.scanner.next()?;
                }
                Kind::Tag(_) if properties.tag.is_none() => {
                    if let Kind::Tag(tag) = self.scanner.next()?.kind {
                        properties.tag = Some(tag);
                    }
                }
                _ => return Ok(properties),
            }
        }
    }

    fn close(&mut self, kind: EventKind<'a>) -> Result<Event<'a>, Fault> {
        let line = self.scanner.next()?.mark.line;
        self.opened.pop();
        self.leave();
        Ok(Event { kind, line })
    }

    fn block_sequence(&mut self) -> Result<Event<'a>, Fault> {
        let token = self.scanner.peek()?;
        let line = token.mark.line;
        match token.kind {
            Kind::BlockEntry => {
                self.scanner.next()?;
                match self.scanner.peek()?.kind {
                    Kind::BlockEntry | Kind::BlockEnd => {
                        Ok(self.empty_at(line, State::BlockSequence))
                    }
                    _ => self.node_then(State::BlockSequence, Context::Block),
                }
            }
            Kind::BlockEnd => self.close(EventKind::SequenceEnd),
            _ => Err(Fault::new(
                line,
                format!(
                    "an item of the list that begins on line {} must start with `- `",
                    self.opened_on()
                ),
            )
            .remedy("begin the line with `- `, or align it with the list's parent")),
        }
    }

    fn indentless_sequence(&mut self) -> Result<Event<'a>, Fault> {
        let line = self.scanner.peek()?.mark.line;
        if self.scanner.peek()?.kind != Kind::BlockEntry {
            self.leave();
            return Ok(Event {
                kind: EventKind::SequenceEnd,
                line,
            });
        }
        self.scanner.next()?;
        match self.scanner.peek()?.kind {
            Kind::BlockEntry | Kind::Key | Kind::Value | Kind::BlockEnd => {
                Ok(self.empty_at(line, State::IndentlessSequence))
            }
            _ => self.node_then(State::IndentlessSequence, Context::Block),
        }
    }

    fn empty_at(&mut self, line: usize, after: State) -> Event<'a> {
        self.state = after;
        empty(line, Properties::default())
    }

    fn block_mapping_key(&mut self) -> Result<Event<'a>, Fault> {
        let token = self.scanner.peek()?;
        let line = token.mark.line;
        match token.kind {
            Kind::Key => {
                self.scanner.next()?;
                match self.scanner.peek()?.kind {
                    Kind::Key | Kind::Value | Kind::BlockEnd => {
                        Ok(self.empty_at(line, State::BlockMappingValue))
                    }
                    _ => self.node_then(State::BlockMappingValue, Context::BlockValue),
                }
            }
            Kind::BlockEnd => self.close(EventKind::MappingEnd),
            _ => Err(Fault::new(
                line,
                format!(
                    "a key of the mapping that begins on line {} is expected here",
                    self.opened_on()
                ),
            )
            .remedy("align the line with its neighbours, or put the value above it in quotes")),
        }
    }

    fn block_mapping_value(&mut self) -> Result<Event<'a>, Fault> {
        let token = self.scanner.peek()?;
        let line = token.mark.line;
        if token.kind != Kind::Value {
            return Ok(self.empty_at(line, State::BlockMappingKey));
        }
        self.scanner.next()?;
        match self.scanner.peek()?.kind {
            Kind::Key | Kind::Value | Kind::BlockEnd => {
                Ok(self.empty_at(line, State::BlockMappingKey))
            }
            _ => self.node_then(State::BlockMappingKey, Context::BlockValue),
        }
    }

    fn opened_on(&self) -> usize {
        self.opened.last().copied().unwrap_or(1)
    }
}

fn empty(line: usize, properties: Properties<'_>) -> Event<'_> {
    Event {
        kind: EventKind::Scalar {
            text: Cow::Borrowed(""),
            plain: true,
            properties,
        },
        line,
    }
}

fn no_node(line: usize, found: &Kind<'_>) -> Fault {
    match found {
        Kind::StreamEnd | Kind::DocumentEnd | Kind::DocumentStart => {
            Fault::new(line, "the document ends before a bracket is closed").remedy("close it")
        }
        Kind::BlockEntry => Fault::misplaced_entry(line),
        _ => {
            Fault::new(line, "a value is expected here").remedy("add it, or put the text in quotes")
        }
    }
}
