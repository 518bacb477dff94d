package service

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"zuji/bot"
	"zuji/internal/boltkv"
	"zuji/internal/boltstore"
	"zuji/internal/calendar"
	"zuji/internal/registry"
	"zuji/internal/vault"
)

// CheckFolder reads everything in a data folder that nobody uses and returns what
// is wrong, a line each without personal data: pages, conversations, and every
// invariant of the register.
func CheckFolder(ctx context.Context, folder string) (wrong []string, err error) {
	for _, name := range []string{recordsFile, sessionsFile} {
		path := filepath.Join(folder, name)
		if _, err := os.Stat(path); name == sessionsFile && errors.Is(err, os.ErrNotExist) {
			continue // in Redis, or none yet
		}
		if err := boltkv.CheckFile(path); err != nil {
			return nil, err
		}
	}
	err = inFolder(folder, func(r *registry.Registry) error {
		faults, err := r.Verify(ctx)
		for _, f := range faults {
			wrong = append(wrong, f.String())
		}
		redis, unread := r.KeepsSessionsInRedis(ctx)
		if err = errors.Join(err, unread); err != nil || redis {
			return err
		}
		sealed, err := sealedConversations(ctx, folder, r.Vault)
		if sealed > 0 {
			wrong = append(wrong, fmt.Sprintf("conversations: %d do not open", sealed))
		}
		return err
	})
	return wrong, err
}

// RepairFolder makes the indexes of a data folder that nobody uses anew where they
// are wrong, and returns which those were.
func RepairFolder(ctx context.Context, folder string) (repaired []string, err error) {
	if err := boltkv.CheckFile(filepath.Join(folder, recordsFile)); err != nil {
		return nil, err
	}
	err = inFolder(folder, func(r *registry.Registry) error {
		repaired, err = r.Repair(ctx)
		return err
	})
	return repaired, err
}

// inFolder opens the records of a folder as they are for do.
func inFolder(folder string, do func(*registry.Registry) error) error {
	keys, err := vault.Open(filepath.Join(folder, keyFile))
	if err != nil {
		return err
	}
	db, err := boltkv.Open(filepath.Join(folder, recordsFile), boltkv.Options{AppendTables: registry.AppendOnly})
	if err != nil {
		return err
	}
	r := &registry.Registry{Store: db, Vault: keys, Holidays: calendar.NewHolidays(), Now: time.Now}
	return errors.Join(do(r), db.Close())
}

// sealedConversations counts the conversations in a folder that don't open.
func sealedConversations(ctx context.Context, folder string, keys *vault.Vault) (n int, err error) {
	path := filepath.Join(folder, sessionsFile)
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	db, err := boltkv.Open(path, boltkv.Options{})
	if err != nil {
		return 0, err
	}
	keys = keys.For(sessionsPurpose)
	err = (&boltstore.Store{Store: db, TTL: draftTTL, Now: time.Now}).Each(ctx, func(chat int64, data []byte) {
		if !bot.Opens(keys, chat, data) {
			n++
		}
	})
	return n, errors.Join(err, db.Close())
}

// CompactFolder gives back the room that deleted records have left in the files of a
// data folder that nobody uses, and tells each file's size in bytes before and after.
func CompactFolder(folder string, tell func(name string, before, after int64)) error {
	for _, name := range []string{recordsFile, sessionsFile} {
		path := filepath.Join(folder, name)
		if _, err := os.Stat(path); name == sessionsFile && errors.Is(err, os.ErrNotExist) {
			continue // in Redis, or none yet
		}
		before, after, err := boltkv.Compact(path)
		if err != nil {
			return err
		}
		tell(name, before, after)
	}
	return nil
}
