package standin

import "time"

// A User is one person who has Telegram. ID is positive; Phone has no plus
// sign or has one, it is handed to the bot as it stands.
type User struct {
	ID           int64  `json:"id"`
	FirstName    string `json:"firstName"`
	LastName     string `json:"lastName,omitempty"`
	Username     string `json:"username,omitempty"` // without @
	LanguageCode string `json:"languageCode,omitempty"`
	Phone        string `json:"phone,omitempty"`
}

// A Group is a group chat with the bot in it. ID is negative; one below
// -1000000000000 makes it a supergroup.
type Group struct {
	ID      int64   `json:"id"`
	Title   string  `json:"title"`
	Members []int64 `json:"members"`
}

// A Message is one message as an app shows it now.
type Message struct {
	ID        int           `json:"id"`
	Chat      int64         `json:"chat"`
	From      Sender        `json:"from"`
	Text      string        `json:"text,omitempty"` // text, or the caption of a file
	Entities  []Entity      `json:"entities,omitempty"`
	Date      time.Time     `json:"date"`
	EditDate  *time.Time    `json:"editDate,omitempty"` // nil: never edited
	Inline    [][]Button    `json:"inline,omitempty"`
	Reply     *KeyboardView `json:"reply,omitempty"` // reply keyboard sent with this message
	Document  *File         `json:"document,omitempty"`
	Photo     *File         `json:"photo,omitempty"`
	Contact   *Contact      `json:"contact,omitempty"`
	ReplyTo   int           `json:"replyTo,omitempty"` // id of the message answered; 0: none
	Protected bool          `json:"protected,omitempty"`
	Silent    bool          `json:"silent,omitempty"`
	Service   string        `json:"service,omitempty"` // "pinned", "migrated": a grey line, not a message of anyone
	Pinned    bool          `json:"pinned,omitempty"`
}

// A Sender is who wrote a message.
type Sender struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	IsBot bool   `json:"isBot,omitempty"`
}

// An Entity marks a stretch of text. Offset and Length count UTF-16 units.
// Type is one of Telegram's: bold, italic, underline, strikethrough, spoiler,
// blockquote, expandable_blockquote, code, pre, text_link, url, email,
// phone_number, mention, hashtag, bot_command, custom_emoji.
type Entity struct {
	Type          string `json:"type"`
	Offset        int    `json:"offset"`
	Length        int    `json:"length"`
	URL           string `json:"url,omitempty"`
	Language      string `json:"language,omitempty"`
	User          int64  `json:"user,omitempty"` // of a text_mention
	CustomEmojiID string `json:"customEmojiId,omitempty"`
}

// A Button is one inline button; exactly one of Data, URL and CopyText is set.
type Button struct {
	Text     string `json:"text"`
	Data     string `json:"data,omitempty"`
	URL      string `json:"url,omitempty"`
	CopyText string `json:"copyText,omitempty"`
	Style    string `json:"style,omitempty"` // "", danger, success or primary
}

// A KeyButton is one button of a reply keyboard.
type KeyButton struct {
	Text           string `json:"text"`
	RequestContact bool   `json:"requestContact,omitempty"`
	Style          string `json:"style,omitempty"`
}

// A KeyboardView is what a message did to the keyboard under the input line.
type KeyboardView struct {
	Keys        [][]KeyButton `json:"keys,omitempty"`
	Resize      bool          `json:"resize,omitempty"`
	OneTime     bool          `json:"oneTime,omitempty"`
	Persistent  bool          `json:"persistent,omitempty"`
	Placeholder string        `json:"placeholder,omitempty"`
	Remove      bool          `json:"remove,omitempty"`     // the keyboard was taken away
	ForceReply  bool          `json:"forceReply,omitempty"` // the app opens an answer to this message
}

// A File is a document or a photo; Size is in bytes.
type File struct {
	FileID string `json:"fileId"`
	Name   string `json:"name,omitempty"`
	MIME   string `json:"mime,omitempty"`
	Size   int64  `json:"size"`
	Width  int    `json:"width,omitempty"` // photos only, pixels
	Height int    `json:"height,omitempty"`
}

// A Contact is a shared phone number.
type Contact struct {
	Phone     string `json:"phone"`
	FirstName string `json:"firstName"`
	LastName  string `json:"lastName,omitempty"`
	UserID    int64  `json:"userId,omitempty"`
}

// A Command is one entry of the bot's command list.
type Command struct {
	Command     string `json:"command"` // without the slash
	Description string `json:"description"`
}

// An Event is one thing that an app notices. Kind is "message", "edit",
// "delete", "toast" (Text, Alert, QueryID), "typing" (Text is the action),
// "commands" or "keyboard".
type Event struct {
	Kind      string   `json:"kind"`
	Chat      int64    `json:"chat"`
	Message   *Message `json:"message,omitempty"`
	MessageID int      `json:"messageId,omitempty"`
	Text      string   `json:"text,omitempty"`
	Alert     bool     `json:"alert,omitempty"`
	QueryID   string   `json:"queryId,omitempty"`
}

// A Call is one request to the Bot API and its answer. Params holds every
// parameter sent, also unknown ones: JSON values decoded, files as *Upload.
type Call struct {
	Method      string         `json:"method"`
	Params      map[string]any `json:"params,omitempty"`
	OK          bool           `json:"ok"`
	Code        int            `json:"code,omitempty"` // 0 when OK
	Description string         `json:"description,omitempty"`
	Unknown     []string       `json:"unknown,omitempty"` // parameters the method does not have
	Fault       bool           `json:"fault,omitempty"`   // the answer was made or spoilt by a Fault
	Time        time.Time      `json:"time"`
}

// An Upload is a file inside a request.
type Upload struct {
	Name string `json:"name"`
	Size int64  `json:"size"`
	mime string
	data []byte
}

// A Fault is a disturbance of one call. With Code set, the call has no effect
// and is answered with that error (a Code of 5xx without a Description gives
// nginx's HTML page). DropBefore cuts the connection before the effect,
// DropAfter after it. Delay passes first in the first case, and between the
// effect and the answer otherwise.
type Fault struct {
	Code        int
	Description string
	RetryAfter  int // seconds
	DropBefore  bool
	DropAfter   bool
	Delay       time.Duration
}

// Limits are the rates of Telegram's flood control. Zero means Telegram's own
// value; a negative value switches that limit off.
type Limits struct {
	Overall        float64 // messages a second from the bot, all chats; 30
	PerChat        float64 // messages a second to one private chat; 1
	ChatBurst      int     // messages that one chat takes at once; 5
	GroupPerMinute float64 // messages and edits a minute in one group; 20
}

// Options say how a Server behaves.
type Options struct {
	Token    string // "<id>:<secret>"
	Username string // of the bot, without @
	Limits   Limits
	Now      func() time.Time // nil: time.Now

	// WebhookRetry is the pause before the first new try of a refused webhook
	// delivery; it doubles up to 60 times itself. 0: one second, as Telegram.
	WebhookRetry time.Duration
}
