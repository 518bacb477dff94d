package standin

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-telegram/bot"
)

const (
	testToken = "4242:secret"
	ann       = int64(1001)
	bob       = int64(1002)
	group     = int64(-500)
)

// clock is a time that stands still until it is moved.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// a world is a server over real HTTP with two people and a group.
type world struct {
	*Server
	t     *testing.T
	url   string
	clock *clock
	ann   *Client
}

var noLimits = Limits{Overall: -1, PerChat: -1, GroupPerMinute: -1}

func newWorld(t *testing.T, o Options) *world {
	c := &clock{t: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	o.Token, o.Username, o.Now = testToken, "zuji_bot", c.now
	s := New(o)
	srv := httptest.NewServer(s.Handler())
	t.Cleanup(func() { s.Close(); srv.Close() })
	s.AddUser(User{ID: ann, FirstName: "Ann", LastName: "Li", Username: "ann", LanguageCode: "zh-hans", Phone: "8613800000000"})
	s.AddUser(User{ID: bob, FirstName: "Bob"})
	s.AddGroup(Group{ID: group, Title: "Compound", Members: []int64{ann, bob}})
	return &world{s, t, srv.URL, c, s.As(ann)}
}

// started is a world without limits where Ann has started the bot and nothing waits.
func started(t *testing.T) *world {
	w := newWorld(t, Options{Limits: noLimits})
	if _, err := w.ann.Start(""); err != nil {
		t.Fatal(err)
	}
	w.drain()
	return w
}

type result struct {
	OK          bool            `json:"ok"`
	Result      json.RawMessage `json:"result"`
	Code        int             `json:"error_code"`
	Description string          `json:"description"`
	Parameters  struct {
		RetryAfter int   `json:"retry_after"`
		MigrateTo  int64 `json:"migrate_to_chat_id"`
	} `json:"parameters"`
}

type args map[string]any

// call makes a request with a JSON body.
func (w *world) call(method string, a args) result {
	w.t.Helper()
	body, err := json.Marshal(a)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.post(method, "application/json", body)
}

func (w *world) post(method, contentType string, body []byte) result {
	w.t.Helper()
	resp, err := http.Post(w.url+"/bot"+testToken+"/"+method, contentType, bytes.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	return decode(w.t, resp)
}

func decode(t *testing.T, resp *http.Response) result {
	t.Helper()
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var r result
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	if r.OK != (resp.StatusCode == 200) || !r.OK && r.Code != resp.StatusCode {
		t.Errorf("status %d for %s", resp.StatusCode, data)
	}
	return r
}

// ok makes a call that must succeed and decodes the result into out, unless nil.
func (w *world) ok(method string, a args, out any) {
	w.t.Helper()
	r := w.call(method, a)
	if !r.OK {
		w.t.Fatalf("%s: %s", method, r.Description)
	}
	if out != nil {
		if err := json.Unmarshal(r.Result, out); err != nil {
			w.t.Fatalf("%s: %v in %s", method, err, r.Result)
		}
	}
}

// refused makes a call that must fail with a text.
func (w *world) refused(method string, a args, code int, text string) {
	w.t.Helper()
	if r := w.call(method, a); r.Code != code || !strings.Contains(r.Description, text) {
		w.t.Errorf("%s %v: %d %q, want %d %q", method, a, r.Code, r.Description, code, text)
	}
}

type gotUpdate struct {
	ID       int64           `json:"update_id"`
	Message  json.RawMessage `json:"message"`
	Edited   json.RawMessage `json:"edited_message"`
	Callback *struct {
		ID      string      `json:"id"`
		Data    string      `json:"data"`
		Message wireMessage `json:"message"`
	} `json:"callback_query"`
	Member *wireMemberUpdate `json:"my_chat_member"`
}

func (w *world) updates(a args) []gotUpdate {
	w.t.Helper()
	var u []gotUpdate
	w.ok("getUpdates", a, &u)
	return u
}

// drain confirms everything, without a trace in the rule of the same offset.
func (w *world) drain() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.st.Updates = nil
}

// send has the bot write to Ann and returns the message.
func (w *world) send(a args) wireMessage {
	w.t.Helper()
	all := args{"chat_id": ann, "text": "hello"}
	maps.Copy(all, a)
	var m wireMessage
	w.ok("sendMessage", all, &m)
	return m
}

// library returns the client of go-telegram/bot on this server.
func (w *world) library(o ...bot.Option) *bot.Bot {
	w.t.Helper()
	b, err := bot.New(testToken, slices.Concat([]bot.Option{bot.WithServerURL(w.url)}, o)...)
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

func inline(rows ...[]args) args { return args{"inline_keyboard": rows} }

func form(a map[string]string) []byte {
	v := url.Values{}
	for k, s := range a {
		v.Set(k, s)
	}
	return []byte(v.Encode())
}
