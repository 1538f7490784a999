//! The checks: each a pure function and the Markdown that documents and tests it, side by side.
//!
//! A check is two files in its section's folder, `some_id.rs` and `some_id.md`, and a line in that folder's `mod.rs`.
//! See `docs/decisions/0001-checks.md` for the interface and why it is so.

#![allow(
    clippy::unnecessary_wraps,
    reason = "all judges have one signature, those that read no relation too"
)]

mod account_token;
mod addresses;
mod admission;
mod admitted;
mod audit_log;
mod booleans;
mod check;
mod client_certificates;
mod config_maps;
mod confinement;
mod control_plane;
mod described;
mod encryption;
mod escalation;
mod exposure;
mod first_user;
mod floating_tag;
mod granted;
mod identity_maps;
mod image_reference;
mod images;
mod isolation;
mod judging;
mod kubeconfig;
mod kubelet;
mod listed_secrets;
mod node_path;
mod openshift;
mod pending;
pub mod platform;
mod pod_literals;
mod pod_security;
mod power;
mod resources;
mod review;
mod reviewed;
mod serving_certificate;
mod sign_in;
mod signers;
#[cfg(test)]
mod testing;
mod token_power;
mod user_names;
mod yaml_text;

mod s01_authentication;
mod s02_authorization;
mod s03_workload_security;
mod s04_network_security;
mod s05_pki;
mod s06_secrets_management;
mod s07_auditing;
mod s11_resource_management;
mod s12_image_building;

pub use check::{
    Check, CheckKind, Cx, Detail, Judge, Judgement, Meta, Origin, Outcome, Params, Rule, Severity,
    Violation,
};

pub use pending::pending;
pub use review::REVIEW;

use std::sync::LazyLock;

use assay_inventory::Extractor;

static ALL: LazyLock<Vec<&'static Check>> = LazyLock::new(|| {
    let sections = [
        s01_authentication::CHECKS,
        s02_authorization::CHECKS,
        s03_workload_security::CHECKS,
        s04_network_security::CHECKS,
        s05_pki::CHECKS,
        s06_secrets_management::CHECKS,
        s07_auditing::CHECKS,
        s11_resource_management::CHECKS,
        s12_image_building::CHECKS,
    ];
    let mut all: Vec<&'static Check> = sections.into_iter().flatten().collect();
    all.sort_by_key(|check| (check.meta.control, check.meta.id));
    all
});

static EXTRACTORS: [Extractor; 2] = [
    Extractor {
        id: "pod-literals",
        run: pod_literals::extract,
    },
    Extractor {
        id: "config-maps",
        run: config_maps::extract,
    },
];

/// Every check, by control and id.
#[must_use]
pub fn all() -> &'static [&'static Check] {
    &ALL
}

/// The check with this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Check> {
    ALL.iter().copied().find(|check| check.meta.id == id)
}

/// What must run over raw objects while they are decoded.
#[must_use]
pub fn extractors() -> &'static [Extractor] {
    &EXTRACTORS
}

/// Version of the set: changes whenever a check comes, goes or changes its version.
#[must_use]
pub fn check_set() -> String {
    // FNV-1a: stable over builds and platforms, which the standard hasher is not.
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for check in all() {
        for byte in format!("{}@{};", check.meta.id, check.meta.version).bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{}-{:08x}", all().len(), hash >> 32)
}

/// Declares the checks of a section: one line a check, the name of its two files.
macro_rules! checks {
    ($section:literal: $($name:ident,)*) => {
        $(mod $name;)*

        pub(crate) static CHECKS: &[$crate::Check] = &[$(
            $crate::Check {
                meta: include!(concat!(env!("OUT_DIR"), "/", $section, "/", stringify!($name), ".rs")),
                rule: $name::RULE,
            },
        )*];
    };
}
pub(crate) use checks;
