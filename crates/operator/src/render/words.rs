//! The engine's words in the API's.

use assay_api as api;
use assay_catalog as catalog;
use assay_checks as checks;
use assay_engine as engine;

pub(crate) fn api_verdict(verdict: engine::Verdict) -> api::Verdict {
    match verdict {
        engine::Verdict::NotMet => api::Verdict::NotMet,
        engine::Verdict::Unknown => api::Verdict::Unknown,
        engine::Verdict::NeedsEvidence => api::Verdict::NeedsEvidence,
        engine::Verdict::NotApplicable => api::Verdict::NotApplicable,
        engine::Verdict::Met => api::Verdict::Met,
    }
}

pub(crate) fn engine_verdict(verdict: api::Verdict) -> engine::Verdict {
    match verdict {
        api::Verdict::NotMet => engine::Verdict::NotMet,
        api::Verdict::Unknown => engine::Verdict::Unknown,
        api::Verdict::NeedsEvidence => engine::Verdict::NeedsEvidence,
        api::Verdict::NotApplicable => engine::Verdict::NotApplicable,
        api::Verdict::Met => engine::Verdict::Met,
    }
}

pub(super) fn basis(basis: engine::Basis) -> api::Basis {
    match basis {
        engine::Basis::Observed => api::Basis::Observed,
        engine::Basis::Stated => api::Basis::Stated,
        engine::Basis::Mixed => api::Basis::Mixed,
    }
}

pub(super) fn status(status: engine::CheckStatus) -> api::CheckStatus {
    match status {
        engine::CheckStatus::Fail => api::CheckStatus::Fail,
        engine::CheckStatus::Unknown => api::CheckStatus::Unknown,
        engine::CheckStatus::Pass => api::CheckStatus::Pass,
        engine::CheckStatus::NotApplicable => api::CheckStatus::NotApplicable,
    }
}

pub(super) fn severity(severity: checks::Severity) -> api::Severity {
    match severity {
        checks::Severity::Critical => api::Severity::Critical,
        checks::Severity::High => api::Severity::High,
        checks::Severity::Medium => api::Severity::Medium,
        checks::Severity::Low => api::Severity::Low,
    }
}

pub(super) fn kind(kind: checks::CheckKind) -> api::CheckKind {
    match kind {
        checks::CheckKind::Requirement => api::CheckKind::Requirement,
        checks::CheckKind::Advisory => api::CheckKind::Advisory,
    }
}

pub(super) fn statement(state: engine::StatementState) -> api::StatementState {
    match state {
        engine::StatementState::Active => api::StatementState::Active,
        engine::StatementState::Expired => api::StatementState::Expired,
        engine::StatementState::Inert => api::StatementState::Inert,
    }
}

pub(super) fn origin(origin: checks::Origin) -> api::Origin {
    match origin {
        checks::Origin::Platform => api::Origin::Platform,
        checks::Origin::ThirdParty => api::Origin::ThirdParty,
        checks::Origin::Workload => api::Origin::Workload,
    }
}

pub(super) fn responsibility(responsibility: catalog::Responsibility) -> api::Responsibility {
    match responsibility {
        catalog::Responsibility::Customer => api::Responsibility::Customer,
        catalog::Responsibility::Provider => api::Responsibility::Provider,
        catalog::Responsibility::Shared => api::Responsibility::Shared,
    }
}

pub(super) fn finding_counts(counts: engine::FindingCounts) -> api::FindingCounts {
    api::FindingCounts {
        critical: counts.critical,
        high: counts.high,
        medium: counts.medium,
        low: counts.low,
        advisory: counts.advisory,
        excepted: counts.excepted,
        cde: counts.cde,
    }
}

pub(super) fn summary(
    controls: engine::ControlCounts,
    findings: engine::FindingCounts,
) -> api::Summary {
    api::Summary {
        controls_text: controls.to_string(),
        controls: api::ControlCounts {
            met: controls.met,
            not_met: controls.not_met,
            unknown: controls.unknown,
            needs_evidence: controls.needs_evidence,
            not_applicable: controls.not_applicable,
        },
        findings: finding_counts(findings),
    }
}
