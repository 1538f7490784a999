//! The text that is sent: what is to stand there, with the writer's epoch and times filled in.

use std::collections::BTreeMap;

use chrono::{SecondsFormat, Utc};
use kube::api::DynamicObject;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use super::Desired;
use super::standing::Ready;

/// A status, no deeper than its fields: what they hold is sent as it was written.
type Fields<'a> = BTreeMap<&'a str, Box<RawValue>>;

#[derive(Serialize)]
struct Object<'a> {
    #[serde(flatten)]
    frame: DynamicObject,
    status: Fields<'a>,
}

/// The object to send, as JSON.
pub(super) fn stamped(
    desired: &Desired,
    version: Option<&str>,
    ready: Option<&Ready>,
    epoch: i64,
) -> serde_json::Result<Box<RawValue>> {
    let mut status: Fields<'_> = serde_json::from_str(&desired.status)?;
    status.insert("epoch", to_raw_value(&epoch)?);
    let now = Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true);
    let now = to_raw_value(&now)?;
    if let Some(conditions) = status.get_mut("conditions") {
        *conditions = with_ready_since(conditions, ready, &now)?;
    }
    status.insert("verifiedAt", now);
    let mut frame = desired.frame.clone();
    frame.metadata.resource_version = version.map(str::to_owned);
    to_raw_value(&Object { frame, status })
}

/// `Ready` keeps its time for as long as its status is what stood there, and has come about now else.
fn with_ready_since(
    conditions: &RawValue,
    standing: Option<&Ready>,
    now: &RawValue,
) -> serde_json::Result<Box<RawValue>> {
    #[derive(Deserialize)]
    struct Named<'a> {
        #[serde(rename = "type")]
        name: &'a str,
        status: &'a str,
    }
    let conditions: Vec<&RawValue> = serde_json::from_str(conditions.get())?;
    let stamped = conditions.into_iter().map(|condition| {
        let mut fields: Fields<'_> = serde_json::from_str(condition.get())?;
        let named: Named<'_> = serde_json::from_str(condition.get())?;
        if named.name == "Ready" {
            let same = standing.filter(|ready| ready.status == named.status);
            let since = same.map_or(now, |ready| ready.since.as_ref());
            fields.insert("lastTransitionTime", since.to_owned());
        }
        Ok(fields)
    });
    to_raw_value(&stamped.collect::<serde_json::Result<Vec<_>>>()?)
}

#[cfg(test)]
mod tests {
    use assay_api::{
        ComplianceReport, ComplianceReportSpec, ComplianceReportStatus, Condition, ConditionStatus,
        Summary,
    };
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn ready_keeps_its_time_for_as_long_as_its_status() {
        let since = |status: &str, standing: Option<&Ready>| {
            let conditions = to_raw_value(&json!([
                {"type": "Met", "status": "True", "lastTransitionTime": "met"},
                {"type": "Ready", "status": status, "lastTransitionTime": "rendered"},
            ]));
            let now = to_raw_value("now").unwrap();
            let stamped = with_ready_since(&conditions.unwrap(), standing, &now).unwrap();
            let stamped: Value = serde_json::from_str(stamped.get()).unwrap();
            assert_eq!(stamped[0]["lastTransitionTime"], "met");
            stamped[1]["lastTransitionTime"].clone()
        };
        let standing = Ready {
            status: "True".to_owned(),
            since: to_raw_value("before").unwrap(),
        };
        assert_eq!(since("True", Some(&standing)), "before");
        assert_eq!(since("False", Some(&standing)), "now");
        assert_eq!(since("True", None), "now");
    }

    #[test]
    fn no_more_is_sent_than_is_reckoned_with() {
        let mut report = ComplianceReport::new(
            "pci-01-authentication",
            ComplianceReportSpec {
                profile: "pci".to_owned(),
                section: 1,
                title: "Authentication".to_owned(),
            },
        );
        let now = Utc::now();
        report.status = Some(ComplianceReportStatus {
            verdict: assay_api::Verdict::Met,
            since: now,
            verified_at: now,
            epoch: 0,
            last_known: None,
            conditions: vec![Condition {
                type_: "Ready".to_owned(),
                status: ConditionStatus::True,
                reason: "Assessed".to_owned(),
                message: String::new(),
                last_transition_time: now,
                observed_generation: None,
            }],
            summary: Summary::default(),
            controls: Vec::new(),
            truncated: None,
        });
        let desired = Desired::new(&report).unwrap();
        let ready = Ready {
            status: "True".to_owned(),
            since: to_raw_value("2026-11-20T10:00:00.123456789Z").unwrap(),
        };
        let body = stamped(
            &desired,
            Some(&u64::MAX.to_string()),
            Some(&ready),
            i64::from(i32::MAX),
        )
        .unwrap();
        let sent = body.get().len() as u64;
        assert!(
            sent + desired.frame_size <= desired.size,
            "{sent} bytes and {} to create it are more than {}",
            desired.frame_size,
            desired.size
        );
        assert!(desired.size < sent + 2 * 1024, "and not wildly less");
    }
}
