//! How the control plane was started, from the best source there is: what an API server tells of itself; where it does not,
//! the pod that the kubelet of its node mirrors, or what k3s notes on the node.

use std::net::IpAddr;

use chrono::TimeDelta;

use super::Facts;
use crate::view::{Component, Flags, Node, Phase, Pod, Text};
use crate::{
    ApiServerFlags, ApiServerMetrics, Blind, Distribution, EvidenceKey, EvidenceKind, Fact, Reason,
    Relation, RelationKey,
};

/// How long a mirror pod has to have been there to vouch for anything: a kubelet deletes in seconds what it did not make.
const VOUCHES_AFTER: TimeDelta = TimeDelta::minutes(1);

/// What is known of all instances of a component.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told<'a> {
    /// Each that was told of.
    pub instances: Vec<Instance<'a>>,
    /// Why some are not known; only without it do the others speak for all.
    pub untold: Option<Blind>,
}

/// One instance of a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance<'a> {
    /// As messages name it.
    pub name: String,
    /// Its flags.
    pub flags: &'a Flags,
}

impl<'a> Told<'a> {
    fn nothing(blind: Blind) -> Self {
        Self {
            instances: Vec::new(),
            untold: Some(blind),
        }
    }

    fn add(&mut self, found: Result<Vec<Instance<'a>>, Blind>) {
        match found {
            Ok(instances) => {
                for instance in instances {
                    if !self.instances.contains(&instance) {
                        self.instances.push(instance);
                    }
                }
            }
            Err(blind) => {
                let graver = |held: &Blind| blind.reason < held.reason;
                if self.untold.as_ref().is_none_or(graver) {
                    self.untold = Some(blind);
                }
            }
        }
    }
}

impl<'a> Facts<'a> {
    /// The flags of every API server. Reads [`Relation::ApiServerFlags`] and [`Relation::ControlPlane`].
    #[must_use]
    pub fn api_servers(&self, max_age: TimeDelta) -> Told<'a> {
        let flagz = match self.flagz(max_age) {
            Ok(flagz) => flagz,
            Err(blind) => return Told::nothing(blind),
        };
        let mut told = Told::default();
        for endpoint in &flagz.endpoints {
            told.instances.push(Instance {
                name: format!("API server {}", endpoint.address),
                flags: &endpoint.flags,
            });
        }
        for silent in &flagz.silent {
            let found = self.behind(&silent.address, Component::ApiServer);
            told.add(found.and_then(|found| {
                if found.is_empty() {
                    Err(self.hidden(&silent.why, max_age)?)
                } else {
                    Ok(found)
                }
            }));
        }
        told
    }

    /// The flags of the API server that listens at a node's address, if one does. Reads [`Relation::ApiServerFlags`] and
    /// [`Relation::ControlPlane`].
    ///
    /// # Errors
    /// [`Blind`] while there is no answer, or none young enough, or the one there does not tell.
    pub fn api_server_on(
        &self,
        node: &Node,
        max_age: TimeDelta,
    ) -> Result<Option<&'a Flags>, Blind> {
        let flagz = self.flagz(max_age)?;
        let Some(here) = node.internal_ip.as_deref().and_then(|ip| ip.parse().ok()) else {
            return Ok(None);
        };
        let mut endpoints = flagz.endpoints.iter();
        if let Some(told) = endpoints.find(|endpoint| host(&endpoint.address) == Some(here)) {
            return Ok(Some(&told.flags));
        }
        let mut silent = flagz.silent.iter();
        let Some(silent) = silent.find(|silent| host(&silent.address) == Some(here)) else {
            return Ok(None);
        };
        match self.behind(&silent.address, Component::ApiServer)?.first() {
            Some(instance) => Ok(Some(instance.flags)),
            None => Err(self.hidden(&silent.why, max_age)?),
        }
    }

    /// The flags of every instance of a component that runs beside the API servers and does not tell its flags itself. Reads
    /// [`Relation::ApiServerFlags`] and [`Relation::ControlPlane`].
    #[must_use]
    pub fn beside_api_servers(&self, component: Component, max_age: TimeDelta) -> Told<'a> {
        let flagz = match self.flagz(max_age) {
            Ok(flagz) => flagz,
            Err(blind) => return Told::nothing(blind),
        };
        let told_of = flagz.endpoints.iter().map(|endpoint| &endpoint.address);
        let mut told = Told::default();
        for address in told_of.chain(flagz.silent.iter().map(|silent| &silent.address)) {
            let found = self.behind(address, component);
            told.add(found.and_then(|found| {
                if found.is_empty() {
                    let program = component.program();
                    let why = Blind::new(
                        Reason::Unreachable,
                        format!(
                            "no static pod shows how {program} beside the API server at {address} is started"
                        ),
                    );
                    Err(self.hidden(&why, max_age)?)
                } else {
                    Ok(found)
                }
            }));
        }
        told
    }

    /// What each API server counts. Reads [`Relation::ApiServerMetrics`].
    ///
    /// # Errors
    /// [`Blind`] while there is no answer, or none young enough.
    pub fn api_server_metrics(&self, max_age: TimeDelta) -> Result<&'a ApiServerMetrics, Blind> {
        let key = EvidenceKey::cluster(EvidenceKind::ApiServerMetrics);
        self.evidence(Relation::ApiServerMetrics, &key, max_age, |fact| {
            if let Fact::ApiServerMetrics(metrics) = fact {
                Some(metrics)
            } else {
                None
            }
        })
    }

    /// Which distribution it is, if it shows. Reads [`Relation::ApiServerFlags`] and [`Relation::ControlPlane`].
    ///
    /// # Errors
    /// [`Blind`] while nodes cannot be seen and the server's version does not tell.
    pub fn distribution(&self, max_age: TimeDelta) -> Result<Option<Distribution>, Blind> {
        let version = self.flagz(max_age).map(|flagz| flagz.version.as_ref());
        if let Some(told) = version.ok().and_then(Distribution::of_version) {
            return Ok(Some(told));
        }
        self.note(Relation::ControlPlane, RelationKey::ControlPlane)?;
        Ok(self.nodes().find_map(Distribution::of_node))
    }

    fn flagz(&self, max_age: TimeDelta) -> Result<&'a ApiServerFlags, Blind> {
        let key = EvidenceKey::cluster(EvidenceKind::ApiServerFlags);
        self.evidence(Relation::ApiServerFlags, &key, max_age, |fact| {
            if let Fact::ApiServerFlags(flags) = fact {
                Some(flags)
            } else {
                None
            }
        })
    }

    /// Why nothing is told, where the provider may be the one who does not tell. A right that is missing can be granted.
    fn hidden(&self, why: &Blind, max_age: TimeDelta) -> Result<Blind, Blind> {
        if why.reason == Reason::Forbidden {
            return Ok(why.clone());
        }
        let distribution = self.distribution(max_age)?;
        Ok(distribution
            .filter(|distribution| distribution.hides_control_plane())
            .map_or_else(
                || why.clone(),
                |distribution| {
                    Blind::new(
                        Reason::ProviderHidden,
                        format!(
                            "{distribution} runs the control plane and does not show its flags"
                        ),
                    )
                },
            ))
    }

    fn nodes(&self) -> impl Iterator<Item = &'a Node> {
        let nodes = &self.inventory.nodes;
        nodes.keys().filter_map(|key| nodes.view(key))
    }

    /// Instances that the node at an address shows; none if there is no such node, or it shows none that can be relied on.
    fn behind(&self, address: &str, component: Component) -> Result<Vec<Instance<'a>>, Blind> {
        self.note(Relation::ControlPlane, RelationKey::ControlPlane)?;
        let Some(host) = host(address) else {
            return Ok(Vec::new());
        };
        let is_here = |node: &&Node| {
            let address = node.internal_ip.as_deref();
            address.is_some_and(|address| address.parse() == Ok(host))
        };
        let Some(node) = self.nodes().find(is_here) else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for pod in self.mirrors_on(node) {
            let Some(static_pod) = pod.control_plane.as_deref() else {
                continue;
            };
            if static_pod.component != component {
                continue;
            }
            let Some(flags) = &static_pod.flags else {
                return Err(Blind::new(
                    Reason::Unreachable,
                    format!(
                        "Pod kube-system/{}: {} reads its settings from a file, which is not seen; give them as flags",
                        pod.meta.name,
                        component.program()
                    ),
                ));
            };
            found.push(Instance {
                name: format!("Pod kube-system/{}", pod.meta.name),
                flags,
            });
        }
        if component == Component::ApiServer
            && let Some(flags) = &node.k3s_server
        {
            found.push(Instance {
                name: format!("API server of Node {}", node.meta.name),
                flags,
            });
        }
        Ok(found)
    }

    /// Mirror pods of a node that can be relied on. Whoever may create pods in kube-system can make one that looks genuine;
    /// but a kubelet that is alive deletes it within seconds, so that it has to have outlived that.
    fn mirrors_on(&self, node: &'a Node) -> impl Iterator<Item = &'a Pod> {
        let pods = &self.inventory.workloads.pods;
        let keys = self.inventory.control_plane.iter();
        keys.filter_map(|key| pods.view(key)).filter(|pod| {
            let owner = pod.meta.owner.as_ref();
            pod.node == node.meta.name
                && owner.is_some_and(|owner| owner.uid == node.meta.uid)
                && pod.phase == Phase::Live
                && node.ready_since.is_some()
                && pod
                    .meta
                    .created
                    .is_some_and(|created| self.has_passed(created, VOUCHES_AFTER))
        })
    }
}

fn host(address: &str) -> Option<IpAddr> {
    let (host, _) = address.rsplit_once(':')?;
    host.trim_matches(['[', ']']).parse().ok()
}

/// What of a node may change what is told of the control plane.
pub(crate) fn facet(node: &Node) -> impl PartialEq + '_ {
    (
        &node.meta.uid,
        node.ready_since.is_some(),
        node.internal_ip.as_ref(),
        node.k3s_server.as_ref(),
        Distribution::of_node(node),
    )
}

/// What of a pod is told of those that mount paths of their node; nothing of others.
pub(crate) fn mount(pod: &Pod) -> Option<impl PartialEq + '_> {
    mounts(pod).then(|| {
        let meta = &pod.meta;
        (&pod.node, &pod.spec, meta, pod.control_plane.as_ref())
    })
}

/// Whether it lives on a node and mounts paths of it.
pub(crate) fn mounts(pod: &Pod) -> bool {
    pod.phase == Phase::Live && !pod.node.is_empty() && !pod.spec.host_paths.is_empty()
}

/// What of a pod may change what is told of the control plane.
pub(crate) fn share(pod: &Pod) -> Option<impl PartialEq + '_> {
    let static_pod = pod.control_plane.as_ref()?;
    let name: &Text = &pod.node;
    Some((
        static_pod,
        name,
        pod.phase,
        pod.meta.created,
        pod.meta.owner.as_ref(),
    ))
}
