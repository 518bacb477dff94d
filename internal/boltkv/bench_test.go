//go:build linux

package boltkv

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"zuji/internal/kv"
	"zuji/internal/kvtest"
)

// BenchmarkUpdate measures durable updates of one 1 KB value by so many
// goroutines, beside plain "write 4 KiB and fdatasync" on the same disk. The
// metric x-raw is how many updates there are for one such write.
func BenchmarkUpdate(b *testing.B) {
	for _, goroutines := range []int{1, 64, 512} {
		b.Run(fmt.Sprint(goroutines), func(b *testing.B) {
			raw := kvtest.RawWrites(b)
			db := open(b, Options{})
			value := make([]byte, 1024)
			var next atomic.Int64
			var wg sync.WaitGroup
			b.ResetTimer()
			for range goroutines {
				wg.Go(func() {
					for {
						i := next.Add(1)
						if i > int64(b.N) {
							return
						}
						key := fmt.Appendf(nil, "%016x", uint64(i)*0x9e3779b97f4a7c15)
						if err := db.Update(b.Context(), func(tx kv.Tx) error { return tx.Put("a", key, value) }); err != nil {
							b.Errorf("update: %v", err)
							return
						}
					}
				})
			}
			wg.Wait()
			b.StopTimer()
			perSecond := float64(b.N) / b.Elapsed().Seconds()
			b.ReportMetric(perSecond, "updates/s")
			b.ReportMetric(raw, "raw/s")
			b.ReportMetric(perSecond/raw, "x-raw")
			stats := db.Stats()
			b.ReportMetric(float64(stats.Updates)/float64(stats.Commits), "updates/commit")
		})
	}
}

func BenchmarkView(b *testing.B) {
	db := open(b, Options{})
	if err := db.Update(b.Context(), put("a", "k")); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := db.View(b.Context(), func(tx kv.Tx) error { tx.Get("a", []byte("k")); return nil }); err != nil {
			b.Fatal(err)
		}
	}
}
