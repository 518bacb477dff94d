package service_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

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
	api := httptest.NewServer(r.telegram.Handler())
	t.Cleanup(api.Close)
	r.config = serving(api.URL, t.TempDir())
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

// allow limits a running process, as an administrator or a disk would.
func allow(t *testing.T, p *process, what int, most uint64) {
	t.Helper()
	limit := unix.Rlimit{Cur: most, Max: unix.RLIM_INFINITY}
	if what == unix.RLIMIT_NOFILE {
		limit.Max = 4096
	}
	if err := unix.Prlimit(p.cmd.Process.Pid, what, &limit, nil); err != nil {
		t.Fatal(err)
	}
}

// A front passes the webhook's requests on and looks at the refusals.
type front struct {
	refused  atomic.Int64
	careless atomic.Int64 // refusals that do not say when to come again
}

func (f *front) behind(t *testing.T, c *service.Config) {
	webhook(t)(c)
	inner := "http://" + c.Listen
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, in *http.Request) {
		out, err := http.NewRequestWithContext(in.Context(), in.Method, inner+in.URL.Path, in.Body)
		if err != nil {
			rw.WriteHeader(http.StatusBadGateway)
			return
		}
		out.Header = in.Header
		resp, err := http.DefaultClient.Do(out)
		if err != nil {
			rw.WriteHeader(http.StatusBadGateway)
			return
		}
		defer resp.Body.Close()
		if resp.StatusCode == http.StatusServiceUnavailable {
			f.refused.Add(1)
			if resp.Header.Get("Retry-After") == "" {
				f.careless.Add(1)
			}
		}
		rw.WriteHeader(resp.StatusCode) // without Retry-After: the test does not wait so long
		_, _ = io.Copy(rw, resp.Body)
	}))
	t.Cleanup(server.Close)
	c.WebhookURL = server.URL + "/zuji"
}

const (
	fullRounds    = 6
	fullLandlords = 5
)

// While the disk is full, people hear that what they sent is not stored yet,
// Telegram is told to come again, and the operator's page says why. Once there is
// room, all goes on by itself, and nothing that was acknowledged is lost.
func TestTorture_FullDisk(t *testing.T) {
	for _, way := range []string{"polling", "webhook"} {
		t.Run(way, func(t *testing.T) {
			var f front
			r := startRig(t, fullLandlords, func(c *service.Config) {
				c.OpsListen = freeAddress(t)
				if way == "webhook" {
					f.behind(t, c)
				}
			})
			random := r.rig.Rand(0)
			p := r.launch()
			for range r.rig.Times(fullRounds) / 2 {
				r.progress(int64(random.IntN(4)))
				r.fill(p, random, &f, way == "webhook")
				r.progress(1)
			}
			r.finish(p)
			if f.careless.Load() > 0 {
				t.Errorf("%d refusals have no Retry-After", f.careless.Load())
			}
		})
	}
}

// fill leaves no room on the disk, sees that everybody is told, and makes room.
func (r *rigged) fill(p *process, random *rand.Rand, f *front, hooked bool) {
	r.t.Helper()
	told, refused := r.told("没有存上"), f.refused.Load()
	// Nothing, or bbolt's two first pages only, which say where the others are.
	allow(r.t, p, unix.RLIMIT_FSIZE, random.Uint64N(3)*4096)
	r.comers++
	id := int64(9000 + r.comers)
	r.telegram.AddUser(standin.User{ID: id, FirstName: "新来的", LanguageCode: "zh-hans"})
	comer := r.telegram.As(id)
	if _, err := comer.Start(""); err != nil {
		r.t.Fatal(err)
	}
	r.until("a landlord hears that it is not saved", func() bool { return r.told("没有存上") > told })
	r.until("who comes anew hears that it waits", func() bool { return heard(comer, "还没有存上") == 1 })
	becomes(r.t, r.config.OpsListen, "/readyz", http.StatusServiceUnavailable, "no room on the disk")
	becomes(r.t, r.config.OpsListen, "/healthz", http.StatusOK, "ok")
	if hooked {
		r.until("Telegram is told to come again", func() bool { return f.refused.Load() > refused })
	}
	allow(r.t, p, unix.RLIMIT_FSIZE, unix.RLIM_INFINITY)
	r.until("who came is greeted without asking again", func() bool { return heard(comer, "租记") == 1 })
	if n := heard(comer, "还没有存上"); n != 1 {
		r.t.Errorf("who waits was told %d times", n)
	}
	r.rig.Count("times full", 1)
	r.rig.Count("times told", r.told("没有存上")-told+1)
	r.rig.Count("webhook calls refused", int(f.refused.Load()-refused))
}

const filesRounds = 4

// When no file or connection can be opened, nothing is lost, and all goes on by
// itself.
func TestTorture_TooManyOpenFiles(t *testing.T) {
	for _, way := range []string{"polling", "webhook"} {
		t.Run(way, func(t *testing.T) {
			var f front
			r := startRig(t, fullLandlords, func(c *service.Config) {
				if way == "webhook" {
					f.behind(t, c)
				}
			})
			random := r.rig.Rand(0)
			p := r.launch()
			for range r.rig.Times(filesRounds) / 2 {
				r.progress(1)
				allow(t, p, unix.RLIMIT_NOFILE, uint64(random.IntN(8)))
				time.Sleep(time.Duration(random.IntN(400)) * time.Millisecond) // the fault's length
				allow(t, p, unix.RLIMIT_NOFILE, 1024)
				r.rig.Count(fmt.Sprintf("times without files, %s", way), 1)
				r.progress(1)
			}
			r.finish(p)
		})
	}
}
