package bot

import (
	"slices"
	"sync"
)

// recent keeps the states that were saved last, so that a chat's next update
// need not fetch and open its own. The store has the last word: it refuses what
// follows from a state that is not the newest, and then the newest is fetched.
type recent struct {
	mu     sync.Mutex
	states map[int64]state
}

// maxRecent bounds the memory of states, which are some kilobytes each.
const maxRecent = 2000

func (r *recent) get(chat int64) (s state, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s, ok = r.states[chat]
	s.Seen = slices.Clip(s.Seen) // what is added does not reach the one kept
	return s, ok
}

// put keeps a state that was saved, unless a later one was.
func (r *recent) put(chat int64, s state) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.states == nil {
		r.states = map[int64]state{}
	}
	if before, ok := r.states[chat]; !ok || s.rev > before.rev {
		r.states[chat] = s
	}
	for other := range r.states {
		if len(r.states) <= maxRecent {
			break
		}
		delete(r.states, other)
	}
}

// drop forgets a state that could not be saved: it is not known which is the newest.
func (r *recent) drop(chat int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.states, chat)
}
