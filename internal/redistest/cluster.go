package redistest

import (
	"context"
	"strconv"
	"strings"
	"testing"
)

// slots is the number of hash slots of every cluster.
const slots = 16384

// A Cluster is three masters without replicas.
type Cluster struct {
	Nodes []*Server
}

// URL is the cluster's address for redisstore.
func (c *Cluster) URL() string { return "redis://" + addrs(c.Nodes) }

// StartCluster starts a cluster, each node with a third of the slots, and waits
// until every node finds it whole.
func StartCluster(t testing.TB) *Cluster {
	t.Helper()
	c := &Cluster{}
	const nodes = 3
	for i := range nodes {
		n := Start(t, "--cluster-enabled", "yes", "--cluster-node-timeout", "2000")
		n.Do("CLUSTER", "SET-CONFIG-EPOCH", i+1)
		args := []any{"CLUSTER", "ADDSLOTS"}
		for slot := slots * i / nodes; slot < slots*(i+1)/nodes; slot++ {
			args = append(args, slot)
		}
		n.Do(args...)
		c.Nodes = append(c.Nodes, n)
	}
	for _, n := range c.Nodes[1:] {
		n.Do("CLUSTER", "MEET", "127.0.0.1", strconv.Itoa(c.Nodes[0].port))
	}
	for _, n := range c.Nodes {
		n.eventually("the cluster does not come together", func(ctx context.Context) bool {
			info := n.tell.ClusterInfo(ctx).Val()
			return strings.Contains(info, "cluster_state:ok") && strings.Contains(info, "cluster_size:3\r")
		})
	}
	return c
}

func addrs(servers []*Server) string {
	var all []string
	for _, s := range servers {
		all = append(all, s.Addr)
	}
	return strings.Join(all, ",")
}
