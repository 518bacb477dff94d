package metrics

import (
	"testing"
	"time"

	"zuji/internal/session"
)

// BenchmarkStep counts what a usual step counts: the update, a session read and
// written, a commit and two calls of the Bot API. "without" does the same with
// nobody counting.
func BenchmarkStep(b *testing.B) {
	step := func(b *testing.B, s session.Store, m *Metrics) {
		for b.Loop() {
			_, _ = s.Load(b.Context(), 1)
			_, _ = s.Save(b.Context(), 1, 1, nil)
			if m != nil {
				m.Update("message", "handled", time.Millisecond)
				m.Commit("records", time.Millisecond, nil)
				m.Call("send", "ok", time.Millisecond)
				m.Call("send", "ok", time.Millisecond)
			}
		}
	}
	b.Run("without", func(b *testing.B) { step(b, answers{}, nil) })
	b.Run("with", func(b *testing.B) {
		m := New(labels())
		step(b, m.Sessions(answers{}), m)
	})
}
