package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"assay.dev/controlplane/internal/process"
)

// longestSocket is the longest path, below the cluster's folder, of a socket that a component opens; socketLimit is
// what Linux allows for a whole one.
const (
	longestSocket = "/node-253/root/pod-resources/kubelet.sock"
	socketLimit   = 107
)

// Cluster is a control plane and its nodes.
type Cluster struct {
	options     *Options
	dir         string
	network     nodeNetwork
	ports       clusterPorts
	credentials *credentials
	spawner     *process.Spawner
	client      kubernetes.Interface // as the administrator
	https       *http.Client
	nodes       []*node
	parts       []*part // servers first, then kubelets by number
}

// clusterPorts are chosen once, so that a restarted component is found where it was.
type clusterPorts struct {
	taken                                                   ports
	etcd, etcdPeer, apiserver, controllerManager, scheduler int
}

// Run starts a cluster, reports it on out once it is ready, obeys the commands on in, and ends when ctx does.
func Run(ctx context.Context, options *Options, in io.Reader, out io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lines := readLines(in, func() {
		if options.WatchStdin {
			cancel()
		}
	})

	dir, err := os.MkdirTemp("", "assay-cp-")
	if err != nil {
		return fmt.Errorf("folder for the cluster: %w", err)
	}
	spawner, err := process.NewSpawner()
	if err != nil {
		return err
	}
	if options.Keep {
		defer fmt.Fprintln(os.Stderr, "controlplane: left", dir)
	} else {
		if err := spawner.RemoveAtEnd(dir); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	c := &Cluster{options: options, dir: dir, network: newNodeNetwork(), spawner: spawner}
	defer c.killAll()
	if err := c.prepare(); err != nil {
		return err
	}
	if err := c.up(ctx); err != nil {
		if ctx.Err() != nil {
			return errors.New("told to end before the cluster was ready")
		}
		return err
	}
	return c.serve(ctx, lines, out)
}

// prepare lays out everything that the components read when they start.
func (c *Cluster) prepare() error {
	if excess := len(c.dir) + len(longestSocket) - socketLimit; excess > 0 {
		return fmt.Errorf("the path %s is too long for the sockets below it: set TMPDIR to one at least %d characters shorter", c.dir, excess)
	}
	for _, name := range []string{"etcd", "logs"} {
		if err := os.Mkdir(c.path(name), 0o700); err != nil {
			return fmt.Errorf("folder for the cluster: %w", err)
		}
	}
	if err := c.ports.choose(); err != nil {
		return err
	}
	var err error
	if c.credentials, err = newCredentials(c.path("pki"), url("https", c.ports.apiserver)); err != nil {
		return err
	}
	if err := c.writeKubeconfigs(); err != nil {
		return err
	}
	if err := startRelay(c.network, c.path("egress.sock"), c.path("egress.yaml")); err != nil {
		return err
	}
	if c.client, err = newClient(c.adminKubeconfig()); err != nil {
		return err
	}
	c.https = trusting(c.credentials.authority.Certificate)

	c.parts = []*part{c.etcd(), c.apiserver(), c.controllerManager(), c.scheduler()}
	for number := range c.options.Nodes {
		n, err := c.newNode(number)
		if err != nil {
			return err
		}
		c.nodes = append(c.nodes, n)
		c.parts = append(c.parts, c.kubelet(n))
	}
	return nil
}

func (p *clusterPorts) choose() error {
	p.taken = ports{}
	for _, port := range []*int{&p.etcd, &p.etcdPeer, &p.apiserver, &p.controllerManager, &p.scheduler} {
		var err error
		if *port, err = p.taken.free(loopback); err != nil {
			return err
		}
	}
	return nil
}

// adminKubeconfig is the file for whoever uses the cluster.
func (c *Cluster) adminKubeconfig() string { return filepath.Join(c.dir, "kubeconfig", "admin") }

func newClient(kubeconfig string) (kubernetes.Interface, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", kubeconfig, err)
	}
	config.QPS = -1 // Waiting for many nodes is not to be slowed down by the client's own limits.
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("client for the API server: %w", err)
	}
	return client, nil
}

// up starts the parts in the order they need each other, then waits until pods can be created.
func (c *Cluster) up(ctx context.Context) error {
	const needed = 2 // etcd, and the API server that all others talk to
	for _, p := range c.parts[:needed] {
		if err := c.start(ctx, p, nil); err != nil {
			return err
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, p := range c.parts[needed:] {
		group.Go(func() error { return c.start(ctx, p, nil) })
	}
	group.Go(func() error { return c.awaitDefaultServiceAccount(ctx) })
	return group.Wait()
}

// awaitDefaultServiceAccount waits for what pods need to be admitted.
func (c *Cluster) awaitDefaultServiceAccount(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	for {
		_, err := c.client.CoreV1().ServiceAccounts("default").Get(ctx, "default", metav1.GetOptions{})
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("no ServiceAccount default/default in time: %w", err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// start starts a part, waits until it is ready, and from then on tells if it ends by accident.
func (c *Cluster) start(ctx context.Context, p *part, flags []string) error {
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	if err := p.start(ctx, c.spawner, flags); err != nil {
		return err
	}
	child := p.child
	go func() {
		<-child.Exited()
		if !child.Ordered() {
			fmt.Fprintf(os.Stderr, "controlplane: %s ended by itself (%s)\n%s\n", p.name, child.ExitState(), p.tail())
		}
	}()
	return nil
}

// end ends a part by a signal.
func (c *Cluster) end(ctx context.Context, p *part, signal syscall.Signal) error {
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	return p.end(ctx, signal)
}

// killAll ends everything at once: what the servers would still write is about to be deleted.
func (c *Cluster) killAll() {
	var all sync.WaitGroup
	for _, p := range c.parts {
		if p.running() {
			all.Go(func() { c.end(context.Background(), p, syscall.SIGKILL) })
		}
	}
	all.Wait()
}
