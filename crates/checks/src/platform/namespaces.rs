//! Namespaces that cannot have a Pod Security level, since Kubernetes' own node agents run there.

/// A namespace, by its exact name.
#[derive(Debug, Clone, Copy)]
pub struct NodeAgentNamespace {
    /// Name.
    pub name: &'static str,
    /// Why it is exempt from checks of namespace labels, as reports say it.
    pub reason: &'static str,
}

/// Every such namespace. What runs in them is judged like everything else, pod by pod.
///
/// `kube-public` and `kube-node-lease` are not here: nothing of Kubernetes runs in them, so that a label costs nothing.
pub static NAMESPACES_OF_NODE_AGENTS: &[NodeAgentNamespace] = &[NodeAgentNamespace {
    name: "kube-system",
    reason: "node agents of Kubernetes itself run here and need the privileged level; its workloads are judged one by one",
}];

/// Why a namespace is exempt from having a Pod Security level.
pub(crate) fn namespace_of_node_agents(name: &str) -> Option<&'static str> {
    NAMESPACES_OF_NODE_AGENTS
        .iter()
        .find(|namespace| namespace.name == name)
        .map(|namespace| namespace.reason)
}
