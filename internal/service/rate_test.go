package service_test

import (
	"log/slog"
	"net/http/httptest"
	"testing"
	"time"

	"context"
	"zuji/internal/service"
	"zuji/internal/standin"
)

// At Telegram's rates many reminders leave as fast as it allows, and none of them
// is refused.
func TestRate_RemindersKeepToTelegrams(t *testing.T) {
	const people = 120
	telegram := standin.New(standin.Options{Token: token, Username: username})
	defer telegram.Close()
	api := httptest.NewServer(telegram.Handler())
	defer api.Close()
	config := service.Config{Token: token, APIURL: api.URL, Data: t.TempDir(), Admins: []int64{admin}}
	duePast(t, config, telegram, people)
	telegram.ResetCalls()

	config.Log, config.Now = slog.New(slog.DiscardHandler), time.Now
	z, err := service.Start(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(settle); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if _, _, missing := arrived(telegram, people); missing == 0 {
			break
		}
	}
	if err := z.Stop(context.Background()); err != nil {
		t.Error(err)
	}
	var sent []time.Time
	for _, c := range telegram.Calls() {
		if c.Method == "sendMessage" {
			sent = append(sent, c.Time)
			if !c.OK {
				t.Errorf("refused: %+v", c)
			}
		}
	}
	if len(sent) != people {
		t.Fatalf("%d calls for %d reminders", len(sent), people)
	}
	const burst = 30 // the first second's worth leaves at once
	rate := float64(people-burst) / sent[people-1].Sub(sent[burst-1]).Seconds()
	t.Logf("%.1f a second", rate)
	if rate < 27 || rate > 30 {
		t.Errorf("%.1f reminders a second", rate)
	}
}
