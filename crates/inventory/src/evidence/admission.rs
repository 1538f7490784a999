//! What admission makes of pods that are only tried: by whichever engine, it takes, mends or refuses them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::view::{Labels, Namespace, Text};
use crate::{Blind, Reason};

/// What admission made of pods in one namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdmissionProbe {
    /// The namespace as it was known when it was asked.
    pub under: Under,
    /// What became of a pod without any flaw, the first and the last that was tried.
    pub sound: Fate,
    /// What became of that pod with one flaw.
    pub flawed: BTreeMap<Flaw, Fate>,
}

/// What of a namespace decides which guards there are: what was seen under other labels, or of an earlier namespace of that
/// name, shows nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Under {
    /// Its incarnation.
    pub uid: Text,
    /// Its labels.
    pub labels: Arc<Labels>,
}

impl From<&Namespace> for Under {
    fn from(namespace: &Namespace) -> Self {
        Self {
            uid: namespace.meta.uid.clone(),
            labels: Arc::clone(&namespace.meta.labels),
        }
    }
}

/// What became of a pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It was taken as it is.
    Taken,
    /// It was taken without the flaw: admission changed it.
    Mended,
    /// It was refused.
    Refused(Refusal),
    /// It was not taken, and not for what it is.
    Untold(Blind),
}

/// Who refused a pod, and in which words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The guard, such as `PodSecurity` or `admission webhook "policy.example.com"`.
    pub by: Text,
    /// What it says, without what differs from time to time.
    pub says: Text,
}

impl Refusal {
    /// Pod Security admission, by the name it refuses under. It refuses for what a pod asks of its node alone, and nothing that a
    /// sound pod asks.
    pub const POD_SECURITY: &str = "PodSecurity";
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.by)?;
        if self.says.is_empty() {
            return Ok(());
        }
        write!(f, ": {}", self.says)
    }
}

/// The one thing that is wrong with a pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flaw {
    /// A privileged container.
    Privileged,
    /// The node's processes.
    HostPid,
    /// The node's inter-process communication.
    HostIpc,
    /// The node's network.
    HostNetwork,
    /// The node's root directory.
    HostPath,
    /// A port of the node.
    HostPort,
    /// A capability that is as good as root on the node.
    Capability,
    /// The user root.
    Root,
    /// No limit of memory.
    NoMemoryLimit,
}

impl Flaw {
    /// Every flaw.
    pub const ALL: [Self; 9] = [
        Self::Privileged,
        Self::HostPid,
        Self::HostIpc,
        Self::HostNetwork,
        Self::HostPath,
        Self::HostPort,
        Self::Capability,
        Self::Root,
        Self::NoMemoryLimit,
    ];

    /// The field it is in, and its value.
    #[must_use]
    pub const fn place(self) -> (&'static str, &'static str) {
        match self {
            Self::Privileged => ("containers[].securityContext.privileged", "true"),
            Self::HostPid => ("hostPID", "true"),
            Self::HostIpc => ("hostIPC", "true"),
            Self::HostNetwork => ("hostNetwork", "true"),
            Self::HostPath => ("volumes[].hostPath.path", "/"),
            Self::HostPort => ("containers[].ports[].hostPort", "8080"),
            Self::Capability => (
                "containers[].securityContext.capabilities.add[]",
                "SYS_ADMIN",
            ),
            Self::Root => ("securityContext.runAsUser", "0"),
            Self::NoMemoryLimit => ("containers[].resources.limits.memory", "unset"),
        }
    }
}

impl AdmissionProbe {
    /// Whether admission keeps pods with a flaw out, or takes the flaw away.
    ///
    /// # Errors
    /// [`Blind`] where the pod was refused for something else, or may have been, since the sound one was refused as well.
    pub fn keeps_out(&self, flaw: Flaw) -> Result<bool, Blind> {
        match self.flawed.get(&flaw) {
            Some(Fate::Taken) => Ok(false),
            Some(Fate::Mended) => Ok(true),
            Some(Fate::Untold(blind)) => Err(blind.clone()),
            Some(Fate::Refused(refusal)) => match &self.sound {
                Fate::Taken | Fate::Mended => Ok(true),
                _ if *refusal.by == *Refusal::POD_SECURITY => Ok(true),
                Fate::Untold(blind) => Err(blind.clone()),
                Fate::Refused(refusal) => Err(Blind::new(
                    Reason::Unreachable,
                    format!(
                        "a pod with nothing wrong is refused as well, so that refusing others shows nothing: {refusal}"
                    ),
                )),
            },
            None => Err(Blind::new(Reason::FirstPass, "not tried yet")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(by: &str) -> Fate {
        Fate::Refused(Refusal {
            by: by.into(),
            says: "no".into(),
        })
    }

    fn keeps_out(sound: Fate, flawed: Fate) -> Result<bool, Blind> {
        let probe = AdmissionProbe {
            under: Under::default(),
            sound,
            flawed: BTreeMap::from([(Flaw::Privileged, flawed)]),
        };
        probe.keeps_out(Flaw::Privileged)
    }

    #[test]
    fn a_refusal_shows_a_guard_only_where_the_sound_pod_is_taken() {
        assert_eq!(keeps_out(Fate::Taken, refused("x")), Ok(true));
        assert_eq!(keeps_out(Fate::Mended, refused("x")), Ok(true));
        let blind = keeps_out(refused("y"), refused("x")).unwrap_err();
        assert!(blind.message.ends_with(": y: no"), "{}", blind.message);
        let why = Blind::new(Reason::Unreachable, "no room");
        assert_eq!(
            keeps_out(Fate::Untold(why.clone()), refused("x")),
            Err(why.clone())
        );
        assert_eq!(keeps_out(Fate::Taken, Fate::Untold(why.clone())), Err(why));
    }

    #[test]
    fn what_is_taken_is_taken_whatever_became_of_the_sound_pod() {
        assert_eq!(keeps_out(refused("y"), Fate::Taken), Ok(false));
        assert_eq!(keeps_out(refused("y"), Fate::Mended), Ok(true));
    }

    #[test]
    fn pod_security_refuses_for_the_flaw_alone() {
        let by = refused(Refusal::POD_SECURITY);
        assert_eq!(keeps_out(refused("images"), by), Ok(true));
    }

    #[test]
    fn what_was_not_tried_is_not_told() {
        let probe = AdmissionProbe {
            under: Under::default(),
            sound: Fate::Taken,
            flawed: BTreeMap::new(),
        };
        assert!(probe.keeps_out(Flaw::Root).is_err());
    }
}
