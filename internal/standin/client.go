package standin

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Errors of a Client: what the app or Telegram would not let the person do.
var (
	ErrUnknownUser = errors.New("user was never added")
	ErrBlocked     = errors.New("the person has blocked the bot")
	ErrNoChat      = errors.New("no such chat, or the person is not in it")
	ErrNoMessage   = errors.New("no such message")
	ErrNoButton    = errors.New("no button, or more than one, with that label")
	ErrRefused     = errors.New("refused by Telegram")
)

// A Client is one person's Telegram app.
type Client struct {
	s    *Server
	user int64
}

// enter returns the person and a chat, 0 meaning the private one. Writing to
// the bot counts as having started it. Server.mu must be held.
func (c *Client) enter(id int64, write bool) (*person, *chat, error) {
	p := c.s.st.Users[c.user]
	if p == nil || p.Deactivated {
		return nil, nil, ErrUnknownUser
	}
	if id == 0 || id == c.user {
		if write && p.Blocked {
			return nil, nil, ErrBlocked
		}
		p.Started = p.Started || write
		return p, c.s.private(c.user), nil
	}
	in := c.s.st.Chats[id]
	if in == nil || !slices.Contains(in.Members, c.user) || write && in.MigratedTo != 0 {
		return nil, nil, ErrNoChat
	}
	return p, in, nil
}

// Send sends a text to the private chat with the bot. Telegram's app would
// split one over 4096 UTF-16 units; here it is refused.
func (c *Client) Send(text string) (Message, error) { return c.Reply(0, 0, text) }

// SendTo sends a text to a group. As in privacy mode, the bot sees it only if
// it is a command not for another bot, mentions the bot, or answers it.
func (c *Client) SendTo(chat int64, text string) (Message, error) { return c.Reply(chat, 0, text) }

// Reply sends a text that answers a message; to 0 answers none, chat 0 is the
// private chat.
func (c *Client) Reply(chat int64, to int, text string) (Message, error) {
	f := finish(text, nil)
	if e := checkLength(f); e != nil {
		return Message{}, fmt.Errorf("send text: %w: %s", ErrRefused, e.text)
	}
	return c.put(chat, &Message{Text: f.text, Entities: f.entities, ReplyTo: to})
}

// put sends a message of the person and queues its update.
func (c *Client) put(id int64, m *Message) (Message, error) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	p, in, err := c.enter(id, true)
	if err != nil {
		return Message{}, fmt.Errorf("send to chat %d: %w", id, err)
	}
	if m.ReplyTo != 0 && in.message(m.ReplyTo) == nil {
		return Message{}, fmt.Errorf("send to chat %d: answer %d: %w", id, m.ReplyTo, ErrNoMessage)
	}
	m.From = p.sender()
	c.s.add(in, m)
	if c.s.botSees(in, m) {
		c.s.push("message", c.s.wire(in, m), in.ID, updateLife)
	}
	return *m, nil
}

// botSees applies privacy mode.
func (s *Server) botSees(in *chat, m *Message) bool {
	if in.Kind == kindPrivate {
		return true
	}
	if in.Left {
		return false
	}
	if to := in.message(m.ReplyTo); to != nil && to.From.ID == s.botID {
		return true
	}
	at := "@" + strings.ToLower(s.st.Username)
	for _, e := range m.Entities {
		part := strings.ToLower(cut(m.Text, e))
		_, name, named := strings.Cut(part, "@")
		if e.Type == "mention" && part == at || e.Type == "bot_command" && e.Offset == 0 && (!named || "@"+name == at) {
			return true
		}
	}
	return false
}

// cut returns the text under an entity.
func cut(text string, e Entity) string {
	var b strings.Builder
	n := 0
	for _, r := range text {
		if n >= e.Offset && n < e.Offset+e.Length {
			b.WriteRune(r)
		}
		n += utf16Len(r)
	}
	return b.String()
}

var startPayload = regexp.MustCompile(`^[A-Za-z0-9_-]{0,64}$`)

// Start opens t.me/<bot>?start=payload and presses the start button. It
// unblocks the bot first, as the app does. A payload of anything but up to 64
// of A–Z a–z 0–9 _ - is refused.
func (c *Client) Start(payload string) (Message, error) {
	if !startPayload.MatchString(payload) {
		return Message{}, fmt.Errorf("open start link: %w", ErrRefused)
	}
	c.Unblock()
	return c.Send(strings.TrimSpace("/start " + payload))
}

// Press sends a callback query; chat 0 is the private chat. The data may be
// forged: it need not be on any button. A message deleted since is reported to
// the bot as inaccessible; one that never was is refused.
func (c *Client) Press(chat int64, message int, data string) (queryID string, err error) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.press(chat, message, data)
}

func (c *Client) press(id int64, message int, data string) (string, error) {
	_, in, err := c.enter(id, false)
	if err != nil {
		return "", fmt.Errorf("press in chat %d: %w", id, err)
	}
	last := c.s.st.LastID
	if in.Kind == kindSupergroup {
		last = in.LastID
	}
	if message <= 0 || message > last {
		return "", fmt.Errorf("press in chat %d: %w", id, ErrNoMessage)
	}
	if in.Kind == kindPrivate && c.s.st.Users[c.user].Blocked {
		return "", fmt.Errorf("press in chat %d: %w", id, ErrBlocked)
	}
	var shown any = wireGone{Chat: c.s.wireChat(in), ID: message}
	if m := in.message(message); m != nil {
		shown = c.s.wire(in, m)
	}
	return c.s.press(in, c.user, shown, data), nil
}

// PressLabel presses the button with that text in the newest message of the
// private chat that has one: exactly that text, or else the only button of the
// message that contains it. Buttons without callback data do not count.
func (c *Client) PressLabel(label string) (queryID string, err error) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	_, in, err := c.enter(0, false)
	if err != nil {
		return "", fmt.Errorf("press %q: %w", label, err)
	}
	for _, m := range slices.Backward(in.Messages) {
		data, n := findLabel(m, label)
		if n == 1 {
			return c.press(0, m.ID, data)
		}
		if n > 1 {
			break
		}
	}
	return "", fmt.Errorf("press %q: %w", label, ErrNoButton)
}

// findLabel returns a button's data and how many buttons fit.
func findLabel(m *Message, label string) (data string, n int) {
	for _, row := range m.Inline {
		for _, b := range row {
			if b.Data == "" {
				continue
			}
			if b.Text == label {
				return b.Data, 1
			}
			if strings.Contains(b.Text, label) {
				data = b.Data
				n++
			}
		}
	}
	return data, n
}

// Edit changes the text of an own message in the private chat.
func (c *Client) Edit(message int, text string) error {
	f := finish(text, nil)
	if e := checkLength(f); e != nil {
		return fmt.Errorf("edit message %d: %w: %s", message, ErrRefused, e.text)
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	_, in, err := c.enter(0, true)
	if err != nil {
		return fmt.Errorf("edit message %d: %w", message, err)
	}
	old := in.message(message)
	if old == nil || old.From.ID != c.user {
		return fmt.Errorf("edit message %d: %w", message, ErrNoMessage)
	}
	now := c.s.now().Truncate(time.Second)
	m := *old
	m.Text, m.Entities, m.EditDate = f.text, f.entities, &now
	c.s.replace(in, &m)
	c.s.push("edited_message", c.s.wire(in, &m), in.ID, c.s.lifeOf(&m))
	return nil
}
