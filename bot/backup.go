package bot

import (
	"context"
	"path/filepath"

	"zuji/internal/form"
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
