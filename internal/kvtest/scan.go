package kvtest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"zuji/internal/kv"
)

func bound(s string) []byte {
	if s == "" {
		return nil
	}
	return []byte(s)
}

func testScanBounds(t *testing.T, s kv.Store) {
	fill(t, s, "a=1", "b=2", "b\x00=3", "c=4")
	update(t, s, func(tx kv.Tx) error { return tx.Put("b", []byte("other"), []byte("table")) })
	for _, c := range []struct{ lo, hi, want string }{
		{"", "", "a=1 b=2 b\x00=3 c=4"},
		{"a", "c", "a=1 b=2 b\x00=3"},
		{"b", "", "b=2 b\x00=3 c=4"},
		{"", "b", "a=1"},
		{"aa", "b\x00", "b=2"},
		{"b\x00", "b\x00\x00", "b\x00=3"},
		{"b", "b", ""},
		{"c", "a", ""},
		{"d", "", ""},
		{"", "A", ""},
		{"c", "z", "c=4"},
	} {
		view(t, s, func(tx kv.Tx) {
			if got := collect(tx.Scan("a", bound(c.lo), bound(c.hi))); got != c.want {
				t.Errorf("Scan(%q, %q) = %q, want %q", c.lo, c.hi, got, c.want)
			}
			if got, want := collect(tx.ScanBack("a", bound(c.lo), bound(c.hi))), reversed(c.want); got != want {
				t.Errorf("ScanBack(%q, %q) = %q, want %q", c.lo, c.hi, got, want)
			}
		})
	}
	view(t, s, func(tx kv.Tx) {
		if got := collect(tx.Scan("none", nil, nil)) + collect(tx.ScanBack("none", nil, nil)); got != "" {
			t.Errorf("a table that is not there has %q", got)
		}
		empty := []byte{} // above no key, unlike nil
		if got := collect(tx.Scan("a", nil, empty)) + collect(tx.ScanBack("a", nil, empty)); got != "" {
			t.Errorf("below the empty key there is %q", got)
		}
		for range tx.Scan("a", nil, nil) {
			break
		}
		for range tx.ScanBack("a", nil, nil) {
			break
		}
	})
}

func reversed(pairs string) string {
	words := strings.Split(pairs, " ")
	for i, j := 0, len(words)-1; i < j; i, j = i+1, j-1 {
		words[i], words[j] = words[j], words[i]
	}
	return strings.Join(words, " ")
}

// testScanOrder uses enough keys to fill several pages of any engine.
func testScanOrder(t *testing.T, s kv.Store) {
	const tables, keys = 2, 2000
	for from := 0; from < keys; from += kv.MaxWrites / tables {
		update(t, s, func(tx kv.Tx) error {
			for i := from; i < from+kv.MaxWrites/tables; i++ {
				k := fmt.Appendf(nil, "%05d", i*7919%keys)
				if err := errors.Join(tx.Put("a", k, k), tx.Put("b", k, k)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	view(t, s, func(tx kv.Tx) {
		next := 0
		for k, v := range tx.Scan("a", nil, nil) {
			if want := fmt.Sprintf("%05d", next); string(k) != want || string(v) != want {
				t.Fatalf("key %d is %q=%q", next, k, v)
			}
			next++
		}
		if next != keys {
			t.Errorf("Scan gave %d keys, want %d", next, keys)
		}
		for k := range tx.ScanBack("b", nil, nil) {
			next--
			if want := fmt.Sprintf("%05d", next); string(k) != want {
				t.Fatalf("key %d from behind is %q", next, k)
			}
		}
		if next != 0 {
			t.Errorf("ScanBack left out %d keys", next)
		}
	})
}

func testScanMergesOwnWrites(t *testing.T, s kv.Store) {
	fill(t, s, "b=1", "d=1", "f=1", "h=1")
	update(t, s, func(tx kv.Tx) error {
		err := errors.Join(put(tx, "a=2", "d=2", "e=2", "i=2", "g=2"),
			tx.Delete("a", []byte("b")), tx.Delete("a", []byte("h")), tx.Delete("a", []byte("g")), tx.Delete("a", []byte("c")))
		if err != nil {
			return err
		}
		if got := all(t, tx); got != "a=2 d=2 e=2 f=1 i=2" {
			t.Errorf("whole table: %q", got)
		}
		for _, c := range []struct{ lo, hi, want string }{
			{"b", "f", "d=2 e=2"}, {"f", "", "f=1 i=2"}, {"", "d", "a=2"}, {"g", "i", ""}, {"h", "z", "i=2"},
		} {
			if got := collect(tx.Scan("a", bound(c.lo), bound(c.hi))); got != c.want {
				t.Errorf("Scan(%q, %q) = %q, want %q", c.lo, c.hi, got, c.want)
			}
			if got, want := collect(tx.ScanBack("a", bound(c.lo), bound(c.hi))), reversed(c.want); got != want {
				t.Errorf("ScanBack(%q, %q) = %q, want %q", c.lo, c.hi, got, want)
			}
		}
		if err := tx.Put("new", []byte("k"), []byte("v")); err != nil {
			return err
		}
		if got := collect(tx.Scan("new", nil, nil)) + collect(tx.ScanBack("new", nil, nil)); got != "k=vk=v" {
			t.Errorf("a table that this transaction began: %q", got)
		}
		return nil
	})
	wantAll(t, s, "a=2 d=2 e=2 f=1 i=2")
}

func testScanSurvivesWritesInItsLoop(t *testing.T, s kv.Store) {
	fill(t, s, "a=1", "b=1", "c=1", "d=1")
	update(t, s, func(tx kv.Tx) error {
		seen := ""
		for k := range tx.Scan("a", nil, nil) {
			seen += string(k)
			if err := errors.Join(tx.Delete("a", k), put(tx, "0"+string(k)+"=2")); err != nil {
				return err
			}
		}
		if seen != "abcd" {
			t.Errorf("a loop that deletes what it meets saw %q", seen)
		}
		return nil
	})
	wantAll(t, s, "0a=2 0b=2 0c=2 0d=2")
	update(t, s, func(tx kv.Tx) error {
		seen := 0
		for k := range tx.ScanBack("a", nil, nil) {
			seen++
			if err := errors.Join(tx.Delete("a", k), put(tx, "1=3")); err != nil {
				return err
			}
		}
		if seen != 4 {
			t.Errorf("a backward loop that deletes what it meets saw %d keys, want 4", seen)
		}
		return nil
	})
	wantAll(t, s, "1=3")
}

func testLimits(t *testing.T, s kv.Store) {
	many := func(n int) func(kv.Tx) error {
		return func(tx kv.Tx) error {
			for i := range n {
				if err := tx.Put("a", fmt.Appendf(nil, "%03d", i), []byte("v")); err != nil {
					return err
				}
			}
			return nil
		}
	}
	big := func(size int, returns error) func(kv.Tx) error {
		return func(tx kv.Tx) error {
			_ = tx.Put("b", []byte("big"), make([]byte, size)) // a function that overlooks the error must not succeed
			return returns
		}
	}
	if err := s.Update(t.Context(), many(kv.MaxWrites+1)); !errors.Is(err, kv.ErrTooBig) {
		t.Errorf("%d writes: %v", kv.MaxWrites+1, err)
	}
	if err := s.Update(t.Context(), big(kv.MaxBytes, nil)); !errors.Is(err, kv.ErrTooBig) {
		t.Errorf("a value of %d bytes and its key: %v", kv.MaxBytes, err)
	}
	if err := s.Update(t.Context(), big(kv.MaxBytes, errOwn)); err != errOwn {
		t.Errorf("too big and an own error: %v", err)
	}
	wantAll(t, s, "")
	update(t, s, many(kv.MaxWrites))
	update(t, s, big(kv.MaxBytes-100, nil))
	update(t, s, func(tx kv.Tx) error { // one key written often is one write
		for range 2 * kv.MaxWrites {
			if err := tx.Put("b", []byte("big"), make([]byte, kv.MaxBytes/2)); err != nil {
				return err
			}
		}
		return nil
	})
}
