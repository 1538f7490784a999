//! Walking the images a workload runs: those of its containers, and those it mounts as volumes.

use assay_inventory::view::PodSpec;
use assay_inventory::{Blind, Reason, Workload};

use crate::image_reference::ImageReference;
use crate::judging::{in_container, in_pod, shown, variants};
use crate::{Detail, Judgement, Outcome};

/// Judges every image; `Unknown` where none is wrong but one cannot be read.
pub(crate) fn judge(
    workload: &Workload,
    fix: &str,
    is_wrong: impl Fn(&ImageReference<'_>) -> bool,
) -> Judgement {
    let outcome = variants(workload, false, fix, |variant| {
        images(variant.spec)
            .filter(|(text, _)| ImageReference::parse(text).is_some_and(|image| is_wrong(&image)))
            .map(|(_, detail)| detail)
            .collect()
    });
    if outcome != Outcome::Pass {
        return Ok(outcome);
    }
    for variant in workload.variants() {
        for (text, detail) in images(variant.spec) {
            if ImageReference::parse(text).is_none() {
                return Err(unreadable(workload, &detail));
            }
        }
    }
    Ok(outcome)
}

fn images(spec: &PodSpec) -> impl Iterator<Item = (&str, Detail)> {
    let containers = spec.containers.iter().map(|container| {
        let image = container.image.as_ref();
        (image, in_container(container, "image", image))
    });
    let volumes = spec.image_volumes.iter().map(|volume| {
        let image = volume.reference.as_ref();
        let field = format!("volumes[{}].image.reference", volume.volume);
        (image, in_pod(field, image))
    });
    containers.chain(volumes)
}

fn unreadable(workload: &Workload, detail: &Detail) -> Blind {
    let value = if detail.value.is_empty() {
        "empty".to_owned()
    } else {
        shown(&detail.value)
    };
    Blind::new(
        Reason::Unparseable,
        format!(
            "{}: {} is {value}, which is no image reference; write it as host/path:tag@digest",
            workload.key, detail.field
        ),
    )
}
