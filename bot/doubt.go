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

// inDoubt reports whether the chat's last answer was in doubt, once.
func (b *Bot) inDoubt(chat int64) bool {
	b.doubts.mu.Lock()
	defer b.doubts.mu.Unlock()
	was := b.doubts.chats[chat]
	delete(b.doubts.chats, chat)
	return was
}
