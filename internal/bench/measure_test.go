//go:build unix

package bench_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"log/slog"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"zuji/bot/outgoing"
	"zuji/internal/redistest"
	"zuji/internal/registry"
	"zuji/internal/service"
	"zuji/internal/standin"
	"zuji/internal/tenancy"
)

const (
	token   = "1000000001:test-only-not-a-token-0000000000000"
	admin   = 1
	manager = 2
)

// unlimited lifts Telegram's limits, which are the same for all.
var unlimited = outgoing.Rates{Overall: 1e6, Chat: 1e6, Burst: 1e6, Group: 1e6}

// A load is how much is done.
type load struct {
	at      int  // landlords at once
	talks   int  // conversations in all, each of a landlord of their own
	webhook bool // the updates are posted; otherwise the bot polls
}

// A result is what a run has measured.
type result struct {
	load
	took     time.Duration   // until the last receipt and the manager's last card
	steps    []time.Duration // how long each answer took, sorted
	used     figures         // by the bot
	all      time.Duration   // of processors: the bot, the stand-in with the landlords, and Redis
	requests int             // to Telegram, but for updates
	redis    map[string]int  // commands, those of scripts too
	commits  uint64          // of bbolt
	lost     int             // answers that Zuji said may not have been saved
}

// An arena is where a bot runs: a stand-in, a Redis and a folder.
type arena struct {
	t        testing.TB
	telegram *standin.Server
	redis    *redistest.Server
	config   service.Config
}

func newArena(t testing.TB, redis *redistest.Server, l load) *arena {
	t.Helper()
	telegram := standin.New(standin.Options{Token: token, Username: "ZujiTestBot",
		Limits: standin.Limits{Overall: -1, PerChat: -1, GroupPerMinute: -1}})
	t.Cleanup(telegram.Close)
	api := httptest.NewServer(telegram.Handler())
	t.Cleanup(api.Close)
	for _, id := range []int64{admin, manager} {
		telegram.AddUser(standin.User{ID: id, FirstName: "李经理", LanguageCode: "zh-hans"})
	}
	redis.FlushAll()
	a := &arena{t: t, telegram: telegram, redis: redis, config: service.Config{
		Token: token, APIURL: api.URL, RedisURL: redis.URL(), Data: t.TempDir(), Admins: []int64{admin}, Rates: unlimited}}
	if l.webhook {
		free, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		a.config.Listen = free.Addr().String()
		free.Close()
		a.config.WebhookURL = "http://" + a.config.Listen + "/zuji"
	}
	return a
}

// settle makes Zuji's compound and lets its manager in.
func (a *arena) settle() {
	a.t.Helper()
	c := a.config
	c.WebhookURL, c.RedisURL, c.Log, c.Now = "", "", slog.New(slog.DiscardHandler), time.Now
	ctx := context.Background()
	z, err := service.Start(ctx, c)
	if err != nil {
		a.t.Fatal(err)
	}
	compound, err := z.Registry.AddCompound(ctx, "compound-one", admin, tenancy.Compound{Name: "幸福花园", City: tenancy.DefaultCity})
	if err != nil {
		a.t.Fatal(err)
	}
	invitation := registry.Token()
	if err := z.Registry.Invite(ctx, invitation, compound.ID, tenancy.Manager, admin); err != nil {
		a.t.Fatal(err)
	}
	events, stop := context.WithCancel(ctx)
	defer stop()
	app := a.telegram.As(manager)
	li := &landlord{app: app, events: app.Events(events), own: strings.NewReplacer()}
	if _, err := li.talks([]step{{"/start s_" + invitation, "您已是"}}); err != nil {
		a.t.Fatal(err)
	}
	if err := z.Stop(ctx); err != nil {
		a.t.Fatal(err)
	}
}

// cards waits until the manager was told of so many registrations.
func cards(events <-chan standin.Event, n int) error {
	late := time.After(patience)
	for n > 0 {
		select {
		case e := <-events:
			if e.Kind == "message" && strings.Contains(e.Message.Text, "待受理") {
				n--
			}
		case <-late:
			return fmt.Errorf("%d cards did not reach the manager", n)
		}
	}
	return nil
}

// measure runs a bot under a load.
func measure(t testing.TB, redis *redistest.Server, bot string, l load, profile string) result {
	t.Helper()
	a := newArena(t, redis, l)
	talk := registration
	switch bot {
	case "zuji", before:
		a.settle()
	case "floor":
		talk = toNobody(registration)
	}
	p := launch(t, order{Bot: bot, Config: a.config, Profile: profile})
	r := a.run(bot, l, talk, func() figures { return p.figures(t) })
	p.stop(t)
	return r
}

// run lets landlords talk to the bot that runs. used says what it has used up.
func (a *arena) run(bot string, l load, talk []step, used func() figures) result {
	a.t.Helper()
	ctx, end := context.WithCancel(context.Background())
	defer end()
	people := make(chan *landlord, l.talks)
	for n := range l.talks {
		people <- newLandlord(ctx, a.telegram, n)
	}
	close(people)
	reviews := a.telegram.As(manager).Events(ctx)
	r := result{load: l}
	a.telegram.ResetCalls()
	commits, commands, start, around := a.commits(), a.redis.Calls(), used(), a.around()
	began := time.Now()
	var mu sync.Mutex
	var group sync.WaitGroup
	for range l.at {
		group.Go(func() {
			for who := range people {
				took, err := who.talks(talk)
				mu.Lock()
				r.steps = append(r.steps, took...)
				r.lost += who.lost
				mu.Unlock()
				if err != nil {
					a.t.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	if (bot == "zuji" || bot == before) && !a.t.Failed() {
		if err := cards(reviews, l.talks); err != nil {
			a.t.Error(err)
		}
	}
	r.took = time.Since(began)
	a.rests()
	after := used()
	r.all = after.CPU - start.CPU + a.around() - around
	r.used = figures{after.CPU - start.CPU, after.Mallocs - start.Mallocs}
	r.commits = a.commits() - commits
	r.redis = a.redis.Calls()
	for name, n := range commands {
		r.redis[name] -= n
	}
	for _, c := range a.telegram.Calls() {
		if c.Method != "getUpdates" && c.Method != "setMyCommands" { // the latter at the start
			r.requests++
		}
	}
	slices.Sort(r.steps)
	return r
}

// around is the processor time of what is around the bot.
func (a *arena) around() time.Duration {
	sum := now().CPU
	for line := range strings.Lines(fmt.Sprint(a.redis.Do("INFO", "cpu"))) {
		var seconds float64
		for _, name := range []string{"used_cpu_sys:%g", "used_cpu_user:%g"} {
			if n, _ := fmt.Sscanf(line, name, &seconds); n == 1 {
				sum += time.Duration(seconds * float64(time.Second))
			}
		}
	}
	return sum
}

// rests waits until the bot has confirmed all updates: it has answered them.
func (a *arena) rests() {
	for since := time.Now(); a.telegram.Pending() > 0 && time.Since(since) < patience; {
		time.Sleep(time.Millisecond)
	}
}

// commits is how many times the records were written since they were made: the
// number of the last transaction on bbolt's two meta pages, 0 without a file.
func (a *arena) commits() (last uint64) {
	f, err := os.Open(filepath.Join(a.config.Data, recordsFile))
	if err != nil {
		return 0
	}
	defer f.Close()
	const place = 64 // behind the page's head, the magic number, the root and the free list
	for meta := range int64(2) {
		var id [8]byte
		if _, err := f.ReadAt(id[:], meta*int64(os.Getpagesize())+place); err != nil {
			a.t.Fatal(err)
		}
		last = max(last, binary.LittleEndian.Uint64(id[:]))
	}
	return last
}
