package bot

import (
	"context"
	"errors"
	"strings"
	"time"

	"zuji/internal/calendar"
	"zuji/internal/form"
	"zuji/internal/registry"
	"zuji/internal/remind"
	"zuji/internal/tenancy"
	"zuji/locales"
)

// reminders writes what a person is to be reminded of: one thing with its
// buttons, or several as a list. What has been done meanwhile is left out, and
// nil is returned when nothing is left.
func (b *Bot) reminders(ctx context.Context, to locales.Writer, items []registry.Item, who int64) (*message, error) {
	c := &conversation{Bot: b, ctx: ctx, to: to}
	var all []shown
	for _, i := range items {
		s, ok, err := c.shown(i, who)
		if err != nil {
			return nil, err
		}
		if ok {
			all = append(all, s)
		}
	}
	switch len(all) {
	case 0:
		return nil, nil
	case 1:
		return &message{html: "🔔 " + all[0].line, inline: c.rows(all[0].buttons), protect: true}, nil
	}
	text := to.HTML(form.T("remind.digest", "Count", len(all)))
	var buttons []button
	for n, s := range all {
		text += "\n\n" + to.HTML(form.T("remind.numbered", "N", n+1)) + s.line
		buttons = append(buttons, button{label: form.T("remind.item", "N", n+1, "Unit", s.name), data: actionData(doItem, itemArg(s.item))})
	}
	return &message{html: text, inline: c.rows(buttons), protect: true}, nil
}

// shown is a reminder as a person sees it.
type shown struct {
	item    registry.Item
	name    string // on its button in a list
	line    string
	buttons []button
}

// shown writes one reminder; false if it has lost its point.
func (c *conversation) shown(i registry.Item, who int64) (shown, bool, error) {
	if i.Kind == registry.YearKind {
		o, err := c.Registry.Obligation(c.ctx, i.Tenancy)
		if errors.Is(err, registry.ErrNotFound) || err == nil && !o.Done.IsZero() {
			return shown{}, false, nil
		}
		return shown{item: i, name: "📅", line: c.yearLine(o), buttons: c.yearButtons(o)}, true, err
	}
	if i.Kind == registry.DraftKind {
		return c.shownDraft(i, who)
	}
	if i.Kind == registry.OwnKind {
		o, err := c.Registry.Own(c.ctx, i.Tenancy)
		if errors.Is(err, registry.ErrNotFound) {
			return shown{}, false, nil
		}
		return shown{item: i, name: "⏰", line: c.ownLine(o, who), buttons: c.ownButtons(o, who)}, true, err
	}
	t, err := c.Registry.Tenancy(c.ctx, i.Tenancy)
	if errors.Is(err, registry.ErrNotFound) || err == nil && !remind.Holds(i.Kind, &t) {
		return shown{}, false, nil
	}
	if err != nil {
		return shown{}, false, err
	}
	return shown{item: i, name: t.Unit.String(), line: c.reminder(t, i), buttons: c.itemButtons(t, i)}, true, nil
}

// shownDraft writes the reminder of a form that was put aside.
func (c *conversation) shownDraft(i registry.Item, who int64) (shown, bool, error) {
	person, session := registry.DraftOf(i.Tenancy)
	all, err := c.Registry.Drafts(c.ctx, who)
	if err != nil || person != who {
		return shown{}, false, err
	}
	for _, d := range all {
		if d.Session.ID != session {
			continue
		}
		flow := form.T("flow." + d.Session.Flow)
		until := calendar.DateOf(d.Saved).AddDays(registry.DraftDays)
		return shown{item: i, name: "📝", line: c.to.HTML(form.T("remind.draft", "Flow", flow, "Until", until)), buttons: []button{
			{label: form.T("button.go_on_draft"), data: actionData(doResume, session), style: "primary"},
			{label: form.T("button.later"), data: actionData(doLater, itemArg(i))},
			{label: form.T("button.no_more"), data: actionData(doNoMore, itemArg(i))},
		}}, true, nil
	}
	return shown{}, false, nil
}

// reminder says why, what and until when.
func (c *conversation) reminder(t tenancy.Tenancy, i registry.Item) string {
	today := tenancy.Today(c.Now())
	late, ahead := max(0, i.Latest.DaysUntil(today)), max(0, today.DaysUntil(i.Target))
	text := c.to.HTML(form.T("remind."+string(i.Kind), "Unit", t.Unit.String(), "Compound", c.compound(t.Compound).Name, "Receipt", t.Receipt,
		"Target", i.Target, "Latest", i.Latest, "Late", late, "Ahead", ahead, "Rolled", i.Latest != i.Target,
		"Waited", c.Registry.Holidays.Workdays(i.Target, today)))
	if i.Phone {
		text += "\n" + c.to.HTML(form.T("remind.phone"))
	}
	return text
}

// itemArg names an item: kind and tenancy.
func itemArg(i registry.Item) string { return string(i.Kind) + "." + i.Tenancy }

// item finds the item that a button names, with its dates as they are now, if it
// is the person's business.
func (c *conversation) item(arg string) (registry.Item, bool) {
	kind, id, _ := strings.Cut(arg, ".")
	if remind.Kind(kind) == registry.YearKind {
		o, ok := tenancy.ParseObligation(id)
		one := c.compound(o.Compound)
		return registry.Item{Kind: registry.YearKind, Tenancy: id, Target: o.Due, Latest: o.Due}, ok && (one.HasStaff(c.in.from.ID) || c.Registry.Admin(c.in.from.ID))
	}
	if remind.Kind(kind) == registry.DraftKind {
		person, _ := registry.DraftOf(id)
		return registry.Item{Kind: registry.DraftKind, Tenancy: id}, person == c.in.from.ID
	}
	if remind.Kind(kind) == registry.OwnKind {
		gets, err := c.Registry.Gets(c.ctx, id, c.in.from.ID)
		return registry.Item{Kind: registry.OwnKind, Tenancy: id}, err == nil && gets
	}
	rule := remind.Find(remind.Kind(kind))
	t, err := c.Registry.Tenancy(c.ctx, id)
	if rule == nil || err != nil {
		return registry.Item{}, false
	}
	mine := t.Owner == c.in.from.ID || c.staffOf(t) || t.Lodger(c.in.from.ID) != nil || c.Registry.Admin(c.in.from.ID)
	due, ok := rule.Due(&t, remind.Facts{City: c.compound(t.Compound).City, Holidays: c.Registry.Holidays})
	return registry.Item{Kind: rule.Kind, To: rule.To, Tenancy: id, Target: due.Target, Latest: due.Latest}, mine && ok
}

// openItem shows one reminder of a list with its buttons.
func (c *conversation) openItem(arg string) error {
	i, ok := c.item(arg)
	if !ok {
		return c.say(form.T("remind.gone"))
	}
	s, ok, err := c.shown(i, c.in.from.ID)
	if err != nil {
		return err
	}
	if !ok {
		return c.say(form.T("remind.gone"))
	}
	m := message{html: "🔔 " + s.line, inline: c.rows(s.buttons), protect: true}
	c.later(func() error {
		_, err := c.send(c.ctx, c.in.chat, m)
		return err
	})
	return nil
}

// itemButtons are what can be done about a reminder, and to it.
func (c *conversation) itemButtons(t tenancy.Tenancy, i registry.Item) []button {
	arg := itemArg(i)
	act := map[remind.Kind][]button{
		"foreign": {{label: form.T("button.reported"), data: actionData(doDone, arg), style: "success"}},
		"file":    {{label: form.T("button.filed"), data: actionData(doFiled, t.ID), style: "success"}, {label: form.T("button.filing"), data: actionData(doFiling, t.ID)}},
		"expiry": {{label: form.T("button.renew"), data: actionData(doRenew, t.ID), style: "primary"},
			{label: form.T("button.end"), data: actionData(doEnd, t.ID)}},
		"over": {{label: form.T("button.renew"), data: actionData(doRenew, t.ID), style: "primary"},
			{label: form.T("button.end"), data: actionData(doEnd, t.ID)},
			{label: form.T("button.continue_on"), data: actionData(doContinue, t.ID)}},
		"returned":    {{label: form.T("button.correct"), data: actionData(doCorrect, t.ID), style: "primary"}},
		"review":      {{label: form.T("button.queue"), data: actionData(doCommand, "queue"), style: "primary"}},
		"confirm":     {{label: form.T("button.confirm"), data: actionData(doConfirm, t.ID), style: "success"}, {label: form.T("button.object"), data: actionData(doObject, t.ID)}},
		"unconfirmed": {{label: form.T("button.tenants"), data: actionData(doTenants, t.ID)}},
		"cancel":      {{label: form.T("button.close"), data: actionData(doClose, t.ID), style: "success"}},
		"deposit":     {{label: form.T("button.returned_deposit"), data: actionData(doDone, arg), style: "success"}},
		"still":       {{label: form.T("button.still"), data: actionData(doDone, arg), style: "success"}, {label: form.T("button.end"), data: actionData(doEnd, t.ID)}},
	}
	act["report"], act["leave"], act["expiry_early"] = act["foreign"], act["foreign"], act["expiry"]
	all := act[i.Kind]
	all = append(all, button{label: form.T("button.later"), data: actionData(doLater, arg)})
	if rule := remind.Find(i.Kind); i.Kind != "review" && rule.To != remind.Admins {
		open := doOpen
		if i.Kind == "confirm" {
			open = doRented
		}
		all = append(all, button{label: form.T("button.details"), data: actionData(open, t.ID)})
	}
	return append(all, button{label: form.T("button.no_more"), data: actionData(doNoMore, arg)})
}

// itemDone notes that what a reminder asks for is done.
func (c *conversation) itemDone(arg string) error {
	i, ok := c.item(arg)
	if !ok {
		return c.say(form.T("remind.gone"))
	}
	if i.Kind != registry.OwnKind {
		err := c.Registry.Done(c.ctx, i.Tenancy, i.Kind, c.in.from.ID)
		if errors.Is(err, registry.ErrNotAllowed) || errors.Is(err, registry.ErrNotFound) {
			return c.say(form.T("error.not_yours"))
		}
		if err != nil {
			return err
		}
	}
	c.strippedPress()
	return c.say(form.T("remind.done"))
}

// itemNoMore stops a reminder for the person: the maker of one pauses it, others
// get no more of it.
func (c *conversation) itemNoMore(arg string) error {
	i, ok := c.item(arg)
	if !ok {
		return c.say(form.T("remind.gone"))
	}
	if i.Kind == registry.OwnKind {
		_, err := c.Registry.Pause(c.ctx, i.Tenancy, c.in.from.ID, true)
		if err == nil {
			c.strippedPress()
			return c.say(form.T("own.paused"), button{label: form.T("button.reminders"), data: actionData(doCommand, "reminders")})
		}
		if !errors.Is(err, registry.ErrNotAllowed) {
			return err
		}
	}
	if err := c.Registry.NoMore(c.ctx, c.in.from.ID, i); err != nil {
		return err
	}
	c.strippedPress()
	return c.say(form.T("remind.muted"), button{label: form.T("button.settings"), data: actionData(doCommand, "settings")})
}

// The times to which a reminder can be put off.
const (
	laterHour     = "hour"
	laterTonight  = "tonight"
	laterTomorrow = "tomorrow"
	laterMonday   = "monday"
)

// putOff offers the times to which a reminder can be put off, in place of its
// buttons.
func (c *conversation) putOff(arg string) error {
	if _, ok := c.item(arg); !ok {
		return c.say(form.T("remind.gone"))
	}
	var buttons []button
	for _, when := range []string{laterHour, laterTonight, laterTomorrow, laterMonday} {
		if when == laterTonight && c.meant(laterTonight).Before(c.Now().Add(time.Minute)) {
			continue
		}
		buttons = append(buttons, button{label: form.T("button.later_" + when), data: actionData(doSnooze, when+"."+arg)})
	}
	buttons = append(buttons, button{label: form.T("button.pick_day"), data: actionData(doPick, putOffTo+"."+arg)})
	return c.say(form.T("remind.when"), buttons...)
}

// meant is the time that a person means.
func (c *conversation) meant(when string) time.Time {
	local := c.Now().In(c.profile.Hours.Location())
	at := func(days, hour int) time.Time {
		return time.Date(local.Year(), local.Month(), local.Day()+days, hour, 0, 0, 0, local.Location())
	}
	if day, err := time.ParseInLocation(time.DateOnly, when, local.Location()); err == nil {
		return day.Add(9 * time.Hour)
	}
	switch when {
	case laterTonight:
		return at(0, 19)
	case laterTomorrow:
		return at(1, 9)
	case laterMonday:
		return at(7-(int(local.Weekday())+6)%7, 9)
	}
	return local.Add(time.Hour)
}

func (c *conversation) snooze(arg string) error {
	when, rest, _ := strings.Cut(arg, ".")
	i, ok := c.item(rest)
	if !ok {
		return c.say(form.T("remind.gone"))
	}
	at := c.meant(when)
	if at.Before(c.Now()) {
		return c.say(form.T("remind.past"))
	}
	if err := c.Registry.Snooze(c.ctx, c.in.from.ID, i, at); err != nil {
		return err
	}
	c.strippedPress()
	return c.say(form.T("remind.snoozed", "At", at.In(calendar.Shanghai)))
}
