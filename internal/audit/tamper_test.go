package audit_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"zuji/internal/audit"
	"zuji/internal/kv"
)

// fataler is what *testing.T and *rapid.T have in common here.
type fataler interface {
	Helper()
	Fatalf(string, ...any)
	Context() context.Context
}

var errUndo = errors.New("undo")

// tampered runs a change to the tables, checks the log as it is then, and undoes
// the change.
func tampered(t fataler, db kv.Store, change func(tx kv.Tx), kept ...audit.Head) (faults []audit.Fault) {
	t.Helper()
	err := db.Update(t.Context(), func(tx kv.Tx) error {
		change(tx)
		faults = audit.Check(tx, key, kept...)
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		t.Fatalf("tamper: %v", err)
	}
	return faults
}

// must panics on an error of the store in a test's change.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

func swap(tx kv.Tx, a, b uint64) {
	x, y := tx.Get(logTable, seq(a)), tx.Get(logTable, seq(b))
	must(tx.Put(logTable, seq(a), y))
	must(tx.Put(logTable, seq(b), x))
}

func drop(tx kv.Tx, first, last uint64) {
	for n := first; n <= last; n++ {
		must(tx.Delete(logTable, seq(n)))
	}
}

func flip(tx kv.Tx, table string, k []byte, at int, by byte) {
	raw := tx.Get(table, k)
	raw[at] ^= by
	must(tx.Put(table, k, raw))
}

func TestCheck_SaysWhatIsWrongWithWhich(t *testing.T) {
	db := begun(t, 12)
	var headAt5, forked []byte
	other := begun(t, 5)
	update(t, other, func(tx kv.Tx) error { headAt5 = tx.Get(headTable, []byte("head")); return nil })
	grow(t, other, 7, 9) // its entries 6, 7, 8 are genuine, but of another history
	update(t, other, func(tx kv.Tx) error { forked = tx.Get(logTable, seq(6)); return nil })

	other = begun(t, 11)
	grow(t, other, 20, 20)
	var end []byte
	update(t, other, func(tx kv.Tx) error { end = tx.Get(logTable, seq(12)); return nil })

	for what, c := range map[string]struct {
		change func(tx kv.Tx)
		want   string
	}{
		"another genuine end":   {func(tx kv.Tx) { must(tx.Put(logTable, seq(12), end)) }, "[{changed 12 12}]"},
		"nothing":               {func(kv.Tx) {}, "[]"},
		"first removed":         {func(tx kv.Tx) { drop(tx, 1, 1) }, "[{missing 1 1}]"},
		"one removed":           {func(tx kv.Tx) { drop(tx, 4, 4) }, "[{missing 4 4}]"},
		"some removed":          {func(tx kv.Tx) { drop(tx, 4, 6); drop(tx, 9, 9) }, "[{missing 4 6} {missing 9 9}]"},
		"last cut off":          {func(tx kv.Tx) { drop(tx, 12, 12) }, "[{cut_off 12 12}]"},
		"tail cut off":          {func(tx kv.Tx) { drop(tx, 7, 12) }, "[{cut_off 7 12}]"},
		"all removed":           {func(tx kv.Tx) { drop(tx, 1, 12) }, "[{cut_off 1 12}]"},
		"midst and tail":        {func(tx kv.Tx) { drop(tx, 3, 3); drop(tx, 12, 12) }, "[{missing 3 3} {cut_off 12 12}]"},
		"text changed":          {func(tx kv.Tx) { flip(tx, logTable, seq(5), 80, 1) }, "[{changed 5 5}]"},
		"number changed":        {func(tx kv.Tx) { flip(tx, logTable, seq(5), 7, 1) }, "[{changed 5 5}]"},
		"link changed":          {func(tx kv.Tx) { flip(tx, logTable, seq(5), 8, 1) }, "[{changed 5 5}]"},
		"hash changed":          {func(tx kv.Tx) { flip(tx, logTable, seq(5), 40, 1) }, "[{changed 5 5}]"},
		"last one's hash":       {func(tx kv.Tx) { flip(tx, logTable, seq(12), 40, 1) }, "[{changed 12 12}]"},
		"emptied":               {func(tx kv.Tx) { must(tx.Put(logTable, seq(5), []byte{1})) }, "[{changed 5 5}]"},
		"lengthened":            {func(tx kv.Tx) { must(tx.Put(logTable, seq(5), append(tx.Get(logTable, seq(5)), ' '))) }, "[{changed 5 5}]"},
		"two beside changed":    {func(tx kv.Tx) { flip(tx, logTable, seq(5), 80, 1); flip(tx, logTable, seq(6), 80, 1) }, "[{changed 5 6}]"},
		"neighbours swapped":    {func(tx kv.Tx) { swap(tx, 4, 5) }, "[{moved 4 5}]"},
		"far ones swapped":      {func(tx kv.Tx) { swap(tx, 2, 11) }, "[{moved 2 2} {moved 11 11}]"},
		"copied over":           {func(tx kv.Tx) { must(tx.Put(logTable, seq(9), tx.Get(logTable, seq(3)))) }, "[{moved 9 9}]"},
		"closed up":             {func(tx kv.Tx) { swap(tx, 5, 12); drop(tx, 12, 12) }, "[{moved 5 5} {cut_off 12 12}]"},
		"copied behind":         {func(tx kv.Tx) { must(tx.Put(logTable, seq(13), tx.Get(logTable, seq(12)))) }, "[{inserted 13 13}]"},
		"put in front":          {func(tx kv.Tx) { must(tx.Put(logTable, seq(0), tx.Get(logTable, seq(1)))) }, "[{inserted 0 0}]"},
		"put far behind":        {func(tx kv.Tx) { must(tx.Put(logTable, seq(1<<63), []byte("x"))) }, "[{inserted 9223372036854775808 9223372036854775808}]"},
		"put between":           {func(tx kv.Tx) { must(tx.Put(logTable, append(seq(4), 1), tx.Get(logTable, seq(4)))) }, "[{inserted 4 4}]"},
		"other history's":       {func(tx kv.Tx) { must(tx.Put(logTable, seq(6), forked)) }, "[{changed 6 6}]"},
		"head changed":          {func(tx kv.Tx) { flip(tx, headTable, []byte("head"), 47, 1) }, "[{head 0 0}]"},
		"head removed":          {func(tx kv.Tx) { must(tx.Delete(headTable, []byte("head"))) }, "[{head 0 0}]"},
		"old head":              {func(tx kv.Tx) { must(tx.Put(headTable, []byte("head"), headAt5)) }, "[{inserted 6 12}]"},
		"head and one":          {func(tx kv.Tx) { must(tx.Delete(headTable, []byte("head"))); drop(tx, 4, 4) }, "[{head 0 0} {missing 4 4}]"},
		"head and another":      {func(tx kv.Tx) { must(tx.Delete(headTable, []byte("head"))); flip(tx, logTable, seq(4), 80, 1) }, "[{head 0 0} {changed 4 4}]"},
		"all of it":             {func(tx kv.Tx) { must(tx.Delete(headTable, []byte("head"))); drop(tx, 1, 12) }, "[{head 0 0}]"},
		"other history's last":  {func(tx kv.Tx) { last(tx, forked) }, "[{cut_off 7 12}]"},
		"older copy of it all":  {func(tx kv.Tx) { drop(tx, 6, 12); must(tx.Put(headTable, []byte("head"), headAt5)) }, "[]"},
		"changed before a hole": {func(tx kv.Tx) { flip(tx, logTable, seq(4), 80, 1); drop(tx, 5, 5) }, "[{changed 4 4} {missing 5 5}]"},
		"changed after a hole":  {func(tx kv.Tx) { flip(tx, logTable, seq(6), 80, 1); drop(tx, 5, 5) }, "[{missing 5 5} {changed 6 6}]"},
	} {
		if got := fmt.Sprint(tampered(t, db, c.change)); got != c.want {
			t.Errorf("%s: found %s, want %s", what, got, c.want)
		}
	}
	sound(t, db)
}

func last(tx kv.Tx, raw []byte) {
	drop(tx, 6, 12)
	must(tx.Put(logTable, seq(6), raw))
}

// Every single bit of the log counts, and the entry is named.
func TestCheck_FindsEveryFlippedBit(t *testing.T) {
	db := begun(t, 3)
	for _, at := range everyByte(t, db, logTable, seq(2)) {
		for bit := range 8 {
			got := tampered(t, db, func(tx kv.Tx) { flip(tx, logTable, seq(2), at, 1<<bit) })
			if !slices.Equal(got, []audit.Fault{{Wrong: audit.Changed, First: 2, Last: 2}}) {
				t.Fatalf("byte %d, bit %d of an entry: found %v", at, bit, got)
			}
		}
	}
	for _, at := range everyByte(t, db, headTable, []byte("head")) {
		for bit := range 8 {
			got := tampered(t, db, func(tx kv.Tx) { flip(tx, headTable, []byte("head"), at, 1<<bit) })
			if !slices.Equal(got, []audit.Fault{{Wrong: audit.HeadGone}}) {
				t.Fatalf("byte %d, bit %d of the head: found %v", at, bit, got)
			}
		}
	}
}

func everyByte(t *testing.T, db kv.Store, table string, k []byte) (all []int) {
	t.Helper()
	update(t, db, func(tx kv.Tx) error {
		for at := range tx.Get(table, k) {
			all = append(all, at)
		}
		return nil
	})
	if len(all) < 100 {
		t.Fatalf("%s has only %d bytes", table, len(all))
	}
	return all
}

// Whatever is done to a log of any length, pruned or not, is found, unless it
// leaves the tables as they were.
func TestCheck_FindsAnyTampering(t *testing.T) {
	const most = 60
	logs := map[int]kv.Store{}
	for _, pruned := range []int{0, 1, 25} {
		logs[pruned] = begun(t, most)
		update(t, logs[pruned], func(tx kv.Tx) error {
			n, _, err := audit.Prune(tx, key, entry(pruned+1).At)
			if n != pruned {
				t.Errorf("%d pruned, want %d", n, pruned)
			}
			return err
		})
		sound(t, logs[pruned])
	}
	kinds := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		pruned := rapid.SampledFrom([]int{0, 1, 25}).Draw(rt, "pruned")
		place := rapid.Uint64Range(uint64(pruned)+1, most)
		var acts []func(kv.Tx)
		for range rapid.IntRange(1, 4).Draw(rt, "how often") {
			kind, act := drawTampering(rt, place, most)
			kinds[kind]++
			acts = append(acts, act)
		}
		same := false
		faults := tampered(rt, logs[pruned], func(tx kv.Tx) {
			before := dump(tx)
			for _, act := range acts {
				act(tx)
			}
			same = slices.EqualFunc(before, dump(tx), bytes.Equal)
		})
		if same != (len(faults) == 0) {
			rt.Fatalf("unchanged: %t, found: %v", same, faults)
		}
	})
	if len(kinds) != 6 {
		t.Errorf("not every way was tried: %v", kinds)
	}
}

// drawTampering returns something that a person with the file alone can do.
func drawTampering(rt *rapid.T, place *rapid.Generator[uint64], end uint64) (string, func(kv.Tx)) {
	// Flips most: alone among them, one in an entry's text shows only by its keyed hash.
	kind := rapid.SampledFrom([]string{"flip", "flip", "flip", "flip", "drop", "swap", "truncate", "copy", "head"}).Draw(rt, "kind")
	a, b := place.Draw(rt, "a"), place.Draw(rt, "b")
	at, by := rapid.IntRange(0, 1<<16).Draw(rt, "byte"), byte(rapid.IntRange(1, 255).Draw(rt, "by"))
	return kind, func(tx kv.Tx) {
		x, y := tx.Get(logTable, seq(a)), tx.Get(logTable, seq(b))
		switch kind {
		case "flip":
			if x != nil {
				flip(tx, logTable, seq(a), at%len(x), by)
			}
		case "drop":
			drop(tx, min(a, b), max(a, b))
		case "swap":
			if x != nil && y != nil {
				swap(tx, a, b)
			}
		case "truncate":
			drop(tx, a, end)
		case "copy":
			if x != nil {
				must(tx.Put(logTable, seq(b+uint64(by%3)*end), x))
			}
		case "head":
			flip(tx, headTable, []byte("head"), at%len(tx.Get(headTable, []byte("head"))), by)
		}
	}
}

func dump(tx kv.Tx) (all [][]byte) {
	for _, table := range []string{logTable, headTable} {
		for k, v := range tx.Scan(table, nil, nil) {
			all = append(all, k, v)
		}
	}
	return all
}

// What an entry says, and how long the log is, makes no difference.
func TestAppend_AnyLogIsSoundAndComesBack(t *testing.T) {
	acts, db := slices.Sorted(maps.Keys(audit.Acts)), open(t)
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(0, 30).Draw(rt, "entries")
		var want []audit.Entry
		for i := range n {
			e := audit.Entry{
				Seq: uint64(i + 1), At: noon.Add(time.Duration(rapid.Int64Range(0, 1e12).Draw(rt, "ms")) * time.Millisecond),
				Who: rapid.Int64Range(0, 1<<52).Draw(rt, "who"), Act: rapid.SampledFrom(acts).Draw(rt, "act"),
				Role:    rapid.SampledFrom([]string{"", "admin", "tenant"}).Draw(rt, "role"),
				Subject: rapid.SampledFrom([]string{"", "QWERTYUIOPAS", "person:1"}).Draw(rt, "subject"),
			}
			for range audit.Acts[e.Act] {
				e.Args = append(e.Args, rapid.StringMatching(`[a-z]{1,9}|[0-9]{1,6}|[A-Z2-7]{12}`).Draw(rt, "arg"))
			}
			want = append(want, e)
		}
		err := db.Update(t.Context(), func(tx kv.Tx) error {
			must(audit.Start(tx, key))
			for _, e := range want {
				must(audit.Append(tx, key, e))
			}
			if faults := audit.Check(tx, key); len(faults) != 0 {
				rt.Errorf("found %v", faults)
			}
			got := audit.List(tx, audit.Filter{}).Entries
			slices.Reverse(got)
			if fmt.Sprint(got) != fmt.Sprint(want) {
				rt.Errorf("got  %v\nwant %v", got, want)
			}
			return errUndo
		})
		if !errors.Is(err, errUndo) {
			rt.Fatal(err)
		}
	})
}
