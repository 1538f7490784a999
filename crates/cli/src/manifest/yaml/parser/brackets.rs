//! Because JSON's brackets are YAML too: the part of the grammar that stands within `[ ]` and `{ }`.

use super::super::token::Kind;
use super::{Context, Event, EventKind, Parser, Properties, State};
use crate::manifest::fault::Fault;

impl<'a> Parser<'a> {
    /// Steps over the comma between two items; there is none before the first.
    fn comma(&mut self, first: bool, end: &Kind<'_>) -> Result<(), Fault> {
        let token = self.scanner.peek()?;
        let (line, opened) = (token.mark.line, token.kind == Kind::FlowEntry);
        if first || token.kind == *end {
            return Ok(());
        }
        if !opened {
            let bracket = if *end == Kind::FlowSequenceEnd {
                ']'
            } else {
                '}'
            };
            return Err(Fault::new(
                line,
                format!(
                    "`,` or `{bracket}` is expected in what was opened on line {}",
                    self.opened_on()
                ),
            )
            .remedy("add it, or put the value in quotes"));
        }
        self.scanner.next()?;
        Ok(())
    }

    pub(super) fn flow_sequence(&mut self, first: bool) -> Result<Event<'a>, Fault> {
        self.comma(first, &Kind::FlowSequenceEnd)?;
        let token = self.scanner.peek()?;
        let line = token.mark.line;
        match token.kind {
            Kind::FlowSequenceEnd => self.close(EventKind::SequenceEnd),
            Kind::Key => {
                self.scanner.next()?;
                self.state = State::PairKey;
                Ok(Event {
                    kind: EventKind::MappingStart(Properties::default()),
                    line,
                })
            }
            _ => self.node_then(State::FlowSequence { first: false }, Context::Flow),
        }
    }

    pub(super) fn pair_key(&mut self) -> Result<Event<'a>, Fault> {
        let token = self.scanner.peek()?;
        let line = token.mark.line;
        match token.kind {
            // Even where it is the comma or the bracket: libyaml swallows it, and what follows reads accordingly.
            Kind::Value | Kind::FlowEntry | Kind::FlowSequenceEnd => {
                self.scanner.next()?;
                Ok(self.empty_at(line, State::PairValue))
            }
            _ => self.node_then(State::PairValue, Context::Flow),
        }
    }

    pub(super) fn pair_value(&mut self) -> Result<Event<'a>, Fault> {
        if self.scanner.peek()?.kind == Kind::Value {
            self.scanner.next()?;
            if !matches!(
                self.scanner.peek()?.kind,
                Kind::FlowEntry | Kind::FlowSequenceEnd
            ) {
                return self.node_then(State::PairEnd, Context::Flow);
            }
        }
        self.empty_before(State::PairEnd)
    }

    pub(super) fn flow_mapping_key(&mut self, first: bool) -> Result<Event<'a>, Fault> {
        self.comma(first, &Kind::FlowMappingEnd)?;
        match self.scanner.peek()?.kind {
            Kind::FlowMappingEnd => self.close(EventKind::MappingEnd),
            Kind::Key => {
                self.scanner.next()?;
                match self.scanner.peek()?.kind {
                    Kind::Value | Kind::FlowEntry | Kind::FlowMappingEnd => {
                        self.empty_before(State::FlowMappingValue)
                    }
                    _ => self.node_then(State::FlowMappingValue, Context::Flow),
                }
            }
            _ => self.node_then(State::FlowMappingNoValue, Context::Flow),
        }
    }

    pub(super) fn flow_mapping_value(&mut self) -> Result<Event<'a>, Fault> {
        let after = State::FlowMappingKey { first: false };
        if self.scanner.peek()?.kind == Kind::Value {
            self.scanner.next()?;
            if !matches!(
                self.scanner.peek()?.kind,
                Kind::FlowEntry | Kind::FlowMappingEnd
            ) {
                return self.node_then(after, Context::Flow);
            }
        }
        self.empty_before(after)
    }
}
