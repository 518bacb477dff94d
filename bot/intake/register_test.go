package intake

import (
	"context"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"zuji/internal/standin"
)

func api(t *testing.T, url string) *tg.Bot {
	t.Helper()
	b, err := tg.New(testToken, tg.WithSkipGetMe(), tg.WithServerURL(url), tg.WithErrorsHandler(func(error) {}))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func calls(s *standin.Server, method string) (n int) {
	for _, c := range s.Calls() {
		if c.Method == method {
			n++
		}
	}
	return n
}

func TestRegister_TelegramPostsUntilItIsStored(t *testing.T) {
	s, url := world(t, 1)
	var tries atomic.Int32
	l, _ := newLanes(func(_ context.Context, u *models.Update) error {
		if tries.Add(1) == 1 {
			return ErrNotStored
		}
		return nil
	})
	hook := httptest.NewServer(&Webhook{Secret: secret, Lanes: l, Log: quiet})
	defer hook.Close()
	for range 2 {
		if err := Register(t.Context(), api(t, url), hook.URL, secret); err != nil {
			t.Fatal(err)
		}
	}
	if n := calls(s, "setWebhook"); n != 1 {
		t.Errorf("webhook was set %d times", n)
	}
	until(t, "stored", func() bool { return s.Pending() == 0 })
	if tries.Load() < 2 {
		t.Errorf("%d tries", tries.Load())
	}
	if err := Unregister(t.Context(), api(t, url)); err != nil {
		t.Fatal(err)
	}
}

func TestRegister_AnotherAddressIsReplaced(t *testing.T) {
	s, url := world(t)
	l, _ := newLanes(func(context.Context, *models.Update) error { return nil })
	hook := httptest.NewServer(&Webhook{Secret: secret, Lanes: l, Log: quiet})
	defer hook.Close()
	for _, path := range []string{"/a", "/b"} {
		if err := Register(t.Context(), api(t, url), hook.URL+path, secret); err != nil {
			t.Fatal(err)
		}
	}
	info, err := api(t, url).GetWebhookInfo(t.Context())
	if err != nil || info.URL != hook.URL+"/b" || calls(s, "setWebhook") < 2 {
		t.Errorf("%+v, %v", info, err)
	}
}

func TestRegister_RefusalEndsItAtOnce(t *testing.T) {
	s, url := world(t)
	s.Faults(func(method string, _ int64) *standin.Fault {
		if method == "setWebhook" {
			return &standin.Fault{Code: 400, Description: "Bad Request: bad webhook: HTTPS url must be provided for webhook"}
		}
		return nil
	})
	if err := Register(t.Context(), api(t, url), "http://x.example", secret); err == nil || calls(s, "setWebhook") != 1 {
		t.Errorf("%v after %d calls", err, calls(s, "setWebhook"))
	}
}

func TestUnregister_SurvivesABadMoment(t *testing.T) {
	s, url := world(t)
	var n atomic.Int32
	s.Faults(func(string, int64) *standin.Fault {
		if n.Add(1) <= 2 {
			return &standin.Fault{Code: 502}
		}
		return nil
	})
	if err := Unregister(t.Context(), api(t, url)); err != nil {
		t.Error(err)
	}
}
