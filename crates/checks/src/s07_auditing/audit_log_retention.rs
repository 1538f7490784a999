//! What is deleted before it is collected was never recorded.

use assay_inventory::view::{Flag, Flags};

use crate::control_plane::{READS, Wrong, api_servers, wrong};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(READS, Judge::Cluster(judge));

/// The least of each: days, files, megabytes.
const LEAST: [(Flag, u64); 3] = [
    (Flag::AuditLogMaxAge, 30),
    (Flag::AuditLogMaxBackup, 10),
    (Flag::AuditLogMaxSize, 100),
];

fn judge(cx: &Cx<'_>) -> Judgement {
    let fix = "keep 30 days, 10 files of 100 megabytes or more";
    api_servers(cx, "how long audit logs are kept", fix, short)
}

fn short(flags: &Flags) -> Option<Wrong> {
    if matches!(flags.value(Flag::AuditLogPath), "" | "-") {
        return None;
    }
    let little = |flag, least| {
        let value: Result<u64, _> = flags.value(flag).parse();
        value.is_ok_and(|value| value != 0 && value < least)
    };
    let (flag, _) = LEAST.into_iter().find(|(flag, least)| little(*flag, *least))?;
    Some(wrong(flags, flag))
}
