//! What needs no authorization is open to whoever reaches the port.

use assay_inventory::view::{Flag, Flags};

use crate::control_plane::{READS, Wrong, managers, serves_beyond_loopback, wrong};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(READS, Judge::Cluster(judge));

const HEALTH: [&str; 3] = ["/healthz", "/readyz", "/livez"];

fn judge(cx: &Cx<'_>) -> Judgement {
    managers(cx, "leave /healthz, /readyz and /livez, or bind it to 127.0.0.1", open)
}

fn open(flags: &Flags) -> Option<Wrong> {
    let mut paths = flags.list(Flag::AuthorizationAlwaysAllowPaths);
    let of_health = |path: &str| {
        let below = |health: &&str| path.strip_prefix(*health).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        HEALTH.iter().any(below)
    };
    let more = paths.any(|path| !of_health(path));
    (more && serves_beyond_loopback(flags))
        .then(|| wrong(flags, Flag::AuthorizationAlwaysAllowPaths))
}
