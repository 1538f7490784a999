//! Dashboards and search engines beside the orchestrator answer strangers when their settings say so.

use assay_inventory::view::{ConfigMap, Mark};

use crate::booleans::INI_TRUE;
use crate::config_maps::{self, Texts, mark};
use crate::yaml_text::says;
use crate::{Cx, Judge, Judgement, Rule};

const ID: &str = "config-map-without-login";

pub(super) const RULE: Rule = Rule::new(&[], Judge::ConfigMap(judge)).reading_config_maps(look);

fn judge(map: &ConfigMap, _cx: &Cx<'_>) -> Judgement {
    let fix = "let it ask for a login of the identity provider, or put a proxy before it that does";
    Ok(config_maps::judge(map, ID, fix))
}

fn look(map: &Texts<'_>) -> Vec<Mark> {
    let is_kiali = [
        Some(map.name()),
        map.label("app"),
        map.label("app.kubernetes.io/name"),
    ]
    .contains(&Some("kiali"));
    let found = map.texts().filter_map(|(key, text)| {
        let (name, ending) = key.rsplit_once('.').unwrap_or(("", key));
        let security_is_off =
            || matches!(ending, "yml" | "yaml") && says(text, "xpack.security.enabled", "false");
        let what = if ending == "ini" && grafana_is_open(text) {
            "[auth.anonymous] enabled: Grafana answers strangers"
        } else if is_kiali && says(text, "auth.strategy", "anonymous") {
            "auth.strategy anonymous: Kiali asks for no login"
        } else if name == "elasticsearch" && security_is_off() {
            "xpack.security.enabled false: Elasticsearch asks for no login"
        } else if name == "kibana" && security_is_off() {
            "xpack.security.enabled false: Kibana asks for no login"
        } else {
            return None;
        };
        Some(mark(ID, key, what))
    });
    found.collect()
}

/// Whether the section `[auth.anonymous]` of an ini file is turned on, as Grafana reads it.
fn grafana_is_open(ini: &str) -> bool {
    let mut within = false;
    let mut open = false;
    for line in ini.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            let name = section.rsplit_once(']').map(|(name, _)| name);
            within = name == Some("auth.anonymous");
        } else if within
            && !line.starts_with(['#', ';'])
            && let Some((key, value)) = line.split_once(['=', ':'])
            && key.trim().trim_matches(['"', '`']) == "enabled"
        {
            // The last one counts, and what follows these signs does not.
            let value = value.split(['#', ';']).next().unwrap_or_default();
            let value = value.trim().trim_matches(['"', '\'', '`']);
            open = INI_TRUE.contains(&value);
        }
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ini_file_is_read_by_section() {
        for open in [
            "[auth.anonymous]\nenabled = true\n",
            "[server]\n[auth.anonymous]\norg_role = Viewer\nenabled=True",
            "[auth.anonymous]\r\nenabled: true\r\n",
            "[auth.anonymous]\nenabled = true ; demo\n",
            "[auth.anonymous] # demo\nenabled = \"yes\"#demo\n",
            "[auth.anonymous]\n\"enabled\" = 1\n",
        ] {
            assert!(grafana_is_open(open), "{open}");
        }
        for closed in [
            "[auth.anonymous]\nenabled = false\n",
            "[auth.anonymous]\n; enabled = true\n#enabled = true\n",
            "[auth.anonymous]\n[auth.ldap]\nenabled = true\n",
            "[auth.anonymous]\nenabled = true\nenabled = false\n",
            "[auth.anonymous]\nenabled = false # true\n",
            "[auth.anonymous]\n;enabled: true\n",
            "enabled = true\n",
        ] {
            assert!(!grafana_is_open(closed), "{closed}");
        }
    }

    #[test]
    fn a_strategy_is_that_of_auth() {
        let kiali_is_open = |yaml: &str| says(yaml, "auth.strategy", "anonymous");
        for open in [
            "auth:\n  openid: {}\n  strategy: \"anonymous\"\n",
            "a: 1\nauth:\n  # none\n\n  strategy: anonymous # for now\n",
            "auth: {strategy: anonymous}\n",
            "auth: # x\n  strategy: anonymous\n",
        ] {
            assert!(kiali_is_open(open), "{open}");
        }
        for closed in [
            "auth:\n  strategy: openid\n",
            "auth:\n  openid: {}\ndeployment:\n  strategy: anonymous\n",
            "strategy: anonymous\n",
        ] {
            assert!(!kiali_is_open(closed), "{closed}");
        }
    }
}
