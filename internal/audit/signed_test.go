package audit_test

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"zuji/internal/audit"
	"zuji/internal/kv"
)

func signed(t *testing.T, db kv.Store, at time.Time) (text string) {
	t.Helper()
	err := db.View(t.Context(), func(tx kv.Tx) (err error) {
		text, err = audit.SignHead(tx, key, at)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func kept(t *testing.T, db kv.Store) audit.Head {
	t.Helper()
	h, err := audit.VerifyHead(signed(t, db, noon), key.Public())
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestSignHead_CanBeKeptAndRead(t *testing.T) {
	db := begun(t, 7)
	at := noon.Add(time.Second + time.Millisecond)
	text := signed(t, db, at)
	if len(text) > 400 || strings.Count(text, "\n") != 6 || !strings.Contains(text, "count: 7\n") || !strings.Contains(text, "time: 2026-11-23T12:00:01+08:00\n") {
		t.Errorf("not a small text to keep:\n%s", text)
	}
	for what, copied := range map[string]string{
		"as it is": text, "without the last line's end": strings.TrimSpace(text), "from Windows": strings.ReplaceAll(text, "\n", "\r\n"),
		"set in": "\n  " + strings.ReplaceAll(text, "\n", " \n  ") + "\n",
	} {
		h, err := audit.VerifyHead(copied, key.Public())
		if err != nil || h.Count != 7 || !h.At.Equal(at.Truncate(time.Second)) {
			t.Errorf("%s: %+v, %v", what, h, err)
		}
	}
}

// A text with a sign changed is refused, or says the same as before.
func TestVerifyHead_RefusesWhatWasChanged(t *testing.T) {
	text := signed(t, begun(t, 7), noon)
	was, err := audit.VerifyHead(text, key.Public())
	if err != nil {
		t.Fatal(err)
	}
	taken := 0
	for i := range text {
		for _, by := range []byte{1, 2, 0x10, 0x20} {
			changed := []byte(text)
			changed[i] ^= by
			h, err := audit.VerifyHead(string(changed), key.Public())
			if err != nil {
				continue
			}
			taken++
			if h.Count != was.Count || h.Hash != was.Hash || !h.At.Equal(was.At) {
				t.Errorf("taken with byte %d as %q: %+v", i, changed[i], h)
			}
		}
	}
	if taken > 64 { // the case of the hash's letters, and the last line's end
		t.Errorf("%d changed texts were taken", taken)
	}
	for what, other := range map[string]string{
		"nothing": "", "a word": "head", "one line less": text[:strings.Index(text, "signature")], "one line more": text + "count: 8\n",
		"no title": text[strings.Index(text, "\n")+1:], "another count": strings.Replace(text, "count: 7", "count: 8", 1),
		"a count twice": strings.Replace(text, "count: 7", "count: 7\ncount: 7", 1),
		"another time":  strings.Replace(text, "T12:00", "T13:00", 1),
		"short hash":    strings.Replace(text, "hash: ", "hash: 00", 1),
	} {
		if _, err := audit.VerifyHead(other, key.Public()); !errors.Is(err, audit.ErrHead) {
			t.Errorf("%s: %v", what, err)
		}
	}
	other := audit.NewKey([]byte("fedcba9876543210fedcba9876543210"))
	for what, public := range map[string]ed25519.PublicKey{"another": other.Public(), "none": nil, "a short": other.Public()[:31]} {
		if _, err := audit.VerifyHead(text, public); !errors.Is(err, audit.ErrOtherKey) {
			t.Errorf("%s key: %v", what, err)
		}
	}
}

func TestSignHead_SignsNoSpoiltHead(t *testing.T) {
	db := begun(t, 3)
	update(t, db, func(tx kv.Tx) error { flip(tx, headTable, []byte("head"), 47, 1); return nil })
	err := db.View(t.Context(), func(tx kv.Tx) error {
		_, err := audit.SignHead(tx, key, noon)
		return err
	})
	if !errors.Is(err, audit.ErrTampered) {
		t.Errorf("signed: %v", err)
	}
}

// A kept head finds what the tables by themselves cannot show: an older copy of
// all of them, and a history written anew by somebody who has the key.
func TestCheck_AgainstAKeptHead(t *testing.T) {
	db := begun(t, 4)
	empty := kept(t, begun(t, 0))
	old := kept(t, db)
	var copied [][]byte
	update(t, db, func(tx kv.Tx) error { copied = dump(tx); return nil })
	grow(t, db, 5, 9)
	now := kept(t, db)
	sound(t, db, old, now, empty)

	rewind := func(tx kv.Tx) {
		drop(tx, 5, 9)
		must(tx.Put(headTable, []byte("head"), copied[len(copied)-1]))
	}
	rewritten := begun(t, 0)
	for n := 1; n <= 9; n++ {
		update(t, rewritten, func(tx kv.Tx) error {
			e := entry(n)
			if n == 2 {
				e.Who = 1
			}
			return audit.Append(tx, key, e)
		})
	}
	fork := begun(t, 4)
	grow(t, fork, 6, 10)
	for what, c := range map[string]struct {
		db     kv.Store
		change func(kv.Tx)
		heads  []audit.Head
		want   string
	}{
		"an older copy, nothing kept":      {db, rewind, nil, "[]"},
		"an older copy":                    {db, rewind, []audit.Head{now}, "[{replaced 5 9}]"},
		"an older copy, older head":        {db, rewind, []audit.Head{old}, "[]"},
		"written anew, nothing kept":       {rewritten, func(kv.Tx) {}, nil, "[]"},
		"written anew":                     {rewritten, func(kv.Tx) {}, []audit.Head{old}, "[{rewritten 1 4}]"},
		"written anew, two heads":          {rewritten, func(kv.Tx) {}, []audit.Head{old, now}, "[{rewritten 1 4} {rewritten 1 9}]"},
		"an older copy that went on":       {fork, func(kv.Tx) {}, []audit.Head{old, now}, "[{rewritten 1 9}]"},
		"changed after what is vouched":    {db, func(tx kv.Tx) { flip(tx, logTable, seq(7), 90, 1) }, []audit.Head{old}, "[{changed 7 7}]"},
		"the entry vouched for is changed": {db, func(tx kv.Tx) { flip(tx, logTable, seq(4), 90, 1) }, []audit.Head{old}, "[{changed 4 4}]"},
	} {
		if got := fmt.Sprint(tampered(t, c.db, c.change, c.heads...)); got != c.want {
			t.Errorf("%s: found %s, want %s", what, got, c.want)
		}
	}
}

// What retention has removed since is not held against the log.
func TestCheck_AgainstAHeadFromBeforePruning(t *testing.T) {
	db := begun(t, 4)
	atFour := kept(t, db)
	grow(t, db, 5, 6)
	atSix := kept(t, db)
	grow(t, db, 7, 9)
	prune(t, db, entry(7).At)
	sound(t, db, atSix)
	if got := fmt.Sprint(check(t, db, atFour)); got != "[{too_old 4 4}]" {
		t.Errorf("found %s", got)
	}

	other := begun(t, 5)
	grow(t, other, 7, 7)
	if got := fmt.Sprint(check(t, db, kept(t, other))); got != "[{rewritten 6 6}]" {
		t.Errorf("another history that ends where pruning did: found %s", got)
	}
}

// Only what was signed with the key is taken, whatever the text.
func FuzzVerifyHead(f *testing.F) {
	f.Add("zuji audit head v1\ncount: 7\nhash: 00\ntime: 2026-11-23T12:00:01+08:00\nkey: 00\nsignature: AA==\n")
	f.Add("zuji audit head v1\r\n count:18446744073709551616")
	f.Fuzz(func(t *testing.T, text string) {
		if h, err := audit.VerifyHead(text, key.Public()); err == nil {
			t.Errorf("%q is taken for %+v", text, h)
		}
	})
}
