package standin

import (
	"cmp"
	"slices"
	"strconv"
	"time"
)

type chatKind string

const (
	kindPrivate    chatKind = "private"
	kindGroup      chatKind = "group"
	kindSupergroup chatKind = "supergroup"
)

// state is all that a Snapshot holds. Messages in it are never changed in
// place: an edit puts a new one, so a pointer may be handed out.
type state struct {
	Username  string
	Users     map[int64]*person
	Chats     map[int64]*chat
	LastID    int // last message id of private chats and basic groups, which share one row of ids
	Files     map[string]*stored
	Paths     map[string]*link
	Queries   map[string]*query
	Lists     map[string][]Command // command lists by scope and language
	Texts     map[string]string    // name and descriptions by kind and language
	Menus     map[int64]any        // menu buttons by chat; 0 is the default
	Updates   []*update            // not confirmed, oldest first
	NextID    int64                // next update id; 0: none was made yet
	Jump      bool                 // draw a new random id once Updates is empty
	Allowed   []string             // update kinds wanted; nil: Telegram's default
	Hook      hookSettings
	HookError hookError
}

type person struct {
	User
	Started     bool // has written to the bot once, so the bot may write
	Blocked     bool
	Deactivated bool
}

type chat struct {
	ID         int64
	Kind       chatKind
	Title      string
	Members    []int64
	Left       bool  // the bot left
	MigratedTo int64 // new id of a group that became a supergroup
	LastID     int   // last message id, supergroups only
	Messages   []*Message
}

func newState(username string) state {
	return state{
		Username: username,
		Users:    map[int64]*person{},
		Chats:    map[int64]*chat{},
		Files:    map[string]*stored{},
		Paths:    map[string]*link{},
		Queries:  map[string]*query{},
		Lists:    map[string][]Command{},
		Texts:    map[string]string{},
		Menus:    map[int64]any{},
	}
}

// private returns the chat of a person with the bot, made at first use.
func (s *Server) private(user int64) *chat {
	c := s.st.Chats[user]
	if c == nil {
		c = &chat{ID: user, Kind: kindPrivate, Members: []int64{user}}
		s.st.Chats[user] = c
	}
	return c
}

// find returns the index of a message in a chat.
func (c *chat) find(id int) (int, bool) {
	return slices.BinarySearchFunc(c.Messages, id, func(m *Message, id int) int { return cmp.Compare(m.ID, id) })
}

func (c *chat) message(id int) *Message {
	if i, ok := c.find(id); ok {
		return c.Messages[i]
	}
	return nil
}

// add gives m its id and date, stores it and shows it in the apps.
func (s *Server) add(c *chat, m *Message) *Message {
	if c.Kind == kindSupergroup {
		c.LastID++
		m.ID = c.LastID
	} else {
		s.st.LastID++
		m.ID = s.st.LastID
	}
	m.Chat = c.ID
	m.Date = s.now().Truncate(time.Second)
	c.Messages = append(c.Messages, m)
	s.notify(c, Event{Kind: "message", Message: m, MessageID: m.ID})
	if m.Reply != nil {
		s.notify(c, Event{Kind: "keyboard", Message: m, MessageID: m.ID})
	}
	return m
}

// replace puts the changed message m in place of the one with its id.
func (s *Server) replace(c *chat, m *Message) {
	if i, ok := c.find(m.ID); ok {
		c.Messages[i] = m
		s.notify(c, Event{Kind: "edit", Message: m, MessageID: m.ID})
	}
}

// remove deletes a message for everyone.
func (s *Server) remove(c *chat, id int) {
	if i, ok := c.find(id); ok {
		c.Messages = slices.Delete(c.Messages, i, i+1)
		s.notify(c, Event{Kind: "delete", MessageID: id})
	}
}

func (s *Server) botSender() Sender {
	return Sender{ID: s.botID, Name: s.botName(""), IsBot: true}
}

func (p *person) sender() Sender {
	name := p.FirstName
	if p.LastName != "" {
		name += " " + p.LastName
	}
	return Sender{ID: p.ID, Name: name}
}

type access int

const (
	toRead  access = iota // any known chat
	toEdit                // the bot must still be in it
	toWrite               // the person must not have blocked the bot
)

// open returns the chat of a chat_id parameter, or Telegram's refusal
// (Client.cpp check_chat and check_chat_access).
func (s *Server) open(id string, want access) (*chat, *apiError) {
	if id == "" {
		return nil, badRequest("chat_id is empty")
	}
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return nil, badRequest("chat not found")
	}
	if n > 0 {
		return s.openPrivate(n, want)
	}
	c := s.st.Chats[n]
	if c == nil {
		return nil, badRequest("chat not found")
	}
	if c.MigratedTo != 0 && want == toWrite {
		e := badRequest("group chat was upgraded to a supergroup chat")
		e.migrateTo = c.MigratedTo
		return nil, e
	}
	if c.Left && want != toRead {
		return nil, forbidden("bot is not a member of the " + string(c.Kind) + " chat")
	}
	return c, nil
}

func (s *Server) openPrivate(id int64, want access) (*chat, *apiError) {
	p := s.st.Users[id]
	switch {
	case p == nil:
		return nil, badRequest("chat not found")
	case p.Deactivated && want != toRead:
		return nil, forbidden("user is deactivated")
	case !p.Started && want == toRead:
		return nil, badRequest("chat not found")
	case !p.Started:
		return nil, forbidden("bot can't initiate conversation with a user")
	case p.Blocked && want != toRead:
		return nil, forbidden("bot was blocked by the user")
	}
	return s.private(id), nil
}
