package service_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"zuji/internal/service"
	"zuji/internal/standin"
)

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
		if !t.Run(way, func(t *testing.T) { fullDisk(t, way) }) {
			return // each silence takes its time to be noticed
		}
	}
}

func fullDisk(t *testing.T, way string) {
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
		if !t.Run(way, func(t *testing.T) {
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
				r.api.CloseClientConnections() // those that are open would do
				length := time.Duration(random.IntN(400)) * time.Millisecond
				time.Sleep(length)
				allow(t, p, unix.RLIMIT_NOFILE, 1024)
				r.rig.Count(fmt.Sprintf("times without files, %s", way), 1)
				r.progress(1)
			}
			r.finish(p)
		}) {
			return
		}
	}
}
