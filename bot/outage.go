package bot

import (
	"context"
	"sync"

	"github.com/go-telegram/bot/models"

	"zuji/internal/form"
	"zuji/locales"
)

// waits are the chats that were told that what they sent is not stored yet.
type waits struct {
	mu    sync.Mutex
	chats map[int64]bool
}

// begin reports whether the chat has to be told.
func (w *waits) begin(chat int64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.chats == nil || len(w.chats) > maxQuestions {
		w.chats = map[int64]bool{}
	}
	was := w.chats[chat]
	w.chats[chat] = true
	return !was
}

func (w *waits) end(chat int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.chats, chat)
}

// NotStored tells the sender of an update that it is not stored yet and comes
// again by itself. Until one of theirs is stored, they hear it once.
func (b *Bot) NotStored(ctx context.Context, u *models.Update) {
	in, ok := decode(u, b.Username)
	if !ok || !in.private || in.reachable != nil || !b.waits.begin(in.chat) {
		return
	}
	l := locales.Match(in.from.Language)
	if p, err := b.Registry.Profile(ctx, in.from.ID); err == nil && locales.Language(p.Language).Valid() {
		l = locales.Language(p.Language)
	}
	c := &conversation{Bot: b, ctx: ctx, in: in, to: b.Texts.In(l)}
	if err := c.tell(form.T("error.waits")); err != nil {
		b.Log.Warn("answer was not sent", "update", in.update, "error", err)
		b.waits.end(in.chat)
	}
}
