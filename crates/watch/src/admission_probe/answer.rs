//! What the API server's answer to a try says: that the pod is taken, that a guard refuses it, or something else that hinders.
//!
//! The API has no field for who refused. The words are those of kube-apiserver's admission plugins, which have stood for years
//! and which tests hold against a real one. What is not known is never taken for a guard's word unless it is admission's.

use assay_inventory::view::Text;
use assay_inventory::{Blind, Fate, Flaw, Reason, Refusal};
use serde::Deserialize;
use serde_json::Value;

use super::pods;

/// Most of a guard's words that is kept.
const LONGEST: usize = 200;
/// Who refuses where the words do not tell.
const PLUGIN: &str = "an admission plugin of the API server";
/// The API server's own setting against privileged containers.
const ALLOW_PRIVILEGED: &str = "the API server's --allow-privileged=false";

#[derive(Deserialize, Default)]
#[serde(default)]
struct Status {
    message: Option<String>,
}

fn message(body: &str) -> String {
    let status: Status = serde_json::from_str(body).unwrap_or_default();
    status.message.unwrap_or_default()
}

/// What the account may not do, where that is why it was refused: authorization comes before admission, and names no object.
pub(super) fn missing_right(code: u16, body: &str) -> Option<&'static str> {
    let refused = code == 403 && message(body).starts_with("pods is forbidden: User \"");
    refused.then_some("may not create pods")
}

/// What became of a pod of this name that was tried with a flaw, or with none.
///
/// # Errors
/// [`Blind`] where another time may show more: something does not answer, or is not ready.
pub(super) fn fate(
    code: u16,
    body: &str,
    namespace: &str,
    name: &str,
    flaw: Option<Flaw>,
) -> Result<Fate, Blind> {
    if (200..300).contains(&code) {
        return taken(body, namespace, flaw);
    }
    let message = message(body);
    let unreachable = |what: String| Blind::new(Reason::Unreachable, what);
    if let Some((webhook, _)) = after_quoted(&message, "failed calling webhook \"", '"') {
        return Err(unreachable(format!(
            "admission webhook {webhook:?} cannot be called, so that what it makes of pods in Namespace {namespace} is not seen"
        )));
    }
    if let Some((webhook, rest)) = after_quoted(&message, "admission webhook \"", '"') {
        if rest.starts_with(" does not support dry run") {
            return Ok(Fate::Untold(unreachable(format!(
                "admission webhook {webhook:?} takes no dry runs, so that pods cannot be tried in Namespace {namespace}: set its sideEffects to None or NoneOnDryRun"
            ))));
        }
        if let Some(says) = rest.strip_prefix(" denied the request") {
            let says = says.strip_prefix(": ").unwrap_or_default();
            return Ok(refused(
                format!("admission webhook {webhook:?}"),
                says,
                name,
            ));
        }
    }
    let forbidden = format!("pods \"{name}\" is forbidden: ");
    if let Some(says) = message.strip_prefix(&forbidden) {
        return by_plugin(says, namespace, name);
    }
    let invalid = format!("Pod \"{name}\" is invalid: ");
    if let Some(says) = message.strip_prefix(&invalid) {
        if says.contains("disallowed by cluster policy") {
            return Ok(refused(ALLOW_PRIVILEGED, says, name));
        }
        return Ok(Fate::Untold(Blind::new(
            Reason::Unparseable,
            format!(
                "the API server takes a pod that is tried for invalid: {}",
                steady(says, name)
            ),
        )));
    }
    Err(unreachable(format!(
        "the API server answers {code} when pods are tried in Namespace {namespace}"
    )))
}

fn taken(body: &str, namespace: &str, flaw: Option<Flaw>) -> Result<Fate, Blind> {
    let pod: Value = serde_json::from_str(body).map_err(|_| {
        let message = format!(
            "the API server takes a pod that is tried in Namespace {namespace}, and does not say as what"
        );
        Blind::new(Reason::Unparseable, message)
    })?;
    let Some(flaw) = flaw else {
        return Ok(Fate::Taken);
    };
    Ok(match pods::has(&pod, flaw) {
        Some(true) => Fate::Taken,
        Some(false) => Fate::Mended,
        None => Fate::Untold(Blind::new(
            Reason::Unparseable,
            format!("admission makes another pod of one that is tried in Namespace {namespace}"),
        )),
    })
}

/// What a plugin of the API server says of a pod that it does not take.
fn by_plugin(says: &str, namespace: &str, name: &str) -> Result<Fate, Blind> {
    let unreachable = |what: String| Blind::new(Reason::Unreachable, what);
    if let Some(rest) = says.strip_prefix("violates PodSecurity ") {
        return Ok(refused(Refusal::POD_SECURITY, rest, name));
    }
    if let Some((policy, rest)) = after_quoted(says, "ValidatingAdmissionPolicy '", '\'') {
        let (_, rest) = rest.split_once("denied request: ").unwrap_or(("", rest));
        return Ok(refused(
            format!("ValidatingAdmissionPolicy {policy}"),
            rest,
            name,
        ));
    }
    // To have no room is not to guard; to ask for limits is.
    if let Some((quota, _)) = after_quoted(says, "exceeded quota: ", ',') {
        return Ok(Fate::Untold(unreachable(format!(
            "ResourceQuota {quota} of Namespace {namespace} has no room for one more pod, so that none can be tried"
        ))));
    }
    if says.starts_with("status unknown for quota: ") {
        return Err(unreachable(format!(
            "the ResourceQuotas of Namespace {namespace} are not counted yet, so that no pod can be tried"
        )));
    }
    if let Some((quota, rest)) = after_quoted(says, "failed quota: ", ':') {
        return Ok(refused(format!("ResourceQuota {quota}"), rest.trim(), name));
    }
    if says.contains("because it is being terminated") {
        return Err(unreachable(format!(
            "Namespace {namespace} is being deleted, so that no pod can be tried"
        )));
    }
    if says.starts_with("error looking up service account ") {
        return Err(unreachable(format!(
            "Namespace {namespace} has no ServiceAccount default, without which no pod can be tried"
        )));
    }
    Ok(refused(PLUGIN, says, name))
}

fn refused(by: impl Into<Text>, says: &str, name: &str) -> Fate {
    Fate::Refused(Refusal {
        by: by.into(),
        says: steady(says, name).into(),
    })
}

/// What stands between `before` and `end`, and what comes after it.
fn after_quoted<'a>(text: &'a str, before: &str, end: char) -> Option<(&'a str, &'a str)> {
    let (_, text) = text.split_once(before)?;
    text.split_once(end)
}

/// Words without what differs from round to round: the name of the pod, and numbers, which may be counts or times.
fn steady(says: &str, name: &str) -> String {
    let says = says.replace(name, "the pod");
    let mut text = String::new();
    for letter in says.chars() {
        if letter.is_ascii_digit() {
            if !text.ends_with('#') {
                text.push('#');
            }
        } else {
            text.push(letter);
        }
    }
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod tests;
