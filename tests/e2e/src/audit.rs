//! Everything that was written of Assay's kinds, and everything that the operator asked for, from the API server's own audit
//! log: a watch misses what happens while its server is away, the log does not.

use std::path::PathBuf;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

use assay_cluster::{Named, Options};
use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::skip;

const LOG: &str = "audit.log";
const OPERATOR: &str = "system:serviceaccount:assay-system:assay-operator";
const POLICY: &str = "\
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
omitManagedFields: true
rules:
- level: RequestResponse
  verbs: [create, update, patch, delete]
  resources: [{group: compliance.assay.dev}]
- level: RequestResponse
  users: [system:serviceaccount:assay-system:assay-operator]
  resources: [{group: '', resources: [secrets]}]
- level: Metadata
  users: [system:serviceaccount:assay-system:assay-operator, system:serviceaccount:assay-system:assay-admission-probe]
- level: None
";

/// One write, whether it was accepted or refused.
#[derive(Debug, Clone)]
pub struct Write {
    /// `create`, `update`, `patch` or `delete`.
    pub verb: String,
    /// Plural of the kind.
    pub resource: String,
    /// Namespace of the object; empty if it has none.
    pub namespace: String,
    /// Name of the object.
    pub name: String,
    /// When the API server was asked for it.
    pub at: DateTime<Utc>,
    /// HTTP status of the answer.
    pub code: u64,
    /// Position among all writes of the cluster; 0 for what was refused.
    pub version: u64,
    /// The status that stood there afterwards; null if none did.
    pub status: Value,
}

impl Write {
    fn read(line: &str) -> Option<Self> {
        let event: Value = serde_json::from_str(line).ok()?;
        let group = event.pointer("/objectRef/apiGroup").and_then(Value::as_str);
        if event.get("level").and_then(Value::as_str) != Some("RequestResponse")
            || group != Some(assay_api::GROUP)
        {
            return None;
        }
        let text = |at: &str| {
            let text = event.pointer(at).and_then(Value::as_str);
            text.unwrap_or_default().to_owned()
        };
        let response = event.pointer("/responseObject");
        let version = response
            .and_then(|object| object.pointer("/metadata/resourceVersion")?.as_str())
            .and_then(|version| version.parse().ok());
        Some(Self {
            verb: text("/verb"),
            resource: text("/objectRef/resource"),
            namespace: text("/objectRef/namespace"),
            name: text("/objectRef/name"),
            at: text("/requestReceivedTimestamp").parse().ok()?,
            code: event.pointer("/responseStatus/code")?.as_u64()?,
            version: version.unwrap_or(0),
            status: response
                .and_then(|object| object.get("status"))
                .cloned()
                .unwrap_or(Value::Null),
        })
    }

    /// Whether it was accepted and left a status behind.
    #[must_use]
    pub fn is_status(&self) -> bool {
        self.version > 0 && self.status.get("epoch").is_some()
    }

    /// The epoch that its status carries.
    #[must_use]
    pub fn epoch(&self) -> i64 {
        let epoch = self.status.get("epoch").and_then(Value::as_i64);
        epoch.unwrap_or(0)
    }

    /// The object, for messages and for telling objects apart.
    #[must_use]
    pub fn object(&self) -> String {
        format!("{} {}/{}", self.resource, self.namespace, self.name)
    }
}

/// One request of the operator, and what it was answered.
#[derive(Debug, Clone)]
pub struct Asked {
    /// `list`, `watch`, `get` …
    pub verb: String,
    /// Path and query.
    pub uri: String,
    /// HTTP status of the answer.
    pub code: u64,
    /// What the API server sent; null where the log does not keep it.
    pub answer: Value,
}

/// The audit log of one cluster. Its folder goes with it.
pub struct Audit {
    /// `None` on a cluster that runs already: only its start could have asked for a log.
    folder: Option<PathBuf>,
    /// Whether it was said that there is none.
    told: Once,
}

impl Audit {
    /// Makes room for a log, and the options of the cluster that writes it.
    ///
    /// # Errors
    /// If there is no room for temporary files.
    pub fn keep(options: Options) -> anyhow::Result<(Self, Options)> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        if Named::by_environment().is_some() {
            return Ok((Self::of(None), options));
        }
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("assay-audit-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder)?;
        let policy = folder.join("policy.yaml");
        std::fs::write(&policy, POLICY)?;
        let log = folder.join(LOG);
        let options = options
            .apiserver_flag(&format!("--audit-policy-file={}", policy.display()))
            .apiserver_flag(&format!("--audit-log-path={}", log.display()))
            .apiserver_flag("--audit-log-maxsize=1024");
        Ok((Self::of(Some(folder)), options))
    }

    const fn of(folder: Option<PathBuf>) -> Self {
        Self {
            folder,
            told: Once::new(),
        }
    }

    /// Everything that was written, in the order in which it took effect, refusals first. `None` if no log is kept, so that
    /// nobody can know; this is said as well. The API server answers before it logs: what was seen to be written may be in it a
    /// moment later.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn writes(&self) -> anyhow::Result<Option<Vec<Write>>> {
        let Some(text) = self.read()? else {
            self.told.call_once(|| {
                skip(
                    "what was written in between",
                    "needs an audit log, which the API server is started with",
                );
            });
            return Ok(None);
        };
        let mut writes: Vec<Write> = text.lines().filter_map(Write::read).collect();
        writes.sort_by_key(|write| write.version);
        Ok(Some(writes))
    }

    /// The same, of what was asked for since an instant; the API server is taken to run by the same clock.
    ///
    /// # Errors
    /// As of [`Self::writes`].
    pub fn since(&self, instant: DateTime<Utc>) -> anyhow::Result<Option<Vec<Write>>> {
        let mut writes = self.writes()?;
        if let Some(writes) = &mut writes {
            writes.retain(|write| write.at >= instant);
        }
        Ok(writes)
    }

    /// Everything that the operator has asked of a resource of the core group. `None` if no log is kept.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn asked_of(&self, resource: &str) -> anyhow::Result<Option<Vec<Asked>>> {
        let Some(text) = self.read()? else {
            return Ok(None);
        };
        let events = text
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        let asked = events.filter_map(|event: Value| {
            let text = |at: &str| event.pointer(at).and_then(Value::as_str);
            let group = text("/objectRef/apiGroup").unwrap_or_default();
            let ours = text("/user/username") == Some(OPERATOR)
                && text("/objectRef/resource") == Some(resource)
                && group.is_empty();
            ours.then(|| Asked {
                verb: text("/verb").unwrap_or_default().to_owned(),
                uri: text("/requestURI").unwrap_or_default().to_owned(),
                code: event
                    .pointer("/responseStatus/code")
                    .and_then(Value::as_u64)
                    .unwrap_or(0),
                answer: event.get("responseObject").cloned().unwrap_or_default(),
            })
        });
        Ok(Some(asked.collect()))
    }

    /// Fails if the operator has asked for something that its roles do not grant: what it uses is no more than what it has.
    ///
    /// # Errors
    /// If it has, or the log cannot be read, or the operator is not in it.
    pub fn asked_for_nothing_in_vain(&self) -> anyhow::Result<()> {
        let Some(text) = self.read()? else {
            return Ok(());
        };
        let events = text
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        let mut asked = 0;
        for event in events {
            let event: Value = event;
            let user = event.pointer("/user/username").and_then(Value::as_str);
            if user != Some(OPERATOR) {
                continue;
            }
            asked += 1;
            // By its answer alone a namespace that is going away looks the same.
            let decision = event.pointer("/annotations/authorization.k8s.io~1decision");
            anyhow::ensure!(
                decision.and_then(Value::as_str) == Some("allow"),
                "the operator asked for what its roles do not grant: {:?} {:?}",
                event.get("verb"),
                event.get("requestURI")
            );
        }
        anyhow::ensure!(asked > 0, "the audit log holds no request of the operator");
        Ok(())
    }

    /// What a `ServiceAccount` of the operator's namespace has asked for: verb and URI. `None` if no log is kept.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn asked_by(&self, account: &str) -> anyhow::Result<Option<Vec<(String, String)>>> {
        let Some(log) = self.read()? else {
            return Ok(None);
        };
        let name = format!("system:serviceaccount:assay-system:{account}");
        let events = log
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let text = |event: &Value, at: &str| {
            let text = event.pointer(at).and_then(Value::as_str);
            text.unwrap_or_default().to_owned()
        };
        let own = events.filter(|event| text(event, "/user/username") == name);
        let asked = own.map(|event| (text(&event, "/verb"), text(&event, "/requestURI")));
        Ok(Some(asked.collect()))
    }

    fn read(&self) -> anyhow::Result<Option<String>> {
        let Some(folder) = &self.folder else {
            return Ok(None);
        };
        let log = folder.join(LOG);
        // It is made with the first line.
        if !log.exists() {
            return Ok(Some(String::new()));
        }
        Ok(Some(std::fs::read_to_string(log)?))
    }
}

impl Drop for Audit {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            // What cannot be removed is left to the system's own cleaning.
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}
