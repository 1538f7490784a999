//! Puts the sections in order, one file each, and keeps their references short to write.

mod s01_authentication;
mod s02_authorization;
mod s03_workload_security;
mod s04_network_security;
mod s05_pki;
mod s06_secrets_management;
mod s07_auditing;
mod s08_container_monitoring;
mod s09_runtime_security;
mod s10_patching;
mod s11_resource_management;
mod s12_image_building;
mod s13_registry;
mod s14_version_management;
mod s15_configuration_management;
mod s16_segmentation;

use crate::{Framework, Reference, Relation, Section};

/// All sections, in the order of their numbers.
pub(crate) static ALL: [Section; 16] = [
    s01_authentication::SECTION,
    s02_authorization::SECTION,
    s03_workload_security::SECTION,
    s04_network_security::SECTION,
    s05_pki::SECTION,
    s06_secrets_management::SECTION,
    s07_auditing::SECTION,
    s08_container_monitoring::SECTION,
    s09_runtime_security::SECTION,
    s10_patching::SECTION,
    s11_resource_management::SECTION,
    s12_image_building::SECTION,
    s13_registry::SECTION,
    s14_version_management::SECTION,
    s15_configuration_management::SECTION,
    s16_segmentation::SECTION,
];

/// A related requirement of PCI DSS.
const fn dss(id: &'static str) -> Reference {
    Reference {
        framework: Framework::PciDss401,
        id,
        relation: Relation::Related,
    }
}

/// A requirement of PCI DSS that the control helps with.
const fn dss_supporting(id: &'static str) -> Reference {
    Reference {
        framework: Framework::PciDss401,
        id,
        relation: Relation::Supporting,
    }
}

/// A related recommendation of the CIS benchmark.
const fn cis(id: &'static str) -> Reference {
    Reference {
        framework: Framework::Cis,
        id,
        relation: Relation::Related,
    }
}

/// A recommendation of the CIS benchmark that the control helps with.
const fn cis_supporting(id: &'static str) -> Reference {
    Reference {
        framework: Framework::Cis,
        id,
        relation: Relation::Supporting,
    }
}

/// A related chapter of the NSA/CISA guide, the topic in brackets.
const fn nsa(id: &'static str) -> Reference {
    Reference {
        framework: Framework::NsaCisa,
        id,
        relation: Relation::Related,
    }
}

/// A chapter of the NSA/CISA guide that the control helps with.
const fn nsa_supporting(id: &'static str) -> Reference {
    Reference {
        framework: Framework::NsaCisa,
        id,
        relation: Relation::Supporting,
    }
}
