//! What a list of our own objects lacks: it was deleted while nobody watched.

use std::collections::BTreeSet;
use std::time::Instant;

use super::Slots;
use crate::publish::Target;

impl Slots {
    /// All objects of those that `is_listed` picks were listed, and these were `there`. One that was made while they were
    /// listed may be missed: it is read once more, and no harm is done.
    pub(in crate::publish) fn listed(
        &mut self,
        is_listed: fn(&Target) -> bool,
        there: &BTreeSet<Target>,
        now: Instant,
    ) {
        // What is to go is looked for by its removal anyhow.
        let missed = self.all.iter().filter(|(target, slot)| {
            slot.desired.is_some() && is_listed(target) && !there.contains(*target)
        });
        let missed: Vec<Target> = missed.map(|(target, _)| target.clone()).collect();
        for target in &missed {
            self.seen(target, None, now);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use kube::api::{DynamicObject, ObjectMeta};

    use super::super::{Ended, Outcome};
    use super::*;
    use crate::publish::Desired;
    use crate::publish::slot::Written;

    fn desired() -> Arc<Desired> {
        Arc::new(Desired {
            frame: DynamicObject {
                types: None,
                metadata: ObjectMeta::default(),
                data: serde_json::Value::Null,
            },
            status: "{}".into(),
            urgent: 0,
            calm: 0,
            frame_size: 0,
            size: 1024,
        })
    }

    #[test]
    fn what_a_list_lacks_is_written_anew() {
        let start = Instant::now();
        let report = |name: &str| Target::Report(name.to_owned());
        let findings = Target::Findings("shop".to_owned(), "pci".to_owned());
        let mut slots = Slots::new(start);
        for target in [&report("gone"), &report("there"), &findings] {
            slots.set(target, Some(desired()), start);
        }
        slots.lead(start);
        let (jobs, _) = slots.start(start);
        assert_eq!(jobs.len(), 3);
        for job in &jobs {
            let ended = Ended {
                epoch: 1,
                outcome: Outcome::Written(Written {
                    version: Some("1".to_owned()),
                    urgent: 0,
                    calm: 0,
                    ready: None,
                }),
                versions: vec!["1".to_owned()],
                sent: 1024,
            };
            slots.ended(&job.target, ended, start);
        }
        let now = start + Duration::from_mins(1);
        assert!(slots.start(now).0.is_empty());
        slots.listed(
            |target| matches!(target, Target::Report(_)),
            &BTreeSet::from([report("there")]),
            now,
        );
        let (jobs, _) = slots.start(now);
        let targets: Vec<&Target> = jobs.iter().map(|job| &job.target).collect();
        assert_eq!(targets, [&report("gone")]);
        assert!(jobs[0].written.is_none());
    }
}
