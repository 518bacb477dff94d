package service_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zuji/internal/service"
	"zuji/internal/standin"
	"zuji/internal/torture"
)

// The load in the short size.
const (
	connections   = 100
	updatesOfEach = 12
)

// A load is Zuji in a process of its own, with updates posted to its webhook over
// many connections.
type load struct {
	t        *testing.T
	rig      *torture.Rig
	telegram *standin.Server
	config   service.Config
	log      *lines
	zuji     *process
	secret   string
	next     atomic.Int64 // update id
	mu       sync.Mutex
	took     []time.Duration
	failed   int
}

func loader(i int) int64 { return int64(6001 + i) }

func newLoad(t *testing.T, rig *torture.Rig) *load {
	l := &load{t: t, rig: rig, log: &lines{}}
	l.next.Store(1 << 31)
	l.telegram = standin.New(standin.Options{Token: token, Username: username,
		Limits: standin.Limits{Overall: -1, PerChat: -1, GroupPerMinute: -1}, WebhookRetry: 50 * time.Millisecond})
	t.Cleanup(l.telegram.Close)
	api := httptest.NewServer(l.telegram.Handler())
	t.Cleanup(api.Close)
	l.telegram.AddUser(standin.User{ID: manager, FirstName: "李经理", LanguageCode: "zh-hans"})
	l.config = service.Config{Token: token, APIURL: api.URL, Data: t.TempDir(), Admins: []int64{admin}, Rates: fast, Flood: calm}
	prepare(t, l.config, l.telegram)
	webhook(t)(&l.config)
	ops := l.config
	webhook(t)(&ops) // another free port
	l.config.OpsListen = ops.Listen
	l.serve()
	for _, c := range l.telegram.Calls() {
		if s, ok := c.Params["secret_token"].(string); ok {
			l.secret = s
		}
	}
	w := &world{t: t, telegram: l.telegram}
	for i := range connections {
		l.telegram.AddUser(standin.User{ID: loader(i), FirstName: fmt.Sprintf("房东%d", i), LanguageCode: "zh-hans"})
		w.as(loader(i)).start("")
	}
	waitPending(t, l.telegram)
	return l
}

func (l *load) serve() {
	l.t.Helper()
	l.zuji = launched(l.t, l.config, l.log)
	l.t.Cleanup(l.zuji.kill)
}

// post delivers a text as Telegram does.
func (l *load) post(client *http.Client, who int64, text string) {
	id := l.next.Add(1)
	message := map[string]any{"message_id": id, "date": time.Now().Unix(), "text": text,
		"chat": map[string]any{"id": who, "type": "private"},
		"from": map[string]any{"id": who, "is_bot": false, "first_name": "房东", "language_code": "zh-hans"}}
	if strings.HasPrefix(text, "/") {
		message["entities"] = []any{map[string]any{"type": "bot_command", "offset": 0, "length": len(text)}}
	}
	body, err := json.Marshal(map[string]any{"update_id": id, "message": message})
	if err != nil {
		l.t.Error(err)
		return
	}
	req, err := http.NewRequest(http.MethodPost, l.config.WebhookURL, bytes.NewReader(body))
	if err != nil {
		l.t.Error(err)
		return
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Telegram-Bot-Api-Secret-Token", l.secret)
	began := time.Now()
	resp, err := client.Do(req)
	took := time.Since(began)
	ok := err == nil && resp.StatusCode == http.StatusOK
	if err == nil {
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.took = append(l.took, took)
	if !ok {
		l.failed++
	}
}

// run lets everybody answer the question for the unit and take it back, n times
// in all, and returns how many updates that were a second.
func (l *load) run(n int) float64 {
	l.took = nil
	began := time.Now()
	var group sync.WaitGroup
	for i := range connections {
		group.Go(func() {
			client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: 1}, Timeout: time.Minute}
			defer client.CloseIdleConnections()
			for k := range n {
				text := "上一步"
				if k%2 == 0 {
					text = fmt.Sprintf("%d-1-101", i+1)
				}
				l.post(client, loader(i), text)
			}
		})
	}
	group.Wait()
	return float64(n*connections) / time.Since(began).Seconds()
}

// goroutines asks Zuji how many it has.
func goroutines(t *testing.T, c service.Config) int {
	t.Helper()
	resp, err := http.Get("http://" + c.OpsListen + "/debug/pprof/goroutine?debug=1")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if _, err := fmt.Sscanf(string(page), "goroutine profile: total %d", &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// memory is what a process holds that is not a file, in MB.
func memory(t *testing.T, p *process) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(status), "RssAnon:")
	n, err := strconv.Atoi(strings.Fields(after + " x")[0])
	if err != nil {
		t.Fatal(err)
	}
	return n >> 10
}

// quiet waits until Zuji's goroutines are as few as they were, or for a while.
func quiet(t *testing.T, c service.Config, few int) int {
	t.Helper()
	n := goroutines(t, c)
	for deadline := time.Now().Add(patience); n > few && time.Now().Before(deadline); n = goroutines(t, c) {
		time.Sleep(50 * time.Millisecond)
	}
	return n
}

// A hundred connections post as fast as Zuji answers. What it has confirmed
// survives a kill, nothing is refused, and goroutines and memory stay as they were.
func TestTorture_Load(t *testing.T) {
	rig := torture.New(t)
	l := newLoad(t, rig)
	first := &http.Client{Timeout: time.Minute}
	for i := range connections {
		l.post(first, loader(i), "/register")
		l.post(first, loader(i), "同意")
	}
	first.CloseIdleConnections()
	n := rig.Times(updatesOfEach) &^ 1
	l.run(n / 2 &^ 1) // warm
	few, before := quiet(t, l.config, 0), memory(t, l.zuji)
	few = quiet(t, l.config, few)
	rate := l.run(n)
	many, after := quiet(t, l.config, few+10), memory(t, l.zuji)
	slices.Sort(l.took)
	p99 := l.took[len(l.took)*99/100]
	rig.Count("updates", len(l.took))
	t.Logf("%.0f updates a second over %d connections, 99 %% within %v; goroutines %d, then %d; memory %d MB, then %d MB",
		rate, connections, p99.Round(time.Millisecond), few, many, before, after)
	if l.failed > 0 {
		t.Errorf("%d updates were refused", l.failed)
	}
	if many > few+10 {
		t.Errorf("%d goroutines, before the load %d", many, few)
	}
	if after > before+before/2+16 {
		t.Errorf("%d MB, before the load %d MB", after, before)
	}
	l.run(1) // everybody has answered, and it was confirmed
	l.zuji.kill()
	l.serve()
	w := &world{t: t, telegram: l.telegram}
	for i := range connections {
		p := w.as(loader(i))
		p.says("/resume")
		p.asked("您是？")
	}
}
