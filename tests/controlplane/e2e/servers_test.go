package e2e

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	certificatesv1 "k8s.io/api/certificates/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestServers(t *testing.T) {
	auditLog := filepath.Join(t.TempDir(), "audit.log")
	policy := filepath.Join(t.TempDir(), "policy.yaml")
	if err := os.WriteFile(policy, []byte("apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := up(t, "--apiserver-flag=--audit-log-path="+auditLog, "--apiserver-flag=--audit-policy-file="+policy)
	version := fmt.Sprintf("https://127.0.0.1:%d/version", c.Apiserver.Port)

	t.Run("reports its version", func(t *testing.T) {
		info, err := c.client.Discovery().ServerVersion()
		if err != nil {
			t.Fatal(err)
		}
		if info.GitVersion != c.Version || info.Major != "1" || info.Minor == "" || !strings.HasPrefix(c.Version, "v1."+info.Minor+".") {
			t.Errorf("the API server says %+v, the report %s", info, c.Version)
		}
	})

	t.Run("flags given are in force", func(t *testing.T) {
		log, err := os.ReadFile(auditLog)
		if err != nil || len(log) == 0 {
			t.Errorf("audit log of %d bytes: %v", len(log), err)
		}
	})

	t.Run("a Deployment gets running pods with digests", func(t *testing.T) { c.deploy(t, "web", 3) })
	t.Run("a static pod is mirrored", c.staticPod)
	t.Run("a signing request gets its certificate", c.signingRequest)

	t.Run("every namespace has the authority's certificate", func(t *testing.T) {
		eventually(t, "ConfigMap kube-root-ca.crt", func(ctx context.Context) (bool, error) {
			found, err := c.client.CoreV1().ConfigMaps("kube-public").Get(ctx, "kube-root-ca.crt", metav1.GetOptions{})
			return err == nil && found.Data["ca.crt"] == string(c.config.CAData), err
		})
	})

	t.Run("a killed API server comes back, with other flags if told", func(t *testing.T) {
		c.expect(t, version, "", http.StatusOK)
		c.do(t, "kill kube-apiserver")
		if _, err := c.client.Discovery().ServerVersion(); err == nil {
			t.Error("it answers though it was killed")
		}
		c.do(t, "start kube-apiserver --anonymous-auth=false")
		c.expect(t, version, "", http.StatusUnauthorized)
		c.do(t, "stop kube-apiserver")
		c.do(t, `{"command":"start","component":"kube-apiserver"}`)
		c.expect(t, version, "", http.StatusOK)
	})

	t.Run("data outlast a killed etcd", func(t *testing.T) {
		c.do(t, "kill etcd")
		c.do(t, "start etcd")
		eventually(t, "Deployment web", func(ctx context.Context) (bool, error) {
			_, err := c.client.AppsV1().Deployments("default").Get(ctx, "web", metav1.GetOptions{})
			return err == nil, err
		})
	})

	t.Run("a paused component stands still until it is resumed", func(t *testing.T) {
		paused := c.do(t, "pause kube-scheduler")
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", paused.PID))
		if err != nil || !strings.Contains(string(stat), ") T ") {
			t.Errorf("its state is %s (%v)", stat, err)
		}
		if refused := c.ask(t, "stop kube-scheduler"); !strings.Contains(refused.Error, "paused") {
			t.Errorf("stop of a paused component: %+v", refused)
		}
		if resumed := c.do(t, "resume kube-scheduler"); resumed.PID != paused.PID {
			t.Errorf("it was process %d and is now %d", paused.PID, resumed.PID)
		}
	})

	t.Run("controllers and scheduler work after a restart", func(t *testing.T) {
		for _, component := range []string{"kube-controller-manager", "kube-scheduler"} {
			c.do(t, "stop "+component)
			c.do(t, "start "+component)
		}
		c.deploy(t, "later", 1)
	})

	t.Run("what cannot be done is refused with a reason", func(t *testing.T) {
		for command, reason := range map[string]string{
			"kill kube-proxy":                   "this cluster has etcd, kube-apiserver",
			"kill kubelet/7":                    "kubelet/0",
			"start etcd":                        "already running",
			"resume etcd":                       "not paused",
			"kill etcd --now":                   "takes no flags",
			"explode etcd":                      "unknown command",
			"{":                                 "JSON",
			"start kube-scheduler v=2":          "already running",
			`{"command":"stop","component":""}`: "no component",
		} {
			if reply := c.ask(t, command); reply.OK || !strings.Contains(reply.Error, reason) {
				t.Errorf("%s: %+v, want an error with %q", command, reply, reason)
			}
		}
	})
}

// deploy creates a Deployment and waits until its pods run.
func (c *cluster) deploy(t *testing.T, name string, replicas int32) {
	labels := map[string]string{"app": name}
	deployment := &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: appsv1.DeploymentSpec{
			Replicas: &replicas,
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "nginx:1.29"}}},
			},
		},
	}
	if _, err := c.client.AppsV1().Deployments("default").Create(t.Context(), deployment, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "running pods of "+name, func(ctx context.Context) (bool, error) {
		pods, err := c.client.CoreV1().Pods("default").List(ctx, metav1.ListOptions{LabelSelector: "app=" + name})
		if err != nil || len(pods.Items) != int(replicas) {
			return false, err
		}
		for _, pod := range pods.Items {
			if pod.Status.Phase != corev1.PodRunning || !pod.Status.ContainerStatuses[0].Ready {
				return false, nil
			}
			status := pod.Status.ContainerStatuses[0]
			if status.Image != "docker.io/library/nginx:1.29" || !strings.HasPrefix(status.ImageID, "docker.io/library/nginx@sha256:") {
				t.Fatalf("image %s, id %s", status.Image, status.ImageID)
			}
		}
		return true, nil
	})
}

func (c *cluster) staticPod(t *testing.T) {
	const manifest = `apiVersion: v1
kind: Pod
metadata: {name: static}
spec: {containers: [{name: main, image: busybox}]}
`
	file := filepath.Join(c.Dir, c.Kubelets[0].Name, "manifests", "static.yaml")
	if err := os.WriteFile(file, []byte(manifest), 0o600); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the mirror pod runs", func(ctx context.Context) (bool, error) {
		pod, err := c.client.CoreV1().Pods("default").Get(ctx, "static-"+c.Kubelets[0].Name, metav1.GetOptions{})
		return err == nil && pod.Status.Phase == corev1.PodRunning, err
	})
}

func (c *cluster) signingRequest(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: "jane"}}, key)
	if err != nil {
		t.Fatal(err)
	}
	requests := c.client.CertificatesV1().CertificateSigningRequests()
	request, err := requests.Create(t.Context(), &certificatesv1.CertificateSigningRequest{
		ObjectMeta: metav1.ObjectMeta{Name: "jane"},
		Spec: certificatesv1.CertificateSigningRequestSpec{
			Request:    pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der}),
			SignerName: certificatesv1.KubeAPIServerClientSignerName,
			Usages:     []certificatesv1.KeyUsage{certificatesv1.UsageClientAuth},
		},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	request.Status.Conditions = []certificatesv1.CertificateSigningRequestCondition{
		{Type: certificatesv1.CertificateApproved, Status: corev1.ConditionTrue, Reason: "Test"},
	}
	if _, err := requests.UpdateApproval(t.Context(), "jane", request, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the certificate is issued", func(ctx context.Context) (bool, error) {
		signed, err := requests.Get(ctx, "jane", metav1.GetOptions{})
		return err == nil && len(signed.Status.Certificate) > 0, err
	})
}
