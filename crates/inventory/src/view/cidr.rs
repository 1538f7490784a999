//! Address ranges in CIDR notation, read as leniently as the API server reads them in older fields.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::Deserialize;

/// A range of addresses of one family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Cidr {
    /// Its first address: host bits that were set are cleared.
    base: IpAddr,
    prefix: u8,
}

/// A family of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// 32 bits.
    V4,
    /// 128 bits.
    V6,
}

impl Family {
    /// The last address, as a number; the first is 0.
    #[must_use]
    pub const fn last(self) -> u128 {
        match self {
            Self::V4 => u32::MAX as u128,
            Self::V6 => u128::MAX,
        }
    }
}

impl Cidr {
    /// Family of its addresses.
    #[must_use]
    pub const fn family(&self) -> Family {
        match self.base {
            IpAddr::V4(_) => Family::V4,
            IpAddr::V6(_) => Family::V6,
        }
    }

    /// Its first and last address, as numbers.
    #[must_use]
    pub fn bounds(&self) -> (u128, u128) {
        let first = match self.base {
            IpAddr::V4(address) => u128::from(u32::from(address)),
            IpAddr::V6(address) => u128::from(address),
        };
        let hosts = self.family().last().checked_shr(u32::from(self.prefix));
        (first, first | hosts.unwrap_or(0))
    }
}

const fn bits(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

/// As Go's `ParseCIDRSloppy` reads it: leading zeros in IPv4 are decimal, IPv4 in IPv6 is IPv4.
fn address(text: &str) -> Option<IpAddr> {
    if text.contains(':') {
        return text.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    }
    let mut octets = [0_u8; 4];
    let mut parts = text.split('.');
    for octet in &mut octets {
        let part = parts.next()?;
        if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *octet = part.parse().ok()?;
    }
    parts
        .next()
        .is_none()
        .then(|| IpAddr::V4(Ipv4Addr::from(octets)))
}

impl FromStr for Cidr {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("{text:?} is not an address range in CIDR notation");
        let (base, prefix) = text.split_once('/').ok_or_else(wrong)?;
        let mut base = address(base).ok_or_else(wrong)?;
        let mut prefix: u8 = prefix.parse().map_err(|_| wrong())?;
        if prefix > bits(base) {
            return Err(wrong());
        }
        if let IpAddr::V6(mapped) = base
            && let (Some(inner), Some(rest)) = (mapped.to_ipv4_mapped(), prefix.checked_sub(96))
        {
            base = IpAddr::V4(inner);
            prefix = rest;
        }
        let base = match base {
            IpAddr::V4(address) => {
                let mask = !u32::MAX.checked_shr(u32::from(prefix)).unwrap_or(0);
                IpAddr::V4(Ipv4Addr::from(u32::from(address) & mask))
            }
            IpAddr::V6(address) => {
                let mask = !u128::MAX.checked_shr(u32::from(prefix)).unwrap_or(0);
                IpAddr::V6(Ipv6Addr::from(u128::from(address) & mask))
            }
        };
        Ok(Self { base, prefix })
    }
}

impl TryFrom<String> for Cidr {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.base, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        text.parse::<Cidr>()
            .map_or_else(|error| error, |cidr| cidr.to_string())
    }

    #[test]
    fn is_read_as_the_api_server_reads_it() {
        assert_eq!(read("10.1.2.3/8"), "10.0.0.0/8");
        assert_eq!(read("1.2.3.4/0"), "0.0.0.0/0");
        assert_eq!(read("010.0.0.0/8"), "10.0.0.0/8");
        assert_eq!(read("::ffff:10.0.0.0/104"), "10.0.0.0/8");
        assert_eq!(read("::/0"), "::/0");
        for wrong in ["", "10.0.0.0", "10.0.0/8", "10.0.0.0/33", "::/129", "a/8"] {
            assert!(wrong.parse::<Cidr>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn bounds_are_those_of_its_family() {
        let bounds = |text: &str| text.parse::<Cidr>().unwrap().bounds();
        assert_eq!(bounds("0.0.0.0/0"), (0, u128::from(u32::MAX)));
        assert_eq!(bounds("128.0.0.0/1"), (1 << 31, u128::from(u32::MAX)));
        assert_eq!(bounds("10.0.0.1/32"), (0x0a00_0001, 0x0a00_0001));
        assert_eq!(bounds("::/0"), (0, u128::MAX));
        assert_eq!(bounds("::1/128"), (1, 1));
    }
}
