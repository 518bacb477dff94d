// Package redistest starts real Redis servers for tests.
package redistest

import (
	"net"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// A Server is a redis-server of a test's own, on loopback. It ends with the
// test.
type Server struct {
	Addr string
	t    testing.TB
	dir  string
	args []string
	cmd  *exec.Cmd
}

// URL is the server's address for redisstore.Open.
func (s *Server) URL() string { return "redis://" + s.Addr }

// Start starts a server that keeps an append-only file. Without redis-server on
// the machine the test fails: make test installs it.
func Start(t testing.TB, args ...string) *Server {
	t.Helper()
	s := &Server{t: t, Addr: freeAddr(t), dir: t.TempDir(), args: args}
	s.launch()
	t.Cleanup(s.Stop)
	return s
}

func freeAddr(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func (s *Server) launch() {
	s.t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		s.t.Fatal("redis-server is missing: run make test, or apt-get install redis-server")
	}
	_, port, _ := net.SplitHostPort(s.Addr)
	s.cmd = exec.Command(path, append([]string{"--bind", "127.0.0.1", "--port", port, "--dir", s.dir,
		"--appendonly", "yes", "--save", "", "--daemonize", "no"}, s.args...)...)
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	deadline := time.Now().Add(10 * time.Second)
	for time.Now().Before(deadline) {
		if s.ping() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	s.t.Fatalf("redis-server on port %s does not answer", port)
}

func (s *Server) ping() bool {
	c, err := net.DialTimeout("tcp", s.Addr, 200*time.Millisecond)
	if err != nil {
		return false
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(200 * time.Millisecond))
	if _, err := c.Write([]byte("PING\r\n")); err != nil {
		return false
	}
	answer := make([]byte, 7)
	n, err := c.Read(answer)
	return err == nil && string(answer[:n]) == "+PONG\r\n"
}

// Send sends one command and waits for the answer.
func (s *Server) Send(command string) {
	s.t.Helper()
	c, err := net.Dial("tcp", s.Addr)
	if err != nil {
		s.t.Fatal(err)
	}
	defer c.Close()
	_, err = c.Write([]byte(command + "\r\n"))
	if err == nil {
		_, err = c.Read(make([]byte, 1024))
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// Stop kills the server; its file stays for Restart.
func (s *Server) Stop() {
	if s.cmd != nil && s.cmd.Process != nil {
		_ = s.cmd.Process.Signal(syscall.SIGCONT)
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
		s.cmd = nil
	}
}

// Restart starts the server again with what it had stored.
func (s *Server) Restart() {
	s.t.Helper()
	s.Stop()
	s.launch()
}

// Stall stops the server from answering without closing anything.
func (s *Server) Stall() { s.signal(syscall.SIGSTOP) }

// Resume ends Stall.
func (s *Server) Resume() { s.signal(syscall.SIGCONT) }

func (s *Server) signal(sig syscall.Signal) {
	s.t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.t.Fatal(err)
	}
}

// Port is the server's port.
func (s *Server) Port() int {
	_, port, _ := net.SplitHostPort(s.Addr)
	n, _ := strconv.Atoi(port)
	return n
}
