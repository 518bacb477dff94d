package service

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"zuji/internal/backup"
	"zuji/internal/boltkv"
	"zuji/internal/calendar"
)

// backupHour is the hour in Shanghai from which the day's backup is made.
const backupHour = 3

// ErrNoBackup says that no backup is set up.
var ErrNoBackup = errors.New("no backup is set up: set ZUJI_BACKUP_DIR and ZUJI_BACKUP_RECIPIENTS")

// copying is the form of the names of folders with copies that are to be packed.
const copying = ".backup-*"

// Backup copies the records, the conversations that lie in the data folder, and
// the key while Zuji serves. The copy of the records is checked page by page
// before it is packed. Old copies are removed.
func (z *Service) Backup(ctx context.Context) (path string, err error) {
	c := z.config
	if c.BackupDir == "" {
		return "", ErrNoBackup
	}
	to, err := backup.Recipients(c.BackupTo)
	if err != nil {
		return "", &SettingError{err}
	}
	z.backups.Lock()
	defer z.backups.Unlock()
	if err := os.MkdirAll(c.BackupDir, 0o700); err != nil {
		return "", fmt.Errorf("make backup: %w", err)
	}
	temp, err := os.MkdirTemp(c.Data, copying) // beside the originals: no more readable than they are
	if err != nil {
		return "", fmt.Errorf("make backup: %w", err)
	}
	defer os.RemoveAll(temp)
	files := []string{filepath.Join(c.Data, keyFile)}
	for name, db := range map[string]*boltkv.DB{recordsFile: z.records, sessionsFile: z.open} {
		if db == nil {
			continue
		}
		copied := filepath.Join(temp, name)
		if err := errors.Join(db.Snapshot(ctx, copied), ctx.Err()); err != nil {
			return "", fmt.Errorf("make backup: %w", err)
		}
		if err := boltkv.CheckFile(copied); err != nil {
			return "", fmt.Errorf("make backup: %w", err)
		}
		files = append(files, copied)
	}
	path = filepath.Join(c.BackupDir, backup.Name(c.Now()))
	if err := backup.Write(path, to, files...); err != nil {
		return "", err
	}
	return path, errors.Join(z.Registry.NoteBackup(ctx), backup.Prune(c.BackupDir))
}

// daily makes the day's backup once it is due, and tells the administrators if it
// can't be made.
func (z *Service) daily(ctx context.Context) error {
	if z.config.BackupDir == "" {
		return nil
	}
	now := z.config.Now()
	due := calendar.DateOf(now.In(calendar.Shanghai)).At(backupHour, 0)
	if now.Before(due) {
		due = due.AddDate(0, 0, -1)
	}
	if err := z.backupSince(ctx, due); err != nil {
		return errors.Join(err, z.Registry.BackupFailed(ctx, calendar.DateOf(due)))
	}
	return z.Registry.BackupWorks(ctx)
}

// backupSince makes a backup unless there is one that was made at due or later.
func (z *Service) backupSince(ctx context.Context, due time.Time) error {
	last, err := backup.Last(z.config.BackupDir)
	if err != nil {
		return err
	}
	if !last.Before(due.Truncate(time.Second)) {
		return nil
	}
	path, err := z.Backup(ctx)
	if err != nil {
		return err
	}
	z.log.Info("backup was made", "file", filepath.Base(path))
	return nil
}
