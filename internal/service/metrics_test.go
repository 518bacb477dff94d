package service_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"zuji/internal/redistest"
	"zuji/internal/service"
	"zuji/internal/standin"
)

func freshKey(n int) string { return fmt.Sprintf("fresh%d", n) }

// value is a series' value in the exposition, 0 if it is not there.
func value(t *testing.T, address, series string) float64 {
	t.Helper()
	_, text := page(t, address, "/metrics")
	for line := range strings.Lines(text) {
		if v, ok := strings.CutPrefix(line, series+" "); ok {
			f, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
	}
	return 0
}

// maxSeries bounds Zuji's own series: more people must not make more of them.
const maxSeries = 400

// Through a whole conversation the metrics move, and the exposition holds nothing
// that somebody typed, no person, and no more series than before.
func TestMetrics_MoveInAConversationAndTellNothingOfPeople(t *testing.T) {
	redis := redistest.Start(t)
	operated := ops(t)
	w := newWorld(t, func(c *service.Config) { operated(c); c.RedisURL = redis.URL() })
	_, before := page(t, w.config.OpsListen, "/metrics")
	tellStory(w)
	w.settled()
	becomes(t, w.config.OpsListen, "/metrics", http.StatusOK, "zuji_outbox_rows 0")
	_, after := page(t, w.config.OpsListen, "/metrics")
	for series, least := range map[string]float64{
		`zuji_updates_total{kind="message",result="handled"}`:             15,
		`zuji_updates_total{kind="callback_query",result="handled"}`:      10,
		`zuji_step_seconds_count`:                                         25,
		`zuji_store_commit_seconds_count{store="records"}`:                5,
		`zuji_session_seconds_count{backend="redis",op="load"}`:           15,
		`zuji_session_calls_total{backend="redis",op="save",result="ok"}`: 15,
		`zuji_outbox_attempts_total{state="sent"}`:                        4,
		`zuji_telegram_calls_total{kind="send",outcome="ok"}`:             20,
		`zuji_telegram_calls_total{kind="answer",outcome="ok"}`:           5,
		`zuji_telegram_call_seconds_count`:                                25,
		`zuji_lanes_capacity`:                                             1,
		`zuji_store_bytes{store="records"}`:                               4096,
		`zuji_ready`:                                                      1,
		`go_goroutines`:                                                   1,
	} {
		if v := value(t, w.config.OpsListen, series); v < least {
			t.Errorf("%s is %v, want at least %v", series, v, least)
		}
	}
	for _, line := range []string{`zuji_updates_total{kind="message",result="failed"} 0`, `zuji_outbox_attempts_total{state="dead"} 0`, "zuji_outbox_oldest_due_seconds 0"} {
		if !strings.Contains(after, line+"\n") {
			t.Errorf("no line %s", line)
		}
	}
	for _, secret := range []string{
		"119999199001010012", "219999198802290025", "21999919900101018", "13900139000", "13900139001", "13800138000",
		"test-only-not-a-token", "韩美美", "王建国", "1001\"", "1002\"", "=\"100",
	} {
		if strings.Contains(after, secret) {
			t.Errorf("the exposition holds %q", secret)
		}
	}
	if a, b := series(before), series(after); len(b) > maxSeries || strings.Join(a, "\n") != strings.Join(b, "\n") {
		t.Errorf("%d series before, %d after, at most %d are allowed; they must be the same", len(a), len(b), maxSeries)
	}
	if strings.Contains(after, "\xef\xbf\xbd") || regexp.MustCompile(`[\p{Han}]`).MatchString(after) {
		t.Error("the exposition holds what somebody wrote")
	}
}

// series are the names and labels of Zuji's own.
func series(exposition string) (all []string) {
	for line := range strings.Lines(exposition) {
		if strings.HasPrefix(line, "zuji_") {
			all = append(all, line[:strings.LastIndex(line, " ")])
		}
	}
	return all
}

// Telegram's 429 is counted with the silence it asks for.
func TestMetrics_CountTelegramsSilences(t *testing.T) {
	w := newWorld(t, ops(t))
	var once sync.Once
	w.telegram.Faults(func(method string, _ int64) (f *standin.Fault) {
		if method == "sendMessage" {
			once.Do(func() { f = &standin.Fault{Code: http.StatusTooManyRequests, RetryAfter: 1} })
		}
		return f
	})
	w.as(stranger).start("")
	w.as(stranger).sees("租记")
	if n := value(t, w.config.OpsListen, `zuji_telegram_calls_total{kind="send",outcome="too_many"}`); n != 1 {
		t.Errorf("%v calls were refused, want 1", n)
	}
	if n := value(t, w.config.OpsListen, `zuji_telegram_silence_seconds_total`); n != 1 {
		t.Errorf("%v seconds of silence, want 1", n)
	}
}

// Reminders are seen when they are due, and counted when they are made.
func TestMetrics_CountReminders(t *testing.T) {
	now := &clock{}
	now.set(day.At(10, 0))
	operated := ops(t)
	w := newWorld(t, func(c *service.Config) { operated(c); c.Now = now.Now })
	boss := w.as(admin)
	boss.start("")
	boss.sees("租记")
	w.accepted(landlord)
	address := w.config.OpsListen
	before := value(t, address, "zuji_reminders_made_total")
	now.days(60)
	due := value(t, address, "zuji_reminders_due") // the service may be quick
	if due+value(t, address, "zuji_reminders_made_total") == before {
		t.Error("after 60 days nothing is due")
	}
	w.ticked()
	if due = value(t, address, "zuji_reminders_due"); due != 0 {
		t.Errorf("%v reminders are due after all were made", due)
	}
	if value(t, address, "zuji_reminders_made_total") == before {
		t.Error("what was made is not counted")
	}
}
