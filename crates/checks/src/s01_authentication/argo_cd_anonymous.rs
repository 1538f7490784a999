//! Argo CD deploys whatever it is told to: whoever tells it should have signed in.

use assay_inventory::view::{ConfigMap, Mark};

use crate::config_maps::{self, Texts, mark};
use crate::{Cx, Judge, Judgement, Rule};

const ID: &str = "argo-cd-anonymous";

pub(super) const RULE: Rule = Rule::new(&[], Judge::ConfigMap(judge)).reading_config_maps(look);

/// By which Argo CD lets in whoever has not signed in, if it says `true` and nothing else.
const SETTING: &str = "users.anonymous.enabled";

/// Where the pod of its server takes its variables from, as shipped: no label is asked for.
const PARAMETERS: &str = "argocd-cmd-params-cm";
/// By which the server asks nobody for a login, if it says `true` in whatever case.
const PARAMETER: &str = "server.disable.auth";

fn judge(map: &ConfigMap, _cx: &Cx<'_>) -> Judgement {
    let fix = "remove the setting, and let people sign in by the identity provider";
    Ok(config_maps::judge(map, ID, fix))
}

fn look(map: &Texts<'_>) -> Vec<Mark> {
    let answers = map.is_argo_cd() && map.text(SETTING) == Some("true");
    let asks_nobody = map.name() == PARAMETERS
        && map
            .text(PARAMETER)
            .is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let answers = answers.then(|| mark(ID, SETTING, "true: Argo CD answers strangers"));
    let asks_nobody = asks_nobody.then(|| mark(ID, PARAMETER, "true: Argo CD asks for no login"));
    answers.into_iter().chain(asks_nobody).collect()
}
