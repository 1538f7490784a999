//! A token that lives for weeks serves its thief: the pod has had a new one since the first day.

use assay_inventory::Workload;
use assay_inventory::view::ProjectedToken;

use crate::account_token::is_login;
use crate::judging::{in_pod, variants};
use crate::{Cx, Detail, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge));

const DAY: i64 = 86_400;

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    Ok(variants(
        workload,
        false,
        "set it to 86400 or less: the kubelet renews a token at the latest after a day, so the pod loses nothing",
        |variant| variant.spec.tokens.iter().filter_map(long_lived).collect(),
    ))
}

fn long_lived(token: &ProjectedToken) -> Option<Detail> {
    let seconds = token.expiration_seconds.filter(|seconds| *seconds > DAY)?;
    if !is_login(token) {
        return None;
    }
    let field = format!(
        "volumes[{}].projected.sources[*].serviceAccountToken.expirationSeconds",
        token.volume
    );
    Some(in_pod(field, seconds.to_string()))
}
