//! `SAR`: what the API server's authorizers say of callers whom nobody knows by name.
//!
//! Reading RBAC tells what RBAC grants. A review asks all authorizers, webhooks and those of clouds among them.

use std::time::Duration;

use assay_inventory::{AccessAnswer, AccessAnswers, Blind, Deed, EvidenceKind, Fact, Reason, Said};
use futures::future::{try_join, try_join_all};
use k8s_openapi::api::authorization::v1::{
    NonResourceAttributes, ResourceAttributes, SubjectAccessReview, SubjectAccessReviewSpec,
};
use kube::api::PostParams;
use kube::{Api, Client};

use crate::collector::Collector;

/// Asks for reviews.
pub(crate) struct AccessReviews {
    client: Client,
}

/// Somebody reviews are asked about.
struct Caller {
    user: &'static str,
    group: &'static str,
}

const STRANGER: Caller = Caller {
    user: "system:anonymous",
    group: "system:unauthenticated",
};

/// A user whom nobody has reason to name: what is allowed is allowed to the group. As a user alone, the group's name would be
/// just another name.
const ANYBODY: Caller = Caller {
    user: "assay:nobody-in-particular",
    group: "system:authenticated",
};

impl AccessReviews {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// All at once: an authorizer that fails may take seconds to do so, and the first pass waits for the last answer.
    async fn answers(&self, caller: &Caller) -> Result<Vec<AccessAnswer>, Blind> {
        let answers = Deed::ALL.map(async |deed| {
            let said = self.ask(caller, deed).await?;
            Ok(AccessAnswer { deed, said })
        });
        try_join_all(answers).await
    }

    async fn ask(&self, caller: &Caller, deed: Deed) -> Result<Said, Blind> {
        let api: Api<SubjectAccessReview> = Api::all(self.client.clone());
        let (params, review) = (PostParams::default(), review(caller, deed));
        let answer = api.create(&params, &review).await.map_err(|error| match error {
            kube::Error::Api(status) if status.code == 403 => Blind::new(
                Reason::Forbidden,
                "may not create subjectaccessreviews (API group authorization.k8s.io): bind Assay's ServiceAccount to ClusterRole assay-operator-access-reviews",
            ),
            _ => Blind::new(
                Reason::Unreachable,
                "the API server does not answer who may do what",
            ),
        })?;
        let status = answer.status.ok_or_else(|| {
            Blind::new(
                Reason::Unparseable,
                "the API server answers without a status who may do what",
            )
        })?;
        let reason = status.reason.unwrap_or_default();
        let error = status.evaluation_error.unwrap_or_default();
        Ok(Said::of(status.allowed, &reason, &error))
    }
}

fn review(caller: &Caller, deed: Deed) -> SubjectAccessReview {
    let mut spec = SubjectAccessReviewSpec {
        user: Some(caller.user.to_owned()),
        groups: Some(vec![caller.group.to_owned()]),
        ..SubjectAccessReviewSpec::default()
    };
    let verb = Some(deed.verb().to_owned());
    let on = Some(deed.on().to_owned());
    if deed.on().starts_with('/') {
        spec.non_resource_attributes = Some(NonResourceAttributes { path: on, verb });
    } else {
        spec.resource_attributes = Some(ResourceAttributes {
            resource: on,
            verb,
            ..ResourceAttributes::default()
        });
    }
    SubjectAccessReview {
        spec,
        ..SubjectAccessReview::default()
    }
}

impl Collector for AccessReviews {
    const SOURCE: EvidenceKind = EvidenceKind::AccessReviews;
    const INTERVAL: Duration = Duration::from_mins(5);

    async fn collect(&self) -> Result<Fact, Blind> {
        let (strangers, authenticated) =
            try_join(self.answers(&STRANGER), self.answers(&ANYBODY)).await?;
        Ok(Fact::AccessAnswers(AccessAnswers {
            strangers,
            authenticated,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_asked_about_as_groups() {
        let review = review(&ANYBODY, Deed::ListSecrets).spec;
        assert_eq!(review.groups, Some(vec!["system:authenticated".to_owned()]));
        assert_ne!(review.user.as_deref(), Some("system:authenticated"));
        let on = review.resource_attributes.unwrap_or_default();
        assert_eq!(
            (on.verb.as_deref(), on.resource.as_deref()),
            (Some("list"), Some("secrets"))
        );
        assert!(review.non_resource_attributes.is_none());
    }
}
