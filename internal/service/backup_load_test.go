package service_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"filippo.io/age"

	"zuji/internal/address"
	"zuji/internal/backup"
	"zuji/internal/service"
	"zuji/internal/torture"
)

// Writers and backups in the short size.
const (
	backupWriters = 8
	backupsMade   = 2
)

// Backups are made while others register: each holds, of every writer, what was
// stored when it began and no gap, and the writers hardly wait.
func TestTorture_Backup(t *testing.T) {
	rig := torture.New(t)
	now := &clock{}
	now.set(day.At(10, 0))
	id, change := backedUp(t, now.Now)
	w := newWorld(t, change)
	ctx := context.Background()
	var stored [backupWriters]atomic.Int64
	var stop, backing atomic.Bool
	var mu sync.Mutex
	took := map[bool][]time.Duration{} // by whether a backup was being made
	var group sync.WaitGroup
	for i := range backupWriters {
		group.Go(func() {
			for n := 0; !stop.Load(); n++ {
				one := w.ordinary()
				one.ID, one.Unit = fmt.Sprintf("W%d.%06d", i, n), address.Unit{Building: fmt.Sprint(i + 1), Entrance: fmt.Sprint(1 + n/9000), Room: fmt.Sprint(1000 + n%9000)}
				began, during := time.Now(), backing.Load()
				if _, err := w.zuji.Registry.Submit(ctx, one); err != nil {
					t.Error(err)
					return
				}
				stored[i].Add(1)
				mu.Lock()
				took[during] = append(took[during], time.Since(began))
				mu.Unlock()
			}
		})
	}
	for range rig.Times(backupsMade) {
		time.Sleep(300 * time.Millisecond)
		now.add(time.Minute)
		var least, most [backupWriters]int64
		for i := range stored {
			least[i] = stored[i].Load()
		}
		backing.Store(true)
		path, err := w.zuji.Backup(ctx)
		backing.Store(false)
		if err != nil {
			t.Fatal(err)
		}
		for i := range stored {
			most[i] = stored[i].Load() + 1 // one may be stored and not counted
		}
		heldAll(t, id, path, least, most)
		rig.Count("backups", 1)
	}
	stop.Store(true)
	group.Wait()
	for _, during := range []bool{false, true} {
		slices.Sort(took[during])
		if n := len(took[during]); n > 0 {
			rig.Count("writes", n)
			t.Logf("backup %t: %d writes, half within %v, 99 %% within %v", during, n, took[during][n/2].Round(100*time.Microsecond), took[during][n*99/100].Round(100*time.Microsecond))
		}
	}
}

// heldAll restores a backup and looks for what it must hold.
func heldAll(t *testing.T, id age.Identity, path string, least, most [backupWriters]int64) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "restored")
	check := func(folder string) error {
		wrong, err := service.CheckFolder(context.Background(), folder)
		if len(wrong) > 0 {
			t.Errorf("restored, it is not whole: %v", wrong)
		}
		return err
	}
	if err := backup.Restore(path, []age.Identity{id}, folder, check); err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, func(c *service.Config) { c.Data = folder })
	have := map[string]bool{}
	for one, err := range w.zuji.Registry.All(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		have[one.ID] = true
	}
	w.stop()
	for i := range least {
		n := int64(0)
		for have[fmt.Sprintf("W%d.%06d", i, n)] {
			n++
		}
		if n < least[i] || n > most[i] {
			t.Errorf("of writer %d the backup has %d, at its beginning there were %d and at its end %d", i, n, least[i], most[i])
		}
		for ; n < most[i]; n++ {
			if have[fmt.Sprintf("W%d.%06d", i, n)] {
				t.Errorf("of writer %d the backup has a gap before %d", i, n)
			}
		}
	}
}
