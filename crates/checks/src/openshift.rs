//! The objects by which the whole of `OpenShift` is set up, and whether they set anything up.

use assay_inventory::view::ThirdPartyObject;
use assay_inventory::{Blind, Reason, ThirdParty};

use crate::Cx;

/// The object by which the whole of `OpenShift` is set up.
pub(crate) fn of_cluster<'a>(
    cx: &Cx<'a>,
    kind: ThirdParty,
) -> Result<Option<&'a ThirdPartyObject>, Blind> {
    let objects = cx.third_party(kind)?;
    let mut objects = objects.into_iter();
    Ok(objects.find(|object| object.meta.name.as_ref() == "cluster"))
}

/// Fails where the control plane of this `OpenShift` runs in another cluster, whose objects set it up: those here are not read by
/// it. `about` says what to get a statement on.
pub(crate) fn is_set_up_here(cx: &Cx<'_>, about: &str) -> Result<(), Blind> {
    let infrastructure = of_cluster(cx, ThirdParty::OpenShiftInfrastructure)?;
    let topology =
        infrastructure.and_then(|object| object.fields.text("status.controlPlaneTopology"));
    if topology.is_none_or(|topology| topology.as_ref() != "External") {
        return Ok(());
    }
    Err(Blind::new(
        Reason::ProviderHidden,
        format!(
            "Infrastructure cluster: status.controlPlaneTopology is External: whoever hosts the control plane sets it up elsewhere; get their statement on {about}"
        ),
    ))
}
