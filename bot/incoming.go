package bot

import (
	"strings"
	"unicode/utf16"

	"github.com/go-telegram/bot/models"

	"zuji/internal/chinese"
)

// An incoming is what an update says, as far as Zuji cares.
type incoming struct {
	update  int64
	from    person
	chat    int64
	private bool
	message int // the message sent, or the one whose button was pressed

	text    string
	command string // lower case, without slash and bot name
	payload string // what follows the command
	contact string // phone number of a shared contact
	own     bool   // the contact is the sender's
	edited  bool   // an earlier message was changed
	other   bool   // no text: a picture, a sticker, …

	document *document // a file, sent as such

	query   string // callback query to answer
	data    string
	guarded bool // the message whose button was pressed can't be forwarded or saved

	reachable *bool // the person blocked the bot, or came back
}

// A person is who sent an update.
type person struct {
	ID       int64
	Name     string
	Language string // of their app
}

// decode reads an update; it reports false for one that concerns nobody.
func decode(u *models.Update, username string) (incoming, bool) {
	in := incoming{update: u.ID}
	switch {
	case u.CallbackQuery != nil:
		q := u.CallbackQuery
		in.from, in.query, in.data = someone(&q.From), q.ID, q.Data
		in.chat, in.private = q.From.ID, true
		if m := q.Message.Message; m != nil {
			in.chat, in.message, in.private, in.guarded = m.Chat.ID, m.ID, m.Chat.Type == models.ChatTypePrivate, m.HasProtectedContent
		} else if m := q.Message.InaccessibleMessage; m != nil {
			in.chat, in.message, in.private = m.Chat.ID, m.MessageID, m.Chat.Type == models.ChatTypePrivate
		}
	case u.Message != nil:
		return in, in.read(u.Message, username)
	case u.EditedMessage != nil:
		in.edited = true
		return in, in.read(u.EditedMessage, username)
	case u.MyChatMember != nil:
		m := u.MyChatMember
		in.from, in.chat, in.private = someone(&m.From), m.Chat.ID, m.Chat.Type == models.ChatTypePrivate
		if !in.private {
			return in, false
		}
		back := m.NewChatMember.Type != models.ChatMemberTypeBanned && m.NewChatMember.Type != models.ChatMemberTypeLeft
		in.reachable = &back
	default:
		return in, false
	}
	return in, true
}

func (in *incoming) read(m *models.Message, username string) bool {
	if m.From == nil || m.From.IsBot || m.SenderChat != nil {
		return false
	}
	in.from, in.chat, in.message = someone(m.From), m.Chat.ID, m.ID
	in.private = m.Chat.Type == models.ChatTypePrivate
	in.text = m.Text
	if c := m.Contact; c != nil {
		in.contact, in.own = c.PhoneNumber, c.UserID == m.From.ID
	}
	in.other = m.Text == "" && m.Contact == nil
	if d := m.Document; d != nil {
		in.document = &document{id: d.FileID, name: d.FileName, size: d.FileSize}
	}
	var ours bool
	in.command, in.payload, ours = parseCommand(m, username)
	return ours
}

// parseCommand reads a bot command at the start of a message. Offsets count UTF-16
// units. It reports false for a command to another bot.
func parseCommand(m *models.Message, username string) (name, payload string, ours bool) {
	for _, e := range m.Entities {
		if e.Type != models.MessageEntityTypeBotCommand || e.Offset != 0 {
			continue
		}
		units := utf16.Encode([]rune(m.Text))
		if e.Length < 2 || e.Length > len(units) {
			return "", "", true
		}
		name = string(utf16.Decode(units[1:e.Length]))
		payload = strings.TrimSpace(string(utf16.Decode(units[e.Length:])))
		name, to, named := strings.Cut(name, "@")
		if named && !strings.EqualFold(to, username) {
			return "", "", false
		}
		return strings.ToLower(name), payload, true
	}
	return "", "", true
}

func someone(u *models.User) person {
	name := chinese.Normalise(strings.TrimSpace(u.FirstName + " " + u.LastName))
	return person{ID: u.ID, Name: name, Language: u.LanguageCode}
}
