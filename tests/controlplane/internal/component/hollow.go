package component

import (
	cadvisorapi "github.com/google/cadvisor/info/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/kubernetes/cmd/kubelet/app/options"
	"k8s.io/kubernetes/pkg/kubelet"
	cadvisortest "k8s.io/kubernetes/pkg/kubelet/cadvisor/testing"
	"k8s.io/kubernetes/pkg/kubelet/cm"
	"k8s.io/kubernetes/pkg/kubemark"
)

// hollowDependencies are the stand-ins of Kubernetes' own scale tests for everything of the machine that a kubelet
// touches: mounts, cgroups, the OOM killer, probes. What concerns the API server is left for the kubelet to build.
func hollowDependencies(server *options.KubeletServer) *kubelet.Dependencies {
	hollow := kubemark.NewHollowKubelet(
		&server.KubeletFlags, &server.KubeletConfiguration,
		nil, nil, // clients, see below
		machine{&cadvisortest.Fake{NodeName: server.HostnameOverride}},
		nil, nil, // runtime and image service: the kubelet dials its containerRuntimeEndpoint
		containerManager{cm.NewStubContainerManager()},
	).KubeletDeps
	// Nil pointers arrive as interfaces that are not nil; the kubelet makes its clients only where it finds none.
	hollow.KubeClient = nil
	hollow.HeartbeatClient = nil
	return hollow
}

// machine is large, so that what a test deploys always finds room; the stand-in's own has one core.
type machine struct{ *cadvisortest.Fake }

// MachineInfo implements cadvisor.Interface.
func (m machine) MachineInfo() (*cadvisorapi.MachineInfo, error) {
	info, err := m.Fake.MachineInfo()
	if err != nil {
		return nil, err
	}
	info.NumCores = 64
	info.MemoryCapacity = 256 << 30
	return info, nil
}

// VersionInfo implements cadvisor.Interface. The stand-in's own is a kernel long out of support, which a compliance
// check would rightly report.
func (m machine) VersionInfo() (*cadvisorapi.VersionInfo, error) {
	return &cadvisorapi.VersionInfo{KernelVersion: "6.12.0", ContainerOsVersion: "Hollow Linux 1"}, nil
}

// containerManager has local disk to offer; the stub offers none, so pods that request it would not be scheduled.
type containerManager struct{ cm.ContainerManager }

// GetCapacity implements cm.ContainerManager.
func (containerManager) GetCapacity(bool) corev1.ResourceList {
	return corev1.ResourceList{corev1.ResourceEphemeralStorage: resource.MustParse("1Ti")}
}
