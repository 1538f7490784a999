package cluster

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"assay.dev/controlplane/internal/args"
	"assay.dev/controlplane/internal/kubeletconfig"
	"assay.dev/controlplane/internal/pki"
)

// node is one hollow node.
type node struct {
	number int
	name   string
	dir    string
	config kubeletconfig.Config // what it starts with
	now    kubeletconfig.Config // what it was last started with, a start's own settings included
}

// newNode issues the node's credentials and settles its configuration.
func (c *Cluster) newNode(number int) (*node, error) {
	name := fmt.Sprintf("node-%d", number)
	n := &node{number: number, name: name, dir: c.path(name)}
	certificates := filepath.Join(n.dir, "pki")
	for _, dir := range []string{certificates, filepath.Join(n.dir, "manifests")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("folder of %s: %w", name, err)
		}
	}
	if err := c.credentials.writeNodeKubeconfig(filepath.Join(n.dir, "kubeconfig"), certificates, name); err != nil {
		return nil, err
	}
	serving, err := c.credentials.authority.Server(
		pki.Subject{User: "system:node:" + name, Groups: []string{"system:nodes"}},
		name, c.network.internalIP(number), c.network.relayIP(number))
	if err != nil {
		return nil, err
	}
	certFile, keyFile := filepath.Join(certificates, "kubelet.crt"), filepath.Join(certificates, "kubelet.key")
	if err := serving.Write(certFile, keyFile); err != nil {
		return nil, err
	}
	n.config, err = c.settle(n.number, kubeletconfig.Config{
		"apiVersion": "kubelet.config.k8s.io/v1beta1",
		"kind":       "KubeletConfiguration",
		"address":    c.network.internalIP(number),
		"port":       kubeletconfig.Auto,
		// Its own listener, without TLS, on an address that all nodes here would share.
		"healthzPort": 0,
		"authentication": map[string]any{
			"anonymous": map[string]any{"enabled": false},
			"webhook":   map[string]any{"enabled": true},
			"x509":      map[string]any{"clientCAFile": c.credentials.cert(clusterCA)},
		},
		"authorization":            map[string]any{"mode": "Webhook"},
		"tlsCertFile":              certFile,
		"tlsPrivateKeyFile":        keyFile,
		"rotateCertificates":       true,
		"clusterDomain":            "cluster.local",
		"clusterDNS":               []any{dnsIP},
		"staticPodPath":            filepath.Join(n.dir, "manifests"),
		"podLogsDir":               filepath.Join(n.dir, "pod-logs"),
		"containerRuntimeEndpoint": "unix://" + filepath.Join(n.dir, "cri.sock"),
		// Not to change the firewall of the machine that this runs on.
		"makeIPTablesUtilChains": false,
		// There are no cgroups behind the pretended containers, and neither the real machine's nor its swap matter.
		"failCgroupV1":           false,
		"cgroupsPerQOS":          false,
		"enforceNodeAllocatable": []any{},
		"failSwapOn":             false,
	}, c.options.Kubelet)
	if err != nil {
		return nil, err
	}
	_, err = n.config.File() // A mistake in it is told now, before anything is started.
	return n, err
}

// settle lays settings over a configuration and chooses the ports they leave open.
func (c *Cluster) settle(number int, config kubeletconfig.Config, settings []kubeletconfig.Setting) (kubeletconfig.Config, error) {
	settled := config.Copy()
	if err := settled.Apply(number, settings); err != nil {
		return nil, err
	}
	err := settled.ChoosePorts(func() (int, error) { return c.ports.taken.free(c.network.internalIP(number)) })
	return settled, err
}

// kubelet makes the part that runs the node.
func (c *Cluster) kubelet(n *node) *part {
	defaults := []string{
		"--hostname-override=" + n.name,
		"--kubeconfig=" + filepath.Join(n.dir, "kubeconfig"),
		"--root-dir=" + filepath.Join(n.dir, "root"),
		"--cert-dir=" + filepath.Join(n.dir, "pki"),
		// A kubelet refuses to register a loopback address of its own accord. With an external cloud provider it
		// leaves the addresses to that and never changes them; adopt plays that part.
		"--cloud-provider=external",
	}
	return &part{
		name: fmt.Sprintf("%s/%d", kubelet, n.number),
		dir:  n.dir,
		log:  c.path("logs", n.name+".log"),
		command: func(words []string) ([]string, error) {
			flags, settings, err := splitSettings(words)
			if err != nil {
				return nil, err
			}
			config, err := c.settle(n.number, n.config, settings)
			if err != nil {
				return nil, err
			}
			content, err := config.File()
			if err != nil {
				return nil, err
			}
			n.now = config
			file := filepath.Join(n.dir, "config.yaml")
			if err := os.WriteFile(file, content, 0o600); err != nil {
				return nil, fmt.Errorf("store kubelet configuration: %w", err)
			}
			overrides := append(append([]string{}, c.options.Flags[kubelet]...), flags...)
			final, err := args.Override(append(defaults, "--config="+file), overrides...)
			return append([]string{"component", kubelet}, final...), err
		},
		ready: func(ctx context.Context, started time.Time) error { return c.nodeReady(ctx, n, started) },
	}
}

// splitSettings tells --kubelet-config=... from flags of the kubelet itself, where a test restarts one with both.
func splitSettings(words []string) (flags []string, settings []kubeletconfig.Setting, err error) {
	for _, word := range words {
		text, isSetting := strings.CutPrefix(word, "--kubelet-config=")
		if !isSetting {
			flags = append(flags, word)
			continue
		}
		setting, err := kubeletconfig.Parse(text)
		if err != nil {
			return nil, nil, err
		}
		settings = append(settings, setting)
	}
	return flags, settings, nil
}
