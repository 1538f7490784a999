//! How times are written: RFC 3339 in UTC with whole seconds, as Kubernetes writes its own, so that two writers of the
//! same instant produce the same bytes.

use std::borrow::Cow;

use chrono::{DateTime, SecondsFormat, Utc};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serializer};

/// For `#[serde(with = "WholeSeconds")]` on a time: writes and reads it as `2026-11-20T10:00:00Z`, and gives the field
/// its schema.
pub struct WholeSeconds;

/// The same for an optional time. The field also needs `default` and `skip_serializing_if = "Option::is_none"`.
pub struct OptionalWholeSeconds;

/// The time without its fraction of a second: what comes back after it was written and read again.
#[must_use]
pub fn whole_seconds(time: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp(time.timestamp(), 0).unwrap_or(time)
}

fn text(time: DateTime<Utc>) -> String {
    whole_seconds(time).to_rfc3339_opts(SecondsFormat::Secs, true)
}

impl WholeSeconds {
    /// Writes the time.
    ///
    /// # Errors
    /// Only those of the serializer.
    pub fn serialize<S: Serializer>(time: &DateTime<Utc>, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&text(*time))
    }

    /// Reads the time; a fraction of a second is dropped, an offset is turned into UTC.
    ///
    /// # Errors
    /// If it is not a time in RFC 3339.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<DateTime<Utc>, D::Error> {
        DateTime::deserialize(from).map(whole_seconds)
    }
}

impl OptionalWholeSeconds {
    /// Writes the time, or `null`.
    ///
    /// # Errors
    /// Only those of the serializer.
    // The signature is the one that serde calls.
    #[allow(clippy::ref_option)]
    pub fn serialize<S: Serializer>(
        time: &Option<DateTime<Utc>>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => to.serialize_str(&text(*time)),
            None => to.serialize_none(),
        }
    }

    /// Reads the time or nothing.
    ///
    /// # Errors
    /// If there is something that is not a time in RFC 3339.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<DateTime<Utc>>, D::Error> {
        Ok(Option::<DateTime<Utc>>::deserialize(from)?.map(whole_seconds))
    }
}

macro_rules! date_time_schema {
    ($($marker:ty),*) => {$(
        impl JsonSchema for $marker {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                "Time".into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({"type": "string", "format": "date-time"})
            }
        }
    )*};
}

date_time_schema!(WholeSeconds, OptionalWholeSeconds);

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    struct Holder {
        #[serde(with = "WholeSeconds")]
        at: DateTime<Utc>,
        #[serde(
            with = "OptionalWholeSeconds",
            default,
            skip_serializing_if = "Option::is_none"
        )]
        maybe: Option<DateTime<Utc>>,
    }

    #[test]
    fn fractions_and_offsets_are_dropped() {
        let holder: Holder = serde_json::from_str(
            r#"{"at": "2026-11-20T12:00:00.999+02:00", "maybe": "2026-11-20T10:00:00Z"}"#,
        )
        .unwrap();
        assert_eq!(
            serde_json::to_string(&holder).unwrap(),
            r#"{"at":"2026-11-20T10:00:00Z","maybe":"2026-11-20T10:00:00Z"}"#
        );
    }

    #[test]
    fn a_fraction_in_memory_is_not_written() {
        let at = DateTime::from_timestamp(1_795_168_800, 123_456_789).unwrap();
        let holder = Holder { at, maybe: None };
        assert_eq!(
            serde_json::to_string(&holder).unwrap(),
            r#"{"at":"2026-11-20T10:00:00Z"}"#
        );
        assert_eq!(whole_seconds(at).timestamp_subsec_nanos(), 0);
    }

    #[test]
    fn a_leap_second_is_written_as_kubernetes_can_read_it() {
        let leap = DateTime::from_timestamp(1_483_228_799, 1_500_000_000).unwrap();
        assert_eq!(text(leap), "2016-12-31T23:59:59Z");
    }

    #[test]
    fn what_is_not_a_time_is_refused() {
        assert!(serde_json::from_str::<Holder>(r#"{"at": "yesterday"}"#).is_err());
    }
}
