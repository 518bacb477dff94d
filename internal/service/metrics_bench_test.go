package service_test

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/go-telegram/bot/models"

	"zuji/internal/service"
	"zuji/internal/standin"
)

// BenchmarkMetrics_Step handles the same message by two services in turn, one of
// which counts, and reports the median of each: update in, session read and
// written, answer sent to the stand-in.
func BenchmarkMetrics_Step(b *testing.B) {
	plain, counted := stepper(b, ""), stepper(b, "127.0.0.1:0")
	var without, with []time.Duration
	n := int64(0)
	for b.Loop() {
		n++
		first, second := &without, &with
		one, two := plain, counted
		if n%2 == 0 { // neither always runs on the other's warm cache
			first, second, one, two = second, first, two, one
		}
		*first = append(*first, one(b, n))
		*second = append(*second, two(b, n))
	}
	median := func(all []time.Duration) float64 {
		slices.Sort(all)
		return float64(all[len(all)/2].Nanoseconds()) / 1000
	}
	b.ReportMetric(median(without), "plain-µs/step")
	b.ReportMetric(median(with), "counted-µs/step")
	b.ReportMetric(0, "ns/op")
}

// stepper starts a service and returns what lets it take one step.
func stepper(b *testing.B, listen string) func(*testing.B, int64) time.Duration {
	b.Helper()
	telegram := standin.New(standin.Options{Token: token, Username: username, Now: time.Now,
		Limits: standin.Limits{Overall: -1, PerChat: -1, GroupPerMinute: -1}})
	b.Cleanup(telegram.Close)
	api := httptest.NewServer(telegram.Handler())
	b.Cleanup(api.Close)
	telegram.AddUser(standin.User{ID: landlord, FirstName: "王建国", LanguageCode: "zh-hans", Phone: "+8613800138000"})
	if _, err := telegram.As(landlord).Start(""); err != nil {
		b.Fatal(err)
	}
	z, err := service.Start(context.Background(), service.Config{Token: token, APIURL: api.URL, Data: b.TempDir(),
		Rates: fast, Flood: calm, Now: time.Now, Log: slog.New(slog.DiscardHandler), OpsListen: listen})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := z.Stop(context.Background()); err != nil {
			b.Error(err)
		}
	})
	return func(b *testing.B, n int64) time.Duration {
		u := &models.Update{ID: 1_000_000 + n, Message: &models.Message{ID: int(1_000_000 + n), Text: "你好",
			From: &models.User{ID: landlord, FirstName: "王建国", LanguageCode: "zh-hans"},
			Chat: models.Chat{ID: landlord, Type: models.ChatTypePrivate}}}
		began := time.Now()
		if err := z.Take(b.Context(), u); err != nil {
			b.Fatal(err)
		}
		return time.Since(began)
	}
}
