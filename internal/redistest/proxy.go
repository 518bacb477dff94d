package redistest

import (
	"bytes"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A Toxin is what a Proxy does to the bytes that pass.
type Toxin string

// The toxins. None lets everything pass.
const (
	None    Toxin = ""
	Late    Toxin = "late"    // 40 ms each way
	Hole    Toxin = "hole"    // bytes vanish, connections stay
	Reset   Toxin = "reset"   // connections end at once, as new ones do
	Cut     Toxin = "cut"     // an answer ends in the middle, with the connection
	Trickle Toxin = "trickle" // a byte each 20 ms
	Refuse  Toxin = "refuse"  // nobody listens
	Unsaid  Toxin = "unsaid"  // what a script did is done, its answer never comes
)

// Toxins are all that do harm.
var Toxins = []Toxin{Late, Hole, Reset, Cut, Trickle, Refuse, Unsaid}

// A Proxy stands between a client and a server and does harm when told to.
type Proxy struct {
	t     testing.TB
	to    string
	addr  string
	mu    sync.Mutex
	toxin Toxin
	in    net.Listener
	conns map[*net.TCPConn]bool
	work  sync.WaitGroup
}

// Proxy starts one in front of the server.
func (s *Server) Proxy() *Proxy {
	s.t.Helper()
	p := &Proxy{t: s.t, to: s.Addr, addr: "127.0.0.1:0", conns: map[*net.TCPConn]bool{}}
	p.listen()
	s.t.Cleanup(func() {
		p.Poison(Refuse)
		p.work.Wait()
	})
	return p
}

// URL is the proxy's address for redisstore.
func (p *Proxy) URL() string { return "redis://" + p.addr }

func (p *Proxy) listen() {
	p.t.Helper()
	in, err := net.Listen("tcp", p.addr)
	if err != nil {
		p.t.Fatal(err)
	}
	p.addr, p.in = in.Addr().String(), in
	p.work.Go(func() {
		for {
			c, err := in.Accept()
			if err != nil {
				return
			}
			p.work.Go(func() { p.serve(c.(*net.TCPConn)) })
		}
	})
}

// Poison changes what happens to the bytes from now on.
func (p *Proxy) Poison(x Toxin) {
	p.t.Helper()
	p.mu.Lock()
	before := p.toxin
	p.toxin = x
	if x == Refuse && p.in != nil {
		_ = p.in.Close()
		p.in = nil
	}
	if x == Refuse || x == Reset || before == Hole {
		for c := range p.conns {
			_ = c.SetLinger(0) // a reset, not an orderly end
			_ = c.Close()
		}
	}
	again := p.in == nil && x != Refuse
	p.mu.Unlock()
	if again {
		p.listen()
	}
}

func (p *Proxy) now() Toxin {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.toxin
}

func (p *Proxy) keep(c *net.TCPConn, open bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if open {
		p.conns[c] = true
	} else {
		delete(p.conns, c)
	}
}

func (p *Proxy) serve(near *net.TCPConn) {
	defer near.Close()
	if x := p.now(); x == Reset || x == Refuse {
		_ = near.SetLinger(0)
		return
	}
	out, err := net.Dial("tcp", p.to)
	if err != nil {
		return
	}
	far := out.(*net.TCPConn)
	for _, c := range []*net.TCPConn{near, far} {
		p.keep(c, true)
		defer p.keep(c, false)
	}
	defer far.Close()
	var both sync.WaitGroup
	var script atomic.Bool // one was asked for
	both.Go(func() { p.pass(far, near, false, &script) })
	p.pass(near, far, true, &script)
	both.Wait()
}

// pass hands bytes on until one end closes. answers says in which direction.
func (p *Proxy) pass(to, from *net.TCPConn, answers bool, script *atomic.Bool) {
	defer to.Close()
	defer from.Close()
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		if !answers {
			script.Store(bytes.Contains(bytes.ToLower(buf[:n]), []byte("evalsha")))
		} else if script.Load() && p.now() == Unsaid {
			return
		}
		if !p.write(to, buf[:n], answers) {
			return
		}
	}
}

// write reports whether the connection goes on.
func (p *Proxy) write(to io.Writer, b []byte, answers bool) bool {
	switch x := p.now(); {
	case x == Hole:
		return true
	case x == Late:
		time.Sleep(40 * time.Millisecond)
	case x == Cut && answers:
		_, _ = to.Write(b[:len(b)/2])
		return false
	case x == Trickle:
		for i := range b {
			if p.now() != Trickle {
				_, err := to.Write(b[i:])
				return err == nil
			}
			if _, err := to.Write(b[i : i+1]); err != nil {
				return false
			}
			time.Sleep(20 * time.Millisecond)
		}
		return true
	}
	_, err := to.Write(b)
	return err == nil
}
