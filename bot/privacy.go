package bot

import (
	"context"
	"slices"

	"zuji/flows"
	"zuji/internal/form"
	"zuji/internal/identity"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
	"zuji/locales"
)

// privacy shows the notice in force, what the person has agreed to, and what they
// can do about it.
func (c *conversation) privacy(string) (bool, error) {
	now := flows.Notices[len(flows.Notices)-1]
	text := c.noticeText(now) + "\n\n" + c.to.HTML(c.ownConsent())
	var buttons []button
	if c.profile.Notice != now.Version || !c.profile.Withdrawn.IsZero() {
		buttons = append(buttons, agreeButton())
	}
	if c.profile.Withdrawn.IsZero() {
		buttons = append(buttons, button{label: form.T("button.withdraw_consent"), data: actionData(doUnconsent, "ask")})
	}
	buttons = append(buttons, button{label: form.T("button.mydata"), data: actionData(doCommand, "mydata")},
		button{label: form.T("button.delete"), data: actionData(doCommand, "delete")})
	for _, old := range slices.Backward(flows.Notices[:len(flows.Notices)-1]) {
		buttons = append(buttons, button{label: form.T("button.notice", "Version", old.Version), data: actionData(doNotice, old.Version)})
	}
	c.put(message{html: text, inline: c.rows(buttons)})
	return false, nil
}

func agreeButton() button {
	return button{label: form.T("button.agree"), data: actionData(doAgree, flows.NoticeVersion), style: "primary"}
}

func (c *conversation) noticeText(n flows.Notice) string {
	return c.to.HTML(form.T("privacy.title", "Version", n.Version, "Since", n.Since)) + "\n\n" + c.to.HTML(form.T("privacy.notice."+n.Version))
}

// ownConsent says what a person has agreed to, and when.
func (c *conversation) ownConsent() form.Text {
	switch p := c.profile; {
	case !p.Withdrawn.IsZero():
		return form.T("privacy.withdrawn", "At", p.Withdrawn)
	case p.Notice != "":
		return form.T("privacy.agreed", "Version", p.Notice, "At", p.Agreed)
	}
	return form.T("privacy.not_agreed")
}

// noticeOf shows an earlier version of the privacy notice.
func (c *conversation) noticeOf(version string) error {
	for _, n := range flows.Notices {
		if n.Version == version {
			c.put(message{html: c.noticeText(n), inline: c.rows([]button{{label: form.T("button.notice_now"), data: actionData(doCommand, "privacy")}})})
			return nil
		}
	}
	return c.say(form.T("toast.unknown"))
}

// unconsent asks whether the person's consent is really withdrawn, and what that
// means, or withdraws it.
func (c *conversation) unconsent(arg string) error {
	if arg != "yes" {
		return c.say(form.T("privacy.withdraw_ask"),
			button{label: form.T("button.withdraw_consent_yes"), data: actionData(doUnconsent, "yes"), style: "danger"},
			button{label: form.T("button.notice_now"), data: actionData(doCommand, "privacy")})
	}
	if err := c.Registry.WithdrawConsent(c.ctx, c.in.from.ID); err != nil {
		return err
	}
	c.strippedPress()
	return c.sayWithdrawn()
}

// agree notes that the person agrees to the notice in force.
func (c *conversation) agree(version string) error {
	if version != flows.NoticeVersion {
		_, err := c.privacy("")
		return err
	}
	if err := c.Registry.Agree(c.ctx, c.in.from.ID, version); err != nil {
		return err
	}
	c.strippedPress()
	return c.say(form.T("privacy.agreed_now", "Version", version), c.mainButtons()...)
}

// sayWithdrawn is the only answer that a person gets who has withdrawn their
// consent, but for their rights.
func (c *conversation) sayWithdrawn() error {
	c.later(func() error {
		return c.tell(form.T("privacy.after_withdrawal"), agreeButton(),
			button{label: form.T("button.mydata"), data: actionData(doCommand, "mydata")},
			button{label: form.T("button.delete"), data: actionData(doCommand, "delete")})
	})
	return nil
}

// rightsOf are the commands and buttons by which a person uses their rights; who
// has withdrawn their consent has these alone.
var (
	rightsOf     = []string{"privacy", "mydata", "delete", "language"}
	rightButtons = []verb{doAgree, doUnconsent, doNotice, doDelete, doSpeak}
)

// silenced reports whether an update is not to be acted on, because the person has
// withdrawn their consent.
func (c *conversation) silenced() bool {
	if c.profile.Withdrawn.IsZero() || slices.Contains(rightsOf, c.in.command) {
		return false
	}
	v, arg, _ := parseAction(c.in.data)
	return !slices.Contains(rightButtons, v) && (v != doCommand || !slices.Contains(rightsOf, arg))
}

// hasWithdrawn tells staff that a landlord must be phoned from now on; nil once
// they have agreed again.
func (b *Bot) hasWithdrawn(ctx context.Context, to locales.Writer, t tenancy.Tenancy) (*message, error) {
	p, err := b.Registry.Profile(ctx, t.Owner)
	if err != nil || p.Withdrawn.IsZero() || !t.State.Active() {
		return nil, err
	}
	c := &conversation{Bot: b, to: to}
	return &message{
		html:   to.HTML(form.T("notice.withdrawn", "Unit", t.Unit.String(), "Receipt", t.Receipt, "Name", identity.MaskName(t.Landlord.Name))),
		inline: c.rows([]button{{label: form.T("button.details"), data: actionData(doOpen, t.ID)}}), protect: true,
	}, nil
}

// toLeave tells a landlord when the personal data of a tenancy leave; nil once
// they have.
func (b *Bot) toLeave(to locales.Writer, t tenancy.Tenancy) *message {
	if t.Leaves().IsZero() {
		return nil
	}
	c := &conversation{Bot: b, to: to}
	return &message{
		html: to.HTML(form.T("notice.to_leave", "Unit", t.Unit.String(), "Receipt", t.Receipt, "At", t.Leaves())),
		inline: c.rows([]button{{label: form.T("button.details"), data: actionData(doCard, t.ID)},
			{label: form.T("button.mydata"), data: actionData(doCommand, "mydata")}}), protect: true,
	}
}

// erase asks staff how the person asked for a tenancy that is over to be cleared.
func (c *conversation) erase(id string) error {
	t, err := c.Registry.Tenancy(c.ctx, id)
	if err != nil || !c.staffOf(t) || t.State.Active() || !t.Erased.IsZero() {
		return c.say(form.T("error.not_allowed"))
	}
	return c.say(form.T("erase.ask", "Unit", t.Unit.String(), "Receipt", t.Receipt),
		button{label: form.T("button.erase_in_person"), data: actionData(doErased, string(registry.InPerson)+"."+id), style: "danger"},
		button{label: form.T("button.erase_letter"), data: actionData(doErased, string(registry.ByLetter)+"."+id), style: "danger"},
		button{label: form.T("button.erase_no"), data: actionData(doOpen, id)})
}
