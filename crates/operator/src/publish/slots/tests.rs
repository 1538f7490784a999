//! The schedule, played through with instants of the test's own.

use std::time::Duration;

use kube::api::{DynamicObject, ObjectMeta};
use proptest::prelude::*;

use super::*;

const MINUTE: Duration = Duration::from_mins(1);
const BOUND: u64 = 4 * 1024 * 1024;
const KIB: u64 = 1024;

fn target(number: usize) -> Target {
    Target::Report(format!("report-{number}"))
}

fn desired(state: u64, size: u64) -> Desired {
    Desired {
        frame: DynamicObject {
            types: None,
            metadata: ObjectMeta::default(),
            data: serde_json::Value::Null,
        },
        status: "{}".into(),
        urgent: state,
        calm: state,
        frame_size: 0,
        size,
    }
}

/// Lets it be what is to stand there.
fn set(slots: &mut Slots, number: usize, desired: Desired, now: Instant) {
    slots.set(&target(number), Some(Arc::new(desired)), now);
}

fn done(job: &Job, version: &str) -> Ended {
    let outcome = job.desired.as_ref().map_or(Outcome::Removed, |desired| {
        Outcome::Written(Written {
            version: Some(version.to_owned()),
            urgent: desired.urgent,
            calm: desired.calm,
            ready: None,
        })
    });
    Ended {
        epoch: 1,
        outcome,
        versions: vec![version.to_owned()],
        sent: job.desired.as_ref().map_or(0, |desired| desired.size),
    }
}

fn failed() -> Ended {
    Ended {
        epoch: 1,
        outcome: Outcome::Failed("no".to_owned()),
        versions: Vec::new(),
        sent: 0,
    }
}

fn names(jobs: &[Job]) -> Vec<&str> {
    jobs.iter().map(|job| job.target.name()).collect()
}

/// Slots that lead, with objects written as they are to be.
fn leading(count: usize, size: u64, now: Instant) -> Slots {
    let mut slots = Slots::new(now);
    for number in 0..count {
        set(&mut slots, number, desired(0, size), now);
    }
    slots.lead(now);
    while finish(&mut slots, now) > 0 {}
    slots
}

/// Starts what is due and ends it at once; how many that were.
fn finish(slots: &mut Slots, now: Instant) -> usize {
    let (jobs, _) = slots.start(now);
    for job in &jobs {
        slots.ended(&job.target, done(job, "1"), now);
    }
    jobs.len()
}

#[test]
fn an_urgent_change_goes_while_others_are_under_way() {
    let start = Instant::now();
    let mut slots = leading(10, KIB, start);
    let now = start + MINUTE;
    for number in 0..7 {
        set(&mut slots, number, desired(1, KIB), now);
    }
    let (slow, _) = slots.start(now);
    assert_eq!(slow.len(), 7);
    set(&mut slots, 9, desired(1, KIB), now);
    let (jobs, _) = slots.start(now);
    assert_eq!(names(&jobs), ["report-9"]);
}

#[test]
fn an_object_has_one_attempt_under_way_and_is_due_again_if_it_changed_meanwhile() {
    let start = Instant::now();
    let mut slots = leading(1, KIB, start);
    let now = start + MINUTE;
    set(&mut slots, 0, desired(1, KIB), now);
    let (first, _) = slots.start(now);
    assert_eq!(first.len(), 1);
    set(&mut slots, 0, desired(2, KIB), now);
    assert!(slots.start(now).0.is_empty());
    slots.ended(&target(0), done(&first[0], "2"), now);
    let (second, _) = slots.start(now);
    assert_eq!(second[0].desired.as_ref().unwrap().urgent, 2);
    assert_eq!(
        second[0].written.as_ref().unwrap().version.as_deref(),
        Some("2")
    );
    // Forgotten and wanted again, it still waits for the attempt that is under way.
    slots.forget(&target(0));
    set(&mut slots, 0, desired(3, KIB), now);
    assert!(slots.start(now).0.is_empty());
    slots.ended(&target(0), done(&second[0], "3"), now);
    assert_eq!(slots.start(now).0.len(), 1);
}

#[test]
fn no_more_than_eight_are_under_way() {
    let start = Instant::now();
    let mut slots = Slots::new(start);
    for number in 0..20 {
        set(&mut slots, number, desired(0, KIB), start);
    }
    slots.lead(start);
    let (jobs, again) = slots.start(start);
    assert_eq!((jobs.len(), again), (8, None));
    slots.ended(&jobs[0].target, done(&jobs[0], "1"), start);
    assert_eq!(slots.start(start).0.len(), 1);
}

#[test]
fn what_we_wrote_is_no_news_in_whatever_order_we_hear_of_it() {
    let start = Instant::now();
    let mut slots = leading(1, KIB, start);
    let now = start + MINUTE;
    set(&mut slots, 0, desired(1, KIB), now);
    let (jobs, _) = slots.start(now);
    slots.seen(&target(0), Some("2".to_owned()), now);
    slots.ended(&target(0), done(&jobs[0], "2"), now);
    slots.seen(&target(0), Some("2".to_owned()), now);
    assert!(slots.start(now).0.is_empty());
    // Somebody else's version, before our attempt has ended and after.
    set(&mut slots, 0, desired(2, KIB), now);
    let (jobs, _) = slots.start(now);
    slots.seen(&target(0), Some("theirs".to_owned()), now);
    slots.ended(&target(0), done(&jobs[0], "3"), now);
    assert_eq!(finish(&mut slots, now), 1);
    slots.seen(&target(0), None, now);
    assert_eq!(finish(&mut slots, now), 1);
}

#[test]
fn what_began_before_we_led_is_written_again() {
    let start = Instant::now();
    let mut slots = leading(1, KIB, start);
    let now = start + MINUTE;
    set(&mut slots, 0, desired(1, KIB), now);
    let (jobs, _) = slots.start(now);
    slots.lead(now);
    slots.ended(&target(0), done(&jobs[0], "2"), now);
    let (jobs, _) = slots.start(now);
    assert_eq!(jobs.len(), 1);
    assert!(jobs[0].written.is_none(), "it is read anew");
}

#[test]
fn a_standby_does_not_keep_what_came_and_went_for_ever() {
    let start = Instant::now();
    let mut slots = Slots::new(start);
    let mut now = start;
    for number in 0..600 {
        now += MINUTE;
        set(&mut slots, number, desired(0, KIB), now);
        slots.set(&target(number), None, now);
    }
    assert_eq!((slots.all.len(), slots.standing.len()), (20, 20));
    // Taking over, it is told anew of what stands, and removes that.
    slots.set(&target(0), None, now);
    slots.lead(now);
    let turns = std::iter::repeat_with(|| finish(&mut slots, now));
    let removed: usize = turns.take_while(|count| *count > 0).sum();
    assert_eq!((removed, slots.all.len()), (21, 0));
}

#[test]
fn what_could_not_be_removed_is_tried_on() {
    let start = Instant::now();
    let mut slots = leading(1, KIB, start);
    slots.set(&target(0), None, start + MINUTE);
    let (jobs, _) = slots.start(start + MINUTE);
    slots.ended(&jobs[0].target, failed(), start + MINUTE);
    let later = start + 60 * MINUTE;
    slots.set(&target(1), None, later);
    assert_eq!(slots.start(later).0.len(), 2);
}

#[test]
fn counters_wait_and_ages_are_spread() {
    let start = Instant::now();
    let mut slots = leading(100, KIB, start);
    let counted = Desired {
        calm: 1,
        ..desired(0, KIB)
    };
    set(&mut slots, 0, counted, start);
    assert_eq!(finish(&mut slots, start + MINUTE / 3), 0);
    assert_eq!(finish(&mut slots, start + MINUTE / 2), 1);
    assert_eq!(finish(&mut slots, start + 6 * MINUTE), 0);
    let mut now = start + 6 * MINUTE;
    let mut by_minute = [0; 3];
    for count in &mut by_minute {
        let end = now + MINUTE;
        while now < end {
            now += Duration::from_secs(1);
            *count += finish(&mut slots, now);
        }
    }
    // The one whose counters were written later may come later.
    assert!(by_minute.iter().sum::<usize>() >= 99, "{by_minute:?}");
    assert!(by_minute.iter().all(|count| *count > 15), "{by_minute:?}");
}

#[test]
fn a_failure_is_tried_again_later_and_later() {
    let start = Instant::now();
    let mut slots = leading(1, KIB, start);
    let mut now = start + MINUTE;
    set(&mut slots, 0, desired(1, KIB), now);
    for wait in [500, 1000, 2000, 4000, 8000, 16_000, 16_000] {
        let (jobs, _) = slots.start(now);
        assert_eq!(jobs.len(), 1, "before a wait of {wait}");
        slots.ended(&target(0), failed(), now);
        let (none, again) = slots.start(now);
        assert!(none.is_empty());
        now += Duration::from_millis(wait);
        assert_eq!(again, Some(now));
    }
}

#[test]
fn a_flush_tries_everything_that_differs_once_and_waits_for_nothing() {
    let start = Instant::now();
    let mut slots = leading(30, 256 * KIB, start);
    for round in 1..20 {
        for number in 0..30 {
            set(&mut slots, number, desired(round, 256 * KIB), start);
        }
        finish(&mut slots, start);
    }
    slots.set(&target(3), None, start);
    let (under_way, _) = slots.start(start);
    set(&mut slots, 7, desired(99, 256 * KIB), start);
    slots.flush();
    for job in &under_way {
        slots.ended(&job.target, done(job, "2"), start);
    }
    let mut tried = Vec::new();
    while !slots.is_flushed() {
        let (jobs, _) = slots.start(start);
        assert!(!jobs.is_empty(), "nothing is under way and it is not over");
        for job in &jobs {
            // One that cannot be written must not hold up the end.
            let end = if job.target == target(5) {
                failed()
            } else {
                done(job, "3")
            };
            slots.ended(&job.target, end, start);
            tried.push(job.target.clone());
        }
    }
    tried.sort();
    let once = tried.len();
    tried.dedup();
    assert_eq!(tried.len(), once, "each once");
    let left = slots.all.iter().filter(|(_, slot)| slot.differs());
    assert_eq!(
        left.map(|(target, _)| target).collect::<Vec<_>>(),
        [&target(5)]
    );
}

#[test]
fn the_first_writes_of_a_leader_do_not_wait() {
    let start = Instant::now();
    let mut slots = Slots::new(start);
    for number in 0..200 {
        set(&mut slots, number, desired(0, 200 * KIB), start);
    }
    slots.lead(start);
    let mut written = 0;
    loop {
        match finish(&mut slots, start) {
            0 => break,
            more => written += more,
        }
    }
    assert_eq!(written, 200);
    // Nor do they leave a debt.
    set(&mut slots, 0, desired(1, 200 * KIB), start);
    assert_eq!(finish(&mut slots, start), 1);
}

/// One object that changes again and again.
#[derive(Debug, Clone)]
struct Load {
    size: u64,
    /// Steps between two changes.
    every: u64,
    /// Whether it is a report, or the findings of a namespace.
    report: bool,
}

impl Load {
    fn report(size: u64, every: u64) -> Self {
        Self {
            size,
            every,
            report: true,
        }
    }

    fn findings(size: u64, every: u64) -> Self {
        Self {
            report: false,
            ..Self::report(size, every)
        }
    }

    fn target(&self, number: usize) -> Target {
        if self.report {
            return target(number);
        }
        Target::Findings("shop".to_owned(), target(number).name().to_owned())
    }
}

/// Length of a step.
const STEP: Duration = Duration::from_millis(100);

/// What was sent when, and how long changes of each object waited.
struct Played {
    sent: Vec<(u64, u64)>,
    waits: Vec<Vec<u64>>,
}

impl Played {
    fn longest(&self, number: usize) -> u64 {
        self.waits[number].iter().max().copied().unwrap_or(0)
    }
}

fn play(loads: &[Load], steps: u64, latency: u64) -> Played {
    let start = Instant::now();
    let mut slots = leading(0, 0, start);
    for (number, load) in loads.iter().enumerate() {
        let desired = desired(0, load.size);
        slots.set(&load.target(number), Some(Arc::new(desired)), start);
    }
    slots.lead(start);
    while finish(&mut slots, start) > 0 {}
    let mut played = Played {
        sent: Vec::new(),
        waits: vec![Vec::new(); loads.len()],
    };
    let mut waiting: Vec<Option<u64>> = vec![None; loads.len()];
    let mut under_way: VecDeque<(u64, Job)> = VecDeque::new();
    for step in 1..=steps {
        let now = start + STEP * u32::try_from(step).unwrap();
        for (number, load) in loads.iter().enumerate() {
            if step % load.every == 0 {
                let desired = desired(step, load.size);
                slots.set(&load.target(number), Some(Arc::new(desired)), now);
                waiting[number].get_or_insert(step);
            }
        }
        loop {
            while under_way
                .front()
                .is_some_and(|(begun, _)| begun + latency <= step)
            {
                let (_, job) = under_way.pop_front().unwrap();
                slots.ended(&job.target, done(&job, "1"), now);
                played.sent.push((step, job.desired.as_ref().unwrap().size));
            }
            let (jobs, _) = slots.start(now);
            if jobs.is_empty() {
                break;
            }
            for job in jobs {
                let number = loads_index(&job.target);
                if let Some(since) = waiting[number].take() {
                    played.waits[number].push(step - since);
                }
                under_way.push_back((step, job));
            }
        }
    }
    for (waits, since) in played.waits.iter_mut().zip(waiting) {
        waits.extend(since.map(|since| steps - since));
    }
    played
}

fn loads_index(target: &Target) -> usize {
    target
        .name()
        .strip_prefix("report-")
        .unwrap()
        .parse()
        .unwrap()
}

fn most_in_a_minute(sent: &[(u64, u64)]) -> u64 {
    let steps = u64::try_from(MINUTE.as_millis() / STEP.as_millis()).unwrap();
    let window = |from: u64| {
        let within = sent
            .iter()
            .filter(|(at, _)| (from..=from + steps).contains(at));
        within.map(|(_, bytes)| bytes).sum()
    };
    sent.iter().map(|(at, _)| window(*at)).max().unwrap_or(0)
}

#[test]
fn a_quiet_change_goes_at_once_beside_a_hundred_large_objects_that_never_rest() {
    let mut loads = vec![Load::report(128 * KIB, 1); 100];
    // Larger, and once in a while: every 40 s.
    loads.push(Load::report(200 * KIB, 400));
    let played = play(&loads, 3000, 0);
    assert_eq!(played.longest(100), 0, "steps that a quiet change waited");
    assert!(most_in_a_minute(&played.sent) <= BOUND);
    let written: u64 = played.sent.iter().map(|(_, bytes)| bytes).sum();
    assert!(
        written > 13 * BOUND / 4,
        "what is allowed is used: {written}"
    );
}

#[test]
fn a_small_report_beside_one_large_one_hardly_waits() {
    let mut loads = vec![Load::findings(12 * KIB, 10); 100];
    loads.push(Load::report(128 * KIB, 1));
    loads.push(Load::report(10 * KIB, 10));
    let played = play(&loads, 3000, 0);
    let mut waits = played.waits[101].clone();
    waits.sort_unstable();
    let [.., most, _, _] = waits.as_slice() else {
        panic!("{waits:?}");
    };
    assert!(
        *most <= 10,
        "one in a hundred waited longer than {most} steps"
    );
    // A turn of all findings takes 48 s of what is left to them, of the large report 9 s.
    let longest = (0..100).map(|number| played.longest(number)).max();
    assert!(longest < Some(600), "findings waited {longest:?} steps");
    let longest = played.longest(100);
    assert!(longest < 200, "the large report waited {longest} steps");
    assert!(most_in_a_minute(&played.sent) <= BOUND);
}

#[test]
fn a_small_report_that_changes_each_second_waits_for_neither_large_ones_nor_findings() {
    let mut loads = vec![Load::findings(12 * KIB, 10); 100];
    for size in [128, 80, 70, 6] {
        loads.push(Load::report(size * KIB, 1));
    }
    loads.push(Load::report(9 * KIB, 11));
    let played = play(&loads, 6000, 0);
    let mut waits = played.waits[104].clone();
    waits.sort_unstable();
    let late = waits.iter().filter(|wait| **wait > 10).count();
    assert!(
        late * 50 <= waits.len(),
        "more than two in a hundred waited longer than a second: {waits:?}"
    );
    let most = waits.last().copied();
    assert!(most < Some(60), "it waited {most:?} steps");
    // A turn of all findings takes 72 s of a third of the income.
    let longest = (0..100).map(|number| played.longest(number)).max();
    assert!(longest < Some(720), "findings waited {longest:?} steps");
    let longest = played.longest(100);
    assert!(longest < 720, "the largest report waited {longest} steps");
    assert!(most_in_a_minute(&played.sent) <= BOUND);
}

#[test]
fn what_is_large_is_not_passed_over_for_ever() {
    // Small ones that would take more than all there is, and whose turns cost next to nothing.
    let mut loads = vec![Load::report(4 * KIB, 1); 30];
    loads.push(Load::report(256 * KIB, 1));
    let played = play(&loads, 6000, 0);
    let longest = played.longest(30);
    assert!(
        (1200..1600).contains(&longest),
        "the large one waited {longest} steps, of which 1,200 are patience"
    );
    assert!(most_in_a_minute(&played.sent) <= BOUND);
}

#[test]
fn counters_wait_until_there_is_room_and_no_longer_than_ages_may() {
    let start = Instant::now();
    let mut slots = leading(5, 128 * KIB, start);
    let counted = Desired {
        calm: 1,
        ..desired(0, 128 * KIB)
    };
    set(&mut slots, 0, counted, start);
    let mut written = None;
    for step in 1..=6000_u64 {
        let now = start + STEP * u32::try_from(step).unwrap();
        for noisy in 1..5 {
            set(&mut slots, noisy, desired(step, 128 * KIB), now);
        }
        let (jobs, _) = slots.start(now);
        for job in &jobs {
            if job.target == target(0) {
                written.get_or_insert(step);
            }
            slots.ended(&job.target, done(job, "1"), now);
        }
    }
    let written = Duration::from_millis(written.expect("they are written at last") * 100);
    assert!(
        (6 * MINUTE..=10 * MINUTE).contains(&written),
        "beside reports that never rest they were written after {written:?}"
    );
}

#[test]
fn noise_gets_its_turn_beside_more_quiet_changes_than_can_be_written() {
    let mut loads = vec![Load::report(256 * KIB, 300); 30];
    loads.push(Load::report(100 * KIB, 1));
    let played = play(&loads, 6000, 0);
    // A round of all of them takes 159 s.
    let longest = played.longest(30);
    assert!(longest < 1700, "the noisy one waited {longest} steps");
    assert!(most_in_a_minute(&played.sent) <= BOUND);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_minute_stays_under_the_bound_and_nobody_starves(
        loads in prop::collection::vec((1..256_u64, 1..600_u64, any::<bool>()), 1..60),
        latency in 0..4_u64,
    ) {
        let loads: Vec<Load> = loads
            .into_iter()
            .map(|(size, every, report)| Load { size: size * KIB, every, report })
            .collect();
        let played = play(&loads, 4800, latency);
        let most = most_in_a_minute(&played.sent);
        prop_assert!(most <= BOUND, "{most} bytes in a minute");
        // Two rounds at a third of the income, or two minutes, are the patience of a line; then those go that have waited longer.
        let round: u64 = loads.iter().map(|load| load.size).sum();
        let third = 16_666 * u64::try_from(STEP.as_millis()).unwrap() / 1000;
        let round = round / third;
        let turn = 1200.max(2 * round) + round + 20 * (latency + 1) + 20;
        for number in 0..loads.len() {
            let longest = played.longest(number);
            prop_assert!(longest <= turn, "object {number} waited {longest} steps of {turn}");
        }
    }
}
