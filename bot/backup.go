package bot

import (
	"context"
	"path/filepath"

	"zuji/internal/form"
	"zuji/internal/registry"
	"zuji/locales"
)

// backup makes a backup now and says how it went.
func (c *conversation) backup(string) (bool, error) {
	if c.Backup == nil {
		return false, c.say(form.T("backup.none"))
	}
	c.later(func() error {
		path, err := c.Backup(context.WithoutCancel(c.ctx))
		if err != nil {
			c.Log.Error("backup was not made", "error", err)
			return c.tell(form.T("backup.failed"))
		}
		return c.tell(form.T("backup.made", "File", filepath.Base(path)))
	})
	return false, nil
}

// noBackup tells an administrator that a day's backup was not made, as long as it
// is so.
func (b *Bot) noBackup(ctx context.Context, to locales.Writer, n registry.Notice, who int64) (*message, error) {
	fails, err := b.Registry.BackupFails(ctx)
	if err != nil || !fails || !b.Registry.Admin(who) {
		return nil, err
	}
	return &message{html: to.HTML(form.T("backup.missing", "Date", n.Item))}, nil
}
