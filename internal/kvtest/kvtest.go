// Package kvtest holds what every kv.Store must pass, and a store that fails
// when it is told to.
package kvtest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"zuji/internal/kv"
)

// Run tests that the stores which open returns keep the rules of kv.Store. Each
// call of open returns an empty store, which it closes at the end of the test.
func Run(t *testing.T, open func(t *testing.T) kv.Store) {
	t.Helper()
	for _, c := range []struct {
		name string
		test func(*testing.T, kv.Store)
	}{
		{"GetPutDelete", testGetPutDelete},
		{"GivesCopies", testGivesCopies},
		{"RefusesBadWrites", testRefusesBadWrites},
		{"ViewIsReadOnly", testViewIsReadOnly},
		{"ViewIsASnapshot", testViewIsASnapshot},
		{"UpdateSeesItsOwnWrites", testUpdateSeesItsOwnWrites},
		{"ErrorWritesNothing", testErrorWritesNothing},
		{"ScanBounds", testScanBounds},
		{"ScanOrder", testScanOrder},
		{"ScanMergesOwnWrites", testScanMergesOwnWrites},
		{"ScanSurvivesWritesInItsLoop", testScanSurvivesWritesInItsLoop},
		{"Limits", testLimits},
		{"PanicReachesTheCaller", testPanicReachesTheCaller},
		{"FailuresSpareOthers", testFailuresSpareOthers},
		{"CountersAgree", testCountersAgree},
		{"EndedContext", testEndedContext},
		{"ClosedStore", testClosedStore},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
	}
}

// update runs fn and fails the test if that does not succeed.
func update(t testing.TB, s kv.Store, fn func(kv.Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), fn); err != nil {
		t.Fatalf("update: %v", err)
	}
}

func view(t testing.TB, s kv.Store, fn func(kv.Tx)) {
	t.Helper()
	if err := s.View(t.Context(), func(tx kv.Tx) error { fn(tx); return nil }); err != nil {
		t.Fatalf("view: %v", err)
	}
}

// fill puts "key=value" pairs into table a.
func fill(t testing.TB, s kv.Store, pairs ...string) {
	t.Helper()
	update(t, s, func(tx kv.Tx) error { return put(tx, pairs...) })
}

func put(tx kv.Tx, pairs ...string) error {
	for _, p := range pairs {
		k, v, _ := strings.Cut(p, "=")
		if err := tx.Put("a", []byte(k), []byte(v)); err != nil {
			return err
		}
	}
	return nil
}

// collect writes pairs as "k=v k=v".
func collect(seq iter.Seq2[[]byte, []byte]) string {
	var pairs []string
	for k, v := range seq {
		pairs = append(pairs, fmt.Sprintf("%s=%s", k, v))
	}
	return strings.Join(pairs, " ")
}

// all returns table a, checked against its ScanBack.
func all(t testing.TB, tx kv.Tx) string {
	t.Helper()
	forwards, backwards := collect(tx.Scan("a", nil, nil)), strings.Fields(collect(tx.ScanBack("a", nil, nil)))
	slices.Reverse(backwards)
	if b := strings.Join(backwards, " "); b != forwards {
		t.Errorf("ScanBack gives %q, Scan %q", b, forwards)
	}
	return forwards
}

func wantAll(t testing.TB, s kv.Store, want string) {
	t.Helper()
	view(t, s, func(tx kv.Tx) {
		if got := all(t, tx); got != want {
			t.Errorf("store has %q, want %q", got, want)
		}
	})
}

var errOwn = errors.New("own error")

func testGetPutDelete(t *testing.T, s kv.Store) {
	wantAll(t, s, "")
	fill(t, s, "b=1", "a=2", "b=3")
	wantAll(t, s, "a=2 b=3")
	update(t, s, func(tx kv.Tx) error {
		if got := tx.Get("b", []byte("a")); got != nil {
			t.Errorf("a table that is not there has %q", got)
		}
		return errors.Join(tx.Delete("a", []byte("a")), tx.Delete("a", []byte("none")), tx.Delete("none", []byte("a")))
	})
	wantAll(t, s, "b=3")
	view(t, s, func(tx kv.Tx) {
		if got := tx.Get("a", []byte("a")); got != nil {
			t.Errorf("a deleted key has %q", got)
		}
		if got := tx.Get("a", []byte("b")); string(got) != "3" {
			t.Errorf("b = %q, want 3", got)
		}
	})
}

func testGivesCopies(t *testing.T, s kv.Store) {
	key, value := []byte("k"), []byte("v")
	var kept [][]byte
	update(t, s, func(tx kv.Tx) error {
		if err := tx.Put("a", key, value); err != nil {
			return err
		}
		key[0], value[0] = 'x', 'x'
		kept = append(kept, tx.Get("a", []byte("k")))
		for k, v := range tx.Scan("a", nil, nil) {
			kept = append(kept, v)
			k[0] = 'x'
		}
		for _, v := range kept {
			if string(v) != "v" {
				t.Errorf("value is %q, want v", v)
			}
			v[0] = 'x'
		}
		return nil
	})
	wantAll(t, s, "k=v")
	view(t, s, func(tx kv.Tx) {
		for k, v := range tx.ScanBack("a", nil, nil) {
			k[0], v[0] = 'x', 'x'
		}
		tx.Get("a", []byte("k"))[0] = 'x'
	})
	wantAll(t, s, "k=v")
}

func testRefusesBadWrites(t *testing.T, s kv.Store) {
	for name, write := range map[string]func(kv.Tx) error{
		"empty value": func(tx kv.Tx) error { return tx.Put("a", []byte("k"), nil) },
		"empty key":   func(tx kv.Tx) error { return tx.Put("a", nil, []byte("v")) },
		"empty table": func(tx kv.Tx) error { return tx.Put("", []byte("k"), []byte("v")) },
	} {
		err := s.Update(t.Context(), func(tx kv.Tx) error {
			if err := put(tx, "good=1"); err != nil {
				return err
			}
			if write(tx) == nil {
				t.Errorf("%s: accepted", name)
			}
			return nil // a function that overlooks the error must not succeed
		})
		if err == nil {
			t.Errorf("%s: the update succeeded", name)
		}
	}
	wantAll(t, s, "")
}

func testViewIsReadOnly(t *testing.T, s kv.Store) {
	view(t, s, func(tx kv.Tx) {
		if err := tx.Put("a", []byte("k"), []byte("v")); err != kv.ErrReadOnly {
			t.Errorf("put: %v", err)
		}
		if err := tx.Delete("a", []byte("k")); err != kv.ErrReadOnly {
			t.Errorf("delete: %v", err)
		}
	})
	if err := s.View(t.Context(), func(kv.Tx) error { return errOwn }); err != errOwn {
		t.Errorf("view returns %v, want its function's error", err)
	}
}

func testViewIsASnapshot(t *testing.T, s kv.Store) {
	fill(t, s, "a=1", "b=1")
	view(t, s, func(tx kv.Tx) {
		fill(t, s, "a=2", "c=2")
		update(t, s, func(tx kv.Tx) error { return tx.Delete("a", []byte("b")) })
		if got := all(t, tx); got != "a=1 b=1" {
			t.Errorf("view sees %q, which was written after it began", got)
		}
	})
	wantAll(t, s, "a=2 c=2")
}

func testUpdateSeesItsOwnWrites(t *testing.T, s kv.Store) {
	fill(t, s, "a=1", "b=1")
	update(t, s, func(tx kv.Tx) error {
		if err := errors.Join(put(tx, "a=2", "c=1", "c=2"), tx.Delete("a", []byte("b"))); err != nil {
			return err
		}
		for key, want := range map[string]string{"a": "2", "b": "", "c": "2"} {
			if got := tx.Get("a", []byte(key)); string(got) != want || want == "" && got != nil {
				t.Errorf("%s = %q, want %q", key, got, want)
			}
		}
		if err := errors.Join(put(tx, "b=3"), tx.Delete("a", []byte("c"))); err != nil {
			return err
		}
		if got := all(t, tx); got != "a=2 b=3" {
			t.Errorf("update sees %q", got)
		}
		return nil
	})
	wantAll(t, s, "a=2 b=3")
}

func testErrorWritesNothing(t *testing.T, s kv.Store) {
	fill(t, s, "a=1")
	err := s.Update(t.Context(), func(tx kv.Tx) error {
		if err := errors.Join(put(tx, "a=2", "b=2"), tx.Put("new", []byte("k"), []byte("v"))); err != nil {
			return err
		}
		return errOwn
	})
	if err != errOwn {
		t.Errorf("update returns %v, want its function's error", err)
	}
	wantAll(t, s, "a=1")
	view(t, s, func(tx kv.Tx) {
		if got := tx.Get("new", []byte("k")); got != nil {
			t.Errorf("a failed update left %q", got)
		}
	})
}

func testClosedStore(t *testing.T, s kv.Store) {
	fill(t, s, "a=1")
	if err := s.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("second close: %v", err)
	}
	never := func(kv.Tx) error { t.Error("a closed store ran a function"); return nil }
	if err := s.View(t.Context(), never); !errors.Is(err, kv.ErrClosed) {
		t.Errorf("view: %v", err)
	}
	if err := s.Update(t.Context(), never); !errors.Is(err, kv.ErrClosed) {
		t.Errorf("update: %v", err)
	}
}

func testEndedContext(t *testing.T, s kv.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	never := func(kv.Tx) error { t.Error("ran with an ended context"); return nil }
	if err := s.View(ctx, never); !errors.Is(err, context.Canceled) {
		t.Errorf("view: %v", err)
	}
	if err := s.Update(ctx, never); !errors.Is(err, context.Canceled) {
		t.Errorf("update: %v", err)
	}
}
