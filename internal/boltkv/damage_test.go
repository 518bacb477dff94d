package boltkv

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zuji/internal/kv"
)

// Whoever meets a garbled page while Zuji serves gets an error, and the process
// goes on.
func TestDamage_IsAnErrorOfTheTransaction(t *testing.T) {
	good := sample(t)
	m, _ := metaOf(t, good)
	page := int(m.PageSize)
	met := 0
	for _, id := range usedPages(t, good) {
		for name, data := range map[string][]byte{
			"garbled": garble(good, id*page, (id+1)*page),
			// A place far outside the map in the first entry, whose length is right.
			"leads outside": garble(good, id*page+pageHeaderSize+7, id*page+pageHeaderSize+8),
		} {
			path := filepath.Join(t.TempDir(), "zuji.db")
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			db, err := Open(path, Options{InitialMmapSize: 1 << 20})
			if err != nil {
				continue
			}
			all := func(tx kv.Tx) error {
				tx.Get("a", []byte("0"))
				for range tx.Scan("a", nil, nil) {
				}
				for range tx.ScanBack("a", nil, nil) {
				}
				return nil
			}
			for do, err := range map[string]error{
				"View":   db.View(t.Context(), all),
				"Update": db.Update(t.Context(), all),
			} {
				if err == nil {
					continue
				}
				met++
				if !errors.Is(err, ErrDamaged) || strings.Contains(err.Error(), "\n") {
					t.Errorf("page %d %s, %s: %v", id, name, do, err)
				}
			}
			_ = db.Close()
		}
	}
	if met == 0 {
		t.Error("no transaction met damage")
	}
}
