package audit_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"testing"

	"zuji/internal/audit"
	"zuji/internal/kv"
)

// BenchmarkHMAC is the mark: one keyed hash of what an entry has.
func BenchmarkHMAC(b *testing.B) {
	k, text := make([]byte, 32), make([]byte, 160)
	b.ReportAllocs()
	for b.Loop() {
		m := hmac.New(sha256.New, k)
		m.Write(text)
		m.Sum(nil)
	}
}

// BenchmarkAppend leaves the commit out: the act pays for it anyway.
func BenchmarkAppend(b *testing.B) {
	db := begun(b, 1000)
	e := entry(1)
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		_ = db.Update(b.Context(), func(tx kv.Tx) error {
			b.StartTimer()
			for range 40 {
				if err := audit.Append(tx, key, e); err != nil {
					b.Error(err)
				}
			}
			b.StopTimer()
			return errUndo
		})
		b.StartTimer()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/40, "ns/entry")
}

func BenchmarkCheck(b *testing.B) {
	const n = 20000
	db := begun(b, n)
	b.ReportAllocs()
	for b.Loop() {
		if faults := check(b, db); len(faults) != 0 {
			b.Fatal(faults)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/entry")
}

// BenchmarkList looks for what is not there, so each page is the most work.
func BenchmarkList(b *testing.B) {
	db := begun(b, 6000)
	for b.Loop() {
		if p := list(b, db, audit.Filter{Subject: "c1"}); p.Next == 0 {
			b.Fatal("the page was not full")
		}
	}
}
