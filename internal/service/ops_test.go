package service_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"zuji/internal/boltkv"
	"zuji/internal/kv"
	"zuji/internal/redistest"
	"zuji/internal/service"
	"zuji/internal/tenancy"
)

// freeAddress is one on loopback that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// ops makes a config answer the operator on a free address.
func ops(t *testing.T) func(*service.Config) {
	address := freeAddress(t)
	return func(c *service.Config) { c.OpsListen = address }
}

// page is one of the operator's pages: status and text, or 0 when nobody answers.
func page(t *testing.T, address, path string) (int, string) {
	t.Helper()
	resp, err := http.Get("http://" + address + path)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, strings.TrimSpace(string(body))
}

// becomes waits until a page has the status and text.
func becomes(t *testing.T, address, path string, status int, text string) {
	t.Helper()
	var code int
	var body string
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if code, body = page(t, address, path); code == status && strings.Contains(body, text) {
			return
		}
	}
	t.Fatalf("%s is %d %q, want %d %q", path, code, body, status, text)
}

// Before Telegram has answered, Zuji is alive but not ready; after that it is
// ready, and at the end nobody answers.
func TestOps_ReadyWhenTelegramHasAnswered(t *testing.T) {
	w := newWorld(t, ops(t))
	w.stop()
	address, real := w.config.OpsListen, w.config.APIURL
	var up atomic.Bool
	telegram := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !up.Load() {
			rw.WriteHeader(http.StatusBadGateway)
			return
		}
		forward(rw, r, real)
	}))
	defer telegram.Close()
	w.config.APIURL = telegram.URL
	started := make(chan error, 1)
	go func() {
		z, err := service.Start(context.Background(), w.config)
		w.zuji = z
		started <- err
	}()
	becomes(t, address, "/readyz", http.StatusServiceUnavailable, "Telegram has not answered yet")
	becomes(t, address, "/healthz", http.StatusOK, "ok")
	becomes(t, address, "/metrics", http.StatusOK, "zuji_ready 0")
	up.Store(true)
	if err := <-started; err != nil {
		t.Fatal(err)
	}
	becomes(t, address, "/readyz", http.StatusOK, "ok")
	becomes(t, address, "/metrics", http.StatusOK, "zuji_ready 1")
	w.stop()
	if code, _ := page(t, address, "/healthz"); code != 0 {
		t.Errorf("after the stop somebody answers %d", code)
	}
}

// forward passes a request on to another server.
func forward(rw http.ResponseWriter, r *http.Request, to string) {
	req, err := http.NewRequestWithContext(r.Context(), r.Method, to+r.URL.Path, r.Body)
	if err != nil {
		rw.WriteHeader(http.StatusBadGateway)
		return
	}
	req.Header, req.ContentLength = r.Header, r.ContentLength
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		rw.WriteHeader(http.StatusBadGateway)
		return
	}
	defer resp.Body.Close()
	rw.WriteHeader(resp.StatusCode)
	_, _ = io.Copy(rw, resp.Body) // who asked notices
}

// An outbox that can't be read stops the pump: people would wait for notices, so
// that the service is not ready.
func TestOps_NotReadyWhenTheOutboxPumpHasStopped(t *testing.T) {
	w := newWorld(t, ops(t))
	becomes(t, w.config.OpsListen, "/readyz", http.StatusOK, "ok")
	w.stop()
	db, err := boltkv.Open(filepath.Join(w.config.Data, "records.db"), boltkv.Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(t.Context(), func(tx kv.Tx) error {
		if err := tx.Put("outbox", []byte("x"), []byte("no row")); err != nil {
			return err
		}
		return tx.Put("outbox_busy", []byte("x"), []byte{1})
	})
	if err != nil || db.Close() != nil {
		t.Fatal(err)
	}
	w.start()
	becomes(t, w.config.OpsListen, "/readyz", http.StatusServiceUnavailable, "the outbox pump has stopped")
	becomes(t, w.config.OpsListen, "/healthz", http.StatusOK, "ok")
	if err := <-w.zuji.Failed(); err == nil || !strings.Contains(err.Error(), "outbox") {
		t.Errorf("the service says %v", err)
	}
}

// When the disk is full, the service is alive, since a restart mends nothing, but
// not ready; what was stored is there.
func TestOps_NotReadyWhenTheStoreIsFull(t *testing.T) {
	w := newWorld(t, ops(t))
	w.stop()
	info, err := os.Stat(filepath.Join(w.config.Data, "records.db"))
	if err != nil {
		t.Fatal(err)
	}
	w.config.MaxStore = int(info.Size())
	w.start()
	becomes(t, w.config.OpsListen, "/readyz", http.StatusOK, "ok")
	full := false
	for n := 0; n < 20_000 && !full; n++ {
		c := tenancy.Compound{Name: strings.Repeat("花", 4000), City: w.compound.City}
		_, err := w.zuji.Registry.AddCompound(t.Context(), freshKey(n), admin, c)
		full = err != nil
	}
	if !full {
		t.Fatal("the store does not become full")
	}
	becomes(t, w.config.OpsListen, "/readyz", http.StatusServiceUnavailable, "no room on the disk")
	becomes(t, w.config.OpsListen, "/healthz", http.StatusOK, "ok")
	becomes(t, w.config.OpsListen, "/metrics", http.StatusOK, `zuji_store_commit_failures_total{store="records"} `)
	if value(t, w.config.OpsListen, `zuji_store_commit_failures_total{store="records"}`) < 1 {
		t.Error("the refused commit is not counted")
	}
}

// While Redis is down, people hear it, and what needs no conversation goes on.
func TestOps_RedisDownIsNoReasonToBeNotReady(t *testing.T) {
	redis := redistest.Start(t)
	operated := ops(t)
	w := newWorld(t, func(c *service.Config) { operated(c); c.RedisURL = redis.URL() })
	redis.Stop()
	w.as(landlord).start("")
	w.settled()
	becomes(t, w.config.OpsListen, "/readyz", http.StatusOK, "ok")
	failed := value(t, w.config.OpsListen, `zuji_session_calls_total{backend="redis",op="load",result="unavailable"}`)
	if failed < 1 {
		t.Errorf("%v session calls failed", failed)
	}
}

func TestOps_WrongAddressIsASettingError(t *testing.T) {
	for _, address := range []string{"x:y:z", "nowhere.invalid:1", "127.0.0.1:99999"} {
		_, err := service.Start(t.Context(), service.Config{Token: token, OpsListen: address, Data: t.TempDir()})
		if _, ok := err.(*service.SettingError); !ok || !strings.Contains(err.Error(), "ZUJI_OPS_LISTEN") {
			t.Errorf("%s: %v", address, err)
		}
	}
}
