//! Argo CD deploys whatever it is told to: whoever tells it should have signed in.

use assay_inventory::view::{ConfigMap, Mark};

use crate::config_maps::{self, Texts, mark};
use crate::{Cx, Judge, Judgement, Rule};

const ID: &str = "argo-cd-anonymous";

pub(super) const RULE: Rule = Rule::new(&[], Judge::ConfigMap(judge)).reading_config_maps(look);

/// By which Argo CD lets in whoever has not signed in, if it says `true` and nothing else.
const SETTING: &str = "users.anonymous.enabled";

fn judge(map: &ConfigMap, _cx: &Cx<'_>) -> Judgement {
    let fix = "remove the setting, and let people sign in by the identity provider";
    Ok(config_maps::judge(map, ID, fix))
}

fn look(map: &Texts<'_>) -> Vec<Mark> {
    let open = map.is_argo_cd() && map.text(SETTING) == Some("true");
    let found = open.then(|| mark(ID, SETTING, "true: Argo CD answers strangers"));
    found.into_iter().collect()
}
