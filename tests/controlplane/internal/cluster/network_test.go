package cluster

import (
	"net"
	"testing"
)

func TestDialableLeadsToTheNode(t *testing.T) {
	network := nodeNetwork{block: [2]byte{7, 8}}
	for address, want := range map[string]string{
		net.JoinHostPort(network.relayIP(0), "10250"):   "127.7.8.1:10250",
		net.JoinHostPort(network.relayIP(253), "10250"): "127.7.8.254:10250",
		"127.7.8.1:10250":  "127.7.8.1:10250",
		"198.51.101.1:443": "198.51.101.1:443",
		"localhost:443":    "localhost:443",
		"[::1]:443":        "[::1]:443",
		"no port":          "no port",
	} {
		if got := network.dialable(address); got != want {
			t.Errorf("dialable(%s) = %s, want %s", address, got, want)
		}
	}
}

func TestNodesServeOnLoopback(t *testing.T) {
	for range 1000 {
		network := newNodeNetwork()
		for _, node := range []int{0, maxNodes - 1} {
			ip := net.ParseIP(network.internalIP(node))
			if !ip.IsLoopback() || ip.String() == loopback {
				t.Fatalf("node %d serves on %s", node, ip)
			}
		}
	}
}

func TestPortsAreHandedOutOnce(t *testing.T) {
	taken, seen := ports{}, map[int]bool{}
	for range 200 {
		port, err := taken.free(loopback)
		if err != nil {
			t.Fatal(err)
		}
		if seen[port] || port < firstPort || port > lastPort {
			t.Fatalf("port %d", port)
		}
		seen[port] = true
	}
}

func TestABusyPortIsNotHandedOut(t *testing.T) {
	listener, err := net.Listen("tcp", loopback+":0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	busy := listener.Addr().(*net.TCPAddr).Port
	if isFree(loopback, busy) {
		t.Errorf("port %d counts as free though it is listened on", busy)
	}
}
