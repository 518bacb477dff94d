package registry_test

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"zuji/internal/boltkv"
	"zuji/internal/kv"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
	"zuji/internal/when"
)

// pending is how many reminders wait beside those that are due; ZUJI_PENDING
// asks for another number.
func pending() int {
	if n, err := strconv.Atoi(os.Getenv("ZUJI_PENDING")); err == nil {
		return n
	}
	return 20_000
}

// fill puts reminders of the far future into the register.
func fill(b testing.TB, s *shelf, n int) {
	b.Helper()
	far := s.now.AddDate(1, 0, 0)
	for from := 0; from < n; from += kv.MaxWrites - 1 {
		err := s.faulty.Update(b.Context(), func(tx kv.Tx) error {
			for i := from; i < min(from+kv.MaxWrites-1, n); i++ {
				if err := registry.PutErrand(tx, far.Add(time.Duration(i)*time.Second), int64(1_000_000+i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// Starting does not read what waits: the records open, and what falls due next is
// known.
func BenchmarkStart(b *testing.B) {
	s := open(b)
	fill(b, s, pending())
	if err := s.faulty.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		db, err := boltkv.Open(s.path, boltkv.Options{})
		if err != nil {
			b.Fatal(err)
		}
		r := &registry.Registry{Store: db, Vault: s.Vault, Holidays: s.Holidays, Now: s.Registry.Now}
		if err := r.Open(b.Context()); err != nil {
			b.Fatal(err)
		}
		if _, ok, err := r.NextDue(b.Context()); err != nil || !ok {
			b.Fatal(ok, err)
		}
		b.StopTimer()
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

// A tick costs by what is due, not by what waits.
func BenchmarkTick(b *testing.B) {
	s := open(b)
	begun := time.Now()
	fill(b, s, pending())
	b.Logf("%d reminders wait, stored in %v", pending(), time.Since(begun).Round(time.Millisecond))
	for _, due := range []int{0, 100, 10_000} {
		b.Run(fmt.Sprintf("%d due", due), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				if due > 0 {
					s.now = s.now.AddDate(0, 0, 1) // nobody gets more than three a day
				}
				s.fallDue(b, due)
				b.StartTimer()
				if n, err := s.Tick(b.Context()); err != nil || n != 2*due {
					b.Fatalf("%d done, %v", n, err)
				}
			}
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			b.ReportMetric(float64(m.HeapInuse>>20), "MB-heap")
		})
	}
}

// fallDue lets reminders of so many people fall due.
func (s *shelf) fallDue(b testing.TB, n int) {
	b.Helper()
	far := when.Repeat{}.Begin(when.On(tenancy.Today(s.now).AddDays(300), 9*60, time.UTC), s.Holidays)
	for i := range n {
		who, id := int64(100_000+i), fmt.Sprintf("own%d", i)
		if err := s.SetOwn(b.Context(), tenancy.OwnReminder{ID: id, By: who, Whom: tenancy.Myself, What: "收房租", Series: far}); err != nil {
			b.Fatal(err)
		}
		if err := s.Snooze(b.Context(), who, registry.Item{Kind: registry.OwnKind, Tenancy: id}, s.now); err != nil {
			b.Fatal(err)
		}
	}
}
