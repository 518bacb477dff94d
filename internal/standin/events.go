package standin

import "context"

// subscription carries events to one open app. The list in between has no
// bound, so that a slow reader never stops the server.
type subscription struct {
	list []Event
	more chan struct{} // holds one token while list is not empty
}

// notify tells everyone in a chat.
func (s *Server) notify(c *chat, e Event) {
	if len(s.subs) == 0 {
		return
	}
	e.Chat = c.ID
	for _, user := range c.Members {
		s.tell(user, e)
	}
}

func (s *Server) tell(user int64, e Event) {
	for _, sub := range s.subs[user] {
		sub.list = append(sub.list, e)
		select {
		case sub.more <- struct{}{}:
		default:
		}
	}
}

// Events returns what the app notices until ctx or the server ends; then the
// channel is closed. Nothing is lost if the reader is slow.
func (c *Client) Events(ctx context.Context) <-chan Event {
	s := c.s
	sub := &subscription{more: make(chan struct{}, 1)}
	out := make(chan Event, 16)
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.done:
		close(out)
		return out
	default:
	}
	s.subs[c.user] = append(s.subs[c.user], sub)
	s.work.Go(func() {
		defer close(out)
		defer s.unsubscribe(c.user, sub)
		for s.pump(ctx, sub, out) {
		}
	})
	return out
}

// pump hands on what has gathered and says if there may be more.
func (s *Server) pump(ctx context.Context, sub *subscription, out chan<- Event) bool {
	select {
	case <-sub.more:
	case <-ctx.Done():
		return false
	case <-s.done:
		return false
	}
	s.mu.Lock()
	list := sub.list
	sub.list = nil
	s.mu.Unlock()
	for _, e := range list {
		select {
		case out <- e:
		case <-ctx.Done():
			return false
		case <-s.done:
			return false
		}
	}
	return true
}

func (s *Server) unsubscribe(user int64, sub *subscription) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.subs[user]
	for i, o := range list {
		if o == sub {
			list = append(list[:i:i], list[i+1:]...)
			break
		}
	}
	if len(list) == 0 {
		delete(s.subs, user)
		return
	}
	s.subs[user] = list
}
