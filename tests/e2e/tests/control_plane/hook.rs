//! An authorization webhook that allows what its path says, and gives another reason each time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context as _;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Answers on loopback until the value goes.
pub(crate) struct Hook {
    /// Where.
    pub(crate) port: u16,
    answering: JoinHandle<()>,
}

impl Hook {
    pub(crate) async fn listen() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let asked = Arc::new(AtomicU64::new(0));
        let answering = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let number = asked.fetch_add(1, Ordering::Relaxed);
                // Whoever hangs up has no answer coming.
                tokio::spawn(async move { answer(stream, number).await.ok() });
            }
        });
        Ok(Self { port, answering })
    }
}

impl Drop for Hook {
    fn drop(&mut self) {
        self.answering.abort();
    }
}

/// Answers one request and hangs up.
async fn answer(mut stream: TcpStream, number: u64) -> anyhow::Result<()> {
    let (path, review) = request(&mut stream).await?;
    let answer = match allows(&path, &review) {
        None => {
            "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                .to_owned()
        }
        Some(allowed) => {
            let body = json!({"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview",
                "status": {"allowed": allowed, "reason": format!("request {number} was looked at")}})
            .to_string();
            format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            )
        }
    };
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await?;
    Ok(())
}

/// The path and the body of a request.
async fn request(stream: &mut TcpStream) -> anyhow::Result<(String, Value)> {
    let mut text = Vec::new();
    loop {
        let read = stream.read_buf(&mut text).await?;
        anyhow::ensure!(read > 0, "the request ends early");
        let said = String::from_utf8_lossy(&text).into_owned();
        let Some((head, body)) = said.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("content-length").then_some(value)
        });
        let length: usize = length.context("a request of no length")?.parse()?;
        if body.len() >= length {
            let path = head.split(' ').nth(1).context("a request without a path")?;
            return Ok((path.to_owned(), serde_json::from_str(body)?));
        }
    }
}

/// Whether it allows what is asked; `None` if it fails.
fn allows(path: &str, review: &Value) -> Option<bool> {
    let text = |at: &str| review.pointer(at).and_then(Value::as_str);
    let groups = review.pointer("/spec/groups").and_then(Value::as_array);
    let mut groups = groups.into_iter().flatten();
    let mut is_of = |group| groups.any(|of| of == group);
    let path = path.split('?').next().unwrap_or(path);
    match path.trim_end_matches('/') {
        "/strangers" => Some(
            text("/spec/user") == Some("system:anonymous")
                && is_of("system:unauthenticated")
                && text("/spec/resourceAttributes/resource") == Some("secrets"),
        ),
        "/everybody" => Some(
            is_of("system:authenticated")
                && text("/spec/nonResourceAttributes/path") == Some("/metrics"),
        ),
        "/nobody" => Some(false),
        _ => None,
    }
}
