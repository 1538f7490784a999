//! What servers show to whoever knocks.

use assay_inventory::view::Text;
use assay_inventory::{
    ApiServerTls, Certificate, Evidence, Fact, Handshake, Kind, KubeletProbe, PlainPort, Trust,
};
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::sample::select;

use super::objects::{Slot, slot};
use super::steps::start;

/// What a server shows.
#[derive(Debug, Clone)]
pub(crate) enum Shown {
    /// The API server, its certificate: when it ends, in minutes after the history begins.
    ApiServer(i64),
    /// A kubelet, its certificate, and whether the cluster's authority vouches for that.
    Kubelet(Slot, i64, bool),
    /// A kubelet, its answer to a stranger.
    Pods(Slot, u16),
}

pub(crate) fn shown() -> impl Strategy<Value = Shown> {
    // Over, over soon, about to end, a month and a half from that.
    let ends = || select(vec![-5, 3, 40, 30 * 24 * 60 + 4, 45 * 24 * 60]);
    prop_oneof![
        ends().prop_map(Shown::ApiServer),
        (slot(), ends(), any::<bool>())
            .prop_map(|(node, ends, vouched)| Shown::Kubelet(node, ends, vouched)),
        (slot(), select(vec![200, 401, 403])).prop_map(|(node, code)| Shown::Pods(node, code)),
    ]
}

impl Shown {
    pub(crate) fn evidence(&self, at: DateTime<Utc>) -> Evidence {
        let name = |node: &Slot| Text::from(node.name_of(Kind::Node));
        let (about, fact) = match self {
            Self::ApiServer(ends) => {
                let tls = ApiServerTls {
                    endpoints: vec![handshake(*ends, true)],
                    silent: Vec::new(),
                };
                (Text::default(), Fact::ApiServerTls(tls))
            }
            Self::Kubelet(node, ends, vouched) => {
                (name(node), Fact::KubeletTls(handshake(*ends, *vouched)))
            }
            Self::Pods(node, code) => {
                let probe = KubeletProbe {
                    pods: *code,
                    read_only: Ok(PlainPort::Closed),
                    health: Ok(PlainPort::Closed),
                    proxy: Ok(PlainPort::Answers(*code)),
                };
                (name(node), Fact::KubeletProbe(probe))
            }
        };
        Evidence { about, at, fact }
    }
}

fn handshake(ends: i64, vouched: bool) -> Handshake {
    let not_after = start() + TimeDelta::minutes(ends);
    Handshake {
        address: "192.0.2.1:6443".into(),
        certificate: Certificate {
            subject: "CN=server".into(),
            issuer: "CN=kubernetes".into(),
            names: Vec::new(),
            not_before: not_after - TimeDelta::days(400),
            not_after,
        },
        trust: if vouched {
            Trust::Vouched
        } else {
            Trust::Foreign
        },
        backdated: false,
        old_tls: Some(!vouched),
    }
}
