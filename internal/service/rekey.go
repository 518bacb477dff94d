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

// settling is how long a key stays though another is current: what was being
// written with it has been stored or given up by then.
const settling = time.Hour

// rekey goes on with sealing again, if the key was changed.
func (z *Service) rekey(ctx context.Context) error {
	o := registry.Rekeying{Wait: settling, Dropping: &z.backups}
	if s, ok := z.sessions.(*boltstore.Store); ok {
		o.Sessions = resealing(s, z.vault)
	} else {
		o.Wait += draftTTL
	}
	done, err := z.Registry.Rekey(ctx, o)
	if len(done.Dropped) > 0 {
		z.log.Info("everything is sealed with the new key, and the old one is dropped")
	}
	return err
}

// resealing seals the conversations in the data folder again.
func resealing(s *boltstore.Store, keys *vault.Vault) func(context.Context) (int, error) {
	keys = keys.For(sessionsPurpose)
	return func(ctx context.Context) (int, error) {
		return s.Reseal(ctx, func(chat int64, data []byte) ([]byte, error) { return bot.Reseal(keys, chat, data) })
	}
}

// Rekeyed is what RekeyFolder did.
type Rekeyed struct {
	registry.Rekeyed
	New   bool // a new key was made
	Going bool // an earlier change of the key was gone on with
	InUse bool // Zuji runs on the folder: it seals again once it is started anew
}

// RekeyFolder gives a data folder a new key, seals everything with it again, and
// drops the old one. Interrupted at any moment, it goes on when it is called
// again: a second key is made only once the first change is through. While Zuji
// runs on the folder it makes the key alone.
func RekeyFolder(ctx context.Context, folder string, now func() time.Time) (done Rekeyed, err error) {
	keys, err := vault.Open(filepath.Join(folder, keyFile))
	if err != nil {
		return done, err
	}
	path := filepath.Join(folder, recordsFile)
	if _, err := os.Stat(path); err != nil {
		return done, err // opening would make new ones
	}
	db, err := boltkv.Open(path, boltkv.Options{AppendTables: registry.AppendOnly})
	if errors.Is(err, boltkv.ErrLocked) {
		return keyAlone(keys)
	}
	if err != nil {
		return done, err
	}
	r := &registry.Registry{Store: db, Vault: keys, Holidays: calendar.NewHolidays(), Now: now}
	err = r.Open(ctx)
	if err == nil {
		err = done.rekey(ctx, r, folder)
	}
	if err == nil && r.CleanStop() {
		err = r.StopClean(ctx)
	}
	return done, errors.Join(err, db.Close())
}

// keyAlone makes a new key, unless an earlier change is not through.
func keyAlone(keys *vault.Vault) (done Rekeyed, err error) {
	done.InUse, done.Going = true, len(keys.Retired()) > 0
	if !done.Going {
		err = keys.Rotate()
		done.New = err == nil
	}
	return done, err
}

func (d *Rekeyed) rekey(ctx context.Context, r *registry.Registry, folder string) error {
	var err error
	if d.Going, err = r.Rekeying(ctx); err != nil {
		return err
	}
	if !d.Going {
		if err := r.Vault.Rotate(); err != nil {
			return err
		}
		d.New = true
	}
	redis, err := r.KeepsSessionsInRedis(ctx)
	if err != nil {
		return err
	}
	o := registry.Rekeying{}
	path := filepath.Join(folder, sessionsFile)
	_, missing := os.Stat(path)
	switch {
	case redis:
		o.Wait = draftTTL
	case missing == nil:
		db, err := boltkv.Open(path, boltkv.Options{})
		if err != nil {
			return err
		}
		defer db.Close()
		o.Sessions = resealing(&boltstore.Store{Store: db, TTL: draftTTL, Now: r.Now}, r.Vault)
	case !os.IsNotExist(missing):
		return fmt.Errorf("conversations: %w", missing)
	}
	d.Rekeyed, err = r.Rekey(ctx, o)
	return err
}
