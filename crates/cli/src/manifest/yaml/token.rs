//! Because YAML's indentation has to be turned into brackets before its grammar can be read: the tokens that pass from the
//! scanner to the parser.

use std::borrow::Cow;

use super::cursor::Mark;

/// A token and where it begins.
#[derive(Debug)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind<'a>,
    pub(super) mark: Mark,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// Nothing follows.
    StreamEnd,
    /// `---`
    DocumentStart,
    /// `...`
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    /// The indentation goes back: the innermost block collection ends.
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    /// `- `
    BlockEntry,
    /// `,`
    FlowEntry,
    /// A key follows, whether `? ` said so or the `:` behind it.
    Key,
    /// `:`
    Value,
    Alias(&'a str),
    Anchor(&'a str),
    /// A tag, its handle already written out.
    Tag(Cow<'a, str>),
    Scalar {
        text: Cow<'a, str>,
        /// Stands without quotes and is no block scalar.
        plain: bool,
    },
}
