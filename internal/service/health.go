package service

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"zuji/bot"
	"zuji/internal/backup"
	"zuji/internal/kv"
	"zuji/internal/outbox"
)

// Health returns how Zuji is, for an administrator in the chat.
func (z *Service) Health(ctx context.Context) bot.Health {
	h := bot.Health{Started: z.started, Redis: z.config.RedisURL != "", Backups: z.config.BackupDir != "", Updates: z.lanes.Load().Waiting}
	h.Version, h.Revision, h.Go = built()
	if err := z.Ready(); err != nil {
		h.Wrong = err.Error()
	}
	h.Schema, _ = kv.Schema(ctx, z.records) // 0 shows that it is not known, as below
	began := time.Now()
	_, err := z.sessions.Load(ctx, 0) // nobody's
	h.SessionTook, h.SessionFailed = time.Since(began), err != nil
	h.Outbox, _ = z.Box.Counts(ctx)
	if all, err := z.Registry.Undelivered(ctx, outbox.MaxCount); err == nil { // what lost its point is no trouble
		h.Outbox.Dead = 0
		for _, row := range all {
			if row.State == outbox.Dead {
				h.Outbox.Dead++
			}
		}
	}
	now := z.config.Now()
	if at, _, err := z.Box.Next(ctx, now); err == nil && !at.IsZero() {
		h.Late = max(0, now.Sub(at))
	}
	h.Due, _, _ = z.Registry.NextDue(ctx)
	if h.Backups {
		h.Backup, _ = backup.Last(z.config.BackupDir)
	}
	if info, err := os.Stat(filepath.Join(z.config.Data, recordsFile)); err == nil {
		h.Records = info.Size()
	}
	h.Free = free(z.config.Data)
	h.NextYear = z.Registry.MissingYear(now)
	return h
}

// built says what the binary was made of.
func built() (version, revision, compiler string) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "?", "?", "?"
	}
	revision = "?"
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = fmt.Sprintf("%.12s", s.Value)
		case s.Key == "vcs.modified" && s.Value == "true":
			revision += "+"
		}
	}
	return info.Main.Version, revision, info.GoVersion
}
