package vault

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

const place = "tenancies|zj-1|document"

func newVault(t testing.TB) *Vault {
	t.Helper()
	v, err := OpenOrCreate(filepath.Join(t.TempDir(), "keys.json"), true)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func wantSealed(t *testing.T, v *Vault, sealed []byte, context string) {
	t.Helper()
	if plain, err := v.Open(sealed, context); err != ErrSealed || plain != nil {
		t.Errorf("opened: %v, want nothing and ErrSealed", err)
	}
}

func TestSeal_OpensOnlyForItsContext(t *testing.T) {
	v := newVault(t)
	for _, plain := range [][]byte{{}, []byte("x"), bytes.Repeat([]byte("图"), 1<<20)} {
		sealed := v.Seal(plain, place)
		if len(sealed) != len(plain)+33 {
			t.Errorf("%d bytes became %d, want 33 more", len(plain), len(sealed))
		}
		got, err := v.Open(sealed, place)
		if err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%d bytes did not come back: %v", len(plain), err)
		}
		wantSealed(t, v, sealed, "tenancies|zj-2|document")
		wantSealed(t, v, sealed, "")
	}
}

func TestSeal_SamePlainNeverLooksTheSame(t *testing.T) {
	v := newVault(t)
	if bytes.Equal(v.Seal([]byte("a"), place), v.Seal([]byte("a"), place)) {
		t.Error("two seals are equal")
	}
}

func TestOpen_RefusesEveryAlteredByteAndLength(t *testing.T) {
	v := newVault(t)
	sealed := v.Seal([]byte("13800138000"), place)
	for i := range sealed {
		for bit := range 8 {
			altered := bytes.Clone(sealed)
			altered[i] ^= 1 << bit
			wantSealed(t, v, altered, place)
		}
		wantSealed(t, v, sealed[:i], place)
	}
	wantSealed(t, v, append(bytes.Clone(sealed), 0), place)
	wantSealed(t, v, nil, place)
}

func TestOpen_RefusesASwappedKeyID(t *testing.T) {
	v := newVault(t)
	old := v.Seal([]byte("x"), place)
	if err := v.Rotate(); err != nil {
		t.Fatal(err)
	}
	// Even if both ids named the same secret, an id could not be exchanged.
	v.ring.keys[1].secret = v.ring.keys[0].secret
	young := v.Seal([]byte("x"), place)
	swapped := bytes.Clone(old)
	copy(swapped[1:headerSize], young[1:headerSize])
	wantSealed(t, v, swapped, place)
}

func TestFor_PurposesCannotOpenEachOther(t *testing.T) {
	v := newVault(t)
	sessions := v.For("sessions")
	wantSealed(t, sessions, v.Seal([]byte("x"), place), place)
	wantSealed(t, v, sessions.Seal([]byte("x"), place), place)
	if got, err := v.For("sessions").Open(sessions.Seal([]byte("x"), place), place); err != nil || string(got) != "x" {
		t.Errorf("the same purpose does not open: %v", err)
	}
	if bytes.Equal(v.Index("phone", "1"), sessions.Index("phone", "1")) {
		t.Error("two purposes have one index key")
	}
}

func TestIndex_DependsOnFieldAndValueAndNothingElse(t *testing.T) {
	v := newVault(t)
	base := v.Index("phone", "13800138000")
	if !bytes.Equal(base, v.Index("phone", "13800138000")) {
		t.Error("the same value has two hashes")
	}
	for _, other := range [][]byte{
		v.Index("document", "13800138000"),
		v.Index("phone", "13800138001"),
		v.Index("phone1", "3800138000"),
		newVault(t).Index("phone", "13800138000"),
	} {
		if bytes.Equal(base, other) {
			t.Error("two different questions have one hash")
		}
	}
	if err := v.Rotate(); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(base, v.Index("phone", "13800138000")) {
		t.Error("rotation changed the index")
	}
}

func TestRotate_OldValuesOpenAndAreRecognised(t *testing.T) {
	v := newVault(t)
	old, oldKey, fingerprint := v.Seal([]byte("x"), place), v.Current(), v.Fingerprint()
	if err := v.Rotate(); err != nil {
		t.Fatal(err)
	}
	again, err := Open(v.ring.path)
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]*Vault{"running": v, "restarted": again} {
		if got, err := v.Open(old, place); err != nil || string(got) != "x" {
			t.Errorf("%s: old value does not open: %v", name, err)
		}
		id, err := KeyID(v.Seal([]byte("y"), place))
		if err != nil || id != v.Current() || id == oldKey {
			t.Errorf("%s: sealed with key %s after %s: %v", name, id, oldKey, err)
		}
		if !v.Has(oldKey) || !v.Has(v.Current()) || v.Has("00") {
			t.Errorf("%s: Has is wrong", name)
		}
		if v.Fingerprint() != fingerprint {
			t.Errorf("%s: rotation changed the fingerprint", name)
		}
	}
	if id, err := KeyID(old); err != nil || id != oldKey {
		t.Errorf("KeyID(old) = %s, %v; want %s", id, err, oldKey)
	}
}

func TestDrop_ForgetsKeysButNeverTheCurrent(t *testing.T) {
	v := newVault(t)
	old, oldKey := v.Seal([]byte("x"), place), v.Current()
	if err := v.Rotate(); err != nil {
		t.Fatal(err)
	}
	if got := v.Retired(); len(got) != 1 || got[0] != oldKey {
		t.Errorf("retired are %v, want %s", got, oldKey)
	}
	young, err := v.Reseal(old, place)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := v.Reseal(young, place); again != nil || err != nil {
		t.Errorf("what has the current key was sealed again: %v", err)
	}
	if _, err := v.Reseal(old, "elsewhere"); err != ErrSealed {
		t.Errorf("sealed again for another context: %v", err)
	}
	for range 2 {
		if err := v.Drop(oldKey, v.Current(), "00000000"); err != nil {
			t.Fatal(err)
		}
	}
	again, err := Open(v.ring.path)
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]*Vault{"running": v, "restarted": again} {
		wantSealed(t, v, old, place)
		if got, err := v.Open(young, place); err != nil || string(got) != "x" || v.Has(oldKey) || len(v.Retired()) != 0 {
			t.Errorf("%s: %v, old key there: %v", name, err, v.Has(oldKey))
		}
	}
}

func TestRotate_FollowsAnotherProcess(t *testing.T) {
	v := newVault(t)
	other, err := Open(v.ring.path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(other.Rotate(), v.Rotate()); err != nil {
		t.Fatal(err)
	}
	if got, err := v.Open(other.Seal([]byte("x"), place), place); err != nil || string(got) != "x" {
		t.Errorf("the other's key was lost: %v", err)
	}
}

func TestRotate_OfTwoAtOnceLosesNoKey(t *testing.T) {
	v := newVault(t)
	const times = 20
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			other, err := Open(v.ring.path)
			if err != nil {
				t.Error(err)
				return
			}
			for range times {
				if err := other.Rotate(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	again, err := Open(v.ring.path)
	if err != nil {
		t.Fatal(err)
	}
	if got := len(again.ring.keys); got != 1+2*times {
		t.Errorf("the file has %d keys, want %d", got, 1+2*times)
	}
}

func TestRotate_ConcurrentWithSealing(t *testing.T) {
	v := newVault(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if got, err := v.Open(v.Seal([]byte("x"), place), place); err != nil || string(got) != "x" {
					t.Errorf("value lost during rotation: %v", err)
				}
			}
		})
	}
	for range 10 {
		if err := v.Rotate(); err != nil {
			t.Error(err)
		}
	}
	wg.Wait()
}

func TestFingerprint_DiffersBetweenRings(t *testing.T) {
	a, b := newVault(t), newVault(t)
	if a.Fingerprint() == b.Fingerprint() {
		t.Error("two rings have one fingerprint")
	}
}

func TestVault_ShowsNoKey(t *testing.T) {
	v := newVault(t)
	v.Seal(nil, "")
	v.Index("", "")
	var log bytes.Buffer
	for _, h := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		slog.New(h).Info("m", "v", v, "copy", *v, "ring", v.ring.index)
	}
	for _, x := range []any{v, *v, v.ring, v.ring.index, v.ring.keys, struct{ V *Vault }{v}, struct{ S secret }{v.ring.index}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			fmt.Fprintf(&log, verb+"\n", x)
		}
	}
	fmt.Fprintln(&log, v.Rotate(), v.Fingerprint(), v.Current())
	for _, s := range []secret{v.ring.index, v.ring.keys[0].secret, v.ring.indexKey(records), v.ring.keys[0].secret.derive("seal", records)} {
		raw := string(s)
		decimal := strings.Trim(fmt.Sprint([]byte(s[:4])), "[]")
		comma := strings.ReplaceAll(decimal, " ", ", ")
		for _, form := range []string{raw[:4], fmt.Sprintf("%x", raw[:4]), fmt.Sprintf("%X", raw[:4]), decimal, comma} {
			if strings.Contains(log.String(), form) {
				t.Errorf("a key was printed:\n%s", log.String())
			}
		}
	}
}

func FuzzOpen(f *testing.F) {
	v := newVault(f)
	sealed := v.Seal([]byte("x"), place)
	f.Add(sealed, place)
	f.Add(sealed[:headerSize], place)
	f.Add([]byte{}, "")
	f.Fuzz(func(t *testing.T, data []byte, context string) {
		plain, err := v.Open(data, context)
		if bytes.Equal(data, sealed) && context == place {
			if err != nil || string(plain) != "x" {
				t.Fatal("own value does not open")
			}
		} else if err != ErrSealed || plain != nil {
			t.Fatalf("forged value opened: %v", err)
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	v, plain := newVault(b), []byte("110101199003070000")
	for b.Loop() {
		v.Seal(plain, place)
	}
}
