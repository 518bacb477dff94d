// Package bot is the Telegram edge: it turns updates into events, runs the
// conversations that package flows declares, and turns prompts into messages.
// Nothing else in Zuji speaks Telegram.
package bot

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"zuji/bot/outgoing"
	"zuji/internal/form"
	"zuji/internal/outbox"
	"zuji/internal/papers"
	"zuji/internal/registry"
	"zuji/internal/session"
	"zuji/internal/vault"
	"zuji/locales"
)

// A Bot answers people.
type Bot struct {
	API      *tg.Bot
	Calls    *outgoing.Caller // for what is called at every step
	Sender   *outgoing.Sender
	Registry *registry.Registry
	Sessions session.Store
	Vault    *vault.Vault
	Texts    *locales.Texts
	Press    func() (*papers.Press, error)               // made when the first paper is asked for
	Backup   func(context.Context) (string, error)       // makes one and returns its path; nil: none is set up
	Again    func(ctx context.Context, raw []byte) error // handles an update that was set aside
	Health   func(context.Context) Health
	Busy     func() bool // so many people wait that messages with old buttons are left as they are
	Flood    Flood
	Exports  string // folder for extracts that may not be sent
	Username string // the bot's, without @; for links
	Now      func() time.Time
	Log      *slog.Logger

	open    questions
	doubts  doubts
	senders senders
	waits   waits
	known   knownMenus
	jobs    jobs
	reading sync.Mutex // held while a ledger is read: it takes much memory
}

// Handle does what an update asks. A nil error means that its whole effect is
// stored and the update may be confirmed; after any other error it must come
// again, and handling it again is safe.
func (b *Bot) Handle(ctx context.Context, u *models.Update) error {
	err := b.handle(ctx, u)
	if errors.Is(err, errTurnedAway) {
		return nil
	}
	return err
}

// HandleAgain does what an update asks that was set aside before. What somebody
// typed then is not taken as the answer to the question that is open now. An update
// that is not taken is an error.
func (b *Bot) HandleAgain(ctx context.Context, u *models.Update) error {
	if in, ok := decode(u, b.Username); ok && in.query == "" && in.command == "" {
		b.doubt(in.chat, "")
	}
	return b.handle(ctx, u)
}

func (b *Bot) handle(ctx context.Context, u *models.Update) error {
	in, ok := decode(u, b.Username)
	if !ok {
		return nil
	}
	c := &conversation{Bot: b, ctx: ctx, in: in}
	switch {
	case in.reachable != nil:
		return b.Registry.SetReachable(ctx, in.from.ID, *in.reachable)
	case !in.private:
		return c.inGroup()
	}
	if !b.senders.may(in.from.ID, b.Flood.orUsual(), b.Now()) {
		return c.turnedAway("error.flood")
	}
	if err := c.meet(); err != nil {
		return err
	}
	if c.profile.Blocked {
		return c.turnedAway("error.blocked")
	}
	err := c.turn()
	if err == nil {
		b.waits.end(in.chat)
	}
	return err
}

// Sorry tells the sender of an update that it could not be handled, with the
// reference under which the administrator finds it.
func (b *Bot) Sorry(ctx context.Context, u *models.Update, reference string) {
	in, ok := decode(u, b.Username)
	if !ok || !in.private {
		return
	}
	c := &conversation{Bot: b, ctx: ctx, in: in, to: b.Texts.In(locales.Match(in.from.Language))}
	_ = c.toast("")
	_ = c.soft(c.tell(form.T("error.apology", "Reference", reference)))
}

// questions remembers each chat's open question, so that its buttons can be
// taken away when it has been answered in words. It is a convenience: a button
// left behind is refused by its revision.
type questions struct {
	mu  sync.Mutex
	ids map[int64]int
}

// maxQuestions bounds the memory of questions.
const maxQuestions = 50_000

func (q *questions) swap(chat int64, message int) (before int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.ids == nil || len(q.ids) > maxQuestions {
		q.ids = map[int64]int{}
	}
	before = q.ids[chat]
	if message == 0 {
		delete(q.ids, chat)
	} else {
		q.ids[chat] = message
	}
	return before
}

// Render writes a notice of the outbox for the person it is for; see
// outgoing.Pump.
func (b *Bot) Render(ctx context.Context, row outbox.Row) (func(context.Context) (int, error), error) {
	m, err := b.notice(ctx, row)
	if err != nil || m == nil {
		return nil, err
	}
	return func(ctx context.Context) (int, error) { return b.post(ctx, row.To, *m) }, nil
}
