package bot

import (
	"strings"
	"time"

	"zuji/internal/form"
	"zuji/internal/outbox"
)

// Health is what an administrator is told of how Zuji is. Zero times and sizes are
// not known.
type Health struct {
	Version, Revision, Go string
	Schema                int // version of the records
	Started               time.Time

	Wrong         string        // why people are not served, or ""
	Redis         bool          // sessions lie there, not in the data folder
	SessionTook   time.Duration // to read one
	SessionFailed bool
	Updates       int // under way or waiting
	Outbox        outbox.Counts
	Late          time.Duration // how long the outbox row that waits longest has been due
	Due           time.Time     // of the next reminder
	Backup        time.Time     // of the newest backup
	Backups       bool          // are set up
	Records       int64         // bytes of the file
	Free          int64         // bytes on its disk
	NextYear      int           // whose days of rest are not known though they are published, or 0
}

// health tells an administrator how Zuji is.
func (c *conversation) health(string) (bool, error) {
	h := c.Health(c.ctx)
	var lines []string
	line := func(good bool, name string, args ...any) {
		key := "health.bad"
		if good {
			key = "health.good"
		}
		lines = append(lines, c.to.HTML(form.T(key, "What", form.T("health."+name, args...))))
	}
	line(h.Wrong == "", "ready", "Wrong", h.Wrong)
	line(!h.SessionFailed, "sessions", "Redis", h.Redis, "Millis", int(h.SessionTook.Milliseconds()), "Failed", h.SessionFailed)
	line(h.Updates < 100, "updates", "N", h.Updates)
	line(h.Late < 10*time.Minute, "outbox", "Waiting", h.Outbox.Waiting, "Late", int(h.Late.Minutes()))
	line(h.Outbox.Dead+h.Outbox.Unconfirmed == 0, "undelivered", "Dead", h.Outbox.Dead, "Unsure", h.Outbox.Unconfirmed, "Held", h.Outbox.Held)
	line(true, "reminders", "Due", h.Due, "Any", !h.Due.IsZero())
	line(h.Backups && c.Now().Sub(h.Backup) < 26*time.Hour, "backups", "At", h.Backup, "Any", !h.Backup.IsZero(), "Set", h.Backups)
	line(h.Free == 0 || h.Free > 4*h.Records && h.Free > 1<<30, "disk", "Records", int(h.Records>>20), "Free", int(h.Free>>20))
	if h.NextYear > 0 {
		line(false, "holidays", "Year", h.NextYear)
	}
	return false, c.say(form.T("health.title", "At", c.Now(), "Lines", strings.Join(lines, "\n")))
}

// version tells an administrator which Zuji this is.
func (c *conversation) version(string) (bool, error) {
	h := c.Health(c.ctx)
	return false, c.say(form.T("version.text", "Version", h.Version, "Revision", h.Revision, "Go", h.Go, "Schema", h.Schema, "Started", h.Started))
}
