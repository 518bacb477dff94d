package redistest

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// masterName is what the sentinels call the master.
const masterName = "zuji"

// Sentinels are three sentinels that watch a master with one replica. When the
// master is silent for half a second they promote the replica.
type Sentinels struct {
	Master, Replica *Server
	Sentinels       []*Server
}

// URL is the set's address for redisstore.
func (s *Sentinels) URL() string {
	return "redis://" + addrs(s.Sentinels) + "/0?master_name=" + masterName
}

// StartSentinel starts the set and waits until all know each other.
func StartSentinel(t testing.TB) *Sentinels {
	t.Helper()
	s := &Sentinels{Master: Start(t, "--repl-diskless-sync-delay", "0")}
	port := strconv.Itoa(s.Master.port)
	s.Replica = Start(t, "--replicaof", "127.0.0.1 "+port, "--repl-diskless-sync-delay", "0")
	s.Replica.eventually("the replica does not follow", func(ctx context.Context) bool {
		return readInfo(s.Replica.tell.Info(ctx, "replication").Val())["master_link_status"] == "up"
	})
	for range 3 {
		file := filepath.Join(t.TempDir(), "sentinel.conf") // sentinels write into it
		text := "sentinel monitor " + masterName + " 127.0.0.1 " + port + " 2\n" +
			"sentinel down-after-milliseconds " + masterName + " 500\n" +
			"sentinel failover-timeout " + masterName + " 3000\n"
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s.Sentinels = append(s.Sentinels, start(t, freePort(t), file, "--sentinel"))
	}
	for _, n := range s.Sentinels {
		n.eventually("the sentinels do not find each other", func(ctx context.Context) bool {
			m, err := n.tell.Do(ctx, "SENTINEL", "MASTER", masterName).Result()
			return err == nil && field(m, "num-other-sentinels") == "2" && field(m, "num-slaves") == "1"
		})
	}
	return s
}

// Failover kills the master and waits until all sentinels name the replica.
func (s *Sentinels) Failover() {
	s.Master.t.Helper()
	s.Master.Stop()
	for _, n := range s.Sentinels {
		n.eventually("the sentinels do not promote the replica", func(ctx context.Context) bool {
			m, err := n.tell.Do(ctx, "SENTINEL", "MASTER", masterName).Result()
			return err == nil && field(m, "port") == strconv.Itoa(s.Replica.port)
		})
	}
	s.Replica.eventually("the replica does not become master", func(ctx context.Context) bool {
		return readInfo(s.Replica.tell.Info(ctx, "replication").Val())["role"] == "master"
	})
}
