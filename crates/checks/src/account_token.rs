//! Whether a pod is given a token of its `ServiceAccount` for the API, by what says so.

use assay_inventory::view::{PodSpec, ProjectedToken};
use assay_inventory::{Blind, ObjectKey, Variant, Workload};

use crate::judging::in_pod;
use crate::{Cx, Detail};

/// The `ServiceAccount` of one thing that a workload runs.
pub(crate) fn account(workload: &Workload, variant: &Variant<'_>) -> ObjectKey {
    ObjectKey::new(
        workload.key.namespace.clone(),
        variant.spec.service_account.clone(),
    )
}

/// Where it says that the pod gets a token for the API. Of live pods the volume itself tells, of templates the fields
/// that admission will go by.
pub(crate) fn token(
    variant: &Variant<'_>,
    account: &ObjectKey,
    cx: &Cx<'_>,
) -> Result<Option<Detail>, Blind> {
    let spec = variant.spec;
    if !variant.template {
        return Ok(mounted(spec).then(|| {
            in_pod(
                "volumes[kube-api-access]",
                format!("a token of ServiceAccount {account}"),
            )
        }));
    }
    Ok(match spec.automount {
        Some(false) => None,
        Some(true) => Some(in_pod("automountServiceAccountToken", "true")),
        None => {
            let found = cx.service_account(account)?;
            let value = match found.map(|it| it.automount) {
                Some(Some(false)) => return Ok(None),
                Some(Some(true)) => format!("true by ServiceAccount {account}"),
                Some(None) => format!("unset, in ServiceAccount {account} as well"),
                None => {
                    format!("unset, which is true unless ServiceAccount {account} says otherwise")
                }
            };
            Some(in_pod("automountServiceAccountToken", value))
        }
    })
}

/// Whether admission added its token. Tokens that a template asks for itself have a purpose their author knows.
pub(crate) fn mounted(spec: &PodSpec) -> bool {
    let mut tokens = spec.tokens.iter();
    tokens.any(|token| token.is_by_admission() && is_login(token))
}

/// A token for the API that the spec itself asks for: in a template, which admission has not touched, each that stands there.
pub(crate) fn asked_for(variant: &Variant<'_>, account: &ObjectKey) -> Option<Detail> {
    let mut tokens = variant.spec.tokens.iter();
    let token =
        tokens.find(|token| is_login(token) && (variant.template || !token.is_by_admission()))?;
    Some(in_pod(
        format!("volumes[{}].projected", token.volume),
        format!("a token of ServiceAccount {account}"),
    ))
}

/// How API servers call themselves where nobody chose another name.
const API_SERVER: [&str; 2] = [
    "https://kubernetes.default.svc",
    "https://kubernetes.default.svc.cluster.local",
];

/// Whether the API server takes the token. What is made for others is theirs to limit.
pub(crate) fn is_login(token: &ProjectedToken) -> bool {
    match token.audience.as_deref() {
        None => true,
        Some(audience) => API_SERVER.contains(&audience),
    }
}
