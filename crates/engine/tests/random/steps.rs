//! What can happen to a cluster and to those who watch it.

use assay_inventory::{EvidenceKind, Kind, Reason};
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::sample::select;

use super::admission::{Tried, tried};
use super::objects::{Draft, Slot, draft, kind, slot};
use super::profiles::PROFILES;
use super::servers::{Shown, shown};

/// When every history begins: minutes before [`EXPIRY`].
pub(crate) fn start() -> DateTime<Utc> {
    "2027-12-10T06:50:00Z".parse().expect("a time")
}

/// When the one certificate in the pool expires.
pub(crate) fn expiry() -> DateTime<Utc> {
    "2027-12-10T06:53:26Z".parse().expect("a time")
}

#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// An object is there, new or changed.
    Upsert(Draft),
    /// Somebody else wrote an object, or it was made anew: what checks read of it is the same.
    Rewrite(Kind, Slot, bool),
    /// An object of the slot is there and cannot be read, for one of two reasons.
    Break(Kind, Slot, bool),
    /// The first object of a kind that cannot be read is gone.
    Mend(Kind),
    /// An object is gone.
    Delete(Kind, Slot),
    /// A list begins.
    Relist(Kind),
    /// The list mentions what is known of an object once more.
    Mention(Kind, Slot),
    /// The list ends.
    Listed(Kind),
    /// A list from beginning to end that mentions what the bits say.
    RelistWith(Kind, u8),
    /// A watch fails, since so many seconds ago.
    Lost(Kind, Reason, i64),
    /// A probe answers, as of so many minutes ago.
    Answer(u16, i64),
    /// A kubelet tells whether it lets strangers in, as of so many minutes ago.
    Kubelet(Slot, bool, i64),
    /// A server shows something to whoever knocks, as of so many minutes ago.
    Shown(Shown, i64),
    /// Pods are tried in a namespace, as of so many minutes ago.
    Tried(Tried, i64),
    /// A source fails, of the API server, of a kubelet or of a namespace.
    NoAnswer(EvidenceKind, Slot, Reason),
    /// The cloud's identity map says that groups are given or not, or is not there, as of so many minutes ago.
    Map(Option<bool>, i64),
    /// API servers tell their flags or do not: see the machine for which, as of so many minutes ago.
    Flagz(u8, i64),
    /// API servers tell what they count: see [`super::said`] for what, as of so many minutes ago.
    Metrics(u8, i64),
    /// kubeadm has noted something or nothing, as of so many minutes ago.
    Kubeadm(u8, i64),
    /// A kubelet mirrors a component of its node, one way or another.
    StaticPod(Slot, u8),
    /// Authorizers let strangers list pods, refuse or fail, as of so many minutes ago.
    Reviews(u8, i64),
    /// Another replica remembers that a request of the slot, of this uid or another, was issued what ends so many seconds from now.
    Recall(Slot, bool, i64),
    /// It had no room for others, which end so many seconds from now.
    LeftOut(i64),
    /// Secrets are listed: see the answers for which, as of so many minutes ago.
    Secrets(u8, i64),
    /// Time passes.
    Pass(TimeDelta),
    /// Time passes until the next instant at which something is due, or just before.
    PassUntilDue(bool),
    /// Time passes until the certificate expires, or just before.
    PassUntilExpiry(bool),
    /// Another profile takes over.
    Reprofile(u8),
    /// So many of those whom changes concern are judged.
    Settle(usize),
    /// All are judged, and everything is compared.
    Compare,
}

pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec(step(), 1..80)
}

/// Kinds that may not be listed from the start on.
pub(crate) fn waiting() -> impl Strategy<Value = Vec<Kind>> {
    prop_oneof![
        4 => Just(Vec::new()),
        1 => proptest::collection::vec(kind(), 1..3),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let reason = || select(vec![Reason::Forbidden, Reason::Unreachable]);
    let seconds = select(vec![1, 2, 4, 5, 10, 29, 30, 31, 60]);
    let passing = prop_oneof![
        3 => seconds.prop_map(TimeDelta::seconds),
        1 => (1..3000_i64).prop_map(TimeDelta::milliseconds),
        1 => (13..17_i64).prop_map(TimeDelta::minutes),
    ];
    prop_oneof![
        30 => draft().prop_map(Step::Upsert),
        4 => (kind(), slot(), any::<bool>()).prop_map(|(kind, slot, other)| Step::Break(kind, slot, other)),
        3 => kind().prop_map(Step::Mend),
        8 => (kind(), slot(), any::<bool>()).prop_map(|(kind, slot, anew)| Step::Rewrite(kind, slot, anew)),
        8 => (kind(), slot()).prop_map(|(kind, slot)| Step::Delete(kind, slot)),
        2 => kind().prop_map(Step::Relist),
        2 => (kind(), slot()).prop_map(|(kind, slot)| Step::Mention(kind, slot)),
        2 => kind().prop_map(Step::Listed),
        5 => (kind(), any::<u8>()).prop_map(|(kind, bits)| Step::RelistWith(kind, bits)),
        4 => (kind(), reason(), select(vec![0, 10, 29, 40])).prop_map(|(kind, reason, ago)| Step::Lost(kind, reason, ago)),
        3 => (select(vec![200, 401]), select(vec![0, 1, 14, 20])).prop_map(|(code, ago)| Step::Answer(code, ago)),
        4 => (slot(), any::<bool>(), select(vec![0, 1, 14, 20])).prop_map(|(node, open, ago)| Step::Kubelet(node, open, ago)),
        4 => (shown(), select(vec![0, 1, 14, 20])).prop_map(|(shown, ago)| Step::Shown(shown, ago)),
        4 => (tried(), select(vec![0, 1, 14, 20])).prop_map(|(tried, ago)| Step::Tried(tried, ago)),
        2 => (select(EvidenceKind::ALL.to_vec()), slot(), reason()).prop_map(|(kind, node, reason)| Step::NoAnswer(kind, node, reason)),
        3 => (proptest::option::of(any::<bool>()), select(vec![0, 1, 14, 20])).prop_map(|(given, ago)| Step::Map(given, ago)),
        4 => (0..4_u8, select(vec![0, 1, 14, 20])).prop_map(|(which, ago)| Step::Flagz(which, ago)),
        3 => (any::<u8>(), select(vec![0, 1, 14])).prop_map(|(which, ago)| Step::Metrics(which, ago)),
        2 => (0..4_u8, select(vec![0, 1, 14, 20])).prop_map(|(which, ago)| Step::Kubeadm(which, ago)),
        6 => (slot(), 0..7_u8).prop_map(|(node, which)| Step::StaticPod(node, which)),
        3 => (0..4_u8, select(vec![0, 1, 14, 20])).prop_map(|(which, ago)| Step::Reviews(which, ago)),
        3 => (slot(), any::<bool>(), select(vec![-1, 5, 400])).prop_map(|(slot, own, left)| Step::Recall(slot, own, left)),
        1 => select(vec![-1, 5, 60]).prop_map(Step::LeftOut),
        3 => (0..4_u8, select(vec![0, 1, 14, 20])).prop_map(|(which, ago)| Step::Secrets(which, ago)),
        6 => passing.prop_map(Step::Pass),
        4 => any::<bool>().prop_map(Step::PassUntilDue),
        1 => any::<bool>().prop_map(Step::PassUntilExpiry),
        10 => (0..6_usize).prop_map(Step::Settle),
        2 => (0..PROFILES).prop_map(Step::Reprofile),
        25 => Just(Step::Compare),
    ]
}
