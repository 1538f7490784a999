//! Logins that were issued, as the profile's status keeps them: Assay's memory is no longer than its process, and certificates
//! outlive both their requests and that.

use assay_inventory::view::{Condition, Csr, IssuedCertificate, Meta, RequestSubject, Text};
use assay_inventory::{Delta, Inventory};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::issued::{IssuedLogin, LONGEST_ISSUED};
use crate::tolerant::{if_known, those_known};

/// Longest text of an entry, in characters: more than a message shows, so that it says the same after a restart.
const LONGEST: usize = 240;
/// Most groups of an entry.
const MOST_GROUPS: usize = 16;
/// The latest time that the API takes.
const NEVER: &str = "9999-12-31T23:59:59Z";

/// What of the logins fits into a status. It is read from one as far as this version knows its words.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct KeptLogins {
    /// Those that are good for longest, which would be missed for longest.
    #[serde(rename = "issued", deserialize_with = "those_known")]
    pub logins: Vec<IssuedLogin>,
    /// Until when some of the others are good, or of those that were left out before.
    #[serde(rename = "issuedLeftOutUntil", deserialize_with = "if_known")]
    pub left_out_until: Option<DateTime<Utc>>,
}

impl KeptLogins {
    /// What is kept of the logins that are known.
    #[must_use]
    pub fn of(inventory: &Inventory) -> Self {
        let mut all: Vec<(DateTime<Utc>, &Csr)> = inventory
            .logins()
            .filter_map(|csr| Some((csr.good_until()?, csr)))
            .collect();
        all.sort_by(|(one, csr), (other, another)| {
            let names =
                (&csr.meta.name, &csr.meta.uid).cmp(&(&another.meta.name, &another.meta.uid));
            other.cmp(one).then(names)
        });
        let mut room = LONGEST_ISSUED;
        let mut kept = Self {
            logins: Vec::new(),
            left_out_until: inventory.left_out(),
        };
        for (until, csr) in all {
            let login = login(csr);
            let length =
                serde_json::to_string(&login).map_or(LONGEST_ISSUED, |json| json.len() + 1);
            if let Some(left) = room.checked_sub(length) {
                room = left;
                kept.logins.push(login);
            } else {
                // What follows is shorter-lived, and no smaller entry may slip in before it.
                room = 0;
                kept.left_out_until = kept.left_out_until.max(Some(until));
            }
        }
        let latest = NEVER.parse().ok();
        kept.left_out_until = kept
            .left_out_until
            .map(|until| latest.map_or(until, |latest| until.min(latest)));
        kept
    }

    /// The same for whoever looks later.
    pub fn deltas(&self) -> impl Iterator<Item = Delta> {
        let recalled = self
            .logins
            .iter()
            .map(|login| Delta::Recalled(Box::new(request(login))));
        recalled.chain(self.left_out_until.map(Delta::LeftOut))
    }
}

fn login(csr: &Csr) -> IssuedLogin {
    let subject = csr.subject.as_ref();
    let meaningful = csr
        .requester_groups
        .iter()
        .filter(|group| group.starts_with("system:") && group.as_ref() != "system:authenticated");
    IssuedLogin {
        name: csr.meta.name.to_string(),
        uid: csr.meta.uid.to_string(),
        signer_name: clipped(&csr.signer),
        common_name: subject
            .map_or_else(|_| String::new(), |subject| clipped(&subject.common_name)),
        organizations: subject.map_or_else(
            |_| Vec::new(),
            |subject| groups(subject.organizations.iter()),
        ),
        unreadable: subject.err().map(clipped),
        requested_by: clipped(&csr.requester),
        requester_groups: groups(meaningful),
        credential: clipped(&csr.credential),
        approval: clipped(&csr.approval),
        not_after: csr.issued.as_ref().and_then(|issued| issued.not_after),
    }
}

/// Some groups: what decides a verdict must not be among those left out.
fn groups<'a>(all: impl Iterator<Item = &'a Text>) -> Vec<String> {
    let mut groups: Vec<String> = all.map(clipped).collect();
    groups.sort_by_key(|group| group != "system:masters");
    groups.dedup();
    groups.truncate(MOST_GROUPS);
    groups
}

fn clipped(text: &Text) -> String {
    text.chars().take(LONGEST).collect()
}

/// The request that an entry tells of, as far as it is judged.
fn request(login: &IssuedLogin) -> Csr {
    let texts = |all: &[String]| all.iter().map(|text| Text::from(text.as_str())).collect();
    let text = |text: &String| Text::from(text.as_str());
    Csr {
        meta: Meta {
            name: text(&login.name),
            uid: text(&login.uid),
            ..Meta::default()
        },
        signer: text(&login.signer_name),
        client_auth: true,
        server_auth: false,
        requester: text(&login.requested_by),
        requester_groups: texts(&login.requester_groups),
        credential: text(&login.credential),
        subject: match &login.unreadable {
            Some(why) => Err(text(why)),
            None => Ok(RequestSubject {
                common_name: text(&login.common_name),
                organizations: texts(&login.organizations),
                dns_names: Vec::new(),
            }),
        },
        condition: Condition::Approved,
        approval: text(&login.approval),
        issued: Some(IssuedCertificate {
            not_after: login.not_after,
        }),
    }
}

#[cfg(test)]
mod tests {
    use assay_inventory::view::Object;
    use assay_inventory::{Changes, Kind, ObjectKey};

    use super::*;

    fn inventory() -> Inventory {
        Inventory::new(DateTime::UNIX_EPOCH)
    }

    fn csr(name: &str, hours: Option<i64>) -> Csr {
        request(&IssuedLogin {
            name: name.to_owned(),
            uid: format!("uid-{name}"),
            signer_name: "kubernetes.io/kube-apiserver-client".to_owned(),
            common_name: "jane".to_owned(),
            organizations: vec!["payments".to_owned()],
            requested_by: "eve".to_owned(),
            not_after: hours.map(|hours| DateTime::UNIX_EPOCH + chrono::TimeDelta::hours(hours)),
            ..IssuedLogin::default()
        })
    }

    fn put(inventory: &mut Inventory, csr: Csr) {
        let delta = Delta::Upsert {
            kind: Kind::CertificateSigningRequest,
            key: ObjectKey::new("", csr.meta.name.clone()),
            object: Ok(Box::new(Object::Csr(csr))),
        };
        inventory.apply(delta, &mut Changes::default());
    }

    fn recalled(kept: &KeptLogins) -> Inventory {
        let mut later = inventory();
        for delta in kept.deltas() {
            later.apply(delta, &mut Changes::default());
        }
        later
    }

    #[test]
    fn whoever_looks_later_knows_the_same() {
        let mut first = inventory();
        put(&mut first, csr("present", Some(1)));
        put(&mut first, csr("never-ends", None));
        put(&mut first, csr("over", Some(0)));
        let mut unreadable = csr("unreadable", Some(2));
        unreadable.subject = Err("is odd".into());
        put(&mut first, unreadable);
        let kept = KeptLogins::of(&first);
        let names: Vec<&str> = kept
            .logins
            .iter()
            .map(|login| login.name.as_str())
            .collect();
        assert_eq!(names, ["never-ends", "unreadable", "present"]);
        assert_eq!(kept.left_out_until, None);
        let later = recalled(&kept);
        assert_eq!(KeptLogins::of(&later), kept);
        // One that is there after all is there once.
        let mut later = later;
        put(&mut later, csr("present", Some(1)));
        assert_eq!(KeptLogins::of(&later), kept);
    }

    #[test]
    fn what_finds_no_room_is_told_and_stays_told() {
        let mut first = inventory();
        for number in 1..=200 {
            put(
                &mut first,
                csr(&format!("request-{number:03}"), Some(number)),
            );
        }
        let kept = KeptLogins::of(&first);
        let length = serde_json::to_string(&kept.logins).unwrap().len();
        assert!(
            length <= LONGEST_ISSUED + 2 && kept.logins.len() > 50,
            "{length}"
        );
        let left_out = i64::try_from(200 - kept.logins.len()).unwrap();
        let until = DateTime::UNIX_EPOCH + chrono::TimeDelta::hours(left_out);
        assert_eq!(kept.left_out_until, Some(until));
        let mut later = recalled(&kept);
        assert_eq!(KeptLogins::of(&later), kept);
        let kind = Kind::CertificateSigningRequest;
        let mut changes = Changes::default();
        assert!(
            later
                .unlisted(kind, until - chrono::TimeDelta::hours(1))
                .is_some()
        );
        later.advance(until, &mut changes);
        assert!(changes.sight.contains(&kind));
        assert_eq!(later.left_out(), None);
    }

    #[test]
    fn hostile_texts_are_bounded_and_hide_no_membership() {
        let mut hostile = csr("hostile", None);
        let long = "é".repeat(100_000);
        let mut organizations: Vec<Text> = (0..5_000)
            .map(|number| format!("{number}{long}").as_str().into())
            .take(40)
            .collect();
        organizations.push("system:masters".into());
        hostile.subject = Ok(RequestSubject {
            common_name: long.as_str().into(),
            organizations,
            dns_names: Vec::new(),
        });
        hostile.requester_groups = vec![
            "system:authenticated".into(),
            "ops".into(),
            "system:masters".into(),
        ];
        let login = login(&hostile);
        assert_eq!(login.organizations.len(), MOST_GROUPS);
        assert!(serde_json::to_string(&login).unwrap().len() < LONGEST_ISSUED);
        let again = request(&login);
        assert!(again.is_for_a_master() && again.is_by_a_master());
        assert_eq!(login.requester_groups, ["system:masters"]);
    }
}
