package component

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/distribution/reference"
	"google.golang.org/grpc"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
	fakeruntime "k8s.io/cri-client/pkg/fake"
)

// hollowRuntime is the container runtime of Kubernetes' scale tests, which keeps books on containers and runs none.
//
// Images are its own: the original calls an image by whatever name the pod gave, so that no pod ever had a digest,
// while a check on what really runs needs one.
type hollowRuntime struct {
	*fakeruntime.RemoteRuntime

	mutex  sync.Mutex
	images map[string]*cri.Image // by id
}

// serveRuntime serves a runtime on the kubelet's containerRuntimeEndpoint for as long as the process lives.
func serveRuntime(endpoint string) error {
	path, isUnix := strings.CutPrefix(endpoint, "unix://")
	if !isUnix {
		return fmt.Errorf("containerRuntimeEndpoint %q: it must start with unix://", endpoint)
	}
	if err := os.RemoveAll(path); err != nil { // A killed kubelet leaves its socket behind.
		return fmt.Errorf("fake container runtime: %w", err)
	}
	listener, err := net.Listen("unix", path)
	if err != nil {
		return fmt.Errorf("fake container runtime: %w", err)
	}
	runtime := &hollowRuntime{RemoteRuntime: fakeruntime.NewFakeRemoteRuntime(), images: map[string]*cri.Image{}}
	runtime.RuntimeService.FakeStatus = &cri.RuntimeStatus{Conditions: []*cri.RuntimeCondition{
		{Type: cri.RuntimeReady, Status: true},
		{Type: cri.NetworkReady, Status: true},
	}}
	server := grpc.NewServer()
	cri.RegisterRuntimeServiceServer(server, runtime)
	cri.RegisterImageServiceServer(server, runtime)
	go server.Serve(listener)
	return nil
}

// ContainerStatus implements RuntimeService: like containerd, it calls the image by its full name.
func (r *hollowRuntime) ContainerStatus(ctx context.Context, request *cri.ContainerStatusRequest) (*cri.ContainerStatusResponse, error) {
	response, err := r.RemoteRuntime.ContainerStatus(ctx, request)
	if err != nil {
		return nil, err
	}
	if status := response.Status; status.GetImage().GetUserSpecifiedImage() != "" {
		if image, err := describe(status.Image.UserSpecifiedImage); err == nil {
			name := slices.Concat(image.RepoTags, image.RepoDigests)[0]
			status.Image = &cri.ImageSpec{Image: name, UserSpecifiedImage: status.Image.UserSpecifiedImage}
		}
	}
	return response, nil
}

// ListImages implements ImageService.
func (r *hollowRuntime) ListImages(context.Context, *cri.ListImagesRequest) (*cri.ListImagesResponse, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	response := &cri.ListImagesResponse{}
	for _, image := range r.images {
		response.Images = append(response.Images, image)
	}
	return response, nil
}

// ImageStatus implements ImageService.
func (r *hollowRuntime) ImageStatus(_ context.Context, request *cri.ImageStatusRequest) (*cri.ImageStatusResponse, error) {
	image, err := describe(request.GetImage().GetImage())
	if err != nil {
		return nil, err
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return &cri.ImageStatusResponse{Image: r.images[image.Id]}, nil
}

// PullImage implements ImageService.
func (r *hollowRuntime) PullImage(_ context.Context, request *cri.PullImageRequest) (*cri.PullImageResponse, error) {
	image, err := describe(request.GetImage().GetImage())
	if err != nil {
		return nil, err
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.images[image.Id] = image
	return &cri.PullImageResponse{ImageRef: image.Id}, nil
}

// RemoveImage implements ImageService.
func (r *hollowRuntime) RemoveImage(_ context.Context, request *cri.RemoveImageRequest) (*cri.RemoveImageResponse, error) {
	image, err := describe(request.GetImage().GetImage())
	if err != nil {
		return nil, err
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	delete(r.images, image.Id)
	return &cri.RemoveImageResponse{}, nil
}

// describe makes an image of its name. The digest is the one in the name, else the name's own, so that one name has
// one digest on every node.
func describe(name string) (*cri.Image, error) {
	named, err := reference.ParseDockerRef(name)
	if err != nil {
		return nil, fmt.Errorf("image name %q: %w", name, err)
	}
	image := &cri.Image{Size: 64 << 20, Spec: &cri.ImageSpec{Image: name}}
	if digested, ok := named.(reference.Digested); ok {
		image.Id = named.Name() + "@" + digested.Digest().String()
	} else {
		image.Id = fmt.Sprintf("%s@sha256:%x", named.Name(), sha256.Sum256([]byte(named.String())))
		image.RepoTags = []string{named.String()}
	}
	image.RepoDigests = []string{image.Id}
	return image, nil
}
