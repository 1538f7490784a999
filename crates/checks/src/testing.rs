//! A single workload, for tests of what examples cannot show.

use assay_inventory::{Changes, Delta, Inventory, Kind, ObjectKey, Workload, WorkloadKey, decode};
use chrono::DateTime;

/// A `DaemonSet` in JSON.
pub(crate) fn daemon_set(namespace: &str, name: &str, pod_spec: &str) -> String {
    format!(
        r#"{{"metadata":{{"namespace":"{namespace}","name":"{name}"}},"spec":{{"template":{{"spec":{pod_spec}}}}}}}"#
    )
}

/// What `look` says of the workload that a `DaemonSet` in JSON is.
pub(crate) fn workload<T>(json: &str, look: impl FnOnce(&Workload) -> T) -> T {
    let (namespace, name, _) = assay_inventory::identity(json).unwrap();
    let key = ObjectKey::new(namespace, name);
    let mut inventory = Inventory::new(DateTime::UNIX_EPOCH);
    inventory.apply(
        Delta::Upsert {
            kind: Kind::DaemonSet,
            key: key.clone(),
            object: decode(Kind::DaemonSet, json, &[]).map(Box::new),
        },
        &mut Changes::default(),
    );
    let workload = inventory.workload(&WorkloadKey::of(Kind::DaemonSet, &key));
    look(workload.unwrap())
}
