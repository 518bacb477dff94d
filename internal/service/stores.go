package service

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"zuji/internal/backup"
	"zuji/internal/boltkv"
	"zuji/internal/boltstore"
	"zuji/internal/calendar"
	"zuji/internal/outbox"
	"zuji/internal/redisstore"
	"zuji/internal/registry"
	"zuji/internal/vault"
)

// The files of the data folder.
const (
	recordsFile  = "records.db"
	sessionsFile = "sessions.db"
	keyFile      = "key.json"
)

// sessionsPurpose is what the key of conversations is for.
const sessionsPurpose = "sessions"

// openStores opens the key and the records. The key is made only together with
// the records: made anew beside them it would open nothing.
func (z *Service) openStores(ctx context.Context) error {
	c := z.config
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return &SettingError{fmt.Errorf("data folder: %w; set ZUJI_DATA to a folder that can be written", err)}
	}
	path := filepath.Join(c.Data, recordsFile)
	_, err := os.Stat(path)
	if z.vault, err = vault.OpenOrCreate(filepath.Join(c.Data, keyFile), os.IsNotExist(err)); err != nil {
		return err
	}
	z.records, err = boltkv.Open(path, z.storeOptions(recordsStore, boltkv.Options{AppendTables: registry.AppendOnly}))
	if err != nil {
		return err
	}
	if err := errors.Join(backup.Clear(c.Data, copying), backup.Clear(c.BackupDir, backup.Unfinished)); err != nil {
		z.log.Warn("what an interrupted backup left was not removed", "error", err)
	}
	z.Registry = &registry.Registry{
		Store: z.records, Vault: z.vault, Holidays: calendar.NewHolidays(), Now: c.Now, Admins: c.Admins,
	}
	z.Box = &outbox.Box{Store: z.records, Now: c.Now}
	return z.Registry.Open(ctx)
}

func (z *Service) openSessions(ctx context.Context) (err error) {
	c := z.config
	if err := z.Registry.SessionsInRedis(ctx, c.RedisURL != ""); err != nil {
		return err
	}
	if c.RedisURL == "" {
		z.open, err = boltkv.Open(filepath.Join(c.Data, sessionsFile), z.storeOptions(sessionsStore, boltkv.Options{}))
		if err != nil {
			return err
		}
		z.sessions = &boltstore.Store{Store: z.open, TTL: draftTTL, Now: c.Now}
		return nil
	}
	store, err := redisstore.Open(c.RedisURL, botID(c.Token), draftTTL)
	if err != nil {
		return &SettingError{err}
	}
	z.sessions = store
	warnings, err := store.Check(ctx)
	if err != nil {
		z.log.Warn("conversations wait for redis", "error", err)
	}
	for _, w := range warnings {
		z.log.Warn("redis should be set up differently", "advice", w)
	}
	return nil
}

// botID is the number in front of a token.
func botID(token string) int64 {
	id, _, _ := strings.Cut(token, ":")
	n, _ := strconv.ParseInt(id, 10, 64)
	return n
}
