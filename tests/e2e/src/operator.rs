//! An operator's process.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, ensure};

use crate::binaries::beside;
use crate::lifeline::Lifeline;
use crate::{OPERATOR_NAMESPACE, eventually};

/// Names the binary where it is not beside the test's own.
const BINARY: &str = "ASSAY_OPERATOR";

/// Lines of its log that an error quotes.
const TAIL: usize = 40;

/// A running operator. It is killed when dropped, and when this process is.
pub struct Operator {
    child: Child,
    lifeline: Lifeline,
    port: u16,
    log: PathBuf,
}

impl Operator {
    pub(crate) fn start(name: &str, kubeconfig: &Path) -> anyhow::Result<Self> {
        Self::start_at(name, kubeconfig, &binary()?)
    }

    pub(crate) fn start_at(name: &str, kubeconfig: &Path, binary: &Path) -> anyhow::Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let directory = kubeconfig.parent().context("a kubeconfig in no folder")?;
        let log = directory.join(format!("{name}-{port}.log"));
        let mut child = Command::new(binary)
            .arg(format!("--kubeconfig={}", kubeconfig.display()))
            .arg(format!("--namespace={OPERATOR_NAMESPACE}"))
            .arg(format!("--identity={name}"))
            .arg(format!("--listen=127.0.0.1:{port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(&log)?)
            .spawn()
            .context("cannot start the operator")?;
        let lifeline = Lifeline::tie(child.id()).inspect_err(|_| {
            // Nobody else will end it.
            let _ = child.kill();
        })?;
        Ok(Self {
            child,
            lifeline,
            port,
            log,
        })
    }

    /// Process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it has logged.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn log(&self) -> anyhow::Result<String> {
        Ok(std::fs::read_to_string(&self.log)?)
    }

    /// The end of what it has logged, for messages.
    #[must_use]
    pub fn log_tail(&self) -> String {
        let log = self.log().unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let from = lines.len().saturating_sub(TAIL);
        lines.get(from..).unwrap_or_default().join("\n")
    }

    /// The value of a metric, named with all its labels as `/metrics` writes them.
    ///
    /// # Errors
    /// If it does not answer, or has no such metric.
    pub async fn metric(&self, name: &str) -> anyhow::Result<f64> {
        let answer = self.get("/metrics").await?;
        let mut lines = answer.lines();
        let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        let value = value.with_context(|| format!("no metric {name} in {answer}"))?;
        Ok(value.trim().parse()?)
    }

    /// Memory it occupies, in bytes.
    ///
    /// # Errors
    /// If the process is gone.
    pub fn memory(&self) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let line = line.context("a process without VmRSS")?;
        let kib: u64 = line.trim().trim_end_matches(" kB").trim().parse()?;
        Ok(kib * 1024)
    }

    /// Waits until `/readyz` says so: the first pass is over.
    ///
    /// # Errors
    /// If it does not get ready.
    pub async fn ready(&self) -> anyhow::Result<()> {
        eventually("the operator is ready", async || {
            let answer = self.get("/readyz").await?;
            Ok(answer.starts_with("HTTP/1.1 200").then_some(()))
        })
        .await
        .with_context(|| self.log_tail())
    }

    /// The answer to a GET, head and body.
    ///
    /// # Errors
    /// If it does not answer.
    pub async fn get(&self, path: &str) -> anyhow::Result<String> {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await?;
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok(answer)
    }

    /// Kills it, as a node that burns down would.
    ///
    /// # Errors
    /// If the process cannot be waited for.
    pub fn kill(mut self) -> anyhow::Result<()> {
        self.lifeline.cut();
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Sends it a signal by name, such as `TERM`, `STOP` or `CONT`.
    ///
    /// # Errors
    /// If there is no such process any more.
    pub fn signal(&self, name: &str) -> anyhow::Result<()> {
        let status = Command::new("kill")
            .arg(format!("-{name}"))
            .arg(self.pid().to_string())
            .status()?;
        ensure!(status.success(), "kill -{name} {} failed", self.pid());
        Ok(())
    }

    /// Waits for its end; whether it ended well.
    ///
    /// # Errors
    /// If it cannot be waited for.
    pub async fn ended(&mut self) -> anyhow::Result<bool> {
        self.lifeline.cut();
        eventually("the operator has ended", async || {
            Ok(self.child.try_wait()?.map(|status| status.success()))
        })
        .await
    }
}

impl Drop for Operator {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the operator logged last:\n{}", self.log_tail());
        }
        self.lifeline.cut();
        // Either may fail if it has ended already, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn binary() -> anyhow::Result<PathBuf> {
    let named = std::env::var_os(BINARY).map(PathBuf::from);
    named.map_or_else(|| beside("assay-operator"), Ok)
}
