package cluster

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
)

// egressConfig tells the API server to reach nodes, webhooks and aggregated APIs through the relay's socket, the way a
// managed control plane reaches them through its tunnel.
const egressConfig = `apiVersion: apiserver.k8s.io/v1beta1
kind: EgressSelectorConfiguration
egressSelections:
- name: cluster
  connection:
    proxyProtocol: HTTPConnect
    transport: {uds: {udsName: %q}}
`

// startRelay serves HTTP CONNECT on a socket and writes the configuration that points the API server at it.
func startRelay(network nodeNetwork, socket, configFile string) error {
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return fmt.Errorf("relay from the API server to the kubelets: %w", err)
	}
	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		relay(w, r, network.dialable(r.Host))
	}))
	if err := os.WriteFile(configFile, fmt.Appendf(nil, egressConfig, socket), 0o600); err != nil {
		return fmt.Errorf("relay from the API server to the kubelets: %w", err)
	}
	return nil
}

func relay(w http.ResponseWriter, r *http.Request, address string) {
	if r.Method != http.MethodConnect {
		http.Error(w, "this proxy only answers CONNECT", http.StatusMethodNotAllowed)
		return
	}
	server, err := net.Dial("tcp", address)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer server.Close()
	w.WriteHeader(http.StatusOK)
	client, buffered, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer client.Close()

	done := make(chan struct{}, 2)
	pipe := func(to io.Writer, from io.Reader) {
		io.Copy(to, from)
		done <- struct{}{}
	}
	go pipe(server, buffered)
	go pipe(client, server)
	<-done // When one side is through, closing both ends the other.
}
