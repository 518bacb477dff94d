package standin

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// Life of an update in the queue, and the long poll's bounds (Client.cpp).
const (
	updateLife = 24 * time.Hour
	queryLife  = 150 * time.Second
	maxPoll    = 50 * time.Second
	maxQueue   = 100_000 // offsets further back than this count as unknown
)

// Queue numbers keep the webhook's order: messages by chat, presses by person.
const (
	pressQueue  = 3 << 33
	memberQueue = 5 << 33
)

type update struct {
	ID      int64
	Kind    string
	Body    json.RawMessage // value of the field named Kind
	Expires time.Time
	Queue   int64
	gone    bool // confirmed; set for those that the webhook still holds
	fails   int
	delay   time.Duration
}

// wire is the update as the bot reads it.
func (u *update) wire() []byte {
	id, _ := json.Marshal(u.ID) // an integer always marshals
	return slices.Concat([]byte(`{"update_id":`), id, []byte(`,"`+u.Kind+`":`), u.Body, []byte(`}`))
}

type pollMark struct {
	offset int64
	at     time.Time
	set    bool
}

// A poll is a getUpdates that waits.
type poll struct {
	wake  chan struct{}
	clash chan string
}

var defaultUpdates = []string{"message", "edited_message", "channel_post", "edited_channel_post", "callback_query", "my_chat_member"}

// JumpIDs makes the next update id random, as after a week without updates.
// As there, nothing may be waiting: the jump happens once every update made so
// far is confirmed or has expired.
func (s *Server) JumpIDs() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.st.Jump = true
}

// Pending returns how many updates the bot has not confirmed.
func (s *Server) Pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire()
	return len(s.st.Updates)
}

// push queues an update, unless the bot did not ask for its kind.
func (s *Server) push(kind string, body any, queue int64, life time.Duration) {
	wanted := s.st.Allowed
	if wanted == nil {
		wanted = defaultUpdates
	}
	if !slices.Contains(wanted, kind) {
		return
	}
	data, err := json.Marshal(body)
	if err != nil {
		panic("standin: update does not marshal: " + err.Error())
	}
	if s.st.Jump {
		s.expire()
	}
	if s.st.NextID == 0 || s.st.Jump && len(s.st.Updates) == 0 {
		s.st.NextID, s.st.Jump = randomID(s.st.NextID), false
	}
	u := &update{ID: s.st.NextID, Kind: kind, Body: data, Expires: s.now().Add(life), Queue: queue}
	s.st.NextID++
	s.st.Updates = append(s.st.Updates, u)
	if s.hook != nil {
		s.hook.add(u)
	} else if s.poll != nil {
		select {
		case s.poll.wake <- struct{}{}:
		default:
		}
	}
}

// randomID draws an id from the range of TQueue, away from the old one.
func randomID(old int64) int64 {
	for {
		id := 2*maxQueue + 1 + rand.Int64N(1<<29)
		if id < old-1000 || id > old+1000 {
			return id
		}
	}
}

// expire drops what is too old.
func (s *Server) expire() {
	now := s.now()
	s.st.Updates = slices.DeleteFunc(s.st.Updates, func(u *update) bool {
		if now.After(u.Expires) {
			u.gone = true
		}
		return u.gone
	})
}

// take confirms what lies before offset and returns what follows, by the rules
// of do_get_updates and TQueue::get: a negative offset keeps that many of the
// newest; an offset far from the queue counts as none.
func (s *Server) take(offset int64, limit int) []json.RawMessage {
	s.expire()
	queue := s.st.Updates
	if offset < 0 {
		queue = queue[max(0, len(queue)+int(max(offset, -maxQueue))):]
	} else if offset > 0 && len(queue) > 0 && offset <= s.st.NextID+10 && offset >= queue[0].ID-maxQueue {
		for len(queue) > 0 && queue[0].ID < offset {
			queue = queue[1:]
		}
	}
	s.st.Updates = queue
	out := []json.RawMessage{}
	size := 1 << 22
	for _, u := range queue[:min(limit, len(queue))] {
		if size -= 50 + len(u.Body); size <= 0 {
			break
		}
		out = append(out, u.wire())
	}
	return out
}

func (s *Server) getUpdates(c *call) (any, *apiError) {
	s.mu.Lock()
	if s.hook != nil {
		s.mu.Unlock()
		return nil, s.clash(c, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
	}
	offset := int64(c.params.integer("offset"))
	limit := c.params.clamped("limit", 100, 1, 100)
	timeout := time.Duration(c.params.clamped("timeout", 0, 0, int(maxPoll/time.Second))) * time.Second
	s.allow(c.params.text["allowed_updates"])
	now := s.now()
	if last := s.lastPoll; last.set && last.offset == offset {
		if since := now.Sub(last.at); since < 3*time.Second {
			timeout = max(timeout, 3*time.Second)
			if since < 500*time.Millisecond {
				limit = 1
			}
		}
	}
	s.lastPoll = pollMark{offset, now, true}
	got := s.take(offset, limit)
	if len(got) > 0 || timeout == 0 {
		s.mu.Unlock()
		return got, nil
	}
	s.endPoll("Conflict: terminated by other getUpdates request; make sure that only one bot instance is running")
	p := &poll{wake: make(chan struct{}, 1), clash: make(chan string, 1)}
	s.poll = p
	s.mu.Unlock()
	return s.wait(c, p, max(offset, 0), limit, timeout)
}

// wait holds a poll open until there is something to say.
func (s *Server) wait(c *call, p *poll, offset int64, limit int, timeout time.Duration) (any, *apiError) {
	t := time.NewTimer(timeout)
	defer t.Stop()
	hungUp := false
	select {
	case text := <-p.clash:
		return nil, s.clash(c, text)
	case <-c.ctx.Done():
		hungUp = true
	case <-p.wake:
	case <-t.C:
	case <-s.done:
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.poll == p {
		s.poll = nil
	}
	if hungUp {
		return nil, errHungUp
	}
	return s.take(offset, limit), nil
}

// endPoll answers the waiting poll, if any, with a 409.
func (s *Server) endPoll(text string) {
	if s.poll != nil {
		s.poll.clash <- text
		s.poll = nil
	}
}

// clash makes a 409. A second one within 3 s comes 3 s late, as Telegram does
// to slow down bots that fight each other.
func (s *Server) clash(c *call, text string) *apiError {
	s.mu.Lock()
	now := s.now()
	late := now.Before(s.nextClash)
	if !late {
		s.nextClash = now.Add(3 * time.Second)
	}
	s.mu.Unlock()
	if late {
		s.pause(c, 3*time.Second)
	}
	return &apiError{code: 409, text: text}
}

// allow sets the kinds of updates; left out or broken, the last ones stay.
func (s *Server) allow(list string) {
	if list == "" {
		return
	}
	var kinds []string
	if json.Unmarshal([]byte(list), &kinds) != nil || kinds == nil {
		return
	}
	var known []string
	for _, k := range kinds {
		if k = strings.ToLower(k); slices.Contains(updateKinds, k) && !slices.Contains(known, k) {
			known = append(known, k)
		}
	}
	s.st.Allowed = known // none known: Telegram's default
}

var updateKinds = strings.Fields(`message edited_message channel_post edited_channel_post inline_query
	chosen_inline_result callback_query shipping_query pre_checkout_query poll poll_answer my_chat_member chat_member
	chat_join_request chat_boost removed_chat_boost message_reaction message_reaction_count business_connection
	business_message edited_business_message deleted_business_messages purchased_paid_media`)
