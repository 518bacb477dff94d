package bot

import (
	"context"
	"strconv"
	"sync"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"zuji/bot/outgoing"
	"zuji/internal/form"
	"zuji/locales"
)

// A rank is who may use a command.
type rank int

const (
	anybody rank = iota
	reader
	staff
	admin
)

// rights are what a person has beside what anybody has. An administrator is not
// staff: who administers Zuji need not see who lives where.
type rights struct{ reader, staff, admin bool }

func (r rights) has(needed rank) bool {
	switch needed {
	case reader:
		return r.reader || r.staff || r.admin
	case staff:
		return r.staff
	case admin:
		return r.admin
	}
	return true
}

// A command is a bot command. Its description is command.<name>.
type command struct {
	name string
	rank rank
	run  func(c *conversation, payload string) (changed bool, err error)
}

// commandList is a function because the commands' answers refer to it.
func commandList() []command {
	return []command{
		{"register", anybody, func(c *conversation, _ string) (bool, error) { return true, c.begin(pending{Flow: "registration"}) }},
		{"my", anybody, (*conversation).listMine},
		{"filing", anybody, (*conversation).listFiling},
		{"filed", anybody, (*conversation).listFiled},
		{"resume", anybody, (*conversation).resume},
		{"cancel", anybody, (*conversation).cancel},
		{"queue", staff, (*conversation).queue},
		{"units", staff, (*conversation).units},
		{"export", staff, (*conversation).exports},
		{"find", staff, (*conversation).find},
		{"desk", staff, func(c *conversation, _ string) (bool, error) { return true, c.begin(pending{Flow: "desk"}) }},
		{"year", staff, (*conversation).year},
		{"poster", staff, (*conversation).posters},
		{"questions", staff, (*conversation).questions},
		{"notice", staff, (*conversation).duties},
		{"stats", reader, (*conversation).stats},
		{"quality", staff, (*conversation).quality},
		{"compounds", admin, (*conversation).compounds},
		{"staff", admin, (*conversation).staffList},
		{"addcompound", admin, func(c *conversation, _ string) (bool, error) { return true, c.begin(pending{Flow: "compound"}) }},
		{"broadcast", admin, (*conversation).broadcasts},
		{"holidays", admin, func(c *conversation, _ string) (bool, error) { return true, c.begin(pending{Flow: "holidays"}) }},
		{"backup", admin, (*conversation).backup},
		{"audit", admin, (*conversation).audit},
		{"user", admin, (*conversation).user},
		{"failed", admin, (*conversation).failed},
		{"health", admin, (*conversation).health},
		{"version", admin, (*conversation).version},
		{"remind", anybody, func(c *conversation, _ string) (bool, error) { return true, c.begin(pending{Flow: "own"}) }},
		{"reminders", anybody, (*conversation).listOwn},
		{"settings", anybody, (*conversation).settings},
		{"language", anybody, (*conversation).languages},
		{"privacy", anybody, (*conversation).privacy},
		{"mydata", anybody, (*conversation).mydata},
		{"delete", anybody, (*conversation).askDelete},
		{"help", anybody, func(c *conversation, _ string) (bool, error) {
			return false, c.say(form.T("help.text", "Reader", c.may(reader) && !c.may(staff) && !c.may(admin), "Staff", c.may(staff), "Admin", c.may(admin), "ID", strconv.FormatInt(c.in.from.ID, 10)), c.mainButtons()...)
		}},
	}
}

// needsSession are the commands that begin or end a conversation.
var needsSession = map[string]bool{"register": true, "resume": true, "cancel": true, "addcompound": true, "holidays": true, "desk": true, "remind": true, "export": true}

// say plans one answer.
func (c *conversation) say(t form.Text, buttons ...button) error {
	if c.st.Session != nil {
		buttons = append(buttons, button{label: form.T("button.continue"), data: actionData(doCommand, "resume")})
	}
	c.later(func() error { return c.tell(t, buttons...) })
	return nil
}

func (c *conversation) rights() (r rights) {
	r.admin = c.Registry.Admin(c.in.from.ID)
	mine, _ := c.Registry.Reads(c.ctx, c.in.from.ID) // who can't be looked up has no role
	for _, one := range mine {
		r.staff = r.staff || one.HasStaff(c.in.from.ID)
		r.reader = true
	}
	return r
}

// commanded runs a command if the person may use it.
func (c *conversation) commanded(name, payload string) (bool, error) {
	if name == "start" {
		return c.begun(payload)
	}
	for _, cmd := range commandList() {
		if cmd.name != name {
			continue
		}
		if cmd.rank > anybody && !c.may(cmd.rank) {
			return false, c.say(form.T("error.not_allowed"))
		}
		if c.down != nil && needsSession[name] {
			return false, c.sorry()
		}
		return cmd.run(c, payload)
	}
	return false, c.say(form.T("error.unknown_command"), c.mainButtons()...)
}

// may reports whether the person may use what needs a rank.
func (c *conversation) may(needed rank) bool { return c.rights().has(needed) }

// knownMenus remembers whose command menu has been set by this process.
type knownMenus struct {
	mu     sync.Mutex
	rights map[int64]rights
}

// changed notes a person's rights and reports whether their menu must be set.
func (k *knownMenus) changed(who int64, r rights) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	before := k.rights[who]
	if k.rights == nil {
		k.rights = map[int64]rights{}
	}
	if r == (rights{}) {
		delete(k.rights, who)
	} else {
		k.rights[who] = r
	}
	return before != r
}

// menu keeps the person's command menu in step with what they may do.
func (c *conversation) menu() {
	r := c.rights()
	if !c.known.changed(c.in.from.ID, r) {
		return
	}
	err := c.setCommands(c.ctx, r, &models.BotCommandScopeChat{ChatID: c.in.chat}, c.in.chat)
	if err != nil {
		c.Log.Warn("command menu was not set", "error", err)
	}
}

// SetCommands sets the command menu of everybody, in both languages.
func (b *Bot) SetCommands(ctx context.Context) error {
	return b.setCommands(ctx, rights{}, &models.BotCommandScopeAllPrivateChats{}, 0)
}

// setCommands sets a menu for the languages that Telegram tells apart: English
// where the app speaks English, else Chinese.
func (b *Bot) setCommands(ctx context.Context, r rights, scope models.BotCommandScope, chat int64) error {
	for code, l := range map[string]locales.Language{"": locales.Chinese, "en": locales.English} {
		var list []models.BotCommand
		for _, cmd := range commandList() {
			if r.has(cmd.rank) {
				list = append(list, models.BotCommand{
					Command: cmd.name, Description: b.Texts.In(l).Plain(form.T("command." + cmd.name))})
			}
		}
		err := b.Sender.Do(ctx, outgoing.Call{Chat: chat, Kind: outgoing.Other, Run: func(ctx context.Context) error {
			_, err := b.API.SetMyCommands(ctx, &tg.SetMyCommandsParams{Commands: list, Scope: scope, LanguageCode: code})
			return err
		}})
		if err != nil {
			return err
		}
	}
	return nil
}
