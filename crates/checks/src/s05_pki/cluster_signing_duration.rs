//! What cannot be revoked must end soon.

use assay_inventory::view::{Component, Flag, Flags};

use crate::control_plane::{READS, Wrong, instances, wrong};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(READS, Judge::Cluster(judge));

const YEAR: f64 = 8760.0 * 3600.0;

fn judge(cx: &Cx<'_>) -> Judgement {
    let told = cx.beside_api_servers(Component::ControllerManager, cx.params.max_evidence_age);
    let about = "how long certificates live that the cluster signs";
    instances(told, about, "set it to 8760h or less", long)
}

fn long(flags: &Flags) -> Option<Wrong> {
    let life = seconds(flags.value(Flag::ClusterSigningDuration));
    let short = life.is_some_and(|life| life <= YEAR);
    (!short).then(|| wrong(flags, Flag::ClusterSigningDuration))
}

/// Seconds of a duration as Go writes it, such as `1h30m`; `None` if it is none.
fn seconds(duration: &str) -> Option<f64> {
    let mut sum = 0.0;
    let mut rest = duration;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(end);
        let unit_end = after
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(after.len());
        let (unit, next) = after.split_at(unit_end);
        let number: f64 = number.parse().ok()?;
        sum += number
            * match unit {
                "h" => 3600.0,
                "m" => 60.0,
                "s" => 1.0,
                "ms" => 1e-3,
                "us" | "µs" => 1e-6,
                "ns" => 1e-9,
                _ => return None,
            };
        rest = next;
    }
    Some(sum)
}
