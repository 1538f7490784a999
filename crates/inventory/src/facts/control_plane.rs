//! How the control plane was started, from the best source there is: what an API server tells of itself; where it does not,
//! the pod that the kubelet of its node mirrors, or what k3s notes on the node; and where these do not either, what RKE2 and kubeadm
//! have noted that it was to be given.

use std::net::IpAddr;

use chrono::TimeDelta;

use super::Facts;
use crate::view::{Component, Flags, Node, Phase, Pod, Text};
use crate::{
    ApiServerFlags, ApiServerMetrics, Blind, Distribution, EvidenceKey, EvidenceKind,
    KubeadmConfig, Reason, Relation, RelationKey,
};

mod told;
pub use told::{Instance, Told};

#[cfg(test)]
mod tests;

/// How long a mirror pod has to have been there to vouch for anything: a kubelet deletes in seconds what it did not make.
const VOUCHES_AFTER: TimeDelta = TimeDelta::minutes(1);

impl<'a> Facts<'a> {
    /// The flags of every API server. Reads [`Relation::ApiServerFlags`], [`Relation::ControlPlane`] and
    /// [`Relation::KubeadmConfig`].
    #[must_use]
    pub fn api_servers(&self, max_age: TimeDelta) -> Told<'a> {
        let mut told = Told::default();
        match self.flagz(max_age) {
            Ok(flagz) => {
                for endpoint in &flagz.endpoints {
                    told.instances.push(Instance {
                        name: format!("API server {}", endpoint.address),
                        flags: &endpoint.flags,
                    });
                }
                for silent in &flagz.silent {
                    let address = &silent.address;
                    self.behind(
                        address,
                        Component::ApiServer,
                        &silent.why,
                        max_age,
                        &mut told,
                    );
                }
            }
            Err(blind) => told.lacks(blind),
        }
        self.noted(Component::ApiServer, max_age, &mut told);
        told
    }

    /// The flags of the API server that listens at a node's address, if one does. Reads [`Relation::ApiServerFlags`] and
    /// [`Relation::ControlPlane`].
    ///
    /// # Errors
    /// [`Blind`] while there is no answer, or none young enough, or the one there does not tell; and where one listens at no Node's
    /// address, which may be a second one of any of them.
    pub fn api_server_on(
        &self,
        node: &Node,
        max_age: TimeDelta,
    ) -> Result<Option<&'a Flags>, Blind> {
        let flagz = self.flagz(max_age)?;
        let is_here = |address: &str| host(address).is_some_and(|ip| node.is_at(ip));
        let mut endpoints = flagz.endpoints.iter();
        if let Some(told) = endpoints.find(|endpoint| is_here(&endpoint.address)) {
            return Ok(Some(&told.flags));
        }
        self.note(Relation::ControlPlane, RelationKey::ControlPlane)?;
        let mut silent = flagz.silent.iter();
        let Some(silent) = silent.find(|silent| is_here(&silent.address)) else {
            return match self.stray(flagz) {
                Some(blind) if self.hider(max_age)?.is_none() => Err(blind),
                _ => Ok(None),
            };
        };
        // Another Node that claims the address shows nothing of this one, and none shows what a provider hides.
        let mut told = Told::default();
        let itself = self.nodes().find(|known| known.meta.name == node.meta.name);
        if let Some(itself) = itself
            && self.hider(max_age)?.is_none()
        {
            self.look_at(itself, Component::ApiServer, max_age, &mut told);
        }
        match (told.instances.first(), told.untold) {
            (Some(instance), _) => Ok(Some(instance.flags)),
            (None, Some(blind)) => Err(blind),
            (None, None) => Err(self.hidden(&silent.why, max_age)?),
        }
    }

    /// Why an API server may run on any node: it has the address of none. One that told at a name is one of those that are listed:
    /// by a name Assay itself calls it.
    fn stray(&self, flagz: &ApiServerFlags) -> Option<Blind> {
        let is_stray = |ip: IpAddr| !self.nodes().any(|node| node.is_at(ip));
        let blind = |address: &Text| {
            Blind::new(
                Reason::Unreachable,
                format!(
                    "no Node has the address of the API server at {address}, so that it may run on any; let its --advertise-address be an InternalIP of its Node"
                ),
            )
        };
        let mut told = flagz.endpoints.iter().map(|endpoint| &endpoint.address);
        if let Some(address) = told.find(|address| host(address).is_some_and(is_stray)) {
            return Some(blind(address));
        }
        flagz
            .silent
            .iter()
            .find_map(|silent| match host(&silent.address) {
                Some(ip) => is_stray(ip).then(|| blind(&silent.address)),
                None => Some(silent.why.clone()),
            })
    }

    /// The flags of every instance of a component that runs beside the API servers and does not tell its flags itself. Reads what
    /// [`api_servers`](Self::api_servers) reads.
    #[must_use]
    pub fn beside_api_servers(&self, component: Component, max_age: TimeDelta) -> Told<'a> {
        let mut told = Told::default();
        match self.flagz(max_age) {
            Ok(flagz) => {
                for address in addresses(flagz) {
                    let program = component.program();
                    let why = Blind::new(
                        Reason::Unreachable,
                        format!(
                            "no static pod shows how {program} beside the API server at {address} is started"
                        ),
                    );
                    self.behind(address, component, &why, max_age, &mut told);
                }
            }
            Err(blind) => told.lacks(blind),
        }
        self.noted(component, max_age, &mut told);
        told
    }

    /// What kubeadm has noted, where no instance is known: one that is shows what they were started with since.
    fn noted(&self, component: Component, max_age: TimeDelta, told: &mut Told<'a>) {
        if told.untold.is_none() || !told.instances.is_empty() {
            return;
        }
        // That it cannot be read hides no more than is hidden already: the reason for that is the one to act on.
        if let Ok(config) = self.kubeadm_config(max_age)
            && let Some(flags) = config.given(component)
        {
            let part = match component {
                Component::ApiServer => "apiServer",
                Component::ControllerManager => "controllerManager",
                Component::Scheduler => "scheduler",
                Component::Etcd => "etcd.local",
            };
            told.noted.push(Instance {
                name: format!("ConfigMap kube-system/kubeadm-config: {part}.extraArgs"),
                flags,
            });
        }
    }

    fn kubeadm_config(&self, max_age: TimeDelta) -> Result<&'a KubeadmConfig, Blind> {
        let key = EvidenceKey::cluster(EvidenceKind::KubeadmConfig);
        self.evidence(Relation::KubeadmConfig, &key, max_age, pick!(KubeadmConfig))
    }

    /// What each API server counts. Reads [`Relation::ApiServerMetrics`].
    ///
    /// # Errors
    /// [`Blind`] while there is no answer, or none young enough.
    pub fn api_server_metrics(&self, max_age: TimeDelta) -> Result<&'a ApiServerMetrics, Blind> {
        let key = EvidenceKey::cluster(EvidenceKind::ApiServerMetrics);
        self.evidence(
            Relation::ApiServerMetrics,
            &key,
            max_age,
            pick!(ApiServerMetrics),
        )
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
        self.evidence(
            Relation::ApiServerFlags,
            &key,
            max_age,
            pick!(ApiServerFlags),
        )
    }

    /// Why nothing is told, where the provider may be the one who does not tell. A right that is missing can be granted.
    fn hidden(&self, why: &Blind, max_age: TimeDelta) -> Result<Blind, Blind> {
        if why.reason == Reason::Forbidden {
            return Ok(why.clone());
        }
        Ok(self.hider(max_age)?.map_or_else(
            || why.clone(),
            |distribution| {
                Blind::new(
                    Reason::ProviderHidden,
                    format!("{distribution} runs the control plane and does not show its flags"),
                )
            },
        ))
    }

    /// The distribution, if its provider hides the control plane.
    fn hider(&self, max_age: TimeDelta) -> Result<Option<Distribution>, Blind> {
        let distribution = self.distribution(max_age)?;
        Ok(distribution.filter(|distribution| distribution.hides_control_plane()))
    }

    fn nodes(&self) -> impl Iterator<Item = &'a Node> {
        let nodes = &self.inventory.nodes;
        nodes.keys().filter_map(|key| nodes.view(key))
    }

    /// What the nodes at an address show of a component. Where several claim the address, each has to show it: what one shows can
    /// neither hide the other's nor stand in for it.
    fn behind(
        &self,
        address: &str,
        component: Component,
        why: &Blind,
        max_age: TimeDelta,
        told: &mut Told<'a>,
    ) {
        if let Err(blind) = self.note(Relation::ControlPlane, RelationKey::ControlPlane) {
            told.lacks(blind);
            return;
        }
        let is_here = |node: &&Node| host(address).is_some_and(|ip| node.is_at(ip));
        let mut here = self.nodes().filter(is_here).peekable();
        let mut shown = here.peek().is_some();
        for node in here {
            shown &= self.look_at(node, component, max_age, told);
        }
        // No Node runs the control plane that a provider hides: one that seems to may show a violation, and vouches for nothing.
        if !shown || !matches!(self.hider(max_age), Ok(None)) {
            let hidden = self.hidden(why, max_age);
            told.lacks(hidden.unwrap_or_else(|blind| blind));
        }
    }

    /// What a node shows of a component; whether that is anything.
    fn look_at(
        &self,
        node: &'a Node,
        component: Component,
        max_age: TimeDelta,
        told: &mut Told<'a>,
    ) -> bool {
        let mut shown = false;
        for pod in self.mirrors_on(node) {
            let static_pod = pod.control_plane.as_deref();
            let Some(static_pod) = static_pod.filter(|pod| pod.component == component) else {
                continue;
            };
            shown = true;
            let name = format!("Pod kube-system/{}", pod.meta.name);
            match &static_pod.flags {
                Some(flags) => told.shows(Instance { name, flags }),
                None => told.lacks(Blind::new(
                    Reason::Unreachable,
                    format!(
                        "{name}: {} reads its settings from a file, which is not seen; give them as flags",
                        component.program()
                    ),
                )),
            }
        }
        if component == Component::ApiServer && !shown {
            let name = format!("API server of Node {}", node.meta.name);
            match (&node.k3s_server, &node.rke2_server) {
                (Some(flags), _) if node.ready_since.is_some() && self.is_k3s(max_age) => {
                    shown = true;
                    told.shows(Instance { name, flags });
                }
                (Some(flags), _) | (None, Some(flags)) => {
                    told.noted.push(Instance { name, flags });
                }
                (None, None) => {}
            }
        }
        shown
    }

    /// Whether it is k3s by the API server's own word. What a node says of itself, whoever is on that node can make up.
    fn is_k3s(&self, max_age: TimeDelta) -> bool {
        let flagz = self.flagz(max_age);
        flagz.is_ok_and(|flagz| Distribution::of_version(&flagz.version) == Some(Distribution::K3s))
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

/// At which the API servers were asked.
fn addresses(flagz: &ApiServerFlags) -> impl Iterator<Item = &Text> {
    let telling = flagz.endpoints.iter().map(|endpoint| &endpoint.address);
    let silent = flagz.silent.iter().map(|silent| &silent.address);
    telling.chain(silent)
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
        &node.other_ips,
        node.k3s_server.as_ref(),
        node.rke2_server.as_ref(),
        Distribution::of_node(node),
    )
}

/// What of a pod is told of those that mount paths of their node; nothing of others.
pub(crate) fn mount(pod: &Pod) -> Option<impl PartialEq + '_> {
    mounts(pod).then(|| {
        let meta = &pod.meta;
        let control_plane = pod.control_plane.as_ref();
        (&pod.node, &pod.spec, meta, control_plane, pod.ready)
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
