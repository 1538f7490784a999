//! Objects by which clusters are made, seen from outside: whom their API servers are open to, what they record and encrypt.
//!
//! What an object leaves out is as the cloud defaults it: the checks know how.

use super::{Class, Definition, Field, Shape};

/// Source: `apis/v1alpha1` of aws-controllers-k8s/eks-controller.
pub(super) static ACK: Definition = Definition {
    group: "eks.services.k8s.aws",
    kind: "Cluster",
    plural: "clusters",
    namespaced: true,
    versions: &["v1alpha1"],
    class: Class::ClusterDescription,
    fields: fields! {
        spec: {
            resourcesVPCConfig: { endpointPublicAccess: Flag, publicAccessCIDRs: Texts },
            logging: { clusterLogging: [ enabled: Flag, types: Texts ] },
            encryptionConfig: [ resources: Texts ],
        },
    },
};

const EKS: &[Field] = fields! {
    vpcConfig: [ endpointPublicAccess: Flag, publicAccessCidrs: Texts ],
    enabledClusterLogTypes: Texts,
    encryptionConfig: [ resources: Texts ],
};

/// Source: `package/crds/eks.aws.upbound.io_clusters.yaml` of crossplane-contrib/provider-upjet-aws.
pub(super) static CROSSPLANE_EKS: Definition = Definition {
    group: "eks.aws.upbound.io",
    kind: "Cluster",
    plural: "clusters",
    namespaced: false,
    versions: &["v1beta2", "v1beta1"],
    class: Class::ClusterDescription,
    fields: CROSSPLANE_EKS_FIELDS,
};

/// Source: `package/crds/eks.aws.m.upbound.io_clusters.yaml` of the same; since version 2 of Crossplane.
pub(super) static CROSSPLANE_EKS_NAMESPACED: Definition = Definition {
    group: "eks.aws.m.upbound.io",
    kind: "Cluster",
    plural: "clusters",
    namespaced: true,
    versions: &["v1beta1"],
    class: Class::ClusterDescription,
    fields: CROSSPLANE_EKS_FIELDS,
};

const CROSSPLANE_EKS_FIELDS: &[Field] = fields! {
    spec: { managementPolicies: Texts, forProvider: (EKS), initProvider: (EKS) },
    status: { atProvider: (EKS) },
};

const GKE: &[Field] = fields! {
    masterAuthorizedNetworksConfig: [ cidrBlocks: [ cidrBlock: Text ], gcpPublicCidrsAccessEnabled: Flag ],
    privateClusterConfig: [ enablePrivateEndpoint: Flag ],
    controlPlaneEndpointsConfig: [ ipEndpointsConfig: [ enabled: Flag ] ],
    databaseEncryption: [ state: Text ],
    anonymousAuthenticationConfig: [ mode: Text ],
};

/// Source: `package/crds/container.gcp.upbound.io_clusters.yaml` of crossplane-contrib/provider-upjet-gcp.
pub(super) static CROSSPLANE_GKE: Definition = Definition {
    group: "container.gcp.upbound.io",
    kind: "Cluster",
    plural: "clusters",
    namespaced: false,
    versions: &["v1beta2", "v1beta1"],
    class: Class::ClusterDescription,
    fields: CROSSPLANE_GKE_FIELDS,
};

/// Source: `package/crds/container.gcp.m.upbound.io_clusters.yaml` of the same; since version 2 of Crossplane.
pub(super) static CROSSPLANE_GKE_NAMESPACED: Definition = Definition {
    group: "container.gcp.m.upbound.io",
    kind: "Cluster",
    plural: "clusters",
    namespaced: true,
    versions: &["v1beta1"],
    class: Class::ClusterDescription,
    fields: CROSSPLANE_GKE_FIELDS,
};

const CROSSPLANE_GKE_FIELDS: &[Field] = fields! {
    spec: { managementPolicies: Texts, forProvider: (GKE), initProvider: (GKE) },
    status: { atProvider: (GKE) },
};

const AKS: &[Field] = fields! {
    privateClusterEnabled: Flag,
    apiServerAccessProfile: [ authorizedIpRanges: Texts ],
    apiServerAuthorizedIpRanges: Texts,
    keyManagementService: [ keyVaultKeyId: Text ],
};

/// Source: `package/crds/containerservice.azure.upbound.io_kubernetesclusters.yaml` of crossplane-contrib/provider-upjet-azure.
pub(super) static CROSSPLANE_AKS: Definition = Definition {
    group: "containerservice.azure.upbound.io",
    kind: "KubernetesCluster",
    plural: "kubernetesclusters",
    namespaced: false,
    versions: &["v1beta2", "v1beta1"],
    class: Class::ClusterDescription,
    fields: CROSSPLANE_AKS_FIELDS,
};

/// Source: `package/crds/containerservice.azure.m.upbound.io_kubernetesclusters.yaml` of the same; since version 2 of Crossplane.
pub(super) static CROSSPLANE_AKS_NAMESPACED: Definition = Definition {
    group: "containerservice.azure.m.upbound.io",
    kind: "KubernetesCluster",
    plural: "kubernetesclusters",
    namespaced: true,
    versions: &["v1beta1"],
    class: Class::ClusterDescription,
    fields: CROSSPLANE_AKS_FIELDS,
};

const CROSSPLANE_AKS_FIELDS: &[Field] = fields! {
    spec: { managementPolicies: Texts, forProvider: (AKS), initProvider: (AKS) },
    status: { atProvider: (AKS) },
};

/// Source: `controlplane/eks/api` of kubernetes-sigs/cluster-api-provider-aws.
pub(super) static CAPI_EKS: Definition = Definition {
    group: "controlplane.cluster.x-k8s.io",
    kind: "AWSManagedControlPlane",
    plural: "awsmanagedcontrolplanes",
    namespaced: true,
    versions: &["v1beta2", "v1beta1"],
    class: Class::ClusterDescription,
    fields: fields! {
        spec: {
            endpointAccess: { public: Flag, publicCIDRs: Texts },
            logging: { audit: Flag },
            encryptionConfig: { provider: Text, resources: Texts },
        },
    },
};

const ROSA_FORWARDER: &[Field] = fields! { applications: Texts, groupLogIDs: Texts };

/// Source: `controlplane/rosa/api/v1beta2` of kubernetes-sigs/cluster-api-provider-aws.
pub(super) static CAPI_ROSA: Definition = Definition {
    group: "controlplane.cluster.x-k8s.io",
    kind: "ROSAControlPlane",
    plural: "rosacontrolplanes",
    namespaced: true,
    versions: &["v1beta2"],
    class: Class::ClusterDescription,
    fields: fields! {
        spec: {
            endpointAccess: Text,
            auditLogRoleARN: Text,
            cloudWatchlogForwarder: (ROSA_FORWARDER),
            s3LogForwarder: (ROSA_FORWARDER),
            etcdEncryptionKMSARN: Text,
        },
    },
};

/// Source: `exp/api/v1beta1` of kubernetes-sigs/cluster-api-provider-gcp.
pub(super) static CAPI_GKE: Definition = Definition {
    group: "infrastructure.cluster.x-k8s.io",
    kind: "GCPManagedControlPlane",
    plural: "gcpmanagedcontrolplanes",
    namespaced: true,
    versions: &["v1beta1"],
    class: Class::ClusterDescription,
    fields: fields! {
        spec: {
            master_authorized_networks_config: {
                cidr_blocks: [ cidr_block: Text ],
                gcp_public_cidrs_access_enabled: Flag,
            },
            clusterNetwork: { privateCluster: { enablePrivateEndpoint: Flag } },
        },
    },
};

/// Source: `api/v1beta1` of kubernetes-sigs/cluster-api-provider-azure.
pub(super) static CAPI_AKS: Definition = Definition {
    group: "infrastructure.cluster.x-k8s.io",
    kind: "AzureManagedControlPlane",
    plural: "azuremanagedcontrolplanes",
    namespaced: true,
    versions: &["v1beta1"],
    class: Class::ClusterDescription,
    fields: fields! {
        spec: {
            apiServerAccessProfile: { authorizedIPRanges: Texts, enablePrivateCluster: Flag },
            securityProfile: { azureKeyVaultKms: { enabled: Flag } },
        },
    },
};

/// Source: the `CustomResourceDefinition` of GoogleCloudPlatform/k8s-config-connector.
pub(super) static KCC: Definition = Definition {
    group: "container.cnrm.cloud.google.com",
    kind: "ContainerCluster",
    plural: "containerclusters",
    namespaced: true,
    versions: &["v1beta1"],
    class: Class::ClusterDescription,
    fields: fields! {
        spec: {
            masterAuthorizedNetworksConfig: {
                cidrBlocks: [ cidrBlock: Text ],
                gcpPublicCidrsAccessEnabled: Flag,
            },
            privateClusterConfig: { enablePrivateEndpoint: Flag },
            controlPlaneEndpointsConfig: { ipEndpointsConfig: { enabled: Flag } },
            databaseEncryption: { state: Text },
        },
    },
};

/// Source: `v2/api/containerservice` of Azure/azure-service-operator, which serves few versions at a time and lets old ones go.
pub(super) static ASO: Definition = Definition {
    group: "containerservice.azure.com",
    kind: "ManagedCluster",
    plural: "managedclusters",
    namespaced: true,
    versions: &[
        "v20260501",
        "v20260301",
        "v20251002preview",
        "v20250801",
        "v20240901",
        "v1api20250801",
        "v1api20240901",
        "v1api20240402preview",
        "v1api20231102preview",
        "v1api20231001",
        "v1api20230202preview",
        "v1api20230201",
        "v1api20210501",
    ],
    class: Class::ClusterDescription,
    fields: fields! {
        spec: {
            apiServerAccessProfile: { authorizedIPRanges: Texts, enablePrivateCluster: Flag },
            securityProfile: { azureKeyVaultKms: { enabled: Flag } },
        },
    },
};
