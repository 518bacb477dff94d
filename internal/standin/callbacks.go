package standin

import (
	"strconv"
	"time"
)

// A query is a press that waits for its answer.
type query struct {
	User     int64
	Chat     int64
	At       time.Time
	Answered bool
}

const maxToast = 200 // characters

// answerCallbackQuery accepts one answer to a press, within queryLife. The
// true life is not published; Telegram keeps the update for that long.
func (s *Server) answerCallbackQuery(c *call) (any, *apiError) {
	text := c.params.text["text"]
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.st.Queries[c.params.text["callback_query_id"]]
	if q == nil || q.Answered || s.now().Sub(q.At) > queryLife {
		return nil, badRequest("query is too old and response timeout expired or query ID is invalid")
	}
	if units(text) > maxToast {
		return nil, badRequest("MESSAGE_TOO_LONG")
	}
	if link := c.params.text["url"]; link != "" {
		return nil, badRequest("URL_INVALID") // only games and own links may have one
	}
	q.Answered = true
	s.tell(q.User, Event{
		Kind: "toast", Chat: q.Chat, Text: text,
		Alert: c.params.truth("show_alert"), QueryID: c.params.text["callback_query_id"],
	})
	return true, nil
}

// press queues a callback query and forgets old ones.
func (s *Server) press(in *chat, user int64, message any, data string) string {
	now := s.now()
	for id, q := range s.st.Queries {
		if now.Sub(q.At) > queryLife {
			delete(s.st.Queries, id)
		}
	}
	id := strconv.FormatInt(user<<20|int64(s.st.LastID&0xfff), 10) + randomDigits()
	s.st.Queries[id] = &query{User: user, Chat: in.ID, At: now}
	s.push("callback_query", wireQuery{
		ID: id, From: s.wireSender(user), Message: message, Instance: strconv.FormatInt(-in.ID*7919, 10), Data: data,
	}, user+pressQueue, queryLife)
	return id
}
