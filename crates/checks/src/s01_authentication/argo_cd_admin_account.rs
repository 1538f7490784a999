//! Argo CD's first account is everybody's: it has one name and one password.

use assay_inventory::view::{ConfigMap, Mark};

use crate::booleans::GO_FALSE;
use crate::config_maps::{self, Texts, mark};
use crate::{Cx, Judge, Judgement, Rule};

const ID: &str = "argo-cd-admin-account";

pub(super) const RULE: Rule = Rule::new(&[], Judge::ConfigMap(judge)).reading_config_maps(look);

/// By which the account `admin` is turned off.
const SETTING: &str = "admin.enabled";

fn judge(map: &ConfigMap, _cx: &Cx<'_>) -> Judgement {
    let fix = "let people sign in by the identity provider, and set it to \"false\"";
    Ok(config_maps::judge(map, ID, fix))
}

fn look(map: &Texts<'_>) -> Vec<Mark> {
    if !map.is_argo_cd() {
        return Vec::new();
    }
    let what = match map.text(SETTING) {
        Some(value) if GO_FALSE.contains(&value) => return Vec::new(),
        Some(_) => "not false: the account admin, which has every right, can be signed in to",
        None => "unset: the account admin, which has every right, can be signed in to",
    };
    vec![mark(ID, SETTING, what)]
}
