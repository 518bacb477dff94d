package standin

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	maxText    = 4096 // UTF-16 units
	maxCaption = 1024
	maxSource  = 1 << 15 // bytes before parsing

	// maxEntities is how many Telegram keeps of a message; the others go
	// without an error (observed, not documented).
	maxEntities = 100
)

// A formatted is a text with its entities, as it will be stored.
type formatted struct {
	text     string
	entities []Entity
	units    int
}

// readText reads a text parameter with its parse mode or its entities: parsed,
// cleaned, trimmed, with links and commands found. It does not check lengths
// of the result.
func (p params) readText(name, entities string) (formatted, *apiError) {
	src := p.text[name]
	if len(src) > maxSource {
		return formatted{}, badRequest("Text is too long")
	}
	if !utf8.ValidString(src) {
		return formatted{}, badRequest("strings must be encoded in UTF-8")
	}
	var ents []Entity
	var e *apiError
	switch mode := strings.ToLower(p.text["parse_mode"]); mode {
	case "", "none":
		ents, e = readEntities(src, p.text[entities])
	case "html":
		src, ents, e = parseHTML(src)
	case "markdown", "markdownv2":
		e = badRequest("parse_mode %s is not offered by the stand-in", mode)
	default:
		e = badRequest("Unsupported parse_mode")
	}
	if e != nil {
		return formatted{}, e
	}
	return finish(src, ents), nil
}

// finish cleans and trims a text and finds what Telegram finds by itself.
func finish(src string, ents []Entity) formatted {
	text, ents := clean(src, ents)
	text, ents = trim(text, ents)
	if strings.ContainsAny(text, "/@#.") {
		ents = append(ents, detect(text, ents)...)
	}
	sortEntities(ents)
	return formatted{text, ents[:min(len(ents), maxEntities)], units(text)}
}

// units returns the length in UTF-16 units.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += utf16Len(r)
	}
	return n
}

// clean does what tdlib's clean_input_string does: control characters become
// spaces; carriage returns and direction overrides go.
func clean(text string, ents []Entity) (string, []Entity) {
	dirty := func(r rune) bool { return r < 32 && r != '\n' || r >= 0x2028 && r <= 0x202e }
	if !strings.ContainsFunc(text, dirty) {
		return text, ents
	}
	var b strings.Builder
	moved := []int{} // old UTF-16 offset → new one
	n := 0
	for _, r := range text {
		for range utf16Len(r) {
			moved = append(moved, n)
		}
		switch {
		case r == '\r' || r >= 0x2028 && r <= 0x202e:
		case dirty(r):
			b.WriteByte(' ')
			n++
		default:
			b.WriteRune(r)
			n += utf16Len(r)
		}
	}
	moved = append(moved, n)
	return b.String(), remap(ents, func(i int) int { return moved[i] })
}

// trim cuts white space at both ends.
func trim(text string, ents []Entity) (string, []Entity) {
	const space = " \n"
	short := strings.TrimRight(text, space)
	cut := len(short) - len(strings.TrimLeft(short, space)) // one byte a unit
	short = short[cut:]
	if len(short) == len(text) || len(ents) == 0 {
		return short, ents
	}
	n := units(short)
	return short, remap(ents, func(i int) int { return min(max(i-cut, 0), n) })
}

// remap moves entities and drops those that became empty.
func remap(ents []Entity, to func(int) int) []Entity {
	out := ents[:0:0]
	for _, e := range ents {
		end := to(e.Offset + e.Length)
		e.Offset = to(e.Offset)
		if e.Length = end - e.Offset; e.Length > 0 {
			out = append(out, e)
		}
	}
	return out
}

func sortEntities(ents []Entity) {
	slices.SortStableFunc(ents, func(a, b Entity) int {
		if a.Offset != b.Offset {
			return a.Offset - b.Offset
		}
		if a.Length != b.Length {
			return b.Length - a.Length
		}
		return priority(a.Type) - priority(b.Type)
	})
}

// priority orders entities of the same stretch, as tdlib's get_type_priority.
func priority(kind string) int {
	order := []string{"expandable_blockquote", "blockquote", "pre", "code", "text_link", "text_mention", "bold", "italic", "underline", "strikethrough", "spoiler", "custom_emoji"}
	return slices.Index(order, kind)
}

// sentEntity is a MessageEntity as a bot sends it.
type sentEntity struct {
	Type          string `json:"type"`
	Offset        *int   `json:"offset"`
	Length        *int   `json:"length"`
	URL           string `json:"url"`
	Language      string `json:"language"`
	CustomEmojiID string `json:"custom_emoji_id"`
	User          *struct {
		ID int64 `json:"id"`
	} `json:"user"`
}

// readEntities reads an entities parameter for text. Kinds that Telegram finds
// by itself are left out, as there.
func readEntities(text, list string) ([]Entity, *apiError) {
	if list == "" {
		return nil, nil
	}
	var raw []json.RawMessage
	if json.Unmarshal([]byte(list), &raw) != nil {
		return nil, nil // Telegram ignores what is no array
	}
	code := utf16.Encode([]rune(text))
	var out []Entity
	for _, r := range raw {
		var e sentEntity
		if err := json.Unmarshal(r, &e); err != nil {
			return nil, badRequest("Can't parse MessageEntity: expected an Object")
		}
		if e.Offset == nil || e.Length == nil {
			return nil, badRequest("Can't parse MessageEntity: Can't find field \"offset\"")
		}
		kept, err := e.check(code)
		if err != nil {
			return nil, err
		}
		if kept != nil {
			out = append(out, *kept)
		}
	}
	return out, nil
}

func (e sentEntity) check(code []uint16) (*Entity, *apiError) {
	out := Entity{Type: e.Type, Offset: *e.Offset, Length: *e.Length}
	switch e.Type {
	case "bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code":
	case "pre":
		out.Language = e.Language
	case "text_link":
		link, err := checkLink(e.URL)
		if err != nil {
			return nil, badRequest("Entity %s", err)
		}
		out.URL = link
	case "text_mention":
		if e.User == nil {
			return nil, badRequest("Can't parse MessageEntity: Can't find field \"user\"")
		}
		out.User = e.User.ID
	case "custom_emoji":
		out.CustomEmojiID = e.CustomEmojiID
	case "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number":
		return nil, nil
	default:
		return nil, badRequest("Can't parse MessageEntity: Unsupported type specified")
	}
	end := out.Offset + out.Length
	switch {
	case out.Offset < 0:
		return nil, badRequest("Receive an entity with incorrect offset %d", out.Offset)
	case out.Length < 0:
		return nil, badRequest("Receive an entity with incorrect length %d", out.Length)
	case out.Length == 0:
		return nil, nil
	case end > len(code) || end < 0:
		return nil, badRequest("Entity beginning at UTF-16 offset %d ends after the end of the text at UTF-16 offset %d", out.Offset, end)
	case utf16.IsSurrogate(rune(code[out.Offset])) && code[out.Offset] >= 0xdc00:
		return nil, badRequest("Entity begins in a middle of a UTF-16 symbol at UTF-16 offset %d", out.Offset)
	case end < len(code) && code[end] >= 0xdc00 && code[end] <= 0xdfff:
		return nil, badRequest("Entity ends in a middle of a UTF-16 symbol at UTF-16 offset %d", end)
	}
	return &out, nil
}
