package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-telegram/bot/models"
)

func TestPoller_UnreadableUpdateIsSetAside(t *testing.T) {
	var mu sync.Mutex
	var asked []int64
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q request
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil || !slices.Equal(q.Allowed, AllowedUpdates) {
			t.Errorf("asked %+v, %v", q, err)
		}
		mu.Lock()
		asked = append(asked, q.Offset)
		mu.Unlock()
		if q.Offset > 11 {
			<-r.Context().Done()
			return
		}
		fmt.Fprint(w, `{"ok":true,"result":[{"update_id":10,"message":{"message_id":"身份证"}},{"update_id":11},{"no":1}]}`)
	}))
	defer srv.Close()
	l, led := newLanes(func(context.Context, *models.Update) error { return nil })
	stop := polling(t, srv.URL, l)
	until(t, "confirmed", func() bool { mu.Lock(); defer mu.Unlock(); return slices.Contains(asked, 12) })
	stop()
	if !strings.Contains(led.aside[10], "身份证") || len(led.aside) != 1 {
		t.Errorf("set aside %v", led.aside)
	}
}

func TestPoller_UnknownTokenIsFatalAndNotShown(t *testing.T) {
	_, url := world(t)
	l, _ := newLanes(nil)
	p := &Poller{URL: url + "/bot4243:AAotherotherother", Lanes: l, Log: quiet, HTTP: http.DefaultClient}
	err := p.Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "TELEGRAM_BOT_TOKEN") || strings.Contains(err.Error(), "other") {
		t.Errorf("got %v", err)
	}
}

func TestPoller_ErrorOfTheNetworkShowsNoToken(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	p := &Poller{URL: gone.URL + "/bot" + testToken, HTTP: http.DefaultClient}
	if _, err := p.fetch(t.Context(), request{}); err == nil || strings.Contains(err.Error(), testToken) {
		t.Errorf("got %v", err)
	}
}

// answers is an HTTP client that gives answers in turn and then hangs.
type answers struct {
	began time.Time
	times []time.Duration
	list  []func() (*http.Response, error)
}

func (a *answers) Do(r *http.Request) (*http.Response, error) {
	a.times = append(a.times, time.Since(a.began))
	if n := len(a.times); n <= len(a.list) {
		return a.list[n-1]()
	}
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func says(code int, body string) func() (*http.Response, error) {
	return func() (*http.Response, error) {
		return &http.Response{StatusCode: code, Body: io.NopCloser(strings.NewReader(body))}, nil
	}
}

func TestPoller_RestsAfterFailures(t *testing.T) {
	broken := func() (*http.Response, error) { return nil, errors.New("network is down") }
	for name, c := range map[string]struct {
		answer   func() (*http.Response, error)
		times    int
		from, to time.Duration // between the first and the last poll
	}{
		"silence":  {says(429, `{"ok":false,"error_code":429,"parameters":{"retry_after":30}}`), 2, time.Minute, 61 * time.Second},
		"conflict": {says(409, `{"ok":false,"error_code":409,"description":"Conflict"}`), 3, 30 * time.Second, 31 * time.Second},
		"page":     {says(502, `<html>`), 3, 700 * time.Millisecond, 1400 * time.Millisecond},
		"network":  {broken, 10, 26 * time.Second, 53 * time.Second}, // half of and all of 0.2, 0.4, … 10 s
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l, _ := newLanes(nil)
				a := &answers{began: time.Now(), list: slices.Repeat([]func() (*http.Response, error){c.answer}, c.times)}
				ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
				defer cancel()
				p := &Poller{URL: "http://x/bot" + testToken, Lanes: l, Log: quiet, HTTP: a}
				if err := p.Run(ctx); err != nil {
					t.Fatal(err)
				}
				if last := a.times[c.times]; last < c.from || last > c.to {
					t.Errorf("polled at %v, the last between %v and %v wanted", a.times, c.from, c.to)
				}
			})
		})
	}
}

func TestPoller_ObeysTheSendersSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _ := newLanes(nil)
		began := time.Now()
		a := &answers{began: began}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		p := &Poller{URL: "http://x/bot" + testToken, Lanes: l, Log: quiet, HTTP: a, Frozen: func() time.Time { return began.Add(time.Minute) }}
		if err := p.Run(ctx); err != nil || a.times[0] != time.Minute {
			t.Errorf("%v, polled at %v", err, a.times)
		}
	})
}
