package standin

import (
	"encoding/json"
	"reflect"
	"strconv"
	"time"
)

const deletable = 48 * time.Hour

var chatActions = map[string]bool{
	"typing": true, "upload_photo": true, "record_video": true, "upload_video": true, "record_voice": true,
	"upload_voice": true, "upload_document": true, "choose_sticker": true, "find_location": true,
	"record_video_note": true, "upload_video_note": true, "cancel": true,
}

func (s *Server) sendMessage(c *call) (any, *apiError) {
	if c.params.text["text"] == "" {
		return nil, badRequest("Message text is empty")
	}
	f, e := c.params.readText("text", "entities")
	if e != nil {
		return nil, e
	}
	return s.send(c, &Message{Text: f.text, Entities: f.entities}, func() *apiError { return checkLength(f) })
}

func checkLength(f formatted) *apiError {
	if f.text == "" {
		return badRequest("text must be non-empty")
	}
	if f.units > maxText {
		return badRequest("message is too long")
	}
	return nil
}

// send does what all sends share. check runs once the chat is known to be good.
func (s *Server) send(c *call, m *Message, check func() *apiError) (any, *apiError) {
	mk, e := c.params.readMarkup()
	if e != nil {
		return nil, e
	}
	m.Inline, m.Reply = mk.inline, mk.reply
	m.Protected, m.Silent = c.params.truth("protect_content"), c.params.truth("disable_notification")
	s.mu.Lock()
	defer s.mu.Unlock()
	to, e := s.open(c.params.text["chat_id"], toWrite)
	if e != nil {
		return nil, e
	}
	if m.ReplyTo, e = readReply(c.params, to); e != nil {
		return nil, e
	}
	for _, check := range []func() *apiError{
		check,
		func() *apiError { return mk.checkFor(to) },
		func() *apiError { return s.rate.spend(to, s.now(), false) },
	} {
		if e := check(); e != nil {
			return nil, e
		}
	}
	m.From = s.botSender()
	return s.wire(to, s.add(to, m)), nil
}

// readReply returns the id of the message answered, 0 for none.
func readReply(p params, c *chat) (int, *apiError) {
	id, lenient := p.integer("reply_to_message_id"), p.truth("allow_sending_without_reply")
	if src := p.text["reply_parameters"]; src != "" {
		var r struct {
			ID      int         `json:"message_id"`
			Chat    json.Number `json:"chat_id"`
			Lenient bool        `json:"allow_sending_without_reply"`
		}
		if json.Unmarshal([]byte(src), &r) != nil {
			return 0, badRequest("Can't parse reply parameters JSON object")
		}
		if r.Chat != "" && r.Chat != "0" && r.Chat.String() != strconv.FormatInt(c.ID, 10) {
			return 0, badRequest("replies to another chat are not offered by the stand-in")
		}
		id, lenient = r.ID, r.Lenient
	}
	if id <= 0 || c.message(id) != nil {
		return max(id, 0), nil
	}
	if lenient {
		return 0, nil
	}
	return 0, badRequest("message to be replied not found")
}

// edit finds a message that the bot may edit and lets change make the new one.
func (s *Server) edit(c *call, mk markup, change func(m *Message) *apiError) (any, *apiError) {
	if c.params.text["inline_message_id"] != "" {
		return nil, badRequest("inline messages are not offered by the stand-in")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	in, e := s.open(c.params.text["chat_id"], toEdit)
	if e != nil {
		return nil, e
	}
	old := in.message(c.params.integer("message_id"))
	if old == nil {
		return nil, badRequest("message to edit not found")
	}
	if old.From.ID != s.botID || old.Service != "" {
		return nil, badRequest("message can't be edited")
	}
	if mk.reply != nil {
		return nil, badRequest("Inline keyboard expected")
	}
	m := *old
	m.Inline = mk.inline
	if e := change(&m); e != nil {
		return nil, e
	}
	if m.Text == old.Text && sameList(m.Entities, old.Entities) && sameList(m.Inline, old.Inline) {
		return nil, badRequest("message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
	}
	if e := s.rate.spend(in, s.now(), true); e != nil {
		return nil, e
	}
	now := s.now().Truncate(time.Second)
	m.EditDate = &now
	s.replace(in, &m)
	return s.wire(in, &m), nil
}

func sameList[T any](a, b []T) bool {
	return len(a) == 0 && len(b) == 0 || reflect.DeepEqual(a, b)
}

func (s *Server) editMessageText(c *call) (any, *apiError) {
	if c.params.text["text"] == "" {
		return nil, badRequest("Message text is empty")
	}
	f, e := c.params.readText("text", "entities")
	if e != nil {
		return nil, e
	}
	mk, e := c.params.readMarkup()
	if e != nil {
		return nil, e
	}
	return s.edit(c, mk, func(m *Message) *apiError {
		if m.Document != nil || m.Photo != nil || m.Contact != nil {
			return badRequest("there is no text in the message to edit")
		}
		m.Text, m.Entities = f.text, f.entities
		return checkLength(f)
	})
}

func (s *Server) editMessageCaption(c *call) (any, *apiError) {
	f, e := c.params.readText("caption", "caption_entities")
	if e != nil {
		return nil, e
	}
	mk, e := c.params.readMarkup()
	if e != nil {
		return nil, e
	}
	return s.edit(c, mk, func(m *Message) *apiError {
		if m.Document == nil && m.Photo == nil {
			return badRequest("there is no caption in the message to edit")
		}
		m.Text, m.Entities = f.text, f.entities
		return checkCaption(f)
	})
}

func (s *Server) editMessageReplyMarkup(c *call) (any, *apiError) {
	mk, e := c.params.readMarkup()
	if e != nil {
		return nil, e
	}
	return s.edit(c, mk, func(*Message) *apiError { return nil })
}

func (s *Server) deleteMessage(c *call) (any, *apiError) {
	if c.params.text["chat_id"] == "" {
		return nil, badRequest("Chat identifier is not specified")
	}
	id := c.params.integer("message_id")
	if id <= 0 {
		return nil, badRequest("Message identifier is not specified")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	in, e := s.open(c.params.text["chat_id"], toRead)
	if e != nil {
		return nil, e
	}
	m := in.message(id)
	if m == nil {
		return nil, badRequest("message to delete not found")
	}
	if e := s.checkDelete(in, m); e != nil {
		return nil, e
	}
	s.remove(in, id)
	return true, nil
}

// checkDelete: 48 hours; in a group only own messages, as the bot is no administrator.
func (s *Server) checkDelete(in *chat, m *Message) *apiError {
	if s.now().Sub(m.Date) > deletable || in.Kind != kindPrivate && m.From.ID != s.botID {
		return badRequest("message can't be deleted for everyone")
	}
	return nil
}

// deleteMessages skips what is not found; one that may not be deleted stops all.
func (s *Server) deleteMessages(c *call) (any, *apiError) {
	var ids []int
	src := c.params.text["message_ids"]
	if src == "" {
		return nil, badRequest("Message identifiers are not specified")
	}
	if json.Unmarshal([]byte(src), &ids) != nil {
		return nil, badRequest("Expected an Array of message identifiers")
	}
	if len(ids) == 0 {
		return nil, badRequest("Message identifiers are not specified")
	}
	if len(ids) > 100 {
		return nil, badRequest("Too many message identifiers specified")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	in, e := s.open(c.params.text["chat_id"], toRead)
	if e != nil {
		return nil, e
	}
	for _, id := range ids {
		if m := in.message(id); m != nil {
			if e := s.checkDelete(in, m); e != nil {
				return nil, e
			}
		}
	}
	for _, id := range ids {
		s.remove(in, id)
	}
	return true, nil
}

func (s *Server) sendChatAction(c *call) (any, *apiError) {
	action := c.params.text["action"]
	if !chatActions[action] {
		return nil, badRequest("Wrong parameter action in request")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	to, e := s.open(c.params.text["chat_id"], toWrite)
	if e != nil {
		return nil, e
	}
	s.notify(to, Event{Kind: "typing", Text: action})
	return true, nil
}

func (s *Server) pinChatMessage(c *call) (any, *apiError) {
	return s.pin(c, true, "message to pin not found")
}

func (s *Server) unpinChatMessage(c *call) (any, *apiError) {
	return s.pin(c, false, "message to unpin not found")
}

// pin works in private chats; in groups the bot is no administrator.
func (s *Server) pin(c *call, pinned bool, missing string) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in, e := s.open(c.params.text["chat_id"], toWrite)
	if e != nil {
		return nil, e
	}
	old := in.message(c.params.integer("message_id"))
	if old == nil {
		return nil, badRequest("%s", missing)
	}
	if in.Kind != kindPrivate {
		return nil, badRequest("not enough rights to manage pinned messages in the chat")
	}
	if old.Pinned == pinned {
		return true, nil
	}
	m := *old
	m.Pinned = pinned
	s.replace(in, &m)
	if pinned {
		s.add(in, &Message{From: s.botSender(), Service: "pinned", ReplyTo: m.ID})
	}
	return true, nil
}
