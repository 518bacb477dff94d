package bot

import "sync"

// doubts are the chats whose last answer may or may not have been stored. After
// a restart the memory is gone, but so is the reason: the session is read anew.
type doubts struct {
	mu    sync.Mutex
	chats map[int64]bool
}

func (b *Bot) doubt(chat int64) {
	b.doubts.mu.Lock()
	defer b.doubts.mu.Unlock()
	if b.doubts.chats == nil || len(b.doubts.chats) > maxQuestions {
		b.doubts.chats = map[int64]bool{}
	}
	b.doubts.chats[chat] = true
}

// inDoubt reports whether the chat's last answer is in doubt.
func (b *Bot) inDoubt(chat int64) bool {
	b.doubts.mu.Lock()
	defer b.doubts.mu.Unlock()
	return b.doubts.chats[chat]
}

// noDoubt ends a doubt: a later state was stored, so that a save which is still on
// its way will be refused.
func (b *Bot) noDoubt(chat int64) {
	b.doubts.mu.Lock()
	defer b.doubts.mu.Unlock()
	delete(b.doubts.chats, chat)
}
