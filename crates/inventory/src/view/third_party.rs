//! Objects of kinds that other tools define: of each, the fields that its [definition](crate::ThirdParty) names.
//!
//! Their definitions are data, so that one decoder reads them all. It passes over everything else without building it up,
//! and keeps little of what it was asked for: whoever may create such an object may make it as large as they like.

use std::cell::Cell;
use std::fmt;

use chrono::{DateTime, Utc};
use serde::de::{
    DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor,
};

use super::meta::RawMeta;
use super::{Meta, Text};
use crate::ThirdParty;
use crate::third_party::{Field, Shape};

/// Most that is kept of an object, in bytes or so: a list of three hundred address ranges.
const MOST: usize = 16 * 1024;
/// What a value costs beside its text.
const COST: usize = 32;

/// An object of a kind that another tool defines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThirdPartyObject {
    /// Its kind.
    pub kind: ThirdParty,
    /// Metadata.
    pub meta: Meta,
    /// The fields that are kept.
    pub fields: Fields,
}

/// Fields of an object, by name. One that is `null` is as good as none, as it is to the tools themselves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields(Box<[(&'static str, Value)]>);

/// The value of a field, of the shape that its definition gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// True or false.
    Flag(bool),
    /// A string.
    Text(Text),
    /// An instant.
    Time(DateTime<Utc>),
    /// A list of strings.
    Texts(Box<[Text]>),
    /// An object.
    Object(Fields),
    /// A list of objects.
    Items(Box<[Fields]>),
}

impl Fields {
    /// The value at a path such as `spec.logging.audit`; what leads through a list is no path.
    #[must_use]
    pub fn value(&self, path: &str) -> Option<&Value> {
        let (first, rest) = path
            .split_once('.')
            .map_or((path, None), |(first, rest)| (first, Some(rest)));
        let (_, value) = self.0.iter().find(|(name, _)| *name == first)?;
        match (value, rest) {
            (value, None) => Some(value),
            (Value::Object(fields), Some(rest)) => fields.value(rest),
            _ => None,
        }
    }

    /// Whether there is anything at the path, if only an object without fields.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.value(path).is_some()
    }

    /// The object at the path.
    #[must_use]
    pub fn object(&self, path: &str) -> Option<&Self> {
        match self.value(path)? {
            Value::Object(fields) => Some(fields),
            _ => None,
        }
    }

    /// Whether it is true or false.
    #[must_use]
    pub fn flag(&self, path: &str) -> Option<bool> {
        match self.value(path)? {
            Value::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    /// The string at the path.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<&Text> {
        match self.value(path)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The instant at the path.
    #[must_use]
    pub fn time(&self, path: &str) -> Option<DateTime<Utc>> {
        match self.value(path)? {
            Value::Time(time) => Some(*time),
            _ => None,
        }
    }

    /// The strings at the path; none if there is no list.
    #[must_use]
    pub fn texts(&self, path: &str) -> &[Text] {
        match self.value(path) {
            Some(Value::Texts(texts)) => texts,
            _ => &[],
        }
    }

    /// The objects at the path; none if there is no list.
    #[must_use]
    pub fn items(&self, path: &str) -> &[Self] {
        match self.value(path) {
            Some(Value::Items(items)) => items,
            _ => &[],
        }
    }
}

/// Reads an object of this kind.
#[derive(Clone, Copy)]
pub(crate) struct Seed(pub(crate) ThirdParty);

/// What may still be kept of an object.
struct Budget(Cell<usize>);

impl Budget {
    fn spend<E: Error>(&self, text: usize) -> Result<(), E> {
        let left = self.0.get().checked_sub(text + COST);
        let left = left.ok_or_else(|| {
            E::custom("the object holds more in the fields that Assay reads than it keeps of one")
        })?;
        self.0.set(left);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Seed {
    type Value = ThirdPartyObject;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<ThirdPartyObject, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed {
    type Value = ThirdPartyObject;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ThirdPartyObject, A::Error> {
        let budget = Budget(Cell::new(MOST));
        let mut meta = RawMeta::default();
        let mut fields = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "metadata" => meta = map.next_value()?,
                "apiVersion" => {
                    let version: Option<Text> = map.next_value()?;
                    version.map_or(Ok(()), |version| self.understands(&version))?;
                }
                name => keep(&mut fields, self.0.fields(), name, &mut map, &budget)?,
            }
        }
        Ok(ThirdPartyObject {
            kind: self.0,
            meta: meta.into_meta(),
            fields: Fields(fields.into()),
        })
    }
}

impl Seed {
    /// A manifest may be of a version that nobody here knows: its fields may be others.
    fn understands<E: Error>(self, api_version: &str) -> Result<(), E> {
        let version = api_version
            .rsplit_once('/')
            .map_or(api_version, |(_, version)| version);
        if self.0.versions().contains(&version) {
            return Ok(());
        }
        let known = self.0.versions().join(", ");
        Err(E::custom(format!(
            "is of another version than Assay understands: {known}"
        )))
    }
}

/// Reads the value of a field, and keeps it if it is one of those that are known and there is one.
fn keep<'de, A: MapAccess<'de>>(
    fields: &mut Vec<(&'static str, Value)>,
    known: &'static [Field],
    name: &str,
    map: &mut A,
    budget: &Budget,
) -> Result<(), A::Error> {
    let Some(Field { name, shape }) = known.iter().find(|field| field.name == name) else {
        return map.next_value::<IgnoredAny>().map(|_| ());
    };
    let value = map.next_value_seed(OfShape {
        shape: *shape,
        budget,
    })?;
    // Of a name that stands twice the last counts, as it does to everybody else.
    fields.retain(|(kept, _)| kept != name);
    if let Some(value) = value {
        // In one order, whatever theirs is: two objects that say the same are equal.
        let at = fields.partition_point(|(kept, _)| kept < name);
        fields.insert(at, (name, value));
    }
    Ok(())
}

/// Reads a value of a shape; nothing for `null`.
#[derive(Clone, Copy)]
struct OfShape<'a> {
    shape: Shape,
    budget: &'a Budget,
}

impl<'de> DeserializeSeed<'de> for OfShape<'_> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for OfShape<'_> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.shape {
            Shape::Flag => "true or false",
            Shape::Text => "a string",
            Shape::Time => "an instant as 2026-11-20T12:00:00Z",
            Shape::Texts => "a list of strings",
            Shape::Object(_) => "an object",
            Shape::Items(_) => "a list of objects",
        })
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Self::Value, E> {
        match self.shape {
            Shape::Flag => {
                self.budget.spend(0)?;
                Ok(Some(Value::Flag(flag)))
            }
            _ => Err(E::invalid_type(Unexpected::Bool(flag), &self)),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        // A string is not quoted: it may be long, and it may be anything.
        let other = || Unexpected::Other("string");
        match self.shape {
            Shape::Text => {
                self.budget.spend(text.len())?;
                Ok(Some(Value::Text(text.into())))
            }
            Shape::Time => {
                self.budget.spend(0)?;
                let time = text.parse();
                let time = time.map_err(|_| E::invalid_value(other(), &self))?;
                Ok(Some(Value::Time(time)))
            }
            _ => Err(E::invalid_type(other(), &self)),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let shape = match self.shape {
            Shape::Texts => Shape::Text,
            Shape::Items(fields) => Shape::Object(fields),
            _ => return Err(A::Error::invalid_type(Unexpected::Seq, &self)),
        };
        self.budget.spend(0)?;
        let mut texts = Vec::new();
        let mut objects = Vec::new();
        while let Some(item) = items.next_element_seed(OfShape { shape, ..self })? {
            match item {
                Some(Value::Text(text)) => texts.push(text),
                Some(Value::Object(fields)) => objects.push(fields),
                _ => {}
            }
        }
        Ok(Some(if matches!(self.shape, Shape::Texts) {
            Value::Texts(texts.into())
        } else {
            Value::Items(objects.into())
        }))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        match self.shape {
            Shape::Object(fields) => Ok(Some(Value::Object(self.fields(fields, map)?))),
            // Crossplane's versions differ in whether what there is one of stands in a list.
            Shape::Items(fields) => {
                let only = self.fields(fields, map)?;
                Ok(Some(Value::Items(Box::from([only]))))
            }
            _ => Err(A::Error::invalid_type(Unexpected::Map, &self)),
        }
    }
}

impl OfShape<'_> {
    fn fields<'de, A: MapAccess<'de>>(
        self,
        known: &'static [Field],
        mut map: A,
    ) -> Result<Fields, A::Error> {
        self.budget.spend(0)?;
        let mut fields = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            keep(&mut fields, known, &name, &mut map, self.budget)?;
        }
        Ok(Fields(fields.into()))
    }
}
