package cluster

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"assay.dev/controlplane/internal/args"
	"assay.dev/controlplane/internal/pki"
)

const (
	serviceCIDR = "10.96.0.0/16"
	serviceIP   = "10.96.0.1" // of the Service kubernetes/default
	dnsIP       = "10.96.0.10"
	podCIDR     = "10.244.0.0/16"
	// advertised stands in the Endpoints of the Service kubernetes/default, which may not hold loopback addresses. It
	// is of TEST-NET-3 (RFC 5737): nothing of a hollow pod ever dials it.
	advertised = "203.0.113.1"
)

// server makes the part for a component that there is one of.
func (c *Cluster) server(name string, ready func(context.Context, time.Time) error, defaults ...string) *part {
	return &part{
		name:  name,
		dir:   c.dir,
		log:   c.path("logs", name+".log"),
		ready: ready,
		command: func(flags []string) ([]string, error) {
			overrides := append(append([]string{}, c.options.Flags[name]...), flags...)
			final, err := args.Override(defaults, overrides...)
			return append([]string{"component", name}, final...), err
		},
	}
}

func (c *Cluster) etcd() *part {
	client, peer := url("http", c.ports.etcd), url("http", c.ports.etcdPeer)
	return c.server(etcd, answers(http.DefaultClient, client+"/health", `"health":"true"`),
		"--name=etcd",
		"--data-dir="+c.path("etcd"),
		"--listen-client-urls="+client,
		"--advertise-client-urls="+client,
		"--listen-peer-urls="+peer,
		"--initial-advertise-peer-urls="+peer,
		"--initial-cluster=etcd="+peer,
		"--unsafe-no-fsync", // Nothing here has to survive a power cut.
	)
}

func (c *Cluster) apiserver() *part {
	cert, key := c.credentials.cert, c.credentials.key
	return c.server(apiserver,
		func(ctx context.Context, _ time.Time) error {
			return c.client.Discovery().RESTClient().Get().AbsPath("/readyz").Do(ctx).Error()
		},
		"--etcd-servers="+url("http", c.ports.etcd),
		"--bind-address="+loopback,
		"--secure-port="+fmt.Sprint(c.ports.apiserver),
		"--advertise-address="+advertised,
		// Told to end, it would otherwise wait 60 s for watches to go, which they do only when it has ended.
		"--shutdown-send-retry-after=true",
		"--service-cluster-ip-range="+serviceCIDR,
		"--tls-cert-file="+cert(apiserverServes),
		"--tls-private-key-file="+key(apiserverServes),
		"--client-ca-file="+cert(clusterCA),
		"--authorization-mode=Node,RBAC",
		"--enable-admission-plugins=NodeRestriction",
		"--allow-privileged=true",
		"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
		"--service-account-key-file="+cert(serviceAccounts),
		"--service-account-signing-key-file="+key(serviceAccounts),
		"--kubelet-certificate-authority="+cert(clusterCA),
		"--kubelet-client-certificate="+cert(kubeletClient),
		"--kubelet-client-key="+key(kubeletClient),
		"--kubelet-preferred-address-types="+relayAddressType+",InternalIP",
		"--egress-selector-config-file="+c.path("egress.yaml"),
		"--requestheader-client-ca-file="+cert(frontProxyCA),
		"--requestheader-allowed-names="+frontProxy,
		"--requestheader-username-headers=X-Remote-User",
		"--requestheader-group-headers=X-Remote-Group",
		"--requestheader-extra-headers-prefix=X-Remote-Extra-",
		"--proxy-client-cert-file="+cert(frontProxy),
		"--proxy-client-key-file="+key(frontProxy),
	)
}

func (c *Cluster) controllerManager() *part {
	cert, key := c.credentials.cert, c.credentials.key
	kubeconfig := c.path("kubeconfig", controllerManager)
	return c.server(controllerManager, answers(c.https, url("https", c.ports.controllerManager)+"/healthz?verbose", "-controller ok"),
		"--kubeconfig="+kubeconfig,
		"--authentication-kubeconfig="+kubeconfig,
		"--authorization-kubeconfig="+kubeconfig,
		"--bind-address="+loopback,
		"--secure-port="+fmt.Sprint(c.ports.controllerManager),
		"--tls-cert-file="+cert(managerServes),
		"--tls-private-key-file="+key(managerServes),
		"--client-ca-file="+cert(clusterCA),
		"--requestheader-client-ca-file="+cert(frontProxyCA),
		"--cluster-signing-cert-file="+cert(clusterCA),
		"--cluster-signing-key-file="+key(clusterCA),
		"--root-ca-file="+cert(clusterCA),
		"--service-account-private-key-file="+key(serviceAccounts),
		"--use-service-account-credentials=true",
		"--controllers=*,bootstrapsigner,tokencleaner",
		"--allocate-node-cidrs=true",
		"--cluster-cidr="+podCIDR,
		"--service-cluster-ip-range="+serviceCIDR,
		// A node that gets ready in the moment this starts is seen at the next look only, by default 5 s later.
		"--node-monitor-period=1s",
		// By default it may ask 20 times a second, and it asks 70 times before its controllers run.
		"--kube-api-qps=500",
		"--kube-api-burst=1000",
		"--leader-elect=false", // There is one; after a kill it need not wait for its own Lease to run out.
	)
}

func (c *Cluster) scheduler() *part {
	kubeconfig := c.path("kubeconfig", scheduler)
	return c.server(scheduler, answers(c.https, url("https", c.ports.scheduler)+"/readyz", "ok"),
		"--kubeconfig="+kubeconfig,
		"--authentication-kubeconfig="+kubeconfig,
		"--authorization-kubeconfig="+kubeconfig,
		"--bind-address="+loopback,
		"--secure-port="+fmt.Sprint(c.ports.scheduler),
		"--tls-cert-file="+c.credentials.cert(schedulerServes),
		"--tls-private-key-file="+c.credentials.key(schedulerServes),
		"--client-ca-file="+c.credentials.cert(clusterCA),
		"--requestheader-client-ca-file="+c.credentials.cert(frontProxyCA),
		"--kube-api-qps=500",
		"--kube-api-burst=1000",
		"--leader-elect=false",
	)
}

// writeKubeconfigs stores the kubeconfigs of the administrator and of the servers.
func (c *Cluster) writeKubeconfigs() error {
	if err := os.MkdirAll(c.path("kubeconfig"), 0o700); err != nil {
		return fmt.Errorf("folder for kubeconfigs: %w", err)
	}
	for name, subject := range map[string]pki.Subject{
		"admin":           {User: "kubernetes-admin", Groups: []string{admins}},
		controllerManager: {User: "system:kube-controller-manager"},
		scheduler:         {User: "system:kube-scheduler"},
	} {
		if err := c.credentials.writeKubeconfig(c.path("kubeconfig", name), subject); err != nil {
			return err
		}
	}
	return nil
}

func (c *Cluster) path(elements ...string) string {
	return filepath.Join(append([]string{c.dir}, elements...)...)
}

func url(scheme string, port int) string {
	return fmt.Sprintf("%s://%s:%d", scheme, loopback, port)
}

// answers makes a probe that is content once the URL answers with a text that has the wanted part.
func answers(client *http.Client, url, want string) func(context.Context, time.Time) error {
	return func(ctx context.Context, _ time.Time) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return fmt.Errorf("probe %s: %w", url, err)
		}
		response, err := client.Do(request)
		if err != nil {
			return fmt.Errorf("probe: %w", err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			return fmt.Errorf("probe %s: %w", url, err)
		}
		if response.StatusCode != http.StatusOK || !strings.Contains(string(body), want) {
			return fmt.Errorf("probe %s: %s: %s", url, response.Status, body)
		}
		return nil
	}
}

// trusting is an HTTP client that trusts one authority. It keeps no connection, which a killed server would leave dead.
func trusting(authority []byte) *http.Client {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	return &http.Client{Transport: &http.Transport{
		TLSClientConfig:   &tls.Config{RootCAs: roots},
		DisableKeepAlives: true,
	}}
}
