package sessiontest

import (
	"testing"
	"time"

	"zuji/internal/session"
)

// RunTTL tests the time to live of the stores that open returns: ttl after its
// last save a session is gone. pass makes time pass for the store last opened.
func RunTTL(t *testing.T, ttl time.Duration, open func(t *testing.T) session.Store, pass func(t *testing.T, d time.Duration)) {
	t.Helper()
	t.Run("GoneAfterItsTime", func(t *testing.T) {
		s := open(t)
		save(t, s, 1, 0, "a")
		pass(t, ttl/2)
		wants(t, s, 1, 1, "a")
		pass(t, ttl)
		wants(t, s, 1, 0, "")
	})
	t.Run("SaveStartsItAnew", func(t *testing.T) {
		s := open(t)
		save(t, s, 1, 0, "a")
		for rev := range int64(4) {
			pass(t, ttl*3/4)
			save(t, s, 1, rev+1, "b")
		}
		wants(t, s, 1, 5, "b")
	})
	t.Run("LoadDoesNotProlongIt", func(t *testing.T) {
		s := open(t)
		save(t, s, 1, 0, "a")
		pass(t, ttl*3/4)
		wants(t, s, 1, 1, "a")
		pass(t, ttl*3/4)
		wants(t, s, 1, 0, "")
	})
	t.Run("GoneMeansRevisionZero", func(t *testing.T) {
		s := open(t)
		save(t, s, 1, 0, "a")
		save(t, s, 1, 1, "b")
		pass(t, 2*ttl)
		conflicts(t, s, 1, 2, "c")
		save(t, s, 1, 0, "c")
		wants(t, s, 1, 1, "c")
	})
}
