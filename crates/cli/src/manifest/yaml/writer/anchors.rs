//! Because a few lines of aliases can stand for gigabytes: keeps what anchors name and hands out copies within a bound.

use std::collections::HashMap;
use std::rc::Rc;

use crate::manifest::compact;
use crate::manifest::fault::Fault;

/// How many bytes anchors and aliases may add to one document. The API server takes no object over 3 MiB.
const COPIED: usize = 32 << 20;

/// What an anchor names.
#[derive(Debug, Clone)]
pub(super) struct Anchored {
    /// The node as JSON.
    pub(super) json: Rc<str>,
    /// The node as a mapping's key, if it can be one.
    pub(super) key: Option<Rc<str>>,
    /// How deep its collections are nested.
    pub(super) depth: usize,
}

/// The anchors of one document, as far as it was read.
#[derive(Debug, Default)]
pub(super) struct Anchors<'a> {
    /// By name; without content while the node is still being read. The number tells definitions of one name apart.
    known: HashMap<&'a str, (usize, Option<Anchored>)>,
    defined: usize,
    copied: usize,
}

impl<'a> Anchors<'a> {
    /// A node named `name` begins. Returns the number to end it with.
    pub(super) fn begin(&mut self, name: &'a str) -> usize {
        self.defined += 1;
        self.known.insert(name, (self.defined, None));
        self.defined
    }

    /// The node that began as `number` is read. If its name was given away within it, it stays with the later node.
    pub(super) fn end(
        &mut self,
        name: &str,
        number: usize,
        json: &str,
        key: Option<String>,
        line: usize,
    ) -> Result<(), Fault> {
        self.count(json.len(), line)?;
        match self.known.get_mut(name) {
            Some((latest, content)) if *latest == number => {
                *content = Some(Anchored {
                    json: json.into(),
                    key: key.map(Rc::from),
                    depth: compact::depth(json),
                });
            }
            _ => {}
        }
        Ok(())
    }

    /// What the alias `name` on line `line` stands for.
    pub(super) fn get(&mut self, name: &str, line: usize) -> Result<Anchored, Fault> {
        let fault = match self.known.get(name) {
            Some((_, Some(anchored))) => {
                let anchored = anchored.clone();
                self.count(anchored.json.len(), line)?;
                return Ok(anchored);
            }
            Some((_, None)) => Fault::new(
                line,
                format!("`*{name}` stands within the node that it names"),
            ),
            None => Fault::new(
                line,
                format!("`*{name}` refers to no anchor `&{name}` above it in this document"),
            ),
        };
        Err(fault.remedy("define the anchor above, or put the value in quotes if it is text"))
    }

    fn count(&mut self, bytes: usize, line: usize) -> Result<(), Fault> {
        self.copied += bytes;
        if self.copied <= COPIED {
            return Ok(());
        }
        Err(Fault::new(
            line,
            format!(
                "the aliases up to here add more than {} MiB to the document",
                COPIED >> 20
            ),
        )
        .remedy("write out what is needed instead of nesting aliases"))
    }
}
