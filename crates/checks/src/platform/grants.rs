//! Who brought a binding: Kubernetes, a well-known add-on, or the cluster's users. It excuses nothing: a finding is one
//! whoever brought it, and its origin says whom to ask.

use assay_inventory::view::{Binding, RbacSubject};

use super::stock::{CLUSTER_INFO, KUBEADM_ADMINS, StockBinding};
use super::{is_crowd, service_account, stock_bindings};
use crate::Origin;

/// An add-on's grant, recognised by the name of its binding and that of the `ServiceAccount` it is to.
struct Grant {
    /// What the binding's name holds, between dashes and colons.
    binding: &'static str,
    /// Name of the account, or what it ends with behind a release's name and a dash.
    account: &'static str,
}

const fn grant(binding: &'static str, account: &'static str) -> Grant {
    Grant { binding, account }
}

/// What add-ons are bound to by the manifests and charts of their makers.
static GRANTS: &[Grant] = &[
    // Networks
    grant("antrea-agent", "antrea-agent"),
    grant("antrea-controller", "antrea-controller"),
    grant("aws-node", "aws-node"),
    grant("calico-kube-controllers", "calico-kube-controllers"),
    grant("calico-node", "calico-node"),
    grant("cilium", "cilium"),
    grant("cilium-operator", "cilium-operator"),
    grant("flannel", "flannel"),
    grant("tigera-operator", "tigera-operator"),
    // Traffic and meshes
    grant("ingress-nginx", "ingress-nginx"),
    grant("istiod", "istiod"),
    grant("linkerd", "linkerd-destination"),
    grant("linkerd", "linkerd-proxy-injector"),
    grant("traefik", "traefik"),
    // Delivery
    grant(
        "argocd-application-controller",
        "argocd-application-controller",
    ),
    grant(
        "argocd-applicationset-controller",
        "argocd-applicationset-controller",
    ),
    grant("argocd-server", "argocd-server"),
    grant("cluster-reconciler", "helm-controller"),
    grant("cluster-reconciler", "kustomize-controller"),
    // Certificates, secrets and policies
    grant("cert-manager", "cert-manager"),
    grant("cert-manager-cainjector", "cert-manager-cainjector"),
    grant("cert-manager-webhook", "cert-manager-webhook"),
    grant("external-secrets", "external-secrets"),
    grant("gatekeeper", "gatekeeper-admin"),
    grant("kyverno", "kyverno-admission-controller"),
    grant("kyverno", "kyverno-background-controller"),
    grant("kyverno", "kyverno-cleanup-controller"),
    grant("kyverno", "kyverno-reports-controller"),
    grant("sealed-secrets", "sealed-secrets"),
    grant("sealed-secrets-controller", "sealed-secrets-controller"),
    grant("secretproviderclasses", "secrets-store-csi-driver"),
    // Storage and backup
    grant("ebs-csi", "ebs-csi-controller-sa"),
    grant("efs-csi", "efs-csi-controller-sa"),
    grant("longhorn", "longhorn-service-account"),
    grant("velero", "velero"),
    grant("velero", "velero-server"),
    // Observation, scaling and runtime sensors
    grant("cluster-autoscaler", "cluster-autoscaler"),
    grant("falco", "falco"),
    grant("fluent-bit", "fluent-bit"),
    grant("karpenter", "karpenter"),
    grant("kube-state-metrics", "kube-state-metrics"),
    grant("metrics-server", "metrics-server"),
    grant("prometheus-operator", "prometheus-operator"),
    grant("tetragon", "tetragon"),
];

impl Grant {
    fn is(&self, binding: &Binding, subject: &RbacSubject) -> bool {
        // Most accounts are no add-on's; to look for a name within another takes longer.
        let is_its_account = service_account(subject)
            .and_then(|(_, name)| name.strip_suffix(self.account))
            .is_some_and(|front| front.is_empty() || front.ends_with('-'));
        if !is_its_account {
            return false;
        }
        let is_end = |rest: &str| rest.is_empty() || rest.ends_with(['-', ':']);
        let is_begin = |rest: &str| rest.is_empty() || rest.starts_with(['-', ':']);
        let name = binding.meta.name.as_ref();
        let mut places = name.match_indices(self.binding);
        places.any(|(at, found)| {
            let (front, rest) = name.split_at(at);
            is_end(front) && rest.strip_prefix(found).is_some_and(is_begin)
        })
    }
}

/// Who brought a binding.
pub(crate) fn origin(binding: &Binding) -> Origin {
    let all = |is: &dyn Fn(&RbacSubject) -> bool| {
        !binding.subjects.is_empty() && binding.subjects.iter().all(is)
    };
    if KUBEADM_ADMINS.is(binding) || CLUSTER_INFO.is(binding) {
        return Origin::Platform;
    }
    let stock = stock_bindings().find(|stock| is_named_as(stock, binding));
    if let Some(stock) = stock
        && all(&|subject| !is_crowd(subject) && is_in(stock, subject))
    {
        return Origin::Platform;
    }
    if all(&|subject| GRANTS.iter().any(|grant| grant.is(binding, subject))) {
        return Origin::ThirdParty;
    }
    Origin::Workload
}

fn is_named_as(stock: &StockBinding, binding: &Binding) -> bool {
    binding.meta.namespace.as_ref() == stock.namespace && binding.meta.name.as_ref() == stock.name
}

fn is_in(stock: &StockBinding, subject: &RbacSubject) -> bool {
    stock.subjects.iter().any(|(kind, namespace, name)| {
        subject.kind == *kind
            && subject.namespace.as_ref() == *namespace
            && subject.name.as_ref() == *name
    })
}

#[cfg(test)]
mod tests {
    use assay_inventory::view::{Meta, RoleRef, SubjectKind};

    use super::*;

    fn of(name: &str, subjects: &[(SubjectKind, &str, &str)]) -> Origin {
        let subjects = subjects.iter().map(|(kind, namespace, name)| RbacSubject {
            kind: *kind,
            namespace: (*namespace).into(),
            name: (*name).into(),
        });
        origin(&Binding {
            meta: Meta {
                name: name.into(),
                ..Meta::default()
            },
            role: RoleRef {
                cluster: true,
                name: "cluster-admin".into(),
            },
            subjects: subjects.collect(),
        })
    }

    const EVE: (SubjectKind, &str, &str) = (SubjectKind::User, "", "eve");

    const fn account(
        namespace: &'static str,
        name: &'static str,
    ) -> (SubjectKind, &'static str, &'static str) {
        (SubjectKind::ServiceAccount, namespace, name)
    }

    #[test]
    fn an_add_on_is_told_by_its_binding_and_its_account() {
        let flux = account("flux-system", "kustomize-controller");
        assert_eq!(
            of("cluster-reconciler-flux-system", &[flux]),
            Origin::ThirdParty
        );
        let server = account("monitoring", "stack-kube-state-metrics");
        assert_eq!(
            of("stack-kube-state-metrics", &[server]),
            Origin::ThirdParty
        );
        let metrics = account("kube-system", "metrics-server");
        assert_eq!(of("system:metrics-server", &[metrics]), Origin::ThirdParty);
        // Whoever stands beside it did not come with it, and a part of a word is another word.
        assert_eq!(
            of("cluster-reconciler-flux-system", &[flux, EVE]),
            Origin::Workload
        );
        assert_eq!(
            of("mycilium", &[account("kube-system", "cilium")]),
            Origin::Workload
        );
        assert_eq!(
            of("cilium", &[account("kube-system", "mycilium")]),
            Origin::Workload
        );
        assert_eq!(of("cilium", &[EVE]), Origin::Workload);
        assert_eq!(of("cilium", &[]), Origin::Workload);
    }

    #[test]
    fn kubernetes_own_is_what_it_names_itself() {
        let scheduler = (SubjectKind::User, "", "system:kube-scheduler");
        assert_eq!(of("system:kube-scheduler", &[scheduler]), Origin::Platform);
        assert_eq!(of("ours", &[scheduler]), Origin::Workload);
        assert_eq!(
            of("system:kube-scheduler", &[scheduler, EVE]),
            Origin::Workload
        );
        let everybody = (SubjectKind::Group, "", "system:authenticated");
        assert_eq!(of("system:discovery", &[everybody]), Origin::Workload);
        let admins = (SubjectKind::Group, "", "kubeadm:cluster-admins");
        assert_eq!(of("kubeadm:cluster-admins", &[admins]), Origin::Platform);
    }
}
