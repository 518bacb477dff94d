package standin

import (
	"encoding/json"
	"fmt"
)

// Snapshot returns the whole state as JSON: people, chats, files, command
// lists, updates that the bot has not confirmed, and the webhook. Calls, open
// Events and the flood control are not in it.
func (s *Server) Snapshot() ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire()
	b, err := json.Marshal(s.st)
	if err != nil {
		return nil, fmt.Errorf("write snapshot: %w", err)
	}
	return b, nil
}

// Restore replaces the state with that of a Snapshot; a broken one changes
// nothing. A webhook starts again. A poll that waits is answered.
func (s *Server) Restore(b []byte) error {
	st := newState("")
	if err := json.Unmarshal(b, &st); err != nil {
		return fmt.Errorf("read snapshot: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopWebhook()
	s.st = st
	s.rate = newLimiter(s.limits)
	if s.poll != nil {
		select {
		case s.poll.wake <- struct{}{}:
		default:
		}
	}
	if st.Hook.URL != "" {
		s.startWebhook(st.Hook)
	}
	return nil
}
