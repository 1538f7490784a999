//! A role of the cloud is taken by many, a user called `ops` known to many: under one name, they all look alike.

use assay_inventory::{Blind, Identity, MappedIdentity, Relation};

use crate::identity_maps::{NO_MAP, administers, entries, is_master, title};
use crate::judging::shown;
use crate::user_names::{self, Told};
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

/// Variables that tell those who take one role apart. `{{AccountID}}` is the same for all of them, and what has blanks inside
/// its braces is no variable.
const VARIABLES: [&str; 4] = [
    "{{SessionName}}",
    "{{SessionNameRaw}}",
    "{{EC2PrivateDNSName}}",
    "{{AccessKeyID}}",
];

pub(super) const RULE: Rule = Rule::new(
    &[Relation::IdentityMap, Relation::Grants],
    Judge::Cluster(judge),
);

fn judge(cx: &Cx<'_>) -> Judgement {
    let Some(entries) = entries(cx)? else {
        return Ok(Outcome::NotApplicable(NO_MAP));
    };
    let mut blind = None;
    for entry in entries {
        let Some(trouble) = trouble(entry, cx) else {
            continue;
        };
        match is_administrator(entry, cx) {
            Ok(false) => {}
            Ok(true) => {
                return Ok(Violation::fail(format!(
                    "{} the user name {} and every right, {trouble}",
                    title(entry),
                    shown(&entry.username),
                )));
            }
            Err(unseen) => {
                blind.get_or_insert(unseen);
            }
        }
    }
    blind.map_or(Ok(Outcome::Pass), Err)
}

/// Why more than one person may act under an entry's name, and what to do.
fn trouble(entry: &MappedIdentity, cx: &Cx<'_>) -> Option<String> {
    let username = &entry.username;
    if entry.field == "mapRoles" {
        let constant = !VARIABLES.iter().any(|variable| username.contains(variable));
        return constant.then(|| {
            "whoever takes the role; put {{SessionName}} into username, so that the audit log tells them apart".to_owned()
        });
    }
    let user = Identity::User(username.clone());
    if cx.params.break_glass.contains(&user) {
        return None;
    }
    let own = entry.arn.rsplit('/').next().unwrap_or_default();
    let mut names = [username.as_ref(), own].into_iter();
    let shared = names.find(|name| user_names::told(name) == Told::Generic)?;
    Some(format!(
        "and {} is a name that anybody may share; map a role instead, with {{{{SessionName}}}} in username, or a user for each person",
        shown(shared),
    ))
}

fn is_administrator(entry: &MappedIdentity, cx: &Cx<'_>) -> Result<bool, Blind> {
    if is_master(entry) {
        return Ok(true);
    }
    let mut blind = None;
    for group in &entry.groups {
        match administers(group, cx) {
            Ok(None) => {}
            Ok(Some(_)) => return Ok(true),
            Err(unseen) => {
                blind.get_or_insert(unseen);
            }
        }
    }
    blind.map_or(Ok(false), Err)
}
