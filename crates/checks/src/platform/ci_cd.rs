//! Systems that build and deploy, as data: what they do in the cluster is to be on record like what people do.

use assay_inventory::view::PodSpec;

use crate::image_reference::ImageReference;

/// A system that builds or deploys, recognised by the images of what orders or carries out its work.
#[derive(Debug, Clone, Copy)]
pub struct CiCd {
    /// What people call it.
    pub name: &'static str,
    /// Repository paths, or what they end with, whole parts only. Where one ends with `*`, its last part begins so.
    pub images: &'static [&'static str],
}

const fn system(name: &'static str, images: &'static [&'static str]) -> CiCd {
    CiCd { name, images }
}

/// Every system that is recognised. By their images and not by labels, which charts and people write as they like.
pub static CI_CD: &[CiCd] = &[
    system(
        "Argo CD",
        &[
            "argoproj/argocd",
            "openshift-gitops-1/argocd-rhel8",
            "openshift-gitops-1/argocd-rhel9",
        ],
    ),
    system(
        "Argo Workflows",
        &["argoproj/workflow-controller", "argoproj/argoexec"],
    ),
    system("Azure Pipelines agent", &["azure-pipelines/vsts-agent"]),
    system(
        "Buildkite",
        &["buildkite/agent", "buildkite/agent-stack-k8s/controller"],
    ),
    system("Concourse", &["concourse/concourse"]),
    system("Drone", &["drone/drone", "drone/drone-runner-kube"]),
    system("Fleet", &["rancher/fleet", "rancher/fleet-agent"]),
    system(
        "Flux",
        &[
            "fluxcd/helm-controller",
            "fluxcd/image-automation-controller",
            "fluxcd/kustomize-controller",
            "fluxcd/source-controller",
        ],
    ),
    system(
        "GitHub Actions",
        &[
            "actions/actions-runner",
            "actions/gha-runner-scale-set-controller",
            "summerwind/actions-runner",
            "summerwind/actions-runner-controller",
        ],
    ),
    system(
        "GitLab runner",
        &["gitlab-org/gitlab-runner", "gitlab/gitlab-runner"],
    ),
    system("GoCD", &["gocd/gocd-server"]),
    system("Harness", &["harness/delegate"]),
    system("Jenkins", &["jenkins/jenkins", "jenkins/inbound-agent"]),
    system(
        "Octopus Deploy",
        &["octopusdeploy/kubernetes-agent-tentacle"],
    ),
    system(
        "Spinnaker",
        &[
            "spinnaker/clouddriver",
            "spinnaker/orca",
            "spinnaker-community/docker/clouddriver",
            "spinnaker-community/docker/orca",
        ],
    ),
    system(
        "TeamCity",
        &["jetbrains/teamcity-agent", "jetbrains/teamcity-server"],
    ),
    system(
        "Tekton",
        &[
            "tektoncd/pipeline/cmd/controller",
            // Since 2025 a hash stands behind the name.
            "tektoncd/pipeline/controller-*",
        ],
    ),
    system(
        "Woodpecker",
        &[
            "woodpeckerci/woodpecker-agent",
            "woodpeckerci/woodpecker-server",
        ],
    ),
];

impl CiCd {
    /// Whether an image that is called so may be of this system.
    fn may_be_made_of(&self, name: &str) -> bool {
        self.images
            .iter()
            .any(|known| match known.strip_suffix('*') {
                Some(start) => name.starts_with(start.rsplit('/').next().unwrap_or(start)),
                None => known.ends_with(name),
            })
    }

    /// Whether an image is of this system.
    fn is_made_of(&self, image: &ImageReference<'_>) -> bool {
        self.images
            .iter()
            .any(|known| match known.strip_suffix('*') {
                Some(start) => {
                    let parts = start.split('/').count();
                    let path: Vec<&str> = image.path.split('/').collect();
                    let end = path
                        .len()
                        .checked_sub(parts)
                        .and_then(|from| path.get(from..));
                    end.is_some_and(|end| end.join("/").starts_with(start))
                }
                None => image.is_at(known),
            })
    }
}

/// The systems whose images a pod runs, each by the first container that does.
pub(crate) fn systems(
    spec: &PodSpec,
) -> impl Iterator<Item = (&'static CiCd, &assay_inventory::view::Container)> {
    let containers = spec.containers.iter();
    let images: Vec<_> = containers
        .filter_map(|container| {
            let image = ImageReference::of_name(&container.image, |name| {
                CI_CD.iter().any(|system| system.may_be_made_of(name))
            });
            Some((image?, container))
        })
        .collect();
    CI_CD.iter().filter_map(move |system| {
        let mut made_of = images.iter().filter(|(image, _)| system.is_made_of(image));
        let (_, container) = made_of.next()?;
        Some((system, *container))
    })
}
