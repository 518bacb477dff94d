package intake

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/go-telegram/bot/models"

	"zuji/internal/standin"
)

const testToken = "4242:AAsecretsecretsecretsecret"

// world is a stand-in with some people who have started the bot.
func world(t *testing.T, people ...int64) (*standin.Server, string) {
	t.Helper()
	s := standin.New(standin.Options{Token: testToken, Username: "zuji_bot", WebhookRetry: 10 * time.Millisecond})
	srv := httptest.NewServer(s.Handler())
	t.Cleanup(func() { s.Close(); srv.Close() })
	for _, id := range people {
		s.AddUser(standin.User{ID: id, FirstName: "王"})
		must(t, s, id, "/start")
	}
	return s, srv.URL
}

func must(t *testing.T, s *standin.Server, who int64, text string) {
	t.Helper()
	if _, err := s.As(who).Send(text); err != nil {
		t.Fatal(err)
	}
}

// polling runs a poller; stop ends it and waits.
func polling(t *testing.T, url string, l *Lanes) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	p := &Poller{URL: url + "/bot" + testToken, Lanes: l, Log: quiet, HTTP: http.DefaultClient}
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	return sync.OnceFunc(func() {
		t.Helper()
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// until waits for a condition that another goroutine brings about.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); {
		if time.Now().After(end) {
			t.Fatalf("%s: not within 10 s", what)
		}
		<-time.After(2 * time.Millisecond)
	}
}

// heard collects texts.
type heard struct {
	mu  sync.Mutex
	all []string
}

func (h *heard) add(s string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all = append(h.all, s)
}

func (h *heard) has(s string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Contains(h.all, s)
}

func (h *heard) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.all)
}

func TestPoller_ConfirmsWhatTookEffectAndOnlyThat(t *testing.T) {
	s, url := world(t, 1, 2)
	var got heard
	var mu sync.Mutex
	bad := true
	l, _ := newLanes(func(_ context.Context, u *models.Update) error {
		mu.Lock()
		defer mu.Unlock()
		if u.Message.Text == "b" && bad {
			return ErrNotStored
		}
		got.add(u.Message.Text)
		return nil
	})
	must(t, s, 1, "a")
	must(t, s, 1, "b")
	must(t, s, 1, "c")
	must(t, s, 2, "d")
	stop := polling(t, url, l)
	until(t, "other chat goes on", func() bool { return got.has("d") && s.Pending() == 3 })
	must(t, s, 2, "e")
	until(t, "new updates come", func() bool { return got.has("e") })
	if got.has("c") {
		t.Error("c overtook b")
	}
	mu.Lock()
	bad = false
	mu.Unlock()
	until(t, "all is confirmed", func() bool { return s.Pending() == 0 })
	stop()
	if want := []string{"b", "c"}; !slices.Equal(got.all[len(got.all)-2:], want) || got.count() != 7 {
		t.Errorf("handled %v", got.all)
	}
}

func TestPoller_SlowChatDoesNotHoldUpOthers(t *testing.T) {
	s, url := world(t, 1, 2)
	var got heard
	release := make(chan struct{})
	l, _ := newLanes(func(_ context.Context, u *models.Update) error {
		if u.Message.Text == "slow" {
			<-release
		}
		got.add(u.Message.Text)
		return nil
	})
	stop := polling(t, url, l)
	until(t, "start", func() bool { return s.Pending() == 0 })
	must(t, s, 1, "slow")
	var worst time.Duration
	for i := range 4 {
		began := time.Now()
		text := fmt.Sprint("quick", i)
		must(t, s, 2, text)
		until(t, text, func() bool { return got.has(text) })
		worst = max(worst, time.Since(began))
	}
	t.Logf("slowest of four: %v", worst)
	if worst > 1500*time.Millisecond {
		t.Errorf("another chat waited %v", worst)
	}
	close(release)
	until(t, "all is confirmed", func() bool { return s.Pending() == 0 })
	stop()
}

func TestPoller_PoisonEndsAndOthersNeverNotice(t *testing.T) {
	s, url := world(t, 1, 2)
	var got heard
	l, led := newLanes(func(_ context.Context, u *models.Update) error {
		if u.Message.Text == "poison" {
			panic("x")
		}
		got.add(u.Message.Text)
		return nil
	})
	must(t, s, 1, "poison")
	must(t, s, 1, "after")
	must(t, s, 2, "other")
	stop := polling(t, url, l)
	until(t, "all is confirmed", func() bool { return s.Pending() == 0 })
	stop()
	if len(led.aside) != 1 || got.count() != 4 || l.Stats().Panics != maxTries {
		t.Errorf("set aside %v, handled %v, %+v", led.aside, got.all, l.Stats())
	}
}

func TestPoller_IDsMayJumpBack(t *testing.T) {
	s, url := world(t, 1)
	var got heard
	l, _ := newLanes(func(_ context.Context, u *models.Update) error { got.add(u.Message.Text); return nil })
	stop := polling(t, url, l)
	for i := range 6 {
		until(t, "confirmed", func() bool { return s.Pending() == 0 })
		s.JumpIDs()
		text := fmt.Sprint("m", i)
		must(t, s, 1, text)
		until(t, text, func() bool { return got.has(text) })
	}
	stop()
}

func TestPoller_StopConfirmsWhatRan(t *testing.T) {
	s, url := world(t, 1)
	running, release := make(chan struct{}, 1), make(chan struct{})
	l, _ := newLanes(func(context.Context, *models.Update) error { running <- struct{}{}; <-release; return nil })
	stop := polling(t, url, l)
	<-running
	time.AfterFunc(50*time.Millisecond, func() { close(release) })
	stop()
	if s.Pending() != 0 {
		t.Errorf("%d are not confirmed", s.Pending())
	}
}

func TestPoller_CarefulEndsByItself(t *testing.T) {
	s, url := world(t, 1)
	for i := range 20 {
		must(t, s, 1, fmt.Sprint(i))
	}
	var got heard
	l, led := newLanes(func(_ context.Context, u *models.Update) error { got.add(u.Message.Text); return nil })
	l.Careful()
	stop := polling(t, url, l)
	until(t, "all is handled", func() bool { return got.count() == 21 && s.Pending() == 0 })
	until(t, "trust is back", func() bool { return !l.care.isOn() })
	stop()
	if led.counted != 21 || len(led.tries) != 0 {
		t.Errorf("%d counted before they were handled, want 21; %d still count", led.counted, len(led.tries))
	}
}
