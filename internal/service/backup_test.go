package service_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	bolt "go.etcd.io/bbolt"

	"zuji/internal/backup"
	"zuji/internal/service"
)

// backedUp makes a configuration with backups and returns the key that opens them.
func backedUp(t *testing.T, now func() time.Time) (*age.X25519Identity, func(*service.Config)) {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	return id, func(c *service.Config) {
		c.BackupDir, c.BackupTo, c.Now = dir, id.Recipient().String(), now
	}
}

// A backup made while people register is restored into an empty folder, holds
// what was stored when it was made, and Zuji runs on it.
func TestBackup_RestoredHoldsWhatWasStored(t *testing.T) {
	now := &clock{}
	now.set(day.At(10, 0))
	id, change := backedUp(t, now.Now)
	w := newWorld(t, change)
	w.register()
	busy, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for n := 0; busy.Err() == nil; n++ {
			one := w.ordinary()
			one.ID = "busy"
			_, _ = w.zuji.Registry.Taken(busy, one.Compound, one.Unit)
			_ = w.zuji.Registry.SetReachable(busy, landlord, n%2 == 0)
		}
	}()
	boss := w.as(admin)
	boss.start("")
	boss.says("/backup")
	boss.sees("备份好了")
	stop()
	<-done
	copies, err := os.ReadDir(w.config.BackupDir)
	if err != nil || len(copies) != 1 {
		t.Fatalf("%v %v", copies, err)
	}
	w.as(manager).says("/backup")
	w.as(manager).asked("这个操作您不能用")
	w.stop()

	folder := filepath.Join(t.TempDir(), "restored")
	check := func(folder string) error {
		wrong, err := service.CheckFolder(context.Background(), folder)
		if len(wrong) > 0 {
			t.Errorf("restored, it is not whole: %v", wrong)
		}
		return err
	}
	if err := backup.Restore(filepath.Join(w.config.BackupDir, copies[0].Name()), []age.Identity{id}, folder, check); err != nil {
		t.Fatal(err)
	}
	w.config.Data, w.config.BackupDir = folder, ""
	w.start()
	if one, err := w.zuji.Registry.Tenancy(context.Background(), "T1"); err != nil || one.Landlord.Name != "王建国" {
		t.Errorf("%+v %v", one, err)
	}
	li := w.as(manager)
	li.says("/queue")
	li.asked("3栋1单元502室")
}

// A kill in the middle of a backup leaves nothing behind for longer than until the
// next start.
func TestBackup_InterruptedLeavesNothing(t *testing.T) {
	_, change := backedUp(t, time.Now)
	w := newWorld(t, change)
	w.stop()
	left := []string{filepath.Join(w.config.Data, ".backup-1", "records.db"), filepath.Join(w.config.BackupDir, ".zuji-1.part")}
	for _, path := range left {
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte("half"), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	w.start()
	for _, path := range left {
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Errorf("%s is still there: %v", path, err)
		}
	}
	if _, err := os.Stat(filepath.Join(w.config.Data, "records.db")); err != nil {
		t.Error(err)
	}
}

// What was changed behind Zuji's back is found.
func TestCheckFolder_FindsWhatIsWrong(t *testing.T) {
	w := newWorld(t, nil)
	w.register()
	w.stop()
	if wrong, err := service.CheckFolder(context.Background(), w.config.Data); err != nil || len(wrong) > 0 {
		t.Fatalf("%v %v", wrong, err)
	}
	w.tampers("audit_log")
	wrong, err := service.CheckFolder(context.Background(), w.config.Data)
	if err != nil || len(wrong) != 1 || !strings.Contains(wrong[0], "audit log") {
		t.Errorf("with an entry of the log removed: %v %v", wrong, err)
	}
	w.tampers("receipts")
	if wrong, err = service.CheckFolder(context.Background(), w.config.Data); err != nil || len(wrong) < 2 {
		t.Errorf("with an index row removed as well: %v %v", wrong, err)
	}
}

// tampers removes the first row of a table behind Zuji's back.
func (w *world) tampers(table string) {
	w.t.Helper()
	db, err := bolt.Open(filepath.Join(w.config.Data, "records.db"), 0o600, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		k, _ := tx.Bucket([]byte(table)).Cursor().First()
		return tx.Bucket([]byte(table)).Delete(k)
	})
	if err := errors.Join(err, db.Close()); err != nil {
		w.t.Fatal(err)
	}
}
