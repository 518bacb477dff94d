// Package vault seals the fields and files that must not lie readable on a disk:
// document numbers, phones, drafts. Its keys stand in a file of their own,
// outside the database and outside its backups.
package vault

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
)

var (
	// ErrNoKey is wrapped when the key file is missing and must not be made anew,
	// because something has been sealed with it.
	ErrNoKey = errors.New("key file is missing")

	// ErrSealed is returned for anything that cannot be opened: altered, cut short,
	// sealed for another context or purpose, or with a key that the ring lacks.
	ErrSealed = errors.New("sealed value cannot be opened")
)

const (
	// records is the purpose of the vault that Open returns.
	records = "records"

	formatVersion = 1
	idSize        = 4
	headerSize    = 1 + idSize
)

// A Vault seals and opens for one purpose. It is safe for concurrent use, and
// shows nothing of its keys when printed or logged.
type Vault struct {
	ring    *ring
	purpose string
}

// For returns a vault on the same key ring whose keys serve another purpose, for
// example "sessions". What one seals, the other cannot open.
func (v *Vault) For(purpose string) *Vault {
	return &Vault{ring: v.ring, purpose: purpose}
}

// Seal encrypts plain with AES-256-GCM under the current key and binds it to
// context, which Open must name again: where the value belongs, such as
// "tenancies|<id>|document". The result is 33 bytes longer than plain: a format
// version, the key id, a random nonce, the ciphertext and its tag.
func (v *Vault) Seal(plain []byte, context string) []byte {
	id, aead := v.ring.sealer(v.purpose)
	sealed := make([]byte, 0, headerSize+aead.Overhead()+len(plain))
	sealed = append(sealed, formatVersion)
	sealed = append(sealed, id[:]...)
	return aead.Seal(sealed, nil, plain, associated(sealed, context))
}

// Open returns what was sealed for context, or ErrSealed.
func (v *Vault) Open(sealed []byte, context string) ([]byte, error) {
	id, err := keyID(sealed)
	if err != nil {
		return nil, err
	}
	aead := v.ring.opener(v.purpose, id)
	if aead == nil {
		return nil, ErrSealed
	}
	plain, err := aead.Open([]byte{}, nil, sealed[headerSize:], associated(sealed[:headerSize], context))
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}

// associated is what the tag covers besides the ciphertext. The header has a
// fixed length, so no two pairs give the same bytes.
func associated(header []byte, context string) []byte {
	return append(header[:headerSize:headerSize], context...)
}

// Index returns a keyed hash, HMAC-SHA-256, by which a sealed field can be found
// without opening it. The same normalised value gives different hashes in
// different fields. Its key is not the one that seals and never changes. Values
// that are few or easy to guess must not be indexed on their own.
func (v *Vault) Index(field, normalised string) []byte {
	mac := hmac.New(sha256.New, v.ring.indexKey(v.purpose))
	var length [8]byte
	binary.BigEndian.PutUint64(length[:], uint64(len(field)))
	mac.Write(length[:])
	mac.Write([]byte(field))
	mac.Write([]byte(normalised))
	return mac.Sum(nil)
}

// KeyID returns the id of the key that sealed was sealed with, or ErrSealed. A
// value whose key is not Current is to be sealed again.
func KeyID(sealed []byte) (string, error) {
	id, err := keyID(sealed)
	if err != nil {
		return "", err
	}
	return id.String(), nil
}

func keyID(sealed []byte) (id id, err error) {
	if len(sealed) < headerSize || sealed[0] != formatVersion {
		return id, ErrSealed
	}
	return [idSize]byte(sealed[1:headerSize]), nil
}

// Current returns the id of the key that Seal uses.
func (v *Vault) Current() string { return v.ring.currentID().String() }

// Has reports whether the ring holds the key with that id. A database that
// remembers the last Current can tell with it that it was given an older copy of
// the key file.
func (v *Vault) Has(keyID string) bool { return v.ring.has(keyID) }

// Fingerprint returns a short text that is the same for a key ring through all
// its rotations and differs from any other ring's. It gives nothing of the keys
// away. The database stores it, and compares it at start.
func (v *Vault) Fingerprint() string {
	mac := hmac.New(sha256.New, v.ring.indexKey("fingerprint"))
	return hex.EncodeToString(mac.Sum(nil)[:8])
}

// Rotate adds a new key to the file and seals with it from now on. Values under
// the earlier keys still open. Other processes notice when they are restarted,
// so values sealed after a rotation must not be sent to them before.
func (v *Vault) Rotate() error { return v.ring.rotate() }

// Retired returns the ids of the keys that are no longer sealed with, oldest
// first: what they sealed still opens.
func (v *Vault) Retired() []string { return v.ring.retired() }

// Reseal returns what was sealed for context sealed again with the current key,
// or nil if it is already.
func (v *Vault) Reseal(sealed []byte, context string) ([]byte, error) {
	id, err := keyID(sealed)
	if err != nil || id == v.ring.currentID() {
		return nil, err
	}
	plain, err := v.Open(sealed, context)
	if err != nil {
		return nil, err
	}
	return v.Seal(plain, context), nil
}

// Drop removes keys from the file for good: nothing that they sealed opens from
// now on. The current key stays, and an id that the ring lacks is no error.
func (v *Vault) Drop(keyIDs ...string) error { return v.ring.drop(keyIDs) }

// Format implements fmt.Formatter and hides the keys from every verb.
func (v Vault) Format(s fmt.State, _ rune) { fmt.Fprint(s, redacted) }

// String implements fmt.Stringer and hides the keys.
func (v Vault) String() string { return redacted }

// LogValue implements slog.LogValuer and hides the keys.
func (v Vault) LogValue() slog.Value { return slog.StringValue(redacted) }

const redacted = "[keys]"
