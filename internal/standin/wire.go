package standin

import "time"

// The wire forms below are Telegram's: what a bot reads.

type wireUser struct {
	ID           int64  `json:"id"`
	IsBot        bool   `json:"is_bot"`
	FirstName    string `json:"first_name"`
	LastName     string `json:"last_name,omitempty"`
	Username     string `json:"username,omitempty"`
	LanguageCode string `json:"language_code,omitempty"`
}

type wireChat struct {
	ID        int64    `json:"id"`
	Type      chatKind `json:"type"`
	Title     string   `json:"title,omitempty"`
	FirstName string   `json:"first_name,omitempty"`
	LastName  string   `json:"last_name,omitempty"`
	Username  string   `json:"username,omitempty"`
}

type wireMessage struct {
	ID              int          `json:"message_id"`
	From            *wireUser    `json:"from,omitempty"`
	Chat            wireChat     `json:"chat"`
	Date            int64        `json:"date"`
	EditDate        int64        `json:"edit_date,omitempty"`
	ReplyTo         *wireMessage `json:"reply_to_message,omitempty"`
	Text            string       `json:"text,omitempty"`
	Entities        []wireEntity `json:"entities,omitempty"`
	Caption         string       `json:"caption,omitempty"`
	CaptionEntities []wireEntity `json:"caption_entities,omitempty"`
	Document        *wireFile    `json:"document,omitempty"`
	Photo           []wireFile   `json:"photo,omitempty"`
	Contact         *wireContact `json:"contact,omitempty"`
	Markup          *wireMarkup  `json:"reply_markup,omitempty"`
	Protected       bool         `json:"has_protected_content,omitempty"`
	MigrateTo       int64        `json:"migrate_to_chat_id,omitempty"`
	MigrateFrom     int64        `json:"migrate_from_chat_id,omitempty"`
}

type wireEntity struct {
	Type          string    `json:"type"`
	Offset        int       `json:"offset"`
	Length        int       `json:"length"`
	URL           string    `json:"url,omitempty"`
	User          *wireUser `json:"user,omitempty"`
	Language      string    `json:"language,omitempty"`
	CustomEmojiID string    `json:"custom_emoji_id,omitempty"`
}

type wireFile struct {
	FileID   string `json:"file_id"`
	UniqueID string `json:"file_unique_id"`
	Name     string `json:"file_name,omitempty"`
	MIME     string `json:"mime_type,omitempty"`
	Width    int    `json:"width,omitempty"`
	Height   int    `json:"height,omitempty"`
	Size     int64  `json:"file_size,omitempty"`
	Path     string `json:"file_path,omitempty"` // of getFile
}

type wireContact struct {
	Phone     string `json:"phone_number"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name,omitempty"`
	UserID    int64  `json:"user_id,omitempty"`
}

type wireMarkup struct {
	Inline [][]wireButton `json:"inline_keyboard"`
}

type wireButton struct {
	Text  string    `json:"text"`
	URL   string    `json:"url,omitempty"`
	Data  string    `json:"callback_data,omitempty"`
	Copy  *wireCopy `json:"copy_text,omitempty"`
	Style string    `json:"style,omitempty"`
}

type wireCopy struct {
	Text string `json:"text"`
}

func (s *Server) wireBot() *wireUser {
	return &wireUser{ID: s.botID, IsBot: true, FirstName: s.botName(""), Username: s.st.Username}
}

func (s *Server) wireSender(id int64) *wireUser {
	if id == s.botID {
		return s.wireBot()
	}
	p := s.st.Users[id]
	if p == nil {
		return &wireUser{ID: id}
	}
	return &wireUser{ID: id, FirstName: p.FirstName, LastName: p.LastName, Username: p.Username, LanguageCode: p.LanguageCode}
}

func (s *Server) wireChat(c *chat) wireChat {
	w := wireChat{ID: c.ID, Type: c.Kind, Title: c.Title}
	if p := s.st.Users[c.ID]; p != nil {
		w.FirstName, w.LastName, w.Username = p.FirstName, p.LastName, p.Username
	}
	return w
}

// wire turns a message into what the bot reads, with the message it answers.
func (s *Server) wire(c *chat, m *Message) *wireMessage {
	w := s.wireBare(c, m)
	if m.ReplyTo != 0 {
		if to := c.message(m.ReplyTo); to != nil {
			w.ReplyTo = s.wireBare(c, to)
		}
	}
	return w
}

func (s *Server) wireBare(c *chat, m *Message) *wireMessage {
	w := &wireMessage{ID: m.ID, From: s.wireSender(m.From.ID), Chat: s.wireChat(c), Date: m.Date.Unix(), Protected: m.Protected}
	if m.EditDate != nil {
		w.EditDate = m.EditDate.Unix()
	}
	ents := s.wireEntities(m.Entities)
	switch {
	case m.Document != nil:
		f := s.wireFile(*m.Document)
		w.Document, w.Caption, w.CaptionEntities = &f, m.Text, ents
	case m.Photo != nil:
		w.Photo, w.Caption, w.CaptionEntities = s.wirePhoto(*m.Photo), m.Text, ents
	case m.Contact != nil:
		w.Contact = &wireContact{m.Contact.Phone, m.Contact.FirstName, m.Contact.LastName, m.Contact.UserID}
	default:
		w.Text, w.Entities = m.Text, ents
	}
	if m.Inline != nil {
		w.Markup = &wireMarkup{wireButtons(m.Inline)}
	}
	return w
}

func (s *Server) wireEntities(ents []Entity) []wireEntity {
	var out []wireEntity
	for _, e := range ents {
		w := wireEntity{Type: e.Type, Offset: e.Offset, Length: e.Length, URL: e.URL, Language: e.Language, CustomEmojiID: e.CustomEmojiID}
		if e.User != 0 {
			w.User = s.wireSender(e.User)
		}
		out = append(out, w)
	}
	return out
}

func wireButtons(rows [][]Button) [][]wireButton {
	out := make([][]wireButton, len(rows))
	for i, row := range rows {
		for _, b := range row {
			w := wireButton{Text: b.Text, URL: b.URL, Data: b.Data, Style: b.Style}
			if b.CopyText != "" {
				w.Copy = &wireCopy{b.CopyText}
			}
			out[i] = append(out[i], w)
		}
	}
	return out
}

type wireQuery struct {
	ID       string    `json:"id"`
	From     *wireUser `json:"from"`
	Message  any       `json:"message"` // wireMessage or wireGone
	Instance string    `json:"chat_instance"`
	Data     string    `json:"data"`
}

// wireGone is an InaccessibleMessage.
type wireGone struct {
	Chat wireChat `json:"chat"`
	ID   int      `json:"message_id"`
	Date int64    `json:"date"` // always 0
}

type wireMember struct {
	Status string    `json:"status"`
	User   *wireUser `json:"user"`
	Until  *int64    `json:"until_date,omitempty"` // of kicked
}

type wireMemberUpdate struct {
	Chat wireChat   `json:"chat"`
	From *wireUser  `json:"from"`
	Date int64      `json:"date"`
	Old  wireMember `json:"old_chat_member"`
	New  wireMember `json:"new_chat_member"`
}

func (s *Server) memberOf(status string, user *wireUser) wireMember {
	m := wireMember{Status: status, User: user}
	if status == "kicked" {
		m.Until = new(int64)
	}
	return m
}

// lifeOf is the rest of an update's life, which begins with the message.
func (s *Server) lifeOf(m *Message) time.Duration {
	at := m.Date
	if m.EditDate != nil {
		at = *m.EditDate
	}
	return at.Add(updateLife).Sub(s.now())
}
