package bot

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"zuji/internal/form"
	"zuji/internal/outbox"
	"zuji/internal/registry"
)

// undelivered lists the messages that were not surely delivered.
func (c *conversation) undelivered() (lines []string, buttons []button, err error) {
	rows, err := c.Registry.Undelivered(c.ctx, listLength)
	for i, row := range rows {
		state := "dead"
		if row.State == outbox.Unconfirmed {
			state = "unsure"
		}
		lines = append(lines, c.to.HTML(form.T("failed.message", "N", i+1, "Kind", form.T("failed.kind."+row.Kind), "At", row.Ended, "State", form.T("failed.state."+state))))
		buttons = append(buttons,
			button{label: form.T("failed.resend", "N", i+1), data: actionData(doResend, row.Ref())},
			button{label: form.T("failed.whose", "N", i+1), data: actionData(doUser, strconv.FormatInt(row.To, 10))})
	}
	return lines, buttons, err
}

// failed lists the updates that were set aside and the messages that were not
// delivered, each with what can be done.
func (c *conversation) failed(string) (bool, error) { return false, c.showFailed() }

func (c *conversation) showFailed() error {
	if !c.may(admin) {
		return c.say(form.T("error.not_allowed"))
	}
	all, err := c.Registry.Aside(c.ctx, listLength)
	if err != nil {
		return err
	}
	var lines []string
	var buttons []button
	for _, one := range all {
		id := strconv.FormatInt(one.Update, 10)
		lines = append(lines, c.to.HTML(form.T("failed.line", "Reference", one.Reference, "At", one.At, "Reason", one.Reason)))
		buttons = append(buttons,
			button{label: form.T("failed.retry", "Reference", one.Reference), data: actionData(doRetry, id)},
			button{label: form.T("failed.drop"), data: actionData(doGiveUp, id)})
	}
	if len(lines) > 0 {
		lines = append([]string{c.to.HTML(form.T("failed.updates"))}, lines...)
	}
	more, resend, err := c.undelivered()
	if err != nil {
		return err
	}
	if len(more) > 0 {
		lines = append(append(lines, c.to.HTML(form.T("failed.messages"))), more...)
	}
	if len(lines) == 0 {
		lines = []string{c.to.HTML(form.T("failed.none"))}
	}
	c.put(message{html: strings.Join(lines, "\n"), inline: c.rows(append(buttons, resend...))})
	return nil
}

// retry tries an update that was set aside once more, in the order of its chat.
func (c *conversation) retry(arg string) error {
	update, _ := strconv.ParseInt(arg, 10, 64) // nothing has the number 0
	who := c.in.from.ID
	raw, err := c.Registry.OpenAside(c.ctx, update, who)
	if errors.Is(err, registry.ErrNotAllowed) || errors.Is(err, registry.ErrNotFound) {
		return c.say(form.T("failed.gone"))
	}
	if err != nil {
		return err
	}
	// It may belong to this very chat, whose turn this is: so it is not waited for.
	c.later(func() error {
		_ = c.toast("")
		c.jobs.run("retry "+arg, func(ctx context.Context) {
			said := form.T("failed.again")
			if err := c.Again(ctx, raw); err != nil {
				c.Log.Error("update was not handled again", "update", update, "error", err)
			} else if err := c.Registry.DropAside(ctx, update, who); err == nil {
				said = form.T("failed.handled")
			}
			if _, err := c.send(ctx, c.in.chat, message{html: c.to.HTML(said)}); err != nil {
				c.Log.Warn("answer was not sent", "update", c.in.update, "error", err)
			}
		}, c.lostJob("retry"))
		return nil
	})
	return nil
}

// giveUp forgets an update that was set aside.
func (c *conversation) giveUp(arg string) error {
	update, _ := strconv.ParseInt(arg, 10, 64) // nothing has the number 0
	if err := c.Registry.DropAside(c.ctx, update, c.in.from.ID); err != nil && !errors.Is(err, registry.ErrNotAllowed) {
		return fmt.Errorf("give an update up: %w", err)
	}
	return c.showFailed()
}

// resend sends a message once more that was not surely delivered.
func (c *conversation) resend(ref string) error {
	err := c.Registry.Resend(c.ctx, ref, c.in.from.ID)
	if errors.Is(err, registry.ErrNotAllowed) || errors.Is(err, registry.ErrNotFound) {
		return c.say(form.T("failed.gone"))
	}
	if err != nil {
		return err
	}
	return c.showFailed()
}
