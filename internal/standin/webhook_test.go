package standin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"
)

// receiver is a bot's webhook that keeps what it got.
type receiver struct {
	mu     sync.Mutex
	got    []gotUpdate
	secret string
	come   chan struct{}
	answer func(u gotUpdate, n int) (status int, after string) // n: deliveries before this one
}

func (w *world) receive(answer func(gotUpdate, int) (int, string)) (*receiver, string) {
	r := &receiver{come: make(chan struct{}, 1000), answer: answer}
	srv := httptest.NewServer(http.HandlerFunc(func(hw http.ResponseWriter, req *http.Request) {
		var u gotUpdate
		if err := json.NewDecoder(req.Body).Decode(&u); err != nil {
			w.t.Error(err)
		}
		r.mu.Lock()
		n := len(r.got)
		r.got = append(r.got, u)
		r.secret = req.Header.Get("X-Telegram-Bot-Api-Secret-Token")
		r.mu.Unlock()
		status, after := 200, ""
		if r.answer != nil {
			status, after = r.answer(u, n)
		}
		if after != "" {
			hw.Header().Set("Retry-After", after)
		}
		hw.WriteHeader(status)
		r.come <- struct{}{}
	}))
	w.t.Cleanup(func() { w.Close(); srv.Close() })
	return r, srv.URL
}

func (r *receiver) wait(n int) []gotUpdate {
	for range n {
		<-r.come
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.got)
}

func TestWebhook_DeliversInOrderWithTheSecret(t *testing.T) {
	w := started(t)
	first := w.queue(2) // waiting from before
	r, url := w.receive(nil)
	w.ok("setWebhook", args{"url": url, "secret_token": "s-1_X", "max_connections": 5}, nil)
	w.queue(3)
	got := r.wait(5)
	for i, u := range got {
		if u.ID != first+int64(i) {
			t.Errorf("place %d: update %d, want %d", i, u.ID, first+int64(i))
		}
	}
	if r.secret != "s-1_X" {
		t.Errorf("secret %q", r.secret)
	}
	w.refused("getUpdates", args{}, 409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
	var info map[string]any
	w.ok("getWebhookInfo", nil, &info)
	if info["url"] != url || info["max_connections"] != 5.0 {
		t.Errorf("%v", info)
	}
	w.settle() // the last 200 must have arrived
	w.ok("deleteWebhook", nil, nil)
	w.queue(1)
	if n := w.Pending(); n != 1 {
		t.Errorf("%d pending after deletion", n)
	}
}

func TestWebhook_RetriesWithoutOvertaking(t *testing.T) {
	w := newWorld(t, Options{Limits: noLimits, WebhookRetry: time.Millisecond})
	if _, err := w.ann.Start(""); err != nil {
		t.Fatal(err)
	}
	r, url := w.receive(func(u gotUpdate, n int) (int, string) {
		return map[bool]int{true: 500, false: 204}[n < 4], ""
	})
	w.ok("setWebhook", args{"url": url}, nil)
	w.queue(2)
	got := r.wait(7)
	var order []int64
	for _, u := range got {
		order = append(order, u.ID-got[0].ID)
	}
	if fmt.Sprint(order) != "[0 0 0 0 0 1 2]" {
		t.Errorf("deliveries %v", order)
	}
	var info map[string]any
	w.ok("getWebhookInfo", nil, &info)
	if info["last_error_message"] != "Wrong response from the webhook: 500 Internal Server Error" {
		t.Errorf("%v", info)
	}
}

func TestWebhook_PressesHaveTheirOwnQueue(t *testing.T) {
	w := started(t)
	m := w.send(args{"reply_markup": inline([]args{{"text": "Go", "callback_data": "go"}})})
	hold := make(chan struct{})
	r, url := w.receive(func(u gotUpdate, _ int) (int, string) {
		if u.Message != nil {
			<-hold
		}
		return 200, ""
	})
	w.ok("setWebhook", args{"url": url}, nil)
	w.queue(2)
	if _, err := w.ann.Press(0, m.ID, "go"); err != nil {
		t.Fatal(err)
	}
	<-r.come // the press, while the first text is held
	r.mu.Lock()
	n := len(r.got)
	r.mu.Unlock()
	if n > 2 {
		t.Errorf("%d deliveries: the second text did not wait for the first", n)
	}
	close(hold)
	r.wait(2)
}

func TestWebhook_RetryAfterIsHonoured(t *testing.T) {
	w := started(t)
	r, url := w.receive(func(u gotUpdate, n int) (int, string) {
		if n == 0 {
			return 503, "1"
		}
		return 200, ""
	})
	begin := time.Now()
	w.ok("setWebhook", args{"url": url}, nil)
	w.queue(1)
	r.wait(2)
	if d := time.Since(begin); d < time.Second || d > 5*time.Second {
		t.Errorf("second try after %v", d)
	}
}

func TestWebhook_RetryPauses(t *testing.T) {
	base := 10 * time.Minute
	s := New(Options{Token: testToken, WebhookRetry: base, Now: func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) }})
	defer s.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.startWebhook(hookSettings{URL: "http://127.0.0.1:1", Max: 1})
	u := &update{Expires: s.now().Add(1 << 50)}
	s.hook.queues[0] = []*update{u}
	var pauses []time.Duration
	for range 9 {
		s.hook.retry(u, 0)
		pauses = append(pauses, u.delay/base)
		s.hook.timers[0].Stop()
	}
	if fmt.Sprint(pauses) != fmt.Sprint([]time.Duration{1, 2, 4, 8, 16, 32, 60, 60, 60}) {
		t.Errorf("pauses %v", pauses)
	}
	u.Expires = s.now().Add(59 * base)
	s.hook.retry(u, 0)
	if len(s.hook.queues) != 0 {
		t.Error("an update that would expire first was kept")
	}
}

func TestSetWebhook_Refused(t *testing.T) {
	w := started(t)
	for _, c := range []struct {
		a    args
		want string
	}{
		{args{"url": "zuji"}, "invalid webhook URL specified"},
		{args{"url": "ftp://a.b"}, "invalid webhook URL specified"},
		{args{"url": "https://a.b", "secret_token": string(make([]byte, 257))}, "secret token is too long"},
		{args{"url": "https://a.b", "secret_token": "a b"}, "secret token contains unallowed characters"},
	} {
		w.refused("setWebhook", c.a, 400, "Bad Request: "+c.want)
		w.clock.add(time.Second)
	}
	_, url := w.receive(nil)
	w.ok("setWebhook", args{"url": url}, nil)
	if r := w.call("setWebhook", args{"url": url}); r.Code != 429 || r.Parameters.RetryAfter != 1 {
		t.Errorf("twice in a second: %+v", r)
	}
	w.ok("setWebhook", args{"url": ""}, nil)
	w.queue(1)
	w.ok("deleteWebhook", args{"drop_pending_updates": true}, nil)
	if n := w.Pending(); n != 0 {
		t.Errorf("%d pending", n)
	}
}

func TestSetWebhook_EndsThePoll(t *testing.T) {
	w := started(t)
	_, url := w.receive(nil)
	poll := make(chan result)
	go func() { poll <- w.call("getUpdates", args{"timeout": 30}) }()
	w.waitPoll()
	w.ok("setWebhook", args{"url": url}, nil)
	if r := <-poll; r.Code != 409 || r.Description != "Conflict: terminated by setWebhook request" {
		t.Errorf("%+v", r)
	}
}
