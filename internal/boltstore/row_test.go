package boltstore

import (
	"bytes"
	"testing"
)

func FuzzDecode(f *testing.F) {
	f.Add([]byte{})
	f.Add(make([]byte, header-1))
	f.Add(make([]byte, header))
	f.Add([]byte("12345678abcdefghdata"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := decode(raw)
		if err == nil && !bytes.Equal(r.encode(), raw) {
			t.Errorf("%x is written again as %x", raw, r.encode())
		}
		if (err != nil) != (len(raw) < header) {
			t.Errorf("%d bytes: %v", len(raw), err)
		}
	})
}
