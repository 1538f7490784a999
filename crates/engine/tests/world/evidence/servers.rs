//! What servers show to whoever knocks.

use assay_inventory::view::Text;
use assay_inventory::{
    ApiServerTls, Blind, Certificate, Fact, Handshake, KubeletProbe, PlainPort, Reason, Trust,
};
use serde_json::{Value, json};

use super::lay_over;

/// `STATUS PORT [PORT [PORT]]`, each port `closed`, `silent` or a status: how a kubelet answers a stranger on its own port and on
/// the read-only one, and what is on those for its health and for kube-proxy. What is not said is closed.
pub(super) fn kubelet_probe(said: &str) -> Fact {
    let mut words = said.split_whitespace();
    let status = |text: &str| -> u16 {
        text.parse()
            .unwrap_or_else(|error| panic!("{text}: {error}"))
    };
    let pods = words.next().map(status);
    let mut port = |silence: &str| match words.next() {
        None | Some("closed") => Ok(PlainPort::Closed),
        Some("silent") => Err(Blind::new(Reason::Unreachable, silence)),
        Some(answer) => Ok(PlainPort::Answers(status(answer))),
    };
    Fact::KubeletProbe(KubeletProbe {
        pods: pods.unwrap_or_else(|| panic!("kubelet-probe wants a status")),
        read_only: port("port 10255 neither answers nor refuses"),
        health: port("a port neither answers nor refuses"),
        proxy: port("a port neither answers nor refuses"),
    })
}

pub(super) fn kubelet_tls(said: &str) -> Fact {
    Fact::KubeletTls(handshake("192.0.2.1:10250", said))
}

pub(super) fn api_server_tls(said: &str) -> Fact {
    Fact::ApiServerTls(ApiServerTls {
        endpoints: vec![handshake("192.0.2.1:6443", said)],
        silent: Vec::new(),
    })
}

/// Fields of a certificate as JSON, over those of one that is as it should be.
fn handshake(address: &str, said: &str) -> Handshake {
    let mut shown = json!({
        "subject": "CN=server", "issuer": "CN=kubernetes", "names": ["192.0.2.1"], "trust": "Vouched", "backdated": false, "oldTls": false,
        "notBefore": "2026-06-01T00:00:00Z", "notAfter": "2027-06-01T00:00:00Z",
    });
    let over = serde_json::from_str(said).unwrap_or_else(|error| panic!("{said}: {error}"));
    lay_over(&mut shown, over);
    let text = |field: &str| shown[field].as_str().unwrap_or_default();
    let names = shown["names"].as_array().map(Vec::as_slice);
    let names = names.unwrap_or_default().iter().filter_map(Value::as_str);
    Handshake {
        address: address.into(),
        certificate: Certificate {
            subject: text("subject").into(),
            issuer: text("issuer").into(),
            names: names.map(Text::from).collect(),
            not_before: crate::world::at(text("notBefore")),
            not_after: crate::world::at(text("notAfter")),
        },
        trust: match text("trust") {
            "Vouched" => Trust::Vouched,
            "OtherName" => Trust::OtherName,
            "Foreign" => Trust::Foreign,
            other => panic!("no such trust: {other}"),
        },
        backdated: shown["backdated"] == true,
        old_tls: shown["oldTls"].as_bool(),
    }
}
