// Package redistest starts real Redis servers for tests: one, a cluster, or a
// set behind sentinels. All listen on loopback and end with the test.
package redistest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// startTimeout bounds waiting for a server to answer, or for servers to agree.
const startTimeout = 20 * time.Second

// A Server is a redis-server of a test's own. Its methods fail the test when
// they can't do what they say.
type Server struct {
	Addr string // host:port

	t    testing.TB
	port int
	dir  string
	args []string
	proc *process
	tell *redis.Client // for what the test itself wants of the server
}

// Start starts a server that keeps an append-only file. args are more settings,
// as on its command line. Without redis-server on the machine the test fails.
func Start(t testing.TB, args ...string) *Server {
	t.Helper()
	usual := []string{"--appendonly", "yes", "--save", ""}
	return start(t, freePort(t), append(usual, args...)...)
}

// start starts a server on a port. args begin with a configuration file, if any.
func start(t testing.TB, port int, args ...string) *Server {
	t.Helper()
	s := &Server{t: t, port: port, Addr: "127.0.0.1:" + strconv.Itoa(port), dir: t.TempDir()}
	own := []string{"--bind", "127.0.0.1", "--port", strconv.Itoa(port), "--dir", s.dir, "--logfile", s.log(), "--daemonize", "no"}
	if len(args) > 0 && filepath.IsAbs(args[0]) {
		s.args, args = args[:1:1], args[1:]
	}
	s.args = append(append(s.args, own...), args...)
	s.tell = redis.NewClient(&redis.Options{Addr: s.Addr, DisableIdentity: true, MaxRetries: -1, DialerRetries: 1, PoolSize: 1})
	t.Cleanup(func() {
		s.Stop()
		s.tell.Close()
	})
	s.launch()
	return s
}

// URL is the server's address for redisstore.
func (s *Server) URL() string { return "redis://" + s.Addr }

func (s *Server) log() string { return filepath.Join(s.dir, "redis.log") }

// launch starts the process and waits until it, and no other that happens to
// have the port, answers.
func (s *Server) launch() {
	s.t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		s.t.Fatal("redis-server is missing: run make test, or apt-get install redis-server")
	}
	if s.proc, err = run(path, s.args...); err != nil {
		s.t.Fatal(err)
	}
	pid := fmt.Sprintf("process_id:%d\r\n", s.proc.pid())
	s.eventually("redis-server does not answer", func(ctx context.Context) bool {
		if s.proc.ended() {
			s.t.Fatalf("redis-server on port %d ended:\n%s", s.port, s.tail())
		}
		if !listening(s.Addr) { // go-redis waits a second after a refusal
			return false
		}
		// INFO is answered also while the data are being loaded.
		info, err := s.tell.Info(ctx, "server", "persistence").Result()
		return err == nil && strings.Contains(info, pid) && !strings.Contains(info, "\nloading:1")
	})
}

// tail returns the end of the server's log. It holds no keys or data.
func (s *Server) tail() []byte {
	log, _ := os.ReadFile(s.log())
	return log[max(0, len(log)-1000):]
}

// eventually asks until the answer is yes.
func (s *Server) eventually(otherwise string, yes func(context.Context) bool) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	for !yes(ctx) {
		select {
		case <-ctx.Done():
			s.t.Fatalf("%s (port %d):\n%s", otherwise, s.port, s.tail())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Do sends one command and returns the answer.
func (s *Server) Do(args ...any) any {
	s.t.Helper()
	answer, err := s.tell.Do(context.Background(), args...).Result()
	if err != nil && err != redis.Nil {
		s.t.Fatalf("redis %v: %v", args[0], err)
	}
	return answer
}

// FlushAll empties the server.
func (s *Server) FlushAll() {
	s.t.Helper()
	s.Do("FLUSHALL", "SYNC")
}

// Stop kills the server; its file stays for Restart.
func (s *Server) Stop() {
	if s.proc != nil {
		s.proc.kill()
		s.proc = nil
	}
}

// Restart kills the server, if it runs, and starts it with what it had stored.
func (s *Server) Restart() {
	s.t.Helper()
	s.Stop()
	s.launch()
}

// Stall stops the server from answering without closing anything. It returns
// when the server has stopped.
func (s *Server) Stall() {
	s.t.Helper()
	if err := s.proc.stall(); err != nil {
		s.t.Fatal(err)
	}
}

// Resume ends Stall.
func (s *Server) Resume() {
	s.t.Helper()
	if err := s.proc.resume(); err != nil {
		s.t.Fatal(err)
	}
}
