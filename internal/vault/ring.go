package vault

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"
)

// An id names a key in what it has sealed. It is random, so that two copies of a
// ring that were rotated apart do not give one id to two keys.
type id [idSize]byte

func (i id) String() string { return hex.EncodeToString(i[:]) }

const secretSize = 32

// A secret is 256 bits that are never printed.
type secret []byte

func (secret) Format(s fmt.State, _ rune) { fmt.Fprint(s, redacted) }
func (secret) String() string             { return redacted }
func (secret) LogValue() slog.Value       { return slog.StringValue(redacted) }

func newSecret() secret {
	s := make(secret, secretSize)
	rand.Read(s) // never fails
	return s
}

// derive returns the key for one use of s (HKDF-SHA-256, RFC 5869). No key that
// stands in the file is used itself.
func (s secret) derive(use, purpose string) secret {
	key, err := hkdf.Key(sha256.New, s, nil, "zuji "+use+" "+purpose, secretSize)
	if err != nil {
		panic(err) // only for a length above 8160 bytes
	}
	return key
}

// A key is one secret of the ring.
type key struct {
	id      id
	created time.Time
	secret  secret
}

// Format is needed because fmt cannot call the methods of unexported fields.
func (key) Format(s fmt.State, _ rune) { fmt.Fprint(s, redacted) }

// A ring is the content of a key file.
type ring struct {
	path string

	mu      sync.RWMutex
	current id
	keys    []key
	index   secret
	aeads   map[use]cipher.AEAD
	indexes map[string]secret // by purpose
}

// use is what an AEAD is made for.
type use struct {
	purpose string
	id      id
}

func newRing(path string) *ring {
	r := &ring{path: path, index: newSecret()}
	r.add()
	return r
}

// add makes a new key and seals with it from now on.
func (r *ring) add() {
	k := key{created: time.Now().UTC().Truncate(time.Second), secret: newSecret()}
	for {
		rand.Read(k.id[:])
		if r.find(k.id) == nil {
			break
		}
	}
	r.keys = append(r.keys, k)
	r.current = k.id
}

func (r *ring) find(id id) *key {
	for i := range r.keys {
		if r.keys[i].id == id {
			return &r.keys[i]
		}
	}
	return nil
}

func (r *ring) currentID() id {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.current
}

func (r *ring) has(text string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, k := range r.keys {
		if k.id.String() == text {
			return true
		}
	}
	return false
}

// sealer returns the current key's cipher for purpose.
func (r *ring) sealer(purpose string) (id, cipher.AEAD) {
	current := r.currentID()
	return current, r.opener(purpose, current)
}

// opener returns the cipher of the key for purpose, or nil if there is no such
// key.
func (r *ring) opener(purpose string, id id) cipher.AEAD {
	u := use{purpose, id}
	r.mu.RLock()
	aead := r.aeads[u]
	r.mu.RUnlock()
	if aead != nil {
		return aead
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	k := r.find(id)
	if k == nil {
		return nil
	}
	aead = newAEAD(k.secret.derive("seal", purpose))
	if r.aeads == nil {
		r.aeads = map[use]cipher.AEAD{}
	}
	r.aeads[u] = aead
	return aead
}

func newAEAD(key secret) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // only for a key of the wrong length
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // only for a cipher that is not AES
	}
	return aead
}

func (r *ring) indexKey(purpose string) secret {
	r.mu.Lock()
	defer r.mu.Unlock()
	if k := r.indexes[purpose]; k != nil {
		return k
	}
	if r.indexes == nil {
		r.indexes = map[string]secret{}
	}
	k := r.index.derive("index", purpose)
	r.indexes[purpose] = k
	return k
}

func (r *ring) retired() (ids []string) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, k := range r.keys {
		if k.id != r.current {
			ids = append(ids, k.id.String())
		}
	}
	return ids
}

// rotate adds a key to the file.
func (r *ring) rotate() error {
	if err := r.change((*ring).add); err != nil {
		return fmt.Errorf("rotate key: %w", err)
	}
	return nil
}

// drop removes keys from the file, and their ciphers from memory.
func (r *ring) drop(ids []string) error {
	err := r.change(func(fresh *ring) {
		fresh.keys = slices.DeleteFunc(fresh.keys, func(k key) bool {
			return k.id != fresh.current && slices.Contains(ids, k.id.String())
		})
	})
	if err != nil {
		return fmt.Errorf("drop key: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	maps.DeleteFunc(r.aeads, func(u use, _ cipher.AEAD) bool { return r.find(u.id) == nil })
	return nil
}

// change reads the file again under a lock, since another process may have
// changed it, and replaces it by what change makes of it.
func (r *ring) change(change func(fresh *ring)) error {
	unlock, err := lockFile(r.path)
	if err != nil {
		return err
	}
	defer unlock()
	fresh, err := readRing(r.path)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, k := range r.keys {
		if other := fresh.find(k.id); other == nil || !bytes.Equal(other.secret, k.secret) {
			return fmt.Errorf("%s is not the key file that was read at start", r.path)
		}
	}
	change(fresh)
	if err := fresh.replace(); err != nil {
		return err
	}
	r.current, r.keys = fresh.current, fresh.keys
	return nil
}

func (r *ring) Format(s fmt.State, _ rune) { fmt.Fprint(s, redacted) }
