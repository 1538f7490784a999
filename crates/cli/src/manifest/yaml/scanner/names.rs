//! Because a manifest may say something once and mean it twice: scans anchors, aliases and tags.

use std::borrow::Cow;

use super::super::cursor::is_name;
use super::super::scalar::CORE;
use super::super::token::Kind;
use super::Scanner;
use crate::manifest::fault::Fault;

impl<'a> Scanner<'a> {
    /// `&name`
    pub(super) fn anchor(&mut self) -> Result<(), Fault> {
        let mark = self.cursor.mark();
        let name = self.anchor_name()?;
        self.push(Kind::Anchor(name), mark);
        Ok(())
    }

    /// `*name`
    pub(super) fn alias(&mut self) -> Result<(), Fault> {
        let mark = self.cursor.mark();
        let name = self.anchor_name()?;
        self.push(Kind::Alias(name), mark);
        Ok(())
    }

    fn anchor_name(&mut self) -> Result<&'a str, Fault> {
        self.save_candidate()?;
        self.key_allowed = false;
        self.cursor.skip(1);
        let name = self.take_name();
        let ended = self.cursor.ends_word(0)
            || matches!(
                self.cursor.peek(),
                b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`'
            );
        if name.is_empty() || !ended {
            let line = self.cursor.mark().line;
            return Err(Fault::new(
                line,
                "the name after `&` or `*` must be letters, digits, `_` and `-`",
            )
            .remedy("rename the anchor, or put the value in quotes if it is text"));
        }
        Ok(name)
    }

    fn take_name(&mut self) -> &'a str {
        let length = self
            .cursor
            .rest()
            .iter()
            .take_while(|&&byte| is_name(byte))
            .count();
        self.cursor.take(length)
    }

    /// `!name`, `!!name` or `!<name>`
    pub(super) fn tag(&mut self) -> Result<(), Fault> {
        self.save_candidate()?;
        self.key_allowed = false;
        let mark = self.cursor.mark();
        let tag = if self.cursor.peek_at(1) == b'<' {
            self.cursor.skip(2);
            let tag = self.tag_text()?;
            if tag.is_empty() || self.cursor.peek() != b'>' {
                return Err(bad_tag(mark.line));
            }
            self.cursor.skip(1);
            tag
        } else {
            self.tag_with_handle()?
        };
        if !self.cursor.ends_word(0) {
            return Err(bad_tag(mark.line));
        }
        self.push(Kind::Tag(tag), mark);
        Ok(())
    }

    fn tag_with_handle(&mut self) -> Result<Cow<'a, str>, Fault> {
        let line = self.cursor.mark().line;
        let start = self.cursor.at();
        self.cursor.skip(1);
        let name = self.take_name();
        if self.cursor.peek() != b'!' {
            let rest = self.tag_text()?;
            return Ok(match rest {
                Cow::Borrowed(_) => Cow::Borrowed(self.cursor.slice(start, self.cursor.at())),
                Cow::Owned(rest) => Cow::Owned(format!("!{name}{rest}")),
            });
        }
        self.cursor.skip(1);
        let suffix = self.tag_text()?;
        if !name.is_empty() {
            return Err(
                Fault::new(line, format!("the tag handle `!{name}!` is not known"))
                    .remedy("remove the tag; kubectl reads no `%TAG` directives"),
            );
        }
        if suffix.is_empty() {
            return Err(bad_tag(line));
        }
        Ok(Cow::Owned(format!("{CORE}{suffix}")))
    }

    /// The characters of a tag, with `%xx` for those that cannot stand there.
    fn tag_text(&mut self) -> Result<Cow<'a, str>, Fault> {
        let line = self.cursor.mark().line;
        let start = self.cursor.at();
        let mut decoded: Option<Vec<u8>> = None;
        loop {
            let byte = self.cursor.peek();
            let decoded_byte = match byte {
                b'%' => {
                    let digits = self
                        .cursor
                        .rest()
                        .get(1..3)
                        .and_then(|hex| std::str::from_utf8(hex).ok());
                    let octet = digits
                        .and_then(|hex| u8::from_str_radix(hex, 16).ok())
                        .ok_or_else(|| bad_tag(line))?;
                    decoded.get_or_insert_with(|| {
                        self.cursor
                            .slice(start, self.cursor.at())
                            .as_bytes()
                            .to_vec()
                    });
                    self.cursor.skip(3);
                    octet
                }
                _ if is_tag_byte(byte) => {
                    self.cursor.skip(1);
                    byte
                }
                _ => break,
            };
            if let Some(bytes) = &mut decoded {
                bytes.push(decoded_byte);
            }
        }
        match decoded {
            None => Ok(Cow::Borrowed(self.cursor.slice(start, self.cursor.at()))),
            Some(bytes) => String::from_utf8(bytes)
                .map(Cow::Owned)
                .map_err(|_| bad_tag(line)),
        }
    }
}

fn is_tag_byte(byte: u8) -> bool {
    is_name(byte) || b";/?:@&=+$,.!~*'()[]".contains(&byte)
}

fn bad_tag(line: usize) -> Fault {
    Fault::new(line, "the tag that begins with `!` cannot be read")
        .remedy("put the value in quotes if it is text, or follow the tag by a space")
}
