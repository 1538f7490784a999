package e2e

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// get asks for a URL, trusting the cluster's authority alone, and returns status and body.
func (c *cluster) get(t *testing.T, url, token string) (int, []byte) {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(c.config.CAData)
	client := &http.Client{
		Timeout:   10 * time.Second,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, DisableKeepAlives: true},
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, body
}

func (c *cluster) expect(t *testing.T, url, token string, want int) []byte {
	t.Helper()
	status, body := c.get(t, url, token)
	if status != want {
		t.Errorf("%s: %d, want %d\n%.300s", url, status, want, body)
	}
	return body
}

// tokenFor makes a ServiceAccount that may read one resource, and returns a token of it.
func (c *cluster) tokenFor(t *testing.T, name, resource string) string {
	t.Helper()
	ctx, meta := t.Context(), metav1.ObjectMeta{Name: name}
	if _, err := c.client.CoreV1().ServiceAccounts("default").Create(ctx, &corev1.ServiceAccount{ObjectMeta: meta}, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	role := &rbacv1.ClusterRole{ObjectMeta: meta, Rules: []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{resource}, Verbs: []string{"get"}}}}
	if _, err := c.client.RbacV1().ClusterRoles().Create(ctx, role, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	binding := &rbacv1.ClusterRoleBinding{
		ObjectMeta: meta,
		Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: "default", Name: name}},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: name},
	}
	if _, err := c.client.RbacV1().ClusterRoleBindings().Create(ctx, binding, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	request, err := c.client.CoreV1().ServiceAccounts("default").CreateToken(ctx, name, &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return request.Status.Token
}

func TestKubelets(t *testing.T) {
	c := up(t, "--nodes=2",
		"--kubelet-config=1:authentication.anonymous.enabled=true",
		"--kubelet-config=1:authorization.mode=AlwaysAllow",
		"--kubelet-config=1:readOnlyPort=auto",
		// So often that the addresses would be gone within the test if the status loop touched them.
		"--kubelet-config=nodeStatusUpdateFrequency=1s",
		"--kubelet-config=nodeStatusReportFrequency=1s",
	)
	sound, open := c.Kubelets[0], c.Kubelets[1]

	t.Run("a stranger is turned away", func(t *testing.T) {
		c.expect(t, sound.url("/pods"), "", http.StatusUnauthorized)
		c.expect(t, sound.url("/configz"), "", http.StatusUnauthorized)
		if sound.ReadOnlyPort != 0 {
			t.Errorf("it has a read-only port, %d", sound.ReadOnlyPort)
		}
	})

	t.Run("a kubelet told to be open is open", func(t *testing.T) {
		c.expect(t, open.url("/pods"), "", http.StatusOK)
		c.expect(t, fmt.Sprintf("http://%s:%d/pods", open.InternalIP, open.ReadOnlyPort), "", http.StatusOK)
	})

	t.Run("nodes/configz opens /configz and nothing else", func(t *testing.T) {
		token := c.tokenFor(t, "auditor", "nodes/configz")
		var configz struct {
			Kubeletconfig struct {
				Kind, APIVersion string
				ReadOnlyPort     int
				Authentication   struct{ Anonymous struct{ Enabled *bool } }
				Authorization    struct{ Mode string }
			}
		}
		if err := json.Unmarshal(c.expect(t, sound.url("/configz"), token, http.StatusOK), &configz); err != nil {
			t.Fatal(err)
		}
		config := configz.Kubeletconfig
		if config.Kind != "KubeletConfiguration" || config.APIVersion != "kubelet.config.k8s.io/v1beta1" {
			t.Errorf("/configz is a %s of %s", config.Kind, config.APIVersion)
		}
		if enabled := config.Authentication.Anonymous.Enabled; enabled == nil || *enabled || config.Authorization.Mode != "Webhook" {
			t.Errorf("/configz says %+v", config)
		}
		c.expect(t, sound.url("/pods"), token, http.StatusForbidden)
		c.expect(t, sound.url("/metrics"), token, http.StatusForbidden)
	})

	t.Run("the API server relays to a kubelet", func(t *testing.T) {
		for _, k := range c.Kubelets {
			raw, err := c.client.CoreV1().RESTClient().Get().AbsPath("/api/v1/nodes", k.Name, "proxy/configz").DoRaw(t.Context())
			if err != nil {
				t.Errorf("%s: %v\n%s", k.Name, err, raw)
			}
		}
	})

	t.Run("the node's addresses outlast its status loop", func(t *testing.T) {
		heartbeats := map[time.Time]bool{}
		eventually(t, "three reports", func(ctx context.Context) (bool, error) {
			node, err := c.client.CoreV1().Nodes().Get(ctx, sound.Name, metav1.GetOptions{})
			if err != nil {
				return false, err
			}
			if first := node.Status.Addresses[0]; first.Type != corev1.NodeInternalIP || first.Address != sound.InternalIP {
				t.Fatalf("the node's addresses are %v", node.Status.Addresses)
			}
			if port := node.Status.DaemonEndpoints.KubeletEndpoint.Port; int(port) != sound.Port {
				t.Fatalf("the node says its kubelet listens on %d, not %d", port, sound.Port)
			}
			for _, condition := range node.Status.Conditions {
				heartbeats[condition.LastHeartbeatTime.Time] = true
			}
			return len(heartbeats) >= 3, nil
		})
	})

	t.Run("a restart may change the configuration", func(t *testing.T) {
		c.do(t, "kill kubelet/1")
		c.do(t, "start kubelet/1 --kubelet-config=authentication.anonymous.enabled=false --kubelet-config=authorization.mode=Webhook")
		c.expect(t, open.url("/pods"), "", http.StatusUnauthorized)
		c.do(t, "stop kubelet/1")
		c.do(t, "start kubelet/1")
		c.expect(t, open.url("/pods"), "", http.StatusOK)
	})
}
