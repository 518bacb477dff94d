package outgoing

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	tg "github.com/go-telegram/bot"
)

const testToken = "4242:AAsecretsecretsecretsecret"

// library returns the real library's bot that talks to h through a Client.
func library(t *testing.T, h http.Handler) *tg.Bot {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return libraryAt(t, srv.URL)
}

func libraryAt(t *testing.T, url string) *tg.Bot {
	t.Helper()
	b, err := tg.New(testToken, tg.WithSkipGetMe(), tg.WithServerURL(url),
		tg.WithHTTPClient(5*time.Second, NewClient(5*time.Second)), tg.WithErrorsHandler(func(error) {}))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var hello = &tg.SendMessageParams{ChatID: 7, Text: "身份证110101199003070038"}

func say(ctx context.Context, b *tg.Bot) error {
	_, err := b.SendMessage(ctx, hello)
	return err
}

// each runs a test with both that call: the library and a Caller.
func each(t *testing.T, h http.HandlerFunc, test func(t *testing.T, say func(context.Context) error)) {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	eachAt(t, srv.URL, test)
}

func eachAt(t *testing.T, url string, test func(t *testing.T, say func(context.Context) error)) {
	t.Helper()
	b := libraryAt(t, url)
	t.Run("library", func(t *testing.T) { test(t, func(ctx context.Context) error { return say(ctx, b) }) })
	c := NewCaller(url, testToken, NewClient(5*time.Second))
	t.Run("caller", func(t *testing.T) {
		test(t, func(ctx context.Context) error {
			_, err := c.Call(ctx, "sendMessage", hello)
			return err
		})
	})
}

func TestClassify_WhatTheLibraryMakesOfAnswers(t *testing.T) {
	apiError := func(code int, text string) string {
		return fmt.Sprintf(`{"ok":false,"error_code":%d,"description":%q}`, code, text)
	}
	for _, c := range []struct {
		name string
		code int
		body string
		want Outcome
	}{
		{"taken", 200, `{"ok":true,"result":{"message_id":1,"chat":{"id":7,"type":"private"}}}`, Outcome{Verdict: OK}},
		{"too many", 429, `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 17","parameters":{"retry_after":17}}`, Outcome{Verdict: Wait, After: 17 * time.Second}},
		{"too many without a time", 429, apiError(429, "Too Many Requests"), Outcome{Verdict: Wait, After: time.Second}},
		{"moved", 400, `{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-1001234567890}}`, Outcome{Verdict: Migrated, To: -1001234567890}},
		{"blocked", 403, apiError(403, "Forbidden: bot was blocked by the user"), Outcome{Verdict: Blocked}},
		{"deactivated", 403, apiError(403, "Forbidden: user is deactivated"), Outcome{Verdict: Blocked}},
		{"never started", 403, apiError(403, "Forbidden: bot can't initiate conversation with a user"), Outcome{Verdict: Blocked}},
		{"kicked", 403, apiError(403, "Forbidden: bot was kicked from the group chat"), Outcome{Verdict: Blocked}},
		{"unchanged", 400, apiError(400, "Bad Request: message is not modified: specified new message content and reply markup are exactly the same"), Outcome{Verdict: Benign}},
		{"late answer", 400, apiError(400, "Bad Request: query is too old and response timeout expired or query ID is invalid"), Outcome{Verdict: Benign}},
		{"deleted before", 400, apiError(400, "Bad Request: message to delete not found"), Outcome{Verdict: Benign}},
		{"too old to delete", 400, apiError(400, "Bad Request: message can't be deleted for everyone"), Outcome{Verdict: Benign}},
		{"nothing to edit", 400, apiError(400, "Bad Request: message to edit not found"), Outcome{Verdict: Refused}},
		{"not to be edited", 400, apiError(400, "Bad Request: message can't be edited"), Outcome{Verdict: Refused}},
		{"unknown chat", 400, apiError(400, "Bad Request: chat not found"), Outcome{Verdict: Refused}},
		{"bad markup", 400, apiError(400, "Bad Request: can't parse entities: Unsupported start tag \"张三\" at byte offset 3"), Outcome{Verdict: Refused}},
		{"too long", 400, apiError(400, "Bad Request: message is too long"), Outcome{Verdict: Refused}},
		{"too large", 413, apiError(413, "Request Entity Too Large"), Outcome{Verdict: Refused}},
		{"wrong token", 401, apiError(401, "Unauthorized"), Outcome{Verdict: Failed}},
		{"wrong address", 404, apiError(404, "Not Found"), Outcome{Verdict: Failed}},
		{"internal", 500, apiError(500, "Internal Server Error"), Outcome{Verdict: Ambiguous}},
		{"page of nginx", 502, "<html>502</html>", Outcome{Verdict: Ambiguous}},
		{"page with ok", 200, "<html>log in to the hotel</html>", Outcome{Verdict: Ambiguous}},
		{"redirect", 302, "", Outcome{Verdict: Ambiguous}},
		{"page of a proxy", 403, "<html>forbidden by your company</html>", Outcome{Verdict: Failed}},
		{"proxy wants a password", 407, "", Outcome{Verdict: Failed}},
	} {
		t.Run(c.name, func(t *testing.T) {
			each(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", "http://127.0.0.1:1/elsewhere")
				w.WriteHeader(c.code)
				fmt.Fprint(w, c.body)
			}, func(t *testing.T, say func(context.Context) error) {
				err := say(t.Context())
				if got := Classify(err); got != c.want {
					t.Errorf("%v is %+v, want %+v", err, got, c.want)
				}
				if got := Classify(fmt.Errorf("wrapped: %w", err)); err != nil && got != c.want {
					t.Errorf("wrapped: %+v, want %+v", got, c.want)
				}
				checkSafe(t, safe(err))
			})
		})
	}
}

// checkSafe checks that an error holds no token and nothing of a message.
func checkSafe(t *testing.T, err error) {
	t.Helper()
	for _, secret := range []string{"secretsecret", "张三", "110101", "hotel"} {
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("error %q holds %q", err, secret)
		}
	}
}

func TestClassify_WaitOfAPageIsObeyed(t *testing.T) {
	each(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "9")
		w.WriteHeader(http.StatusTooManyRequests)
	}, func(t *testing.T, say func(context.Context) error) {
		if got, want := Classify(say(t.Context())), (Outcome{Verdict: Wait, After: 9 * time.Second}); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}

func TestClassify_NobodyListens(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	eachAt(t, "http://"+l.Addr().String(), func(t *testing.T, say func(context.Context) error) {
		err := say(t.Context())
		if got := Classify(err); got.Verdict != Failed {
			t.Errorf("%v is %+v, want Failed", err, got)
		}
		checkSafe(t, err)
	})
}

func TestClassify_ConnectionLost(t *testing.T) {
	for name, answer := range map[string]string{
		"before the answer": "",
		"in the answer":     "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"ok\":true,\"result\":{\"text\":\"张三",
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(w http.ResponseWriter, _ *http.Request) {
				conn, _, err := w.(http.Hijacker).Hijack()
				if err != nil {
					t.Error(err)
					return
				}
				fmt.Fprint(conn, answer)
				conn.Close()
			}, func(t *testing.T, say func(context.Context) error) {
				err := say(t.Context())
				if got := Classify(err); got.Verdict != Ambiguous {
					t.Errorf("%v is %+v, want Ambiguous", err, got)
				}
				checkSafe(t, err)
			})
		})
	}
}

func TestClassify_NoAnswerInTime(t *testing.T) {
	each(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then the server sees that the client hangs up
		<-r.Context().Done()
	}, func(t *testing.T, say func(context.Context) error) {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		err := say(ctx)
		if got := Classify(err); got.Verdict != Ambiguous || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v is %+v, want Ambiguous", err, got)
		}
		checkSafe(t, err)
	})
}

func TestClient_BodyHasALength(t *testing.T) {
	b := library(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength <= 0 || r.FormValue("chat_id") != "7" {
			t.Errorf("length %d, chat %q", r.ContentLength, r.FormValue("chat_id"))
		}
		fmt.Fprint(w, `{"ok":true,"result":{"message_id":1,"chat":{"id":7,"type":"private"}}}`)
	}))
	if err := say(t.Context(), b); err != nil {
		t.Error(err)
	}
}

func TestClient_LargeBodyPassesWhole(t *testing.T) {
	const size = 3 * maxBuffered
	b := library(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, h, err := r.FormFile("document")
		if err != nil || h.Size != size {
			t.Errorf("file of %+v, %v", h, err)
		} else {
			f.Close()
		}
		fmt.Fprint(w, `{"ok":true,"result":{"message_id":1,"chat":{"id":7,"type":"private"}}}`)
	}))
	err := sendFile(t.Context(), b, strings.NewReader(strings.Repeat("x", size)))
	if err != nil {
		t.Error(err)
	}
}

func TestCaller_OneObjectOfJSONAndTheMessagesID(t *testing.T) {
	for answer, want := range map[string]int{
		`{"ok":true,"result":{"message_id":17,"chat":{"id":7,"type":"private"},"text":"x"}}`: 17,
		`{"ok":true,"result":true}`: 0,
	} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if string(body) != `{"chat_id":7,"text":"身份证110101199003070038"}` || r.ContentLength != int64(len(body)) || r.Header.Get("Content-Type") != "application/json" {
				t.Errorf("%s of %d bytes, %q, %v", r.Header.Get("Content-Type"), r.ContentLength, body, err)
			}
			if r.URL.Path != "/bot"+testToken+"/sendMessage" {
				t.Errorf("called %s", r.URL.Path)
			}
			fmt.Fprint(w, answer)
		}))
		id, err := NewCaller(srv.URL+"/", testToken, NewClient(5*time.Second)).Call(t.Context(), "sendMessage", hello)
		if id != want || err != nil {
			t.Errorf("%s gives %d, %v", answer, id, err)
		}
		srv.Close()
	}
}

func TestCaller_WrongAddressIsNotQuoted(t *testing.T) {
	_, err := NewCaller("http://127.0.0.1:port", testToken, NewClient(time.Second)).Call(t.Context(), "sendMessage", hello)
	if got := Classify(err); got.Verdict != Failed {
		t.Errorf("%v is %+v, want Failed", err, got)
	}
	checkSafe(t, err)
}
