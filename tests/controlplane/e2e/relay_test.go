package e2e

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// What the API server dials in the cluster goes through the relay: not kubelets only, but what tests put there too.
func TestTheAPIServerReachesWhatTestsServe(t *testing.T) {
	c := up(t, "--nodes=0")
	t.Run("admission webhook", c.admissionWebhook)
	t.Run("aggregated API", c.aggregatedAPI)
}

func (c *cluster) admissionWebhook(t *testing.T) {
	webhook := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var review admissionv1.AdmissionReview
		if err := json.NewDecoder(r.Body).Decode(&review); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		review.Response = &admissionv1.AdmissionResponse{
			UID:    review.Request.UID,
			Result: &metav1.Status{Message: "refused by the test"},
		}
		json.NewEncoder(w).Encode(review)
	}))
	t.Cleanup(webhook.Close)

	none := admissionregistrationv1.SideEffectClassNone
	configuration := &admissionregistrationv1.ValidatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: "test"},
		Webhooks: []admissionregistrationv1.ValidatingWebhook{{
			Name: "test.example.com",
			ClientConfig: admissionregistrationv1.WebhookClientConfig{
				URL:      &webhook.URL,
				CABundle: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: webhook.Certificate().Raw}),
			},
			Rules: []admissionregistrationv1.RuleWithOperations{{
				Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create},
				Rule:       admissionregistrationv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"secrets"}},
			}},
			SideEffects:             &none,
			AdmissionReviewVersions: []string{"v1"},
		}},
	}
	if _, err := c.client.AdmissionregistrationV1().ValidatingWebhookConfigurations().Create(t.Context(), configuration, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the webhook refuses", func(ctx context.Context) (bool, error) {
		secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{GenerateName: "test-"}}
		_, err := c.client.CoreV1().Secrets("default").Create(ctx, secret, metav1.CreateOptions{})
		return err != nil && strings.Contains(err.Error(), "refused by the test"), err
	})
}

// An ExternalName Service is how a test shows its own server to the API server: no kube-proxy leads to a ClusterIP.
func (c *cluster) aggregatedAPI(t *testing.T) {
	const list = `{"kind":"APIResourceList","apiVersion":"v1","groupVersion":"test.example.com/v1","resources":[]}`
	api := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, list)
	}))
	t.Cleanup(api.Close)
	port := api.Listener.Addr().(*net.TCPAddr).Port

	service := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: "api"},
		Spec:       corev1.ServiceSpec{Type: corev1.ServiceTypeExternalName, ExternalName: "localhost"},
	}
	if _, err := c.client.CoreV1().Services("default").Create(t.Context(), service, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	apiService := fmt.Sprintf(`{"apiVersion":"apiregistration.k8s.io/v1","kind":"APIService","metadata":{"name":"v1.test.example.com"},
		"spec":{"group":"test.example.com","version":"v1","insecureSkipTLSVerify":true,"groupPriorityMinimum":1000,"versionPriority":10,
		"service":{"namespace":"default","name":"api","port":%d}}}`, port)
	client := c.client.Discovery().RESTClient()
	if err := client.Post().AbsPath("/apis/apiregistration.k8s.io/v1/apiservices").Body([]byte(apiService)).Do(t.Context()).Error(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the aggregated API answers", func(ctx context.Context) (bool, error) {
		body, err := client.Get().AbsPath("/apis/test.example.com/v1").DoRaw(ctx)
		return err == nil && string(body) == list, err
	})
}
