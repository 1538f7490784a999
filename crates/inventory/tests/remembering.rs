//! A certificate is good until it expires, whatever becomes of its request.

use assay_inventory::view::{Condition, Csr, IssuedCertificate, Meta, Object, RequestSubject};
use assay_inventory::{Changes, Delta, Inventory, Kind, ObjectKey, Subject};
use chrono::{DateTime, TimeDelta, Utc};

const KIND: Kind = Kind::CertificateSigningRequest;
const START: DateTime<Utc> = DateTime::UNIX_EPOCH;

/// An approved request, issued for an hour from the start.
fn issued(uid: &str) -> Csr {
    Csr {
        meta: Meta {
            name: "jane".into(),
            uid: uid.into(),
            ..Meta::default()
        },
        signer: "kubernetes.io/kube-apiserver-client".into(),
        client_auth: true,
        requester: "eve".into(),
        requester_groups: Vec::new(),
        subject: Ok(RequestSubject::default()),
        condition: Condition::Approved,
        issued: Some(IssuedCertificate {
            not_after: Some(START + TimeDelta::hours(1)),
        }),
    }
}

struct World {
    inventory: Inventory,
    changes: Changes,
}

impl World {
    fn with(csr: Csr) -> Self {
        let mut world = Self {
            inventory: Inventory::new(START),
            changes: Changes::default(),
        };
        world.put(csr);
        world
    }

    fn apply(&mut self, delta: Delta) {
        self.inventory.apply(delta, &mut self.changes);
    }

    fn put(&mut self, csr: Csr) {
        self.apply(Delta::Upsert {
            kind: KIND,
            key: ObjectKey::new("", "jane"),
            object: Ok(Box::new(Object::Csr(csr))),
        });
    }

    fn delete(&mut self) {
        self.apply(Delta::Delete {
            kind: KIND,
            key: ObjectKey::new("", "jane"),
        });
    }

    fn uids(&self) -> Vec<String> {
        let name = "jane".into();
        let all = self.inventory.csrs_named(&name);
        all.map(|csr| csr.meta.uid.to_string()).collect()
    }
}

#[test]
fn a_deleted_request_stays_until_its_certificate_expires() {
    let mut world = World::with(issued("1"));
    world.delete();
    let subject = Subject::Csr("jane".into());
    assert_eq!(world.uids(), ["1"]);
    assert!(world.inventory.subjects().contains(&subject));
    let end = START + TimeDelta::hours(1);
    assert_eq!(world.inventory.next_due(), Some(end));
    world.changes = Changes::default();
    let before = end - TimeDelta::milliseconds(1);
    world.inventory.advance(before, &mut world.changes);
    assert_eq!(world.uids(), ["1"]);
    assert!(world.changes.is_empty());
    world.inventory.advance(end, &mut world.changes);
    assert_eq!(world.uids(), [""; 0]);
    assert!(world.changes.subjects.contains(&subject));
    assert!(!world.inventory.subjects().contains(&subject));
    assert_eq!(world.inventory.next_due(), None);
}

#[test]
fn a_list_that_does_not_mention_it_is_a_deletion() {
    let mut world = World::with(issued("1"));
    world.apply(Delta::Relist(KIND));
    world.apply(Delta::Listed(KIND));
    assert_eq!(world.uids(), ["1"]);
}

#[test]
fn another_request_of_the_name_hides_nothing() {
    let mut world = World::with(issued("1"));
    world.delete();
    let innocent = Csr {
        issued: None,
        condition: Condition::Pending,
        ..issued("2")
    };
    world.put(innocent);
    assert_eq!(world.uids(), ["2", "1"]);
    // Nor one that takes its place at once.
    world.put(issued("3"));
    world.put(issued("4"));
    assert_eq!(world.uids(), ["4", "1", "3"]);
    // One that comes back is there, once.
    world.put(issued("1"));
    assert_eq!(world.uids(), ["1", "3", "4"]);
}

#[test]
fn what_is_no_login_or_a_kubelet_s_is_not_remembered() {
    let expired = IssuedCertificate {
        not_after: Some(START),
    };
    for csr in [
        Csr {
            issued: None,
            ..issued("1")
        },
        Csr {
            client_auth: false,
            ..issued("1")
        },
        Csr {
            signer: "kubernetes.io/kube-apiserver-client-kubelet".into(),
            ..issued("1")
        },
        Csr {
            issued: Some(expired),
            ..issued("1")
        },
    ] {
        let mut world = World::with(csr);
        world.delete();
        assert_eq!(world.uids(), [""; 0]);
    }
}

#[test]
fn a_certificate_that_cannot_be_read_never_ends() {
    let mut world = World::with(Csr {
        issued: Some(IssuedCertificate { not_after: None }),
        ..issued("1")
    });
    world.delete();
    let later = START + TimeDelta::days(36_500);
    world.inventory.advance(later, &mut world.changes);
    assert_eq!(world.uids(), ["1"]);
    assert_eq!(world.inventory.next_due(), None);
}
