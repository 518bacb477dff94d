package bot

import (
	"slices"
	"testing"
)

func TestRecent(t *testing.T) {
	var r recent
	r.put(1, state{rev: 2, Seen: append(make([]int64, 0, 8), 1)})
	r.put(1, state{rev: 1})
	s, ok := r.get(1)
	if !ok || s.rev != 2 {
		t.Fatalf("kept is revision %d, want the later one", s.rev)
	}
	other, _ := r.get(1)
	s.see(7)
	other.see(8)
	if !slices.Equal(s.Seen, []int64{1, 7}) {
		t.Errorf("two that begin from the same state share what they have seen: %v", s.Seen)
	}
	r.drop(1)
	if _, ok := r.get(1); ok {
		t.Error("a state that was dropped is still there")
	}
	for chat := range int64(maxRecent + 10) {
		r.put(chat, state{rev: 1})
	}
	if n := len(r.states); n != maxRecent {
		t.Errorf("%d states are kept, at most %d are allowed", n, maxRecent)
	}
}
