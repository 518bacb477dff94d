package audit_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"zuji/internal/audit"
	"zuji/internal/kv"
)

// prune prunes until there is no more to do.
func prune(t *testing.T, db kv.Store, before time.Time) (removed, calls int) {
	t.Helper()
	for more := true; more; calls++ {
		var n int
		update(t, db, func(tx kv.Tx) (err error) {
			n, more, err = audit.Prune(tx, key, before)
			return err
		})
		removed += n
	}
	return removed, calls
}

func TestPrune_RemovesFromTheFrontAndWhatIsLeftIsSound(t *testing.T) {
	db := begun(t, 200)
	if n, calls := prune(t, db, entry(171).At); n != 170 || calls != 3 {
		t.Errorf("%d removed in %d transactions, want 170 in 3", n, calls)
	}
	sound(t, db)
	if got := list(t, db, audit.Filter{}); len(got.Entries) != 30 || got.Entries[29].Seq != 171 || got.Next != 0 {
		t.Errorf("left is %v", seqs(got.Entries))
	}
	if n, _ := prune(t, db, entry(171).At); n != 0 {
		t.Errorf("%d more removed", n)
	}
	grow(t, db, 201, 205)
	sound(t, db)
	if n, _ := prune(t, db, entry(1000).At); n != 35 {
		t.Errorf("%d removed of all", n)
	}
	sound(t, db)
	grow(t, db, 206, 206)
	sound(t, db)
	if got := list(t, db, audit.Filter{}); len(got.Entries) != 1 || got.Entries[0].Seq != 206 {
		t.Errorf("numbers do not go on: %v", seqs(got.Entries))
	}
}

// An entry stays as long as one before it has to: the log has no holes.
func TestPrune_StopsAtTheFirstThatStays(t *testing.T) {
	db := begun(t, 0)
	for i, minutes := range []int{1, 5, 2, 9} {
		update(t, db, func(tx kv.Tx) error {
			e := entry(i)
			e.At = noon.Add(time.Duration(minutes) * time.Minute)
			return audit.Append(tx, key, e)
		})
	}
	if n, _ := prune(t, db, noon.Add(3*time.Minute)); n != 1 {
		t.Errorf("%d removed, want 1", n)
	}
	sound(t, db)
}

func TestCheck_FindsTamperingAfterPruning(t *testing.T) {
	db := begun(t, 12)
	var before [][]byte
	update(t, db, func(tx kv.Tx) error {
		before = append(before, tx.Get(headTable, []byte("head")), tx.Get(logTable, seq(4)))
		return nil
	})
	prune(t, db, entry(5).At)
	for what, c := range map[string]struct {
		change func(tx kv.Tx)
		want   string
	}{
		"nothing":             {func(kv.Tx) {}, "[]"},
		"one more removed":    {func(tx kv.Tx) { drop(tx, 5, 5) }, "[{missing 5 5}]"},
		"first changed":       {func(tx kv.Tx) { flip(tx, logTable, seq(5), 90, 1) }, "[{changed 5 5}]"},
		"all the rest":        {func(tx kv.Tx) { drop(tx, 5, 12) }, "[{cut_off 5 12}]"},
		"head of before":      {func(tx kv.Tx) { must(tx.Put(headTable, []byte("head"), before[0])) }, "[{missing 1 4}]"},
		"a removed one again": {func(tx kv.Tx) { must(tx.Put(logTable, seq(4), before[1])) }, "[{inserted 4 4}]"},
		"first swapped":       {func(tx kv.Tx) { swap(tx, 5, 6) }, "[{moved 5 6}]"},
	} {
		if got := fmt.Sprint(tampered(t, db, c.change)); got != c.want {
			t.Errorf("%s: found %s, want %s", what, got, c.want)
		}
	}
}

// Retention must not clear away the traces of tampering.
func TestPrune_RefusesWhatWasTamperedWith(t *testing.T) {
	db := begun(t, 8)
	other := begun(t, 1)
	grow(t, other, 3, 3) // its entry 2 is genuine, but of another history
	var forked []byte
	update(t, other, func(tx kv.Tx) error { forked = tx.Get(logTable, seq(2)); return nil })
	for what, change := range map[string]func(kv.Tx){
		"of another history": func(tx kv.Tx) { must(tx.Put(logTable, seq(2), forked)) },
		"changed":            func(tx kv.Tx) { flip(tx, logTable, seq(2), 90, 1) },
		"removed":            func(tx kv.Tx) { drop(tx, 2, 2) },
		"swapped":            func(tx kv.Tx) { swap(tx, 2, 6) },
		"head changed":       func(tx kv.Tx) { flip(tx, headTable, []byte("head"), 3, 1) },
	} {
		err := db.Update(t.Context(), func(tx kv.Tx) error {
			change(tx)
			if n, _, err := audit.Prune(tx, key, entry(5).At); !errors.Is(err, audit.ErrTampered) || n != 0 {
				t.Errorf("%s: %d removed, %v", what, n, err)
			}
			return errUndo
		})
		if !errors.Is(err, errUndo) {
			t.Fatal(err)
		}
	}
}

// A prune and the entry that tells of it fit into one transaction.
func TestPrune_LeavesRoomForItsOwnEntry(t *testing.T) {
	db := begun(t, 200)
	update(t, db, func(tx kv.Tx) error {
		n, more, err := audit.Prune(tx, key, entry(1000).At)
		if n != 80 || !more || err != nil {
			t.Errorf("%d removed, more %t, %v", n, more, err)
		}
		return audit.Append(tx, key, audit.Entry{At: noon, Act: "audit.retention.run", Args: []string{"audit", "80"}})
	})
	sound(t, db)
}
