package standin

import (
	"testing"
	"time"
)

func TestLimits(t *testing.T) {
	base := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	one, two := &chat{ID: 1, Kind: kindPrivate}, &chat{ID: 2, Kind: kindPrivate}
	flat := &chat{ID: -1, Kind: kindGroup}
	type step struct {
		at   time.Duration
		to   *chat
		edit bool
		n    int // how many in a row
		want int // retry_after of the last one
	}
	for name, steps := range map[string][]step{
		"a chat takes five at once, then one a second": {
			{0, one, false, 5, 0}, {0, one, false, 1, 1}, {time.Second, one, false, 1, 0}, {0, one, false, 1, 1}, {0, two, false, 1, 0},
		},
		"a refused chat stays closed until retry_after": {
			{0, one, false, 6, 1}, {900 * time.Millisecond, one, false, 1, 1}, {100 * time.Millisecond, one, false, 1, 0},
		},
		"a group takes twenty a minute, edits counted": {
			{0, flat, false, 15, 0}, {0, flat, true, 5, 0}, {0, flat, true, 1, 3}, {3 * time.Second, flat, false, 1, 0}, {0, flat, false, 1, 3},
		},
		"edits in a private chat count only overall": {
			{0, one, true, 30, 0}, {0, one, true, 1, 1}, {0, two, false, 1, 1}, {time.Second, two, false, 1, 0},
		},
	} {
		l, now := newLimiter(Limits{}.withDefaults()), base
		for i, s := range steps {
			now = now.Add(s.at)
			var got int
			for range s.n {
				got = 0
				if e := l.spend(s.to, now, s.edit); e != nil {
					got = e.retryAfter
				}
			}
			if got != s.want {
				t.Errorf("%s: step %d: retry after %d, want %d", name, i, got, s.want)
			}
		}
	}
}

func TestLimits_OverallIsThirtyASecond(t *testing.T) {
	l := newLimiter(Limits{}.withDefaults())
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	sent := 0
	for i := range 10_000 {
		if i%100 == 0 {
			now = now.Add(100 * time.Millisecond)
		}
		if l.spend(&chat{ID: int64(i + 1), Kind: kindPrivate}, now, false) == nil {
			sent++
		}
	}
	// 10 s: the first burst of 30; then, as the bot ignores every retry_after,
	// what flowed in until it ended.
	if sent < 200 || sent > 330 {
		t.Errorf("%d sent in 10 s", sent)
	}
}

func TestLimits_OnTheWire(t *testing.T) {
	w := newWorld(t, Options{})
	if _, err := w.ann.Start(""); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		w.send(nil)
	}
	r := w.call("sendMessage", args{"chat_id": ann, "text": "x"})
	if r.Code != 429 || r.Parameters.RetryAfter != 1 || r.Description != "Too Many Requests: retry after 1" {
		t.Errorf("%+v", r)
	}
	if n := len(w.ann.Messages(0)); n != 6 {
		t.Errorf("%d messages", n)
	}
	w.clock.add(time.Second)
	w.send(nil)
}
