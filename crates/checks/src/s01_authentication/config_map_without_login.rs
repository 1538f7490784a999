//! Dashboards beside the orchestrator answer strangers when their settings say so.

use assay_inventory::view::{ConfigMap, Mark};

use crate::config_maps::{self, Texts, mark};
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
        let what = if key.rsplit('.').next() == Some("ini") && grafana_is_open(text) {
            "[auth.anonymous] enabled: Grafana answers strangers"
        } else if is_kiali && kiali_is_open(text) {
            "auth.strategy anonymous: Kiali asks for no login"
        } else {
            return None;
        };
        Some(mark(ID, key, what))
    });
    found.collect()
}

/// Whether the section `[auth.anonymous]` of an ini file is turned on, by the words that Grafana takes for true.
fn grafana_is_open(ini: &str) -> bool {
    const ON: [&str; 6] = ["1", "t", "true", "y", "yes", "on"];
    let mut within = false;
    let mut open = false;
    for line in ini.lines().map(str::trim) {
        if line.starts_with('[') {
            within = line == "[auth.anonymous]";
        } else if within
            && let Some((key, value)) = line.split_once('=')
            && key.trim() == "enabled"
        {
            // The last one counts.
            let value = value.trim().trim_matches(['"', '`']).to_ascii_lowercase();
            open = ON.contains(&value.as_str());
        }
    }
    open
}

/// Whether `auth.strategy` of a YAML file is `anonymous`.
fn kiali_is_open(yaml: &str) -> bool {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut within: Option<usize> = None;
    for line in yaml.lines() {
        let words = line.trim();
        if words.is_empty() || words.starts_with('#') {
            continue;
        }
        if within.is_some_and(|at| indent(line) <= at) {
            within = None;
        }
        if words == "auth:" {
            within = Some(indent(line));
        } else if within.is_some()
            && let Some(value) = words.strip_prefix("strategy:")
        {
            let value = value.split(" #").next().unwrap_or_default().trim();
            return value.trim_matches(['"', '\'']) == "anonymous";
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ini_file_is_read_by_section() {
        assert!(grafana_is_open("[auth.anonymous]\nenabled = true\n"));
        assert!(grafana_is_open("[server]\n[auth.anonymous]\norg_role = Viewer\nenabled=True"));
        for closed in [
            "[auth.anonymous]\nenabled = false\n",
            "[auth.anonymous]\n; enabled = true\n#enabled = true\n",
            "[auth.anonymous]\n[auth.ldap]\nenabled = true\n",
            "[auth.anonymous]\nenabled = true\nenabled = false\n",
            "enabled = true\n",
        ] {
            assert!(!grafana_is_open(closed), "{closed}");
        }
    }

    #[test]
    fn a_strategy_is_that_of_auth() {
        assert!(kiali_is_open("auth:\n  openid: {}\n  strategy: \"anonymous\"\n"));
        assert!(kiali_is_open("a: 1\nauth:\n  # none\n\n  strategy: anonymous # for now\n"));
        for closed in [
            "auth:\n  strategy: openid\n",
            "auth:\n  openid: {}\ndeployment:\n  strategy: anonymous\n",
            "strategy: anonymous\n",
        ] {
            assert!(!kiali_is_open(closed), "{closed}");
        }
    }
}
