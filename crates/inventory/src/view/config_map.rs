//! `ConfigMaps`: where something was found in one, never what is in it.

use std::fmt;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::meta::RawMeta;
use super::{Mark, Meta};
use crate::view::object::objects_or_null;

objects_or_null!(RawConfigMap);

/// A `ConfigMap`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConfigMap {
    /// Metadata.
    pub meta: Meta,
    /// What extractors found in it. One without any is not remembered.
    pub marks: Vec<Mark>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default)]
pub(crate) struct RawConfigMap {
    metadata: RawMeta,
    /// Its shape alone is looked at.
    data: Texts,
}

impl RawConfigMap {
    pub(crate) fn into_config_map(self, marks: Vec<Mark>) -> ConfigMap {
        ConfigMap {
            meta: self.metadata.into_meta(),
            marks,
        }
    }
}

/// Texts by name, passed over. What is none of that is refused, so that nobody takes it for a `ConfigMap` without marks.
#[derive(Default)]
struct Texts;

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Texts {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("texts by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut texts: A) -> Result<Self, A::Error> {
        while texts
            .next_entry::<serde::de::IgnoredAny, Value>()?
            .is_some()
        {}
        Ok(self)
    }

    fn visit_unit<E: Error>(self) -> Result<Self, E> {
        Ok(self)
    }
}

/// One text, passed over.
struct Value;

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Self)
    }
}

impl Visitor<'_> for Value {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E: Error>(self) -> Result<Self, E> {
        Ok(self)
    }
}
