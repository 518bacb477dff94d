package redistest_test

import (
	"net"
	"testing"
	"time"

	"zuji/internal/redistest"
)

func TestRestartKeepsWhatWasStored(t *testing.T) {
	s := redistest.Start(t)
	s.Do("SET", "a", "1")
	s.Restart()
	if got := s.Do("GET", "a"); got != "1" {
		t.Errorf("after Restart GET gives %v, want 1", got)
	}
	s.FlushAll()
	if got := s.Do("GET", "a"); got != nil {
		t.Errorf("after FlushAll GET gives %v, want nothing", got)
	}
}

func TestStallAcceptsAndKeepsSilent(t *testing.T) {
	s := redistest.Start(t)
	ping := func(patience time.Duration) error {
		c, err := net.Dial("tcp", s.Addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		_ = c.SetDeadline(time.Now().Add(patience))
		if _, err := c.Write([]byte("PING\r\n")); err != nil {
			t.Fatal(err)
		}
		_, err = c.Read(make([]byte, 16))
		return err
	}
	s.Stall()
	if err := ping(100 * time.Millisecond); err == nil {
		t.Error("a stalled server answered")
	}
	s.Resume()
	if err := ping(10 * time.Second); err != nil {
		t.Errorf("a resumed server does not answer: %v", err)
	}
}

func TestStopRefusesConnections(t *testing.T) {
	s := redistest.Start(t)
	s.Stop()
	if c, err := net.Dial("tcp", s.Addr); err == nil {
		c.Close()
		t.Error("a stopped server accepts connections")
	}
}

func TestClusterServesEverySlot(t *testing.T) {
	c := redistest.StartCluster(t)
	if got := c.Nodes[2].Do("CLUSTER", "KEYSLOT", "x"); got == nil {
		t.Error("no slot for a key")
	}
	for i, n := range c.Nodes {
		if got := n.Do("CLUSTER", "COUNTKEYSINSLOT", i); got != int64(0) {
			t.Errorf("node %d: %v", i, got)
		}
	}
}

func TestFailoverPromotesTheReplica(t *testing.T) {
	s := redistest.StartSentinel(t)
	s.Master.Do("SET", "a", "1")
	if got := s.Master.Do("WAIT", 1, 5000); got != int64(1) {
		t.Fatalf("%v replicas have the write, want 1", got)
	}
	s.Failover()
	s.Replica.Do("SET", "b", "2")
	if got := s.Replica.Do("GET", "a"); got != "1" {
		t.Errorf("after Failover GET gives %v, want 1", got)
	}
}
