//! A kubeconfig in a `ConfigMap` gives its credential to whoever may read what nobody thinks secret.

use assay_inventory::view::{ConfigMap, Mark};

use crate::config_maps::{self, Texts, mark};
use crate::kubeconfig::credential;
use crate::{Cx, Judge, Judgement, Rule};

const ID: &str = "kubeconfig-in-config-map";

pub(super) const RULE: Rule = Rule::new(&[], Judge::ConfigMap(judge)).reading_config_maps(look);

fn judge(map: &ConfigMap, _cx: &Cx<'_>) -> Judgement {
    let fix = "give whoever uses it a ServiceAccount, or mount the file from a Secret of an external store, and replace the credential";
    Ok(config_maps::judge(map, ID, fix))
}

fn look(map: &Texts<'_>) -> Vec<Mark> {
    let found = map
        .texts()
        .filter_map(|(key, text)| Some(mark(ID, key, credential(text)?)));
    found.collect()
}
