//! Walking the images a workload runs: those of its containers, and those it mounts as volumes.

use assay_inventory::view::{Container, ImageVolume, PodSpec};
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
    let mut unread = None;
    let outcome = variants(workload, false, fix, |variant| {
        let mut details = Vec::new();
        for place in places(variant.spec) {
            match ImageReference::parse(place.image()) {
                Some(image) if is_wrong(&image) => details.push(place.detail()),
                Some(_) => {}
                None => _ = unread.get_or_insert_with(|| unreadable(workload, &place.detail())),
            }
        }
        details
    });
    match (outcome, unread) {
        (Outcome::Pass, Some(blind)) => Err(blind),
        (outcome, _) => Ok(outcome),
    }
}

/// Where an image stands.
enum Place<'a> {
    Container(&'a Container),
    Volume(&'a ImageVolume),
}

impl<'a> Place<'a> {
    fn image(&self) -> &'a str {
        match self {
            Self::Container(container) => &container.image,
            Self::Volume(volume) => &volume.reference,
        }
    }

    fn detail(&self) -> Detail {
        match self {
            Self::Container(container) => in_container(container, "image", self.image()),
            Self::Volume(volume) => {
                let field = format!("volumes[{}].image.reference", volume.volume);
                in_pod(field, self.image())
            }
        }
    }
}

fn places(spec: &PodSpec) -> impl Iterator<Item = Place<'_>> {
    let containers = spec.containers.iter().map(Place::Container);
    containers.chain(spec.image_volumes.iter().map(Place::Volume))
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
