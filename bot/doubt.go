package bot

import "sync"

// doubts are the chats whose last answer may or may not have been stored, and the
// session whose end that was: its effect is stored, but it may be open still. After
// a restart the memory is gone, but so is the reason: the session is read anew, and
// to submit it again changes nothing.
type doubts struct {
	mu    sync.Mutex
	chats map[int64]string
}

func (b *Bot) doubt(chat int64, ended string) {
	b.doubts.mu.Lock()
	defer b.doubts.mu.Unlock()
	if b.doubts.chats == nil || len(b.doubts.chats) > maxQuestions {
		b.doubts.chats = map[int64]string{}
	}
	if ended == "" {
		ended = b.doubts.chats[chat]
	}
	b.doubts.chats[chat] = ended
}

// inDoubt reports whether the chat's last answer is in doubt.
func (b *Bot) inDoubt(chat int64) bool {
	b.doubts.mu.Lock()
	defer b.doubts.mu.Unlock()
	_, doubtful := b.doubts.chats[chat]
	return doubtful
}

// hasEnded reports whether a chat's session has ended, though it may be open still.
func (b *Bot) hasEnded(chat int64, session string) bool {
	b.doubts.mu.Lock()
	defer b.doubts.mu.Unlock()
	return session != "" && b.doubts.chats[chat] == session
}

// noDoubt ends a doubt: a later state was stored, so that a save which is still on
// its way will be refused.
func (b *Bot) noDoubt(chat int64) {
	b.doubts.mu.Lock()
	defer b.doubts.mu.Unlock()
	delete(b.doubts.chats, chat)
}
