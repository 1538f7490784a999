//! Objects of the API's JSON: where the API has an object, a list is refused and `null` is as good as nothing.
//!
//! What serde derives takes a list for an object by the order of its fields, so that `spec: []` would be a spec without
//! fields, and what is not there is often a pass. And it takes `null` for nothing only where a field is optional.

use serde::{Deserialize, Deserializer};

/// Implements `Deserialize` for what has `#[derive(Deserialize)]` and `#[serde(remote = "Self")]`: the fields are read as
/// derived, from an object alone.
macro_rules! objects {
    ($($type:ident),+ $(,)?) => {
        $($crate::view::object::objects!(@one $type,);)+
    };
    (@one $type:ident, $($visit_null:item)?) => {
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                struct Object;

                impl<'de> serde::de::Visitor<'de> for Object {
                    type Value = $type;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("an object")
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(
                        self,
                        fields: A,
                    ) -> Result<$type, A::Error> {
                        // Of the two functions of this name, this is the derived one.
                        <$type>::deserialize(serde::de::value::MapAccessDeserializer::new(fields))
                    }

                    $($visit_null)?
                }

                from.deserialize_any(Object)
            }
        }
    };
}

/// The same for what may lack all its fields: `null` is that, as it is for the API.
macro_rules! objects_or_null {
    ($($type:ident),+ $(,)?) => {
        $($crate::view::object::objects!(@one $type,
            fn visit_unit<E: serde::de::Error>(self) -> Result<$type, E> {
                Ok($type::default())
            }
        );)+
    };
}

pub(crate) use {objects, objects_or_null};

/// For a field that is no option: `null` is as good as nothing.
pub(crate) fn null_as_default<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::<T>::deserialize(from)?.unwrap_or_default())
}
