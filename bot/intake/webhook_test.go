package intake

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-telegram/bot/models"
)

const secret = "a-secret_1"

// unread fails the test when a body is read that must not be.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) { u.t.Error("body was read"); return 0, io.EOF }

func post(body io.Reader) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/zuji", body)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	return r
}

func answer(h *Webhook, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestWebhook_RefusesBeforeReading(t *testing.T) {
	l, _ := newLanes(func(context.Context, *models.Update) error { t.Error("handled"); return nil })
	for name, c := range map[string]struct {
		change func(*http.Request)
		secret string
		want   int
	}{
		"get":                {func(r *http.Request) { r.Method = http.MethodGet }, secret, 405},
		"no secret sent":     {func(r *http.Request) { r.Header.Del("X-Telegram-Bot-Api-Secret-Token") }, secret, 401},
		"wrong secret":       {func(r *http.Request) { r.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret+"x") }, secret, 401},
		"no secret is set":   {func(r *http.Request) { r.Header.Del("X-Telegram-Bot-Api-Secret-Token") }, "", 401},
		"form":               {func(r *http.Request) { r.Header.Set("Content-Type", "application/x-www-form-urlencoded") }, secret, 415},
		"no type":            {func(r *http.Request) { r.Header.Del("Content-Type") }, secret, 415},
		"wrong type as well": {func(r *http.Request) { r.Header = http.Header{} }, secret, 401},
	} {
		t.Run(name, func(t *testing.T) {
			r := post(unread{t})
			c.change(r)
			if w := answer(&Webhook{Secret: c.secret, Lanes: l, Log: quiet}, r); w.Code != c.want || w.Body.Len() != 0 {
				t.Errorf("answered %d %q, want %d", w.Code, w.Body, c.want)
			}
		})
	}
}

func TestWebhook_AnswersByWhatBecameOfTheUpdate(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		err  error
		want int
	}{
		"stored":        {`{"update_id":5,"message":{"message_id":1,"chat":{"id":7,"type":"private"},"text":"身份证110101"}}`, nil, 200},
		"not stored":    {`{"update_id":5,"message":{"message_id":1,"chat":{"id":7,"type":"private"},"text":"身份证110101"}}`, ErrNotStored, 503},
		"fails":         {`{"update_id":5}`, errors.New("no such flow"), 503},
		"unreadable":    {`{"update_id":5,"message":{"message_id":"身份证110101"}}`, nil, 200},
		"no id":         {`{"message":{"message_id":1}}`, nil, 400},
		"no JSON":       {`身份证110101`, nil, 400},
		"empty":         {``, nil, 400},
		"two values":    {`{"update_id":5}{}`, nil, 400},
		"a list":        {`[]`, nil, 400},
		"too large":     {`{"update_id":5,"x":"` + strings.Repeat("x", maxBody) + `"}`, nil, 413},
		"just so large": {`{"update_id":5,"x":"` + strings.Repeat("x", maxBody-22) + `"}`, nil, 200},
	} {
		t.Run(name, func(t *testing.T) {
			l, led := newLanes(func(context.Context, *models.Update) error { return c.err })
			var log strings.Builder
			l.Log = slog.New(slog.NewTextHandler(&log, nil))
			w := answer(&Webhook{Secret: secret, Lanes: l, Log: l.Log}, post(strings.NewReader(c.body)))
			if w.Code != c.want || w.Body.Len() != 0 || c.want == 503 != (w.Header().Get("Retry-After") != "") {
				t.Errorf("answered %d %v, want %d", w.Code, w.Header(), c.want)
			}
			if name == "unreadable" != (led.aside[5] != "") || strings.Contains(log.String(), "110101") {
				t.Errorf("set aside %v, log %s", led.aside, log.String())
			}
		})
	}
}

func TestWebhook_DrainingComesAgain(t *testing.T) {
	l, _ := newLanes(func(context.Context, *models.Update) error { return nil })
	if err := l.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{`{"update_id":5}`, `{"update_id":5,"message":1}`} {
		if w := answer(&Webhook{Secret: secret, Lanes: l, Log: quiet}, post(strings.NewReader(body))); w.Code != 503 {
			t.Errorf("%s: %d", body, w.Code)
		}
	}
}

// FuzzWebhook posts any body: it must be answered with one of the codes that
// Telegram understands, and never panic.
func FuzzWebhook(f *testing.F) {
	for _, s := range []string{
		`{"update_id":1,"message":{"message_id":1,"date":1,"chat":{"id":7,"type":"private"},"from":{"id":7},"text":"/start","entities":[{"type":"bot_command","offset":0,"length":6}]}}`,
		`{"update_id":2,"callback_query":{"id":"1","from":{"id":7},"data":"x","message":{"chat":{"id":7},"message_id":1,"date":0}}}`,
		`{"update_id":3,"my_chat_member":{"chat":{"id":7},"from":{"id":7},"date":1,"old_chat_member":{"status":"member","user":{"id":1}},"new_chat_member":{"status":"kicked","user":{"id":1}}}}`,
		`{"update_id":4,"message":{"forward_origin":{"type":"user"},"reply_markup":{}}}`, `{}`, `[`, ``,
	} {
		f.Add([]byte(s))
	}
	l, _ := newLanes(func(_ context.Context, u *models.Update) error { LaneOf(u); return nil })
	h := &Webhook{Secret: secret, Lanes: l, Log: quiet}
	f.Fuzz(func(t *testing.T, body []byte) {
		switch w := answer(h, post(strings.NewReader(string(body)))); w.Code {
		case 200, 400, 413:
		default:
			t.Errorf("answered %d", w.Code)
		}
	})
}
