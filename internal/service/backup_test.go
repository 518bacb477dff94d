package service_test

import (
	"context"
	"errors"
	"math/rand/v2"
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

// backupKills is how often a process that makes backups is killed in make test.
const backupKills = 10

// Killed at random while it makes backups, Zuji leaves no half copy under the name
// of a whole one, and the next backup clears away what was left.
func TestBackup_KilledLeavesNoHalfCopy(t *testing.T) {
	id, change := backedUp(t, time.Now)
	w := newWorld(t, change)
	crowded(w, 30)
	w.stop()
	restorable := map[string]bool{}
	left := 0
	for n := range backupKills {
		p := launch(t, w.config, w.logs)
		<-p.ready
		time.Sleep(time.Duration(rand.IntN(20+40*n)) * time.Millisecond)
		p.kill()
		left += len(leftovers(t, w.config))
		copies, err := os.ReadDir(w.config.BackupDir)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range copies {
			if _, ok := backup.Made(c.Name()); ok && !restorable[c.Name()] {
				restores(t, filepath.Join(w.config.BackupDir, c.Name()), id)
				restorable[c.Name()] = true
			}
		}
	}
	time.Sleep(time.Second) // a name that is free
	w.start()
	path, err := w.zuji.Backup(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	restores(t, path, id)
	if all := leftovers(t, w.config); len(all) > 0 {
		t.Errorf("left behind: %v", all)
	}
	t.Logf("%d kills, %d copies restored, %d times something was left to clear away", backupKills, len(restorable)+1, left)
}

func leftovers(t *testing.T, c service.Config) []string {
	t.Helper()
	parts, err := filepath.Glob(filepath.Join(c.BackupDir, ".zuji-*.part"))
	temps, err2 := filepath.Glob(filepath.Join(c.Data, ".backup-*"))
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	return append(parts, temps...)
}

func restores(t *testing.T, path string, id age.Identity) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "data")
	if err := backup.Restore(path, []age.Identity{id}, folder, func(string) error { return nil }); err != nil {
		t.Errorf("%s: %v", filepath.Base(path), err)
		return
	}
	whole(t, folder)
}

// A day's backup that fails is told to the administrators once a day, and not any
// more once it has been made.
func TestDaily_FailureIsToldOnceADay(t *testing.T) {
	now := &clock{}
	now.set(day.At(2, 0))
	_, change := backedUp(t, now.Now)
	w := newWorld(t, change)
	boss := w.as(admin)
	boss.start("")
	boss.sees("租记")
	good := w.config.BackupDir
	bad := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(bad, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	restart := func(folder string) {
		w.stop()
		w.config.BackupDir = folder
		w.start()
	}
	told := func(want int) {
		t.Helper()
		w.zuji.TidyUp(context.Background())
		w.zuji.TidyUp(context.Background())
		w.settled()
		if n := strings.Count(boss.chat(), "的自动备份没有做成"); n != want {
			t.Errorf("%s: told %d times, want %d", now.Now(), n, want)
		}
	}
	restart(bad)
	now.set(day.At(9, 30))
	told(1)
	boss.sees(day.String() + " 的自动备份没有做成")
	now.set(day.At(18, 0))
	told(1)
	now.set(day.AddDays(1).At(9, 30))
	told(2)
	now.set(day.AddDays(2).At(3, 10)) // nobody is woken
	told(2)
	restart(good)
	w.zuji.TidyUp(context.Background()) // it works again before they are told
	now.set(day.AddDays(2).At(10, 0))
	told(2)
	if fails, err := w.zuji.Registry.BackupFails(context.Background()); fails || err != nil {
		t.Errorf("it is still noted as failing: %v", err)
	}
	w.as(manager).says("/queue")
	w.settled()
	if strings.Contains(w.as(manager).chat(), "自动备份") {
		t.Error("a manager is told")
	}
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
	if err != nil || len(wrong) != 1 || !strings.HasPrefix(wrong[0], "audit: ") {
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
