package redistest

import (
	"math/rand/v2"
	"net"
	"strconv"
	"testing"
)

// Ports lie below those that systems give to outgoing connections, which could
// otherwise take one between looking and starting, or during a Restart. A
// cluster node also uses the port that is busOffset higher.
const (
	firstPort = 12000
	lastPort  = 22000
	busOffset = 10000
)

// freePort returns a port that is free together with its bus port.
func freePort(t testing.TB) int {
	t.Helper()
	for range 1000 {
		p := firstPort + rand.IntN(lastPort-firstPort)
		if free(p) && free(p+busOffset) {
			return p
		}
	}
	t.Fatal("no free port on loopback")
	return 0
}

func free(port int) bool {
	l, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(port))
	if err != nil {
		return false
	}
	return l.Close() == nil
}

func listening(addr string) bool {
	c, err := net.Dial("tcp", addr)
	return err == nil && c.Close() == nil
}
