package redisstore_test

import (
	"io"
	"net"
	"sync/atomic"
	"testing"

	"zuji/internal/redisstore"
	"zuji/internal/redistest"
)

// A cutter stands between a store and Redis. Once told to, it breaks the
// connection in place of passing on the next answer.
type cutter struct {
	addr  string
	armed atomic.Bool
}

func newCutter(t *testing.T, redis string) *cutter {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	c := &cutter{addr: l.Addr().String()}
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", redis)
			if err != nil {
				in.Close()
				continue
			}
			go func() {
				_, _ = io.Copy(out, in)
				out.Close()
			}()
			go c.answers(in, out)
		}
	}()
	return c
}

func (c *cutter) answers(in, out net.Conn) {
	defer in.Close()
	buf := make([]byte, 4096)
	for {
		n, err := out.Read(buf)
		if err != nil || c.armed.CompareAndSwap(true, false) {
			return
		}
		if _, err := in.Write(buf[:n]); err != nil {
			return
		}
	}
}

// The client repeats a Save when the connection breaks. That the first one was
// applied must not look like a conflict.
func TestASaveWhoseAnswerIsLostSucceeds(t *testing.T) {
	r := redistest.Start(t)
	c := newCutter(t, r.Addr)
	s := open(t, "redis://"+c.addr, redisstore.Options{Timeout: patient})
	save(t, s, 1, 0, "a")
	before := r.Calls()
	c.armed.Store(true)
	save(t, s, 1, 1, "b")
	after := r.Calls()
	if n := after["evalsha"] - before["evalsha"]; n != 2 {
		t.Errorf("the script ran %d times, want 2: the test shows nothing", n)
	}
	if n := after["hset"] - before["hset"]; n != 1 {
		t.Errorf("stored %d times, want once", n)
	}
	wants(t, s, 1, 2, "b")
}
