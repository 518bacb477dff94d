package audit

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"zuji/internal/calendar"
	"zuji/internal/kv"
)

// A Head says what the log was at a time: how many entries it had had, and the
// hash of the last, on which all before depend.
type Head struct {
	Count uint64
	Hash  [sha256.Size]byte
	At    time.Time // when it was signed, to the second
}

var (
	// ErrHead is returned for a text that is no signed head, or one that was
	// changed after it was signed.
	ErrHead = errors.New("not a signed head of an audit log, or changed")

	// ErrOtherKey is returned for a signed head of another key: another
	// installation's, or forged.
	ErrOtherKey = errors.New("head of an audit log was signed with another key")
)

const title = "zuji audit head v1"

// SignHead returns the head of the log as a text of six short lines of ASCII,
// signed with Ed25519 (RFC 8032), which a person keeps outside this machine. It
// returns ErrTampered if there is no sound head to sign.
func SignHead(tx kv.Tx, k Key, now time.Time) (string, error) {
	h, err := getHead(tx, k)
	if err != nil {
		return "", fmt.Errorf("sign head of audit log: %w", err)
	}
	signed := Head{Count: h.count, Hash: h.hash, At: now}.lines(k.Public())
	signature := ed25519.Sign(k.secrets().sign, []byte(signed))
	return signed + "signature: " + base64.StdEncoding.EncodeToString(signature) + "\n", nil
}

// lines is the part of the text that is signed.
func (h Head) lines(public ed25519.PublicKey) string {
	return fmt.Sprintf("%s\ncount: %d\nhash: %x\ntime: %s\nkey: %s\n",
		title, h.Count, h.Hash, h.At.In(calendar.Shanghai).Format(time.RFC3339), fingerprint(public))
}

// fingerprint tells keys apart; the signature is what proves one.
func fingerprint(public ed25519.PublicKey) string {
	sum := sha256.Sum256(public)
	return hex.EncodeToString(sum[:8])
}

// VerifyHead reads a text of SignHead, with any white space around its lines,
// and returns ErrOtherKey or ErrHead if the owner of public did not sign it.
func VerifyHead(text string, public ed25519.PublicKey) (Head, error) {
	values, err := headValues(text)
	if err != nil {
		return Head{}, err
	}
	var h Head
	hash, hashErr := hex.DecodeString(values["hash"])
	signature, signatureErr := base64.StdEncoding.Strict().DecodeString(values["signature"])
	var countErr, timeErr error
	h.Count, countErr = strconv.ParseUint(values["count"], 10, 64)
	h.At, timeErr = time.Parse(time.RFC3339, values["time"])
	if errors.Join(hashErr, signatureErr, countErr, timeErr) != nil || copy(h.Hash[:], hash) != sha256.Size || len(hash) != sha256.Size {
		return Head{}, ErrHead
	}
	if len(public) != ed25519.PublicKeySize || values["key"] != fingerprint(public) {
		return Head{}, ErrOtherKey
	}
	if !ed25519.Verify(public, []byte(h.lines(public)), signature) {
		return Head{}, ErrHead
	}
	return h, nil
}

// headValues returns the values of a head's lines by name.
func headValues(text string) (map[string]string, error) {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if len(lines) != 6 || strings.TrimSpace(lines[0]) != title {
		return nil, ErrHead
	}
	values := map[string]string{}
	for i, name := range []string{"count", "hash", "time", "key", "signature"} {
		got, value, _ := strings.Cut(strings.TrimSpace(lines[i+1]), ":")
		if got != name {
			return nil, ErrHead
		}
		values[name] = strings.TrimSpace(value)
	}
	return values, nil
}
