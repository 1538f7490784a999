//! One attempt to make an object what it is to be: the requests, and what their answers mean.

use std::time::Duration;

use assay_api::PROFILE_LABEL;
use kube::api::{DeleteParams, DynamicObject, PostParams, Preconditions};
use kube::{Api, Client};
use serde_json::value::RawValue;

use super::slot::Written;
use super::slots::{Ended, Job, Outcome};
use super::stamp::stamped;
use super::standing::Standing;
use super::{Desired, Target};
use crate::lease::Tenure;

/// A conflict is answered by reading what stands there; so many rounds outlast any sane neighbour.
const ROUNDS: usize = 3;
/// Longest an attempt may take. The client waits as long as a watch may say nothing, which is minutes: a few requests that nobody
/// answers would keep everything else from being written.
const PATIENCE: Duration = Duration::from_secs(15);

/// An attempt under way.
pub(super) struct Attempt {
    client: Client,
    api: Api<Standing>,
    target: Target,
    tenure: Tenure,
    epoch: i64,
    versions: Vec<String>,
    sent: u64,
}

/// Makes an attempt for the holder of `epoch`.
pub(super) async fn attempt(
    client: Client,
    tenure: Tenure,
    epoch: i64,
    job: Job,
) -> (Target, Ended) {
    let Job {
        target,
        desired,
        written,
    } = job;
    let resource = target.resource();
    let api = match target.namespace() {
        Some(namespace) => Api::namespaced_with(client.clone(), namespace, &resource),
        None => Api::all_with(client.clone(), &resource),
    };
    let mut attempt = Attempt {
        client,
        api,
        target,
        tenure,
        epoch,
        versions: Vec::new(),
        sent: 0,
    };
    let trying = async {
        match &desired {
            Some(desired) => attempt.put(desired, written).await,
            None => attempt.remove().await,
        }
    };
    let tried = tokio::time::timeout(PATIENCE, trying).await;
    let outcome = match tried {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(error)) => Outcome::Failed(error.to_string()),
        Err(_) => Outcome::Failed(format!(
            "the API server took longer than {} s",
            PATIENCE.as_secs()
        )),
    };
    let ended = Ended {
        epoch,
        outcome,
        versions: attempt.versions,
        sent: attempt.sent,
    };
    (attempt.target, ended)
}

fn code(error: &kube::Error) -> Option<u16> {
    match error {
        kube::Error::Api(status) => Some(status.code),
        _ => None,
    }
}

impl Attempt {
    /// Writes a status, creating the object where it is missing.
    async fn put(&mut self, desired: &Desired, written: Option<Written>) -> kube::Result<Outcome> {
        let (mut version, mut ready) = written
            .map(|written| (written.version, written.ready))
            .unwrap_or_default();
        for _ in 0..ROUNDS {
            if version.is_none() {
                let Some(object) = self.current(desired).await? else {
                    return Ok(Outcome::Refused);
                };
                if self.is_later(&object).await? {
                    return Ok(Outcome::Fenced);
                }
                self.versions
                    .extend(object.metadata.resource_version.clone());
                version.clone_from(&object.metadata.resource_version);
                ready = object.ready();
            }
            let body = stamped(desired, version.as_deref(), ready.as_ref(), self.epoch)
                .map_err(kube::Error::SerdeError)?;
            match self.update(&body).await {
                Ok(object) => {
                    self.versions
                        .extend(object.metadata.resource_version.clone());
                    return Ok(Outcome::Written(Written {
                        ready: object.ready(),
                        version: object.metadata.resource_version,
                        urgent: desired.urgent,
                        calm: desired.calm,
                    }));
                }
                Err(error) if matches!(code(&error), Some(404 | 409)) => version = None,
                Err(error) => return Err(error),
            }
        }
        Ok(Outcome::Failed("somebody else keeps writing it".to_owned()))
    }

    async fn update(&mut self, body: &RawValue) -> kube::Result<Standing> {
        let params = PostParams {
            field_manager: Some("assay-operator".to_owned()),
            ..PostParams::default()
        };
        let bytes = body.get().len() as u64;
        self.sent += bytes;
        let name = self.target.name();
        let answer = self.api.replace_subresource("status", name, &params, &body);
        let answer = answer.await;
        self.recount(bytes, &answer);
        answer
    }

    /// What is sent counts from then on: without an answer it may have been stored. With a refusal it was not.
    fn recount<T>(&mut self, bytes: u64, answer: &kube::Result<T>) {
        let refused = answer
            .as_ref()
            .is_err_and(|error| code(error).is_some_and(|code| (400..500).contains(&code)));
        if refused {
            self.sent -= bytes;
        }
    }

    /// What stands there, created if it is missing; `None` if it may not be created, as in a terminating namespace.
    async fn current(&mut self, desired: &Desired) -> kube::Result<Option<Standing>> {
        if let Some(object) = self.api.get_opt(self.target.name()).await? {
            return Ok(Some(object));
        }
        if matches!(self.target, Target::Profile(_)) {
            return Ok(None);
        }
        let resource = self.target.resource();
        let api: Api<DynamicObject> = match self.target.namespace() {
            Some(namespace) => Api::namespaced_with(self.client.clone(), namespace, &resource),
            None => Api::all_with(self.client.clone(), &resource),
        };
        self.sent += desired.frame_size;
        let created = api.create(&PostParams::default(), &desired.frame).await;
        self.recount(desired.frame_size, &created);
        match created {
            Ok(object) => Ok(Some(object.metadata.into())),
            Err(error) if code(&error) == Some(409) => self.api.get_opt(self.target.name()).await,
            // The namespace is going or gone.
            Err(error)
                if self.target.namespace().is_some() && matches!(code(&error), Some(403 | 404)) =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Whether a later leader has written what stands there. A higher epoch alone does not show that: anybody who may write
    /// a status can put one there. But a later leader has the Lease, or had it. So the Lease is read after the object: if it
    /// is still ours in our epoch, no other has written before, and whoever takes it from now on meets our update
    /// as a conflict, or makes ours one.
    async fn is_later(&self, object: &Standing) -> kube::Result<bool> {
        let theirs = object.epoch();
        if theirs.is_none_or(|theirs| theirs <= self.epoch) {
            return Ok(false);
        }
        let holds = self.tenure.holds(self.epoch).await?;
        if holds {
            tracing::warn!(
                target_object = %self.target,
                epoch = theirs,
                "nobody has held the Lease in this epoch: somebody else wrote it there; it is overwritten"
            );
        }
        Ok(!holds)
    }

    /// Deletes an object of ours, if it is still what was read.
    async fn remove(&mut self) -> kube::Result<Outcome> {
        for _ in 0..ROUNDS {
            let Some(object) = self.api.get_opt(self.target.name()).await? else {
                return Ok(Outcome::Removed);
            };
            let labels = object.metadata.labels.as_ref();
            if !labels.is_some_and(|labels| labels.contains_key(PROFILE_LABEL)) {
                return Ok(Outcome::Failed(format!(
                    "it lacks the label {PROFILE_LABEL}, so that it may not be ours to delete"
                )));
            }
            if self.is_later(&object).await? {
                return Ok(Outcome::Fenced);
            }
            let unchanged = Preconditions {
                resource_version: object.metadata.resource_version,
                uid: object.metadata.uid,
            };
            let params = DeleteParams::default().preconditions(unchanged);
            match self.api.delete(self.target.name(), &params).await {
                Ok(_) => return Ok(Outcome::Removed),
                Err(error) if code(&error) == Some(404) => return Ok(Outcome::Removed),
                Err(error) if code(&error) == Some(409) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Outcome::Failed("somebody else keeps writing it".to_owned()))
    }
}
