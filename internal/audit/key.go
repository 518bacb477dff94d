package audit

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"hash"
	"log/slog"

	"zuji/internal/vault"
)

// A Key chains the log and signs its head. Only NewKey and KeyOf make one; the
// zero Key panics. Nothing of it is shown when it is printed or logged.
type Key struct{ secrets func() secrets }

// secrets stand behind a function, because fmt shows what is in an unexported
// field of another type, through pointers too.
type secrets struct {
	chain []byte
	sign  ed25519.PrivateKey
}

// NewKey derives a key from a secret of at least 32 random bytes (HKDF-SHA-256,
// RFC 5869).
func NewKey(secret []byte) Key {
	s := secrets{
		chain: derive(secret, "zuji audit chain"),
		sign:  ed25519.NewKeyFromSeed(derive(secret, "zuji audit head")),
	}
	return Key{func() secrets { return s }}
}

// KeyOf returns the key that belongs to a vault. It stays the same when the
// vault's keys are rotated, because it is made from the one that never changes,
// and nothing of it is stored: there is nothing to seal again, and whoever has
// only the database cannot put another in its place.
func KeyOf(v *vault.Vault) Key {
	return NewKey(v.For("audit").Index("key", ""))
}

// Public returns the key that VerifyHead needs. It is no secret, and has to be
// kept outside this machine together with the heads.
func (k Key) Public() ed25519.PublicKey {
	return k.secrets().sign.Public().(ed25519.PublicKey)
}

func derive(secret []byte, use string) []byte {
	key, err := hkdf.Key(sha256.New, secret, nil, use, sha256.Size)
	if err != nil {
		panic(err) // only for a length above 8160 bytes
	}
	return key
}

// What a keyed hash is made for. None is the beginning of another.
const (
	forEntry = "entry"
	forHead  = "head "
)

// mac begins a keyed hash.
func (k Key) mac(use string) hash.Hash {
	m := hmac.New(sha256.New, k.secrets().chain)
	m.Write([]byte(use))
	return m
}

const redacted = "[audit key]"

// Format implements fmt.Formatter and hides the key from every verb.
func (Key) Format(s fmt.State, _ rune) { fmt.Fprint(s, redacted) }

// String implements fmt.Stringer and hides the key.
func (Key) String() string { return redacted }

// LogValue implements slog.LogValuer and hides the key.
func (Key) LogValue() slog.Value { return slog.StringValue(redacted) }
