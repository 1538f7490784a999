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
        server_auth: false,
        requester: "eve".into(),
        requester_groups: Vec::new(),
        credential: "".into(),
        subject: Ok(RequestSubject::default()),
        condition: Condition::Approved,
        approval: "".into(),
        issued: Some(IssuedCertificate {
            not_after: Some(START + TimeDelta::hours(1)),
        }),
    }
}

fn kubelet() -> RequestSubject {
    RequestSubject {
        common_name: "system:node:n1".into(),
        organizations: vec!["system:nodes".into()],
        dns_names: Vec::new(),
    }
}

/// A certificate for a kubelet, that was asked for by somebody.
fn of_a_kubelet(requester: &str) -> Csr {
    Csr {
        signer: "kubernetes.io/kube-apiserver-client-kubelet".into(),
        requester: requester.into(),
        subject: Ok(kubelet()),
        ..issued("1")
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
fn what_is_no_login_to_the_api_server_or_a_kubelet_s_is_not_remembered() {
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
        of_a_kubelet("system:node:n1"),
        Csr {
            requester_groups: vec!["system:bootstrappers".into()],
            ..of_a_kubelet("system:bootstrap:abcdef")
        },
        of_a_kubelet("system:serviceaccount:openshift-machine-config-operator:node-bootstrapper"),
        Csr {
            signer: "example.com/mesh".into(),
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
fn somebody_who_poses_as_a_kubelet_is_remembered() {
    let greedy = RequestSubject {
        organizations: vec!["system:nodes".into(), "ops".into()],
        ..kubelet()
    };
    for csr in [
        of_a_kubelet("eve"),
        of_a_kubelet("system:node:n2"),
        Csr {
            subject: Ok(greedy),
            ..of_a_kubelet("system:node:n1")
        },
        // Nothing holds a node to its own name there.
        Csr {
            signer: "kubernetes.io/kube-apiserver-client".into(),
            ..of_a_kubelet("system:node:n1")
        },
    ] {
        let mut world = World::with(csr);
        world.delete();
        assert_eq!(world.uids(), ["1"]);
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

#[test]
fn a_foreign_signer_s_is_remembered_where_it_may_be_for_masters() {
    for subject in [
        Ok(RequestSubject {
            organizations: vec!["ops".into(), "system:masters".into()],
            ..RequestSubject::default()
        }),
        Err("cannot be read".into()),
    ] {
        let mut world = World::with(Csr {
            signer: "example.com/mesh".into(),
            subject,
            ..issued("1")
        });
        world.delete();
        assert_eq!(world.uids(), ["1"]);
    }
}

#[test]
fn what_another_remembers_adds_to_what_was_seen_and_takes_nothing_from_it() {
    let recalled = |uid: &str, requester: &str| {
        Delta::Recalled(Box::new(Csr {
            requester: requester.into(),
            ..issued(uid)
        }))
    };
    let mut world = World::with(issued("1"));
    world.changes = Changes::default();
    world.apply(recalled("1", "mallory"));
    assert!(world.changes.is_empty(), "it is there");
    world.apply(recalled("2", "mallory"));
    let subject = Subject::Csr("jane".into());
    assert!(world.changes.subjects.contains(&subject));
    assert_eq!(world.uids(), ["1", "2"]);
    world.delete();
    world.apply(recalled("1", "mallory"));
    let name = "jane".into();
    let seen = world.inventory.csrs_named(&name).next().unwrap();
    assert_eq!(seen.requester.as_ref(), "eve");
    // Nothing that has expired comes back.
    let end = START + TimeDelta::hours(1);
    world.inventory.advance(end, &mut world.changes);
    world.apply(recalled("3", "mallory"));
    assert_eq!(world.uids(), [""; 0]);
}

#[test]
fn what_was_left_out_is_missing_until_it_has_expired() {
    let mut world = World::with(issued("1"));
    world.apply(Delta::Relist(KIND));
    world.apply(Delta::Listed(KIND));
    assert_eq!(world.inventory.unlisted(KIND, START), None);
    world.changes = Changes::default();
    let until = START + TimeDelta::minutes(1);
    world.apply(Delta::LeftOut(until));
    assert!(world.changes.sight.contains(&KIND));
    assert!(world.inventory.unlisted(KIND, START).is_some());
    assert_eq!(world.inventory.blind(KIND, START), None);
    assert_eq!(world.inventory.next_due(), Some(until));
    world.changes = Changes::default();
    world.inventory.advance(until, &mut world.changes);
    assert!(world.changes.sight.contains(&KIND));
    assert_eq!(world.inventory.unlisted(KIND, until), None);
    let later = world.inventory.next_due();
    assert!(later.is_none_or(|due| due > until));
}
