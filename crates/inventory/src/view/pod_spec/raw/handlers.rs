//! Probes and lifecycle handlers: only the hosts they name are kept.

use serde::Deserialize;

use super::{HandlerHost, Text};
use crate::view::object::objects_or_null;

objects_or_null!(RawHandler, RawTarget, RawLifecycle);

/// What a probe or a handler calls.
#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
pub(super) struct RawHandler {
    http_get: Option<RawTarget>,
    tcp_socket: Option<RawTarget>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default)]
struct RawTarget {
    host: Option<Text>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
pub(super) struct RawLifecycle {
    post_start: Option<RawHandler>,
    pre_stop: Option<RawHandler>,
}

impl RawHandler {
    /// The hosts it names, under the fields of `http` and of `tcp`.
    fn hosts(
        self,
        http: &'static str,
        tcp: &'static str,
    ) -> impl Iterator<Item = HandlerHost> + use<> {
        let targets = [(self.http_get, http), (self.tcp_socket, tcp)];
        targets.into_iter().filter_map(|(target, field)| {
            let host = target?.host.filter(|host| !host.is_empty())?;
            Some(HandlerHost { field, host })
        })
    }
}

/// Hosts that a container's probes and lifecycle handlers name, in the order of the fields.
pub(super) fn hosts(
    liveness: Option<RawHandler>,
    readiness: Option<RawHandler>,
    startup: Option<RawHandler>,
    lifecycle: Option<RawLifecycle>,
) -> Vec<HandlerHost> {
    let lifecycle = lifecycle.unwrap_or_default();
    let post_start = lifecycle.post_start.unwrap_or_default();
    let pre_stop = lifecycle.pre_stop.unwrap_or_default();
    liveness
        .unwrap_or_default()
        .hosts("livenessProbe.httpGet.host", "livenessProbe.tcpSocket.host")
        .chain(readiness.unwrap_or_default().hosts(
            "readinessProbe.httpGet.host",
            "readinessProbe.tcpSocket.host",
        ))
        .chain(
            startup
                .unwrap_or_default()
                .hosts("startupProbe.httpGet.host", "startupProbe.tcpSocket.host"),
        )
        .chain(post_start.hosts(
            "lifecycle.postStart.httpGet.host",
            "lifecycle.postStart.tcpSocket.host",
        ))
        .chain(pre_stop.hosts(
            "lifecycle.preStop.httpGet.host",
            "lifecycle.preStop.tcpSocket.host",
        ))
        .collect()
}
