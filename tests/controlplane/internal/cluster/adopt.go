package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"slices"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// relayAddressType is the kind of Node address under which the API server finds a node; see nodeNetwork.
const relayAddressType = string(corev1.NodeInternalDNS)

// awaitsCloud is the taint of a node whose addresses its cloud provider has yet to tell.
const awaitsCloud = "node.cloudprovider.kubernetes.io/uninitialized"

// nodeReady tells why the node does not take pods yet.
func (c *Cluster) nodeReady(ctx context.Context, n *node, started time.Time) error {
	found, err := c.client.CoreV1().Nodes().Get(ctx, n.name, metav1.GetOptions{})
	if err != nil {
		return fmt.Errorf("see node %s: %w", n.name, err)
	}
	if err := c.adopt(ctx, n, found); err != nil {
		return err
	}
	if !reportedReady(found, started) {
		return fmt.Errorf("node %s has not reported Ready", n.name)
	}
	for _, taint := range found.Spec.Taints {
		if taint.Key == corev1.TaintNodeNotReady || taint.Key == awaitsCloud {
			return fmt.Errorf("node %s still has the taint %s", n.name, taint.Key)
		}
	}
	if n.now["enableServer"] == false {
		return nil
	}
	address := net.JoinHostPort(c.network.internalIP(n.number), strconv.Itoa(n.now.Port("port")))
	connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("kubelet of %s: %w", n.name, err)
	}
	return connection.Close()
}

// reportedReady looks for a report of this run: an earlier one stays for 40 s after the kubelet has been killed.
func reportedReady(node *corev1.Node, started time.Time) bool {
	return slices.ContainsFunc(node.Status.Conditions, func(condition corev1.NodeCondition) bool {
		return condition.Type == corev1.NodeReady && condition.Status == corev1.ConditionTrue &&
			!condition.LastHeartbeatTime.Time.Before(started.Truncate(time.Second))
	})
}

// adopt does for a new node what a cloud provider does: it tells its addresses and lifts the taint that waits for them.
func (c *Cluster) adopt(ctx context.Context, n *node, found *corev1.Node) error {
	addresses := []corev1.NodeAddress{
		{Type: corev1.NodeInternalIP, Address: c.network.internalIP(n.number)},
		{Type: corev1.NodeAddressType(relayAddressType), Address: c.network.relayIP(n.number)},
		{Type: corev1.NodeHostName, Address: n.name},
	}
	nodes := c.client.CoreV1().Nodes()
	if !slices.Equal(found.Status.Addresses, addresses) {
		patch, err := json.Marshal(map[string]any{"status": map[string]any{"addresses": addresses}})
		if err != nil {
			return fmt.Errorf("addresses of node %s: %w", n.name, err)
		}
		// A merge patch replaces the list; a strategic one would keep what the kubelet has put there.
		if _, err := nodes.Patch(ctx, n.name, types.MergePatchType, patch, metav1.PatchOptions{}, "status"); err != nil {
			return fmt.Errorf("set addresses of node %s: %w", n.name, err)
		}
	}
	untainted := slices.DeleteFunc(slices.Clone(found.Spec.Taints), func(t corev1.Taint) bool { return t.Key == awaitsCloud })
	if len(untainted) < len(found.Spec.Taints) {
		patch, err := json.Marshal(map[string]any{
			"metadata": map[string]any{"resourceVersion": found.ResourceVersion},
			"spec":     map[string]any{"taints": untainted},
		})
		if err != nil {
			return fmt.Errorf("taints of node %s: %w", n.name, err)
		}
		if _, err := nodes.Patch(ctx, n.name, types.MergePatchType, patch, metav1.PatchOptions{}); err != nil {
			return fmt.Errorf("lift the taint %s of node %s: %w", awaitsCloud, n.name, err)
		}
	}
	return nil
}
