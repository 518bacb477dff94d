package standin

import (
	"fmt"
	"slices"
	"strings"
)

// ShareContact sends the person's own contact, as a request_contact button does.
func (c *Client) ShareContact() (Message, error) {
	c.s.mu.Lock()
	p := c.s.st.Users[c.user]
	c.s.mu.Unlock()
	if p == nil {
		return Message{}, fmt.Errorf("share contact: %w", ErrUnknownUser)
	}
	return c.SendContact(Contact{Phone: p.Phone, FirstName: p.FirstName, LastName: p.LastName, UserID: p.ID})
}

// SendContact sends any contact from the address book, so also somebody else's.
func (c *Client) SendContact(contact Contact) (Message, error) {
	return c.put(0, &Message{Contact: &contact})
}

// SendFile sends a file to the private chat: as a photo if mime is image/jpeg
// or image/png and the data is one, else as a document. At most 50 MB here.
func (c *Client) SendFile(name, mime string, data []byte, caption string) (Message, error) {
	f := finish(caption, nil)
	if e := checkCaption(f); e != nil || len(data) == 0 || len(data) > maxUpload {
		return Message{}, fmt.Errorf("send file: %w", ErrRefused)
	}
	m := &Message{Text: f.text, Entities: f.entities}
	c.s.mu.Lock()
	photo, e := photoFile(data)
	if e == nil && (mime == "image/jpeg" || mime == "image/png") {
		m.Photo = c.s.keep("AgACAgUAAxkB", photo, data)
	} else {
		m.Document = c.s.keep("BQACAgUAAxkB", File{Name: name, MIME: mime}, data)
	}
	c.s.mu.Unlock()
	return c.put(0, m)
}

// Block blocks the bot: it gets my_chat_member, and its sends get 403.
func (c *Client) Block() { c.block(true) }

// Unblock lets the bot write again.
func (c *Client) Unblock() { c.block(false) }

func (c *Client) block(blocked bool) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	p := c.s.st.Users[c.user]
	if p == nil || p.Blocked == blocked || !p.Started {
		return
	}
	p.Blocked = blocked
	was, is := "kicked", "member"
	if blocked {
		was, is = is, was
	}
	bot := c.s.wireBot()
	c.s.push("my_chat_member", wireMemberUpdate{
		Chat: c.s.wireChat(c.s.private(c.user)), From: c.s.wireSender(c.user), Date: c.s.now().Unix(),
		Old: c.s.memberOf(was, bot), New: c.s.memberOf(is, bot),
	}, c.user+memberQueue, updateLife)
}

// Delete deletes a message of the private chat for both sides. The bot is not told.
func (c *Client) Delete(message int) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if in := c.s.st.Chats[c.user]; in != nil {
		c.s.remove(in, message)
	}
}

// Messages returns a chat as the app shows it now, oldest first; 0 is the
// private chat. The messages must not be changed.
func (c *Client) Messages(chat int64) []Message {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	_, in, err := c.enter(chat, false)
	if err != nil {
		return nil
	}
	out := make([]Message, len(in.Messages))
	for i, m := range in.Messages {
		out[i] = *m
	}
	return out
}

// Commands returns the command list of the private chat in the person's
// language, resolved as Telegram does.
func (c *Client) Commands() []Command {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	p := c.s.st.Users[c.user]
	if p == nil {
		return nil
	}
	return slices.Clone(c.s.commandsFor(p))
}

// File returns a file that the person sent or received.
func (c *Client) File(fileID string) (name string, data []byte, err error) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	f := c.s.file(fileID)
	if f == nil {
		return "", nil, fmt.Errorf("open file: %w", ErrNoMessage)
	}
	name = f.Name
	if name == "" {
		name = "photo." + strings.TrimPrefix(f.MIME, "image/")
	}
	return name, f.Data, nil
}
