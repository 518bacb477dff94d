package service_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"zuji/internal/service"
	"zuji/internal/standin"
	"zuji/internal/torture"
)

// A rigged is Zuji in a process of its own, with landlords who register until it
// is finished.
type rigged struct {
	t          *testing.T
	rig        *torture.Rig
	config     service.Config
	telegram   *standin.Server
	api        *httptest.Server
	log        *lines
	people     []*registrar
	registered atomic.Int64
	stop       atomic.Bool
	group      sync.WaitGroup
	failed     chan error
	comers     int
}

// startRig prepares the folder and lets the landlords begin.
func startRig(t *testing.T, landlords int, change func(*service.Config)) *rigged {
	r := &rigged{t: t, rig: torture.New(t), telegram: unlimited(), log: &lines{}, failed: make(chan error, landlords)}
	t.Cleanup(r.telegram.Close)
	r.api = httptest.NewServer(r.telegram.Handler())
	t.Cleanup(r.api.Close)
	r.config = serving(r.api.URL, t.TempDir())
	if change != nil {
		change(&r.config)
	}
	prepare(t, r.config, r.telegram)
	for i := range landlords {
		p := newRegistrar(r.telegram, i)
		r.people = append(r.people, p)
		r.group.Go(func() {
			err := p.run(func(int) bool { return !r.stop.Load() }, func(string) { r.registered.Add(1) })
			if err != nil {
				r.failed <- err
			}
		})
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("log:\n%s", r.log)
		}
	})
	return r
}

func (r *rigged) launch() *process {
	r.t.Helper()
	p := launch(r.t, r.config, r.log)
	<-p.ready
	if !p.serving.Load() {
		r.t.Fatalf("Zuji does not start:\n%s", r.log)
	}
	return p
}

// until waits for what has to happen.
func (r *rigged) until(what string, happened func() bool) {
	r.t.Helper()
	for since := time.Now(); !happened(); time.Sleep(2 * time.Millisecond) {
		if time.Since(since) > stuck {
			r.t.Fatalf("never: %s\n%s", what, r.chats())
		}
	}
}

// chats are the ends of the landlords' chats.
func (r *rigged) chats() string {
	var b strings.Builder
	for _, p := range r.people {
		all := p.app.Messages(0)
		for _, m := range all[max(0, len(all)-6):] {
			fmt.Fprintf(&b, "[%d] %s\n", m.From.ID, strings.ReplaceAll(m.Text, "\n", " "))
		}
	}
	return b.String()
}

// progress waits for further registrations.
func (r *rigged) progress(n int64) {
	r.t.Helper()
	before := r.registered.Load()
	r.until("a registration", func() bool { return r.registered.Load() >= before+n })
}

// finish lets the landlords end what they are at, stops p in order, and compares.
func (r *rigged) finish(p *process) {
	r.t.Helper()
	r.stop.Store(true)
	r.group.Wait()
	close(r.failed)
	for err := range r.failed {
		r.t.Error(err)
	}
	waitPending(r.t, r.telegram)
	waitCards(r.t, r.telegram, r.people)
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	if err := p.cmd.Wait(); err != nil {
		r.t.Errorf("SIGTERM: %v", err)
	}
	r.rig.Count("acked updates", acknowledged(r.people))
	r.rig.Count("registrations, each exactly once", checkRecords(r.t, r.config, r.telegram, r.people))
}

// told counts how often the landlords have read a text.
func (r *rigged) told(text string) (n int) {
	for _, p := range r.people {
		n += heard(p.app, text)
	}
	return n
}

// heard counts the messages in a person's chat that hold text.
func heard(app *standin.Client, text string) (n int) {
	for _, m := range app.Messages(0) {
		if strings.Contains(m.Text, text) {
			n++
		}
	}
	return n
}
