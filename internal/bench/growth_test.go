//go:build unix

package bench_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"zuji/internal/redistest"
	"zuji/internal/service"
)

// What a registration of 14 steps may cost. Who makes one of these smaller puts
// the smaller number here; who needs a larger one says why.
const (
	mostLoads    = 14 // of the session, one a step
	mostSaves    = 13 // /start changes nothing
	mostCommits  = 5  // language, registration, and three for the manager's card
	mostRequests = 35 // 15 messages, the manager's card, 5 presses, 4 answers put in place of buttons, 7 times buttons taken away, 3 numbers deleted
)

// A registration asks Redis, bbolt and Telegram as often as it did. Times are not
// looked at; where Redis was too slow on a busy machine it is counted anew.
func TestGrowth_ARegistrationCostsNoMoreThanItDid(t *testing.T) {
	redis := redistest.Start(t)
	l := load{at: 1, talks: 3}
	for range 5 {
		if r := alone(t, redis, l); r.lost == 0 {
			noMore(t, r)
			return
		}
	}
	t.Error("redis did not answer in time in five runs")
}

// alone runs Zuji in this process.
func alone(t *testing.T, redis *redistest.Server, l load) result {
	t.Helper()
	a := newArena(t, redis, l)
	a.settle()
	c := a.config
	c.Log, c.Now = slog.New(slog.DiscardHandler), time.Now
	z, err := service.Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	r := a.run("zuji", l, registration, func() figures { return figures{} })
	if err := z.Stop(context.Background()); err != nil {
		t.Error(err)
	}
	return r
}

func noMore(t *testing.T, r result) {
	t.Helper()
	if n := len(r.steps); n != r.talks*len(registration) {
		t.Fatalf("%d steps were taken", n)
	}
	if n := r.redis["hmget"]; n != r.talks*mostLoads {
		t.Errorf("%d loads of sessions, want %d", n, r.talks*mostLoads)
	}
	// The server may see the script for the first time: then it is sent once.
	if n := r.redis["evalsha"]; n != r.talks*mostSaves {
		t.Errorf("%d saves of sessions, want %d", n, r.talks*mostSaves)
	}
	known := map[string]bool{"hmget": true, "evalsha": true, "eval": true, "hget": true, "hset": true, "pexpire": true}
	for command, n := range r.redis {
		if !known[command] && n > 0 {
			t.Errorf("redis was asked %d times for %s", n, command)
		}
	}
	if n := int(r.commits); n == 0 || n > r.talks*mostCommits {
		t.Errorf("%d commits, at most %d wanted", n, r.talks*mostCommits)
	}
	if r.requests != r.talks*mostRequests {
		t.Errorf("%d requests to Telegram, want %d", r.requests, r.talks*mostRequests)
	}
}
