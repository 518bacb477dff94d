package boltkv

import (
	"sync"
	"time"
)

// views knows when each running View began.
type views struct {
	mu    sync.Mutex
	next  uint64
	began map[uint64]time.Time
}

// begin notes a View and returns the function that ends it.
func (v *views) begin(now time.Time) (end func()) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.began == nil {
		v.began = map[uint64]time.Time{}
	}
	id := v.next
	v.next++
	v.began[id] = now
	return func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		delete(v.began, id)
	}
}

func (v *views) oldest(now time.Time) time.Duration {
	v.mu.Lock()
	defer v.mu.Unlock()
	var age time.Duration
	for _, t := range v.began {
		age = max(age, now.Sub(t))
	}
	return age
}
