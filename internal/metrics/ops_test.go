package metrics

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"zuji/internal/session"
)

func labels() Labels {
	return Labels{
		Kinds: []string{"message"}, Results: []string{"handled"}, Calls: []string{"send"}, Outcomes: []string{"ok"},
		Settled: []string{"sent"}, Stores: []string{"records"}, Sessions: "file",
	}
}

func fine() error { return nil }

// serve serves m and returns its address.
func serve(t *testing.T, m *Metrics, l net.Listener, c Checks) string {
	t.Helper()
	s := m.Server(l, c, slog.New(slog.DiscardHandler))
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		<-done
	})
	return l.Addr().String()
}

func get(t *testing.T, url string, header ...string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestListen_IsOnLoopbackUnlessAHostIsNamed(t *testing.T) {
	for address, loopback := range map[string]bool{":0": true, "0": true, "127.0.0.1:0": true, "localhost:0": true, "0.0.0.0:0": false} {
		l, err := Listen(address)
		if err != nil {
			t.Fatalf("%s: %v", address, err)
		}
		if got := l.Addr().(*net.TCPAddr).IP.IsLoopback(); got != loopback {
			t.Errorf("%q listens on %v", address, l.Addr())
		}
		l.Close()
	}
}

func TestServer_ProfilesAreOnLoopbackOnly(t *testing.T) {
	for host, want := range map[string]int{"127.0.0.1": http.StatusOK, "0.0.0.0": http.StatusNotFound} {
		l, err := Listen(host + ":0")
		if err != nil {
			t.Fatal(err)
		}
		serve(t, New(labels()), l, Checks{fine, fine})
		port := l.Addr().(*net.TCPAddr).Port
		for _, path := range []string{"/debug/pprof/", "/debug/pprof/goroutine", "/debug/pprof/symbol"} {
			if code, _ := get(t, fmt.Sprintf("http://127.0.0.1:%d%s", port, path)); code != want {
				t.Errorf("on %s %s is %d, want %d", host, path, code, want)
			}
		}
		if code, _ := get(t, fmt.Sprintf("http://127.0.0.1:%d/debug/pprof/cmdline", port)); code != http.StatusNotFound {
			t.Errorf("on %s the command line, which may hold the token, is %d", host, code)
		}
	}
}

func TestServer_SaysTheReason(t *testing.T) {
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := serve(t, New(labels()), l, Checks{fine, func() error { return errors.New("stopping") }})
	if code, text := get(t, "http://"+address+"/healthz"); code != http.StatusOK || text != "ok\n" {
		t.Errorf("/healthz is %d %q", code, text)
	}
	if code, text := get(t, "http://"+address+"/readyz"); code != http.StatusServiceUnavailable || text != "stopping\n" {
		t.Errorf("/readyz is %d %q", code, text)
	}
	if code, _ := get(t, "http://"+address+"/"); code != http.StatusNotFound {
		t.Errorf("/ is %d", code)
	}
}

// A web page that a browser on this machine shows must read nothing.
func TestServer_AnswersNoWebPages(t *testing.T) {
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := serve(t, New(labels()), l, Checks{fine, fine})
	for _, header := range [][]string{{"Origin", "https://evil.example"}, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-origin"}} {
		if code, _ := get(t, "http://"+address+"/metrics", header...); code != http.StatusForbidden {
			t.Errorf("%v gets %d", header, code)
		}
	}
	if code, _ := get(t, "http://"+address+"/metrics", "Sec-Fetch-Site", "none"); code != http.StatusOK {
		t.Errorf("the operator's own browser gets %d", code)
	}
}

// Whatever arrives as a label, only announced values are shown.
func TestLabels_AreBounded(t *testing.T) {
	m := New(labels())
	for n := range 100 {
		odd := fmt.Sprintf("13800138%03d", n)
		m.Update(odd, odd, time.Second)
		m.Commit(odd, time.Second, nil)
		m.Commit(odd, time.Second, errors.New(odd))
		m.Call(odd, odd, time.Second)
		m.Settled(odd)
	}
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, text := get(t, "http://"+serve(t, m, l, Checks{fine, fine})+"/metrics")
	if strings.Contains(text, "13800138") {
		t.Error("a value that was not announced is a label")
	}
	for _, line := range []string{`zuji_updates_total{kind="other",result="other"} 100`, `zuji_outbox_attempts_total{state="other"} 100`, `zuji_store_commit_failures_total{store="other"} 100`} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("no line %s", line)
		}
	}
}

// answers is a store that answers as told.
type answers struct {
	session.Store
	err error
}

func (a answers) Load(context.Context, int64) (session.State, error)        { return session.State{}, a.err }
func (a answers) Save(context.Context, int64, int64, []byte) (int64, error) { return 7, a.err }

func TestSessions_AreCountedByResult(t *testing.T) {
	m := New(labels())
	for err, n := range map[error]int{nil: 1, session.ErrConflict: 2, session.ErrUnavailable: 3, errors.New("x"): 4} {
		s := m.Sessions(answers{err: err})
		for range n {
			if _, got := s.Load(t.Context(), 1); !errors.Is(got, err) {
				t.Errorf("Load returns %v, want %v", got, err)
			}
			if rev, got := s.Save(t.Context(), 1, 1, nil); rev != 7 || !errors.Is(got, err) {
				t.Errorf("Save returns %d, %v", rev, got)
			}
		}
	}
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, text := get(t, "http://"+serve(t, m, l, Checks{fine, fine})+"/metrics")
	for _, line := range []string{
		`zuji_session_calls_total{backend="file",op="load",result="ok"} 1`,
		`zuji_session_calls_total{backend="file",op="save",result="conflict"} 2`,
		`zuji_session_calls_total{backend="file",op="load",result="unavailable"} 3`,
		`zuji_session_calls_total{backend="file",op="save",result="error"} 4`,
		`zuji_session_seconds_count{backend="file",op="load"} 3`, // of those answered
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("no line %s", line)
		}
	}
}

// What is not known is left out, and a scrape works before anything is known.
func TestWatch_LeavesOutWhatIsNotKnown(t *testing.T) {
	m := New(labels())
	m.Watch(func(context.Context) State {
		s := Unknown()
		s.OutboxWaiting, s.StoreBytes["records"] = 0, 4096
		return s
	})
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, text := get(t, "http://"+serve(t, m, l, Checks{fine, fine})+"/metrics")
	if !strings.Contains(text, "\nzuji_outbox_rows 0\n") || !strings.Contains(text, "\nzuji_store_bytes{store=\"records\"} 4096\n") {
		t.Error("what is known is not shown")
	}
	if strings.Contains(text, "\nzuji_reminders_due ") || strings.Contains(text, "\nzuji_ready ") {
		t.Error("what is not known is shown")
	}
}
