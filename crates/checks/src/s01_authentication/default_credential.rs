//! The password that every installation begins with is known to everybody.

use assay_inventory::Workload;
use assay_inventory::view::Mark;

use crate::judging::variants;
use crate::pod_literals::{self, Literals};
use crate::{Cx, Judge, Judgement, Rule};

const ID: &str = "default-credential";

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge)).reading_literals(look);

/// Variables that set an administrator's first password, and the value that the manual begins with.
const DEFAULTS: [(&str, &str, &str); 11] = [
    ("CATTLE_BOOTSTRAP_PASSWORD", "admin", "the well-known password of Rancher"),
    ("GF_SECURITY_ADMIN_PASSWORD", "admin", "the well-known password of Grafana"),
    ("HARBOR_ADMIN_PASSWORD", "Harbor12345", "the well-known password of Harbor"),
    ("KC_BOOTSTRAP_ADMIN_PASSWORD", "admin", "the well-known password of Keycloak"),
    ("KEYCLOAK_ADMIN_PASSWORD", "admin", "the well-known password of Keycloak"),
    ("KEYCLOAK_PASSWORD", "admin", "the well-known password of Keycloak"),
    ("MINIO_ROOT_PASSWORD", "minioadmin", "the well-known password of MinIO"),
    ("MINIO_ROOT_PASSWORD", "minio123", "the well-known password of MinIO"),
    ("MINIO_SECRET_KEY", "minioadmin", "the well-known password of MinIO"),
    ("PGADMIN_DEFAULT_PASSWORD", "admin", "the well-known password of pgAdmin"),
    ("RABBITMQ_DEFAULT_PASS", "guest", "the well-known password of RabbitMQ"),
];

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    Ok(variants(
        workload,
        false,
        "change it where it is in use, and take the new one from a Secret (secretKeyRef)",
        |variant| pod_literals::details(&variant.spec.marks, ID),
    ))
}

fn look(container: &Literals) -> Vec<Mark> {
    let marks = container.variables().filter_map(|(name, value)| {
        let (_, _, what) = DEFAULTS
            .iter()
            .find(|(variable, default, _)| *variable == name && *default == value)?;
        Some(container.mark(ID, &format!("env[{name}].value"), what))
    });
    marks.collect()
}
