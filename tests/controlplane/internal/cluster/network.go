package cluster

import (
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
)

const loopback = "127.0.0.1"

// Ports are taken from below those that Linux gives to outgoing connections (32768 and up): while a killed component
// is down, nothing else should come by its port.
const (
	firstPort = 20000
	lastPort  = 29999
)

// ports hands out free ports, each only once, so that a component has the same one after a restart.
type ports map[int]bool

func (p ports) free(ip string) (int, error) {
	for range 1000 {
		port := firstPort + rand.IntN(lastPort-firstPort+1)
		if !p[port] && isFree(ip, port) {
			p[port] = true
			return port, nil
		}
	}
	return 0, fmt.Errorf("no free port on %s between %d and %d: end what is left of earlier clusters", ip, firstPort, lastPort)
}

func isFree(ip string, port int) bool {
	listener, err := net.Listen("tcp", net.JoinHostPort(ip, strconv.Itoa(port)))
	if err != nil {
		return false
	}
	listener.Close()
	return true
}

// nodeNetwork gives each node two addresses.
//
// It serves on a loopback address of its own, which is its InternalIP: any process here can dial it, nothing outside
// can. The API server, however, refuses to relay requests (nodes/NAME/proxy) to loopback addresses, as it must in
// production. So it knows the node by an address set aside for documentation, which it accepts and nobody can reach,
// and dials it through a proxy of ours that leads to the loopback address; see relay.
type nodeNetwork struct {
	block [2]byte // second and third byte of the loopback addresses: random, so that clusters do not share them
}

func newNodeNetwork() nodeNetwork {
	return nodeNetwork{block: [2]byte{byte(1 + rand.IntN(254)), byte(rand.IntN(256))}}
}

// internalIP is where node n serves.
func (n nodeNetwork) internalIP(node int) string {
	return net.IPv4(127, n.block[0], n.block[1], byte(node+1)).String()
}

// relayIP is what the API server calls node n: an address of TEST-NET-2 (RFC 5737).
func (n nodeNetwork) relayIP(node int) string {
	return net.IPv4(198, 51, 100, byte(node+1)).String()
}

// dialable turns a relay address into the one that is served; other addresses are left as they are.
func (n nodeNetwork) dialable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	ip := net.ParseIP(host).To4()
	if ip == nil || ip[0] != 198 || ip[1] != 51 || ip[2] != 100 {
		return address
	}
	return net.JoinHostPort(n.internalIP(int(ip[3])-1), port)
}
