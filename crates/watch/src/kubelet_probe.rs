//! `ANON` of kubelets: what a stranger gets of them. Only where a profile asks for it.

use std::time::Duration;

use assay_inventory::{Blind, EvidenceKind, Fact, KubeletProbe, PlainPort, Reason};
use kube::client::Body;
use kube::config::AuthInfo;
use kube::{Client, Config};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::Wanted;
use crate::each::EachCollector;
use crate::endpoints::host_port;
use crate::nodes::Kubelet;

/// The read-only port of kubelets that have one, by convention, and what it is asked for.
const READ_ONLY: (u16, &str) = (10255, "/pods");
/// Where kubelets tell their health to the node.
const HEALTH: (u16, &str) = (10248, "/healthz");
/// Where kube-proxy tells its metrics, and a path of its own.
const PROXY: (u16, &str) = (10249, "/proxyMode");
/// Longest each port may take: less than a node's turn, so that one that says nothing does not silence the others.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Most of a status line that is read.
const LINE: u64 = 256;

/// Asks kubelets for the pods of their nodes, and the ports beside for what they are there for, with nothing to show.
pub(crate) struct KubeletStrangers {
    stranger: Config,
}

impl KubeletStrangers {
    /// From the operator's own configuration, its credentials left out.
    pub(crate) fn new(config: &Config) -> Self {
        let mut stranger = config.clone();
        stranger.auth_info = AuthInfo::default();
        stranger.tls_server_name = None;
        // Nothing is entrusted to whoever answers, and a kubelet that signed its own certificate may be as open as any.
        stranger.accept_invalid_certs = true;
        Self { stranger }
    }

    async fn pods(&self, at: &str) -> Result<u16, Blind> {
        let mut config = self.stranger.clone();
        config.cluster_url = format!("https://{at}")
            .parse()
            .map_err(|_| unreachable(at, "has an address that is no URL"))?;
        let client = Client::try_from(config)
            .map_err(|_| unreachable(at, "cannot be asked without credentials"))?;
        let request = http::Request::get("/pods")
            .body(Body::empty())
            .map_err(|_| unreachable(at, "cannot be asked"))?;
        let answer = tokio::time::timeout(TIMEOUT, client.send(request)).await;
        match answer {
            Ok(Ok(answer)) => Ok(answer.status().as_u16()),
            _ => Err(unreachable(
                at,
                "does not answer; allow Assay's pods to reach it",
            )),
        }
    }
}

impl EachCollector for KubeletStrangers {
    type Of = Kubelet;
    const SOURCE: EvidenceKind = EvidenceKind::KubeletProbe;
    const INTERVAL: Duration = Duration::from_mins(5);

    fn is_wanted(wanted: &Wanted, _: &Kubelet) -> bool {
        wanted.kubelet_probe
    }

    async fn collect(&self, kubelet: &Kubelet) -> Result<Fact, Blind> {
        let address = kubelet.address()?;
        let secure = host_port(address, kubelet.port.into());
        let (pods, read_only, health, proxy) = tokio::join!(
            self.pods(&secure),
            plain(address, READ_ONLY),
            plain(address, HEALTH),
            plain(address, PROXY)
        );
        Ok(Fact::KubeletProbe(KubeletProbe {
            pods: pods?,
            read_only,
            health,
            proxy,
        }))
    }
}

/// What is on a port that asks nobody who they are.
async fn plain(address: &str, (port, path): (u16, &str)) -> Result<PlainPort, Blind> {
    answer(&host_port(address, port.into()), path).await
}

/// How it answers. Refused is closed; silence may be a firewall, or a rule that keeps Assay from seeing.
async fn answer(at: &str, path: &str) -> Result<PlainPort, Blind> {
    let silent = || {
        unreachable(
            at,
            "neither answers nor refuses; allow Assay's pods to reach it, so that a closed port shows as one",
        )
    };
    let mut stream = match tokio::time::timeout(TIMEOUT, TcpStream::connect(at)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
            return Ok(PlainPort::Closed);
        }
        _ => return Err(silent()),
    };
    let asked = async {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut line = Vec::new();
        let mut reader = BufReader::new(stream).take(LINE);
        reader.read_until(b'\n', &mut line).await.ok()?;
        status(&line)
    };
    match tokio::time::timeout(TIMEOUT, asked).await {
        Ok(Some(status)) => Ok(PlainPort::Answers(status)),
        Ok(None) => Err(unreachable(at, "answers, but not as a kubelet does")),
        Err(_) => Err(silent()),
    }
}

/// The code in an HTTP status line.
fn status(line: &[u8]) -> Option<u16> {
    let line = std::str::from_utf8(line).ok()?;
    let mut words = line.split_ascii_whitespace();
    words
        .next()
        .filter(|version| version.starts_with("HTTP/"))?;
    words.next()?.parse().ok()
}

fn unreachable(at: &str, what: &str) -> Blind {
    Blind::new(Reason::Unreachable, format!("its kubelet at {at} {what}"))
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// A port of loopback, and what it says to the first who comes.
    async fn says(answer: &'static [u8]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = [0; 512];
            let _ = stream.read(&mut asked).await.unwrap();
            stream.write_all(answer).await.unwrap();
        });
        at
    }

    #[tokio::test]
    async fn what_answers_on_the_read_only_port_is_told_by_its_status() {
        let at = says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").await;
        assert_eq!(answer(&at, "/pods").await, Ok(PlainPort::Answers(200)));
        let at = says(b"HTTP/1.0 404 Not Found\r\n\r\n").await;
        assert_eq!(answer(&at, "/pods").await, Ok(PlainPort::Answers(404)));
    }

    #[tokio::test]
    async fn what_is_no_kubelet_is_no_evidence() {
        let at = says(b"SSH-2.0-OpenSSH_9.9\r\n").await;
        assert_eq!(
            answer(&at, "/pods").await.unwrap_err().reason,
            Reason::Unreachable
        );
    }

    #[tokio::test]
    async fn a_refused_connection_is_a_closed_port() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap().to_string();
        drop(listener);
        assert_eq!(answer(&at, "/pods").await, Ok(PlainPort::Closed));
    }
}
