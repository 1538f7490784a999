package cluster

import (
	"fmt"
	"os"
	"path/filepath"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"k8s.io/client-go/util/certificate"

	"assay.dev/controlplane/internal/pki"
)

// credentials are the cluster's authorities and the files issued by them, laid out as kubeadm does.
type credentials struct {
	authority *pki.Authority
	dir       string // of certificates and keys
	server    string // the API server's URL
}

// Files in the credentials' folder, without ".crt" and ".key".
const (
	clusterCA       = "ca"
	frontProxyCA    = "front-proxy-ca"
	frontProxy      = "front-proxy-client"
	apiserverServes = "apiserver"
	kubeletClient   = "apiserver-kubelet-client"
	managerServes   = "controller-manager"
	schedulerServes = "scheduler"
	serviceAccounts = "sa"
)

const admins = "system:masters"

// newCredentials issues everything that does not belong to a single node.
func newCredentials(dir, server string) (*credentials, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("folder for certificates: %w", err)
	}
	authority, err := pki.NewAuthority("kubernetes")
	if err != nil {
		return nil, err
	}
	proxyAuthority, err := pki.NewAuthority(frontProxyCA)
	if err != nil {
		return nil, err
	}
	c := &credentials{authority: authority, dir: dir, server: server}
	for name, issue := range map[string]func() (pki.Pair, error){
		clusterCA:    func() (pki.Pair, error) { return authority.Pair, nil },
		frontProxyCA: func() (pki.Pair, error) { return proxyAuthority.Pair, nil },
		frontProxy:   func() (pki.Pair, error) { return proxyAuthority.Client(pki.Subject{User: frontProxy}) },
		apiserverServes: func() (pki.Pair, error) {
			return authority.Server(pki.Subject{User: "kube-apiserver"}, "localhost", loopback, serviceIP,
				"kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local")
		},
		kubeletClient: func() (pki.Pair, error) {
			return authority.Client(pki.Subject{User: "kube-apiserver-kubelet-client", Groups: []string{admins}})
		},
		managerServes:   func() (pki.Pair, error) { return authority.Server(pki.Subject{User: controllerManager}, loopback) },
		schedulerServes: func() (pki.Pair, error) { return authority.Server(pki.Subject{User: scheduler}, loopback) },
		serviceAccounts: pki.NewKey,
	} {
		pair, err := issue()
		if err != nil {
			return nil, err
		}
		if err := pair.Write(c.cert(name), c.key(name)); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (c *credentials) cert(name string) string { return filepath.Join(c.dir, name+".crt") }
func (c *credentials) key(name string) string  { return filepath.Join(c.dir, name+".key") }

// writeKubeconfig issues a client certificate and stores it inside a kubeconfig.
func (c *credentials) writeKubeconfig(file string, subject pki.Subject) error {
	pair, err := c.authority.Client(subject)
	if err != nil {
		return err
	}
	return c.writeKubeconfigFor(file, subject.User, &clientcmdapi.AuthInfo{
		ClientCertificateData: pair.Certificate,
		ClientKeyData:         pair.Key,
	})
}

// writeNodeKubeconfig issues a node's client certificate and stores it where a kubelet keeps what it has rotated, with
// a kubeconfig that points there. A kubelet that finds it elsewhere asks for a new one at once.
func (c *credentials) writeNodeKubeconfig(file, certDir, node string) error {
	user := "system:node:" + node
	pair, err := c.authority.Client(pki.Subject{User: user, Groups: []string{"system:nodes"}})
	if err != nil {
		return err
	}
	store, err := certificate.NewFileStore("kubelet-client", certDir, certDir, "", "")
	if err != nil {
		return fmt.Errorf("client certificate of %s: %w", node, err)
	}
	if _, err := store.Update(pair.Certificate, pair.Key); err != nil {
		return fmt.Errorf("client certificate of %s: %w", node, err)
	}
	current := store.CurrentPath()
	return c.writeKubeconfigFor(file, user, &clientcmdapi.AuthInfo{ClientCertificate: current, ClientKey: current})
}

func (c *credentials) writeKubeconfigFor(file, user string, auth *clientcmdapi.AuthInfo) error {
	const name = "controlplane"
	config := clientcmdapi.Config{
		Clusters:       map[string]*clientcmdapi.Cluster{name: {Server: c.server, CertificateAuthorityData: c.authority.Certificate}},
		AuthInfos:      map[string]*clientcmdapi.AuthInfo{user: auth},
		Contexts:       map[string]*clientcmdapi.Context{name: {Cluster: name, AuthInfo: user}},
		CurrentContext: name,
	}
	if err := clientcmd.WriteToFile(config, file); err != nil {
		return fmt.Errorf("kubeconfig of %s: %w", user, err)
	}
	return nil
}
