package outbox

import (
	"encoding/json"
	"reflect"
	"testing"
)

// FuzzDecode checks that no stored bytes do harm and that what is read is
// written the same.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		`{"key":"a","to":1,"kind":"k","payload":{"n":1},"nextAt":"2026-11-23T09:00:00Z","created":"2026-11-23T09:00:00Z","state":"pending","due":"2026-11-23T09:00:00Z"}`,
		`{"key":"a","to":-1,"state":"sent","message":7,"ended":"2026-11-23T09:00:00+08:00"}`,
		`{"key":"a","state":"sending","tries":3}`, `{"key":"","state":"sent"}`, `{"state":1}`, `?`, ``,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := decode(raw)
		if err != nil {
			return
		}
		again, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		r2, err := decode(again)
		if err != nil {
			t.Fatal(err)
		}
		again2, err := json.Marshal(r2)
		if err != nil || !reflect.DeepEqual(again, again2) {
			t.Errorf("read back %s, want %s", again2, again)
		}
	})
}
