//! Sets of addresses: what several ranges and their exceptions come to together.

use assay_inventory::view::{Cidr, Family, IpBlock};

/// Addresses of both families, as disjoint ranges in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Addresses {
    v4: Vec<(u128, u128)>,
    v6: Vec<(u128, u128)>,
}

/// Ranges in which neither a pod nor a host beyond the node can be: exceptions for them alone narrow nothing.
const NO_PEERS: [&str; 8] = [
    "0.0.0.0/8",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "224.0.0.0/3",
    "::/127",
    "fe80::/10",
    "ff00::/8",
    // The metadata service of AWS.
    "fd00:ec2::254/128",
];

impl Addresses {
    /// What one block admits.
    pub(crate) fn of(block: &IpBlock) -> Self {
        let mut all = Self::default();
        all.add(&block.cidr);
        for except in block.except.iter().flatten() {
            all.remove(except);
        }
        all
    }

    fn ranges(&self, family: Family) -> &Vec<(u128, u128)> {
        match family {
            Family::V4 => &self.v4,
            Family::V6 => &self.v6,
        }
    }

    fn ranges_mut(&mut self, family: Family) -> &mut Vec<(u128, u128)> {
        match family {
            Family::V4 => &mut self.v4,
            Family::V6 => &mut self.v6,
        }
    }

    /// Adds a range.
    pub(crate) fn add(&mut self, cidr: &Cidr) {
        self.put(cidr.family(), cidr.bounds());
    }

    /// Adds all addresses of another set.
    pub(crate) fn extend(&mut self, other: &Self) {
        for family in [Family::V4, Family::V6] {
            for range in other.ranges(family) {
                self.put(family, *range);
            }
        }
    }

    fn put(&mut self, family: Family, (mut first, mut last): (u128, u128)) {
        self.ranges_mut(family).retain(|(from, to)| {
            let apart = to.checked_add(1).is_some_and(|next| next < first)
                || last.checked_add(1).is_some_and(|next| next < *from);
            if !apart {
                first = first.min(*from);
                last = last.max(*to);
            }
            apart
        });
        let ranges = self.ranges_mut(family);
        ranges.push((first, last));
        ranges.sort_unstable();
    }

    fn remove(&mut self, cidr: &Cidr) {
        let (first, last) = cidr.bounds();
        let ranges = self.ranges_mut(cidr.family());
        *ranges = ranges
            .iter()
            .flat_map(|(from, to)| {
                let before = first.checked_sub(1).map(|end| (*from, end.min(*to)));
                let after = last.checked_add(1).map(|start| (start.max(*from), *to));
                [before, after]
            })
            .flatten()
            .filter(|(from, to)| from <= to)
            .collect();
    }

    /// Whether it holds any address of the family.
    pub(crate) fn has_any(&self, family: Family) -> bool {
        !self.ranges(family).is_empty()
    }

    /// Whether it holds every address of a range.
    pub(crate) fn holds(&self, cidr: &Cidr) -> bool {
        let (first, last) = cidr.bounds();
        let ranges = self.ranges(cidr.family()).iter();
        ranges
            .into_iter()
            .any(|(from, to)| *from <= first && last <= *to)
    }

    /// Whether it leaves out no address of the family at which a peer can be.
    pub(crate) fn is_everything(&self, family: Family) -> bool {
        if !self.has_any(family) {
            return false;
        }
        let mut all = self.clone();
        for range in NO_PEERS.iter().filter_map(|range| range.parse().ok()) {
            all.add(&range);
        }
        *all.ranges(family) == [(0, family.last())]
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn block(cidr: &str, except: &[&str]) -> Addresses {
        Addresses::of(&IpBlock {
            cidr: cidr.parse().unwrap(),
            except: Some(except.iter().map(|range| range.parse().unwrap()).collect()),
        })
    }

    fn all_of(blocks: &[(&str, &[&str])]) -> Addresses {
        let mut all = Addresses::default();
        for (cidr, except) in blocks {
            all.extend(&block(cidr, except));
        }
        all
    }

    #[test]
    fn halves_are_the_whole() {
        let halves = all_of(&[("128.0.0.0/1", &[]), ("0.0.0.0/1", &[])]);
        assert!(halves.is_everything(Family::V4));
        assert!(!halves.is_everything(Family::V6));
        assert!(all_of(&[("8000::/1", &[]), ("::/1", &[])]).is_everything(Family::V6));
        assert!(!all_of(&[("0.0.0.0/2", &[]), ("128.0.0.0/1", &[])]).is_everything(Family::V4));
    }

    #[test]
    fn one_family_is_not_the_other() {
        assert!(!block("0.0.0.0/0", &[]).is_everything(Family::V6));
        assert!(!block("::/0", &[]).is_everything(Family::V4));
    }

    #[test]
    fn an_exception_narrows_unless_nobody_can_be_there_or_another_block_admits_it() {
        assert!(!block("0.0.0.0/0", &["10.0.0.0/8"]).is_everything(Family::V4));
        assert!(block("0.0.0.0/0", &["169.254.169.254/32"]).is_everything(Family::V4));
        let refilled = all_of(&[("0.0.0.0/0", &["10.0.0.0/8"]), ("8.0.0.0/6", &[])]);
        assert!(refilled.is_everything(Family::V4));
    }

    #[test]
    fn what_is_cut_out_is_not_held() {
        let cut = block("169.254.0.0/16", &["169.254.169.254/32"]);
        let holds = |address: &str| cut.holds(&address.parse().unwrap());
        assert!(!holds("169.254.169.254/32"));
        assert!(holds("169.254.169.253/32") && holds("169.254.169.255/32"));
        assert!(!holds("169.254.0.0/16"));
        assert!(!holds("::/128"));
    }

    /// Ranges of a space small enough for their edges to meet often.
    fn range() -> impl Strategy<Value = Cidr> {
        (any::<u8>(), 24_u8..=32).prop_map(|(last, prefix)| {
            let written = format!("10.0.0.{last}/{prefix}");
            written.parse().unwrap()
        })
    }

    proptest! {
        #[test]
        fn an_address_is_held_if_a_block_covers_it_and_does_not_cut_it_out(
            blocks in vec((range(), vec(range(), 0..3)), 0..6),
        ) {
            let mut all = Addresses::default();
            for (cidr, except) in &blocks {
                all.extend(&Addresses::of(&IpBlock { cidr: *cidr, except: Some(except.clone()) }));
            }
            for last in 0..=255_u8 {
                let address: Cidr = format!("10.0.0.{last}/32").parse().unwrap();
                let within = |range: &Cidr| {
                    let (first, last) = range.bounds();
                    (first..=last).contains(&address.bounds().0)
                };
                let held = blocks
                    .iter()
                    .any(|(cidr, except)| within(cidr) && !except.iter().any(within));
                prop_assert_eq!(all.holds(&address), held, "{}", address);
            }
            prop_assert!(all.v4.windows(2).all(|pair| pair[0].1 + 1 < pair[1].0));
        }
    }
}
