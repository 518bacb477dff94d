package standin

import "encoding/json"

const (
	maxData       = 64  // bytes of callback_data
	maxCopy       = 256 // characters of copy_text
	maxButtons    = 100 // of an inline keyboard
	maxRowButtons = 12  // tdlib cuts a row there
	maxHint       = 64  // characters of input_field_placeholder
)

// markup is a reply_markup: at most one of the two is set.
type markup struct {
	inline [][]Button
	reply  *KeyboardView
}

type sentMarkup struct {
	Inline      *[][]json.RawMessage `json:"inline_keyboard"`
	Keyboard    *[][]json.RawMessage `json:"keyboard"`
	Remove      bool                 `json:"remove_keyboard"`
	ForceReply  bool                 `json:"force_reply"`
	Resize      bool                 `json:"resize_keyboard"`
	OneTime     bool                 `json:"one_time_keyboard"`
	Persistent  bool                 `json:"is_persistent"`
	Placeholder string               `json:"input_field_placeholder"`
}

type sentButton struct {
	Text           *string `json:"text"`
	URL            string  `json:"url"`
	Data           string  `json:"callback_data"`
	Style          string  `json:"style"`
	RequestContact bool    `json:"request_contact"`
	Copy           *struct {
		Text *string `json:"text"`
	} `json:"copy_text"`
}

// readMarkup reads reply_markup as get_reply_markup does. Buttons without text
// are dropped there, so here too.
func (p params) readMarkup() (markup, *apiError) {
	src := p.text["reply_markup"]
	if src == "" {
		return markup{}, nil
	}
	if !json.Valid([]byte(src)) {
		return markup{}, badRequest("Can't parse reply keyboard markup JSON object")
	}
	var sent sentMarkup
	if src[0] != '{' {
		return markup{}, badRequest("Object expected as reply markup")
	}
	if err := json.Unmarshal([]byte(src), &sent); err != nil {
		return markup{}, badRequest("%s", markupFault(src))
	}
	switch {
	case sent.Keyboard != nil && len(*sent.Keyboard) > 0:
		return readKeys(sent)
	case sent.Inline != nil && len(*sent.Inline) > 0:
		return readInline(*sent.Inline)
	case sent.Remove:
		return markup{reply: &KeyboardView{Remove: true}}, nil
	case sent.ForceReply:
		return markup{reply: &KeyboardView{ForceReply: true, Placeholder: sent.Placeholder}}, checkHint(sent.Placeholder)
	}
	return markup{}, nil
}

// markupFault names the field of a wrong type.
func markupFault(src string) string {
	var fields map[string]json.RawMessage
	if json.Unmarshal([]byte(src), &fields) == nil {
		for name, text := range map[string]string{
			"keyboard":        "Field \"keyboard\" must be an Array of Arrays",
			"inline_keyboard": "Field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of Arrays",
		} {
			var rows [][]json.RawMessage
			if v := fields[name]; v != nil && json.Unmarshal(v, &rows) != nil {
				return text
			}
		}
	}
	return "Can't parse reply keyboard markup JSON object"
}

func checkHint(hint string) *apiError {
	if units(hint) > maxHint {
		return badRequest("PLACEHOLDER_TOO_LONG") // own wording: Telegram's is not known
	}
	return nil
}

func readInline(rows [][]json.RawMessage) (markup, *apiError) {
	var m markup
	total := 0
	for _, row := range rows {
		var out []Button
		for _, raw := range row {
			b, err := inlineButton(raw)
			if err != nil {
				return m, badRequest("Can't parse inline keyboard button: %s", err)
			}
			if b.Text == "" || len(out) == maxRowButtons {
				continue
			}
			if e := checkButton(&b); e != nil {
				return m, e
			}
			out = append(out, b)
			total++
		}
		if len(out) > 0 {
			m.inline = append(m.inline, out)
		}
	}
	if total > maxButtons {
		return m, badRequest("reply markup is too long")
	}
	return m, nil
}

func inlineButton(raw json.RawMessage) (Button, error) {
	var b sentButton
	if len(raw) == 0 || raw[0] != '{' {
		return Button{}, refusal("InlineKeyboardButton must be an Object")
	}
	if err := readButton(raw, &b); err != nil {
		return Button{}, err
	}
	out := Button{Text: *b.Text, Style: b.Style}
	switch {
	case b.URL != "":
		out.URL = b.URL
	case b.Data != "":
		out.Data = b.Data
	case b.Copy != nil && b.Copy.Text != nil:
		out.CopyText = *b.Copy.Text
	default:
		return out, refusal("Text buttons are unallowed in the inline keyboard")
	}
	return out, nil
}

// checkButton makes the checks that follow parsing. The URL is kept as sent.
func checkButton(b *Button) *apiError {
	if b.URL != "" {
		if _, ok := userLink(b.URL); !ok {
			if _, err := checkLink(b.URL); err != nil {
				return badRequest("Inline keyboard button %s", err)
			}
		}
	}
	if len(b.Data) > maxData {
		return badRequest("BUTTON_DATA_INVALID")
	}
	if b.URL == "" && b.Data == "" && (b.CopyText == "" || units(b.CopyText) > maxCopy) {
		return badRequest("BUTTON_COPY_TEXT_INVALID")
	}
	return nil
}

// readButton decodes what both kinds of button share.
func readButton(raw json.RawMessage, b *sentButton) error {
	if err := json.Unmarshal(raw, b); err != nil {
		return refusal("Field has a wrong type")
	}
	if b.Text == nil {
		return refusal("Can't find field \"text\"")
	}
	switch b.Style {
	case "", "danger", "success", "primary":
	case "default":
		b.Style = ""
	default:
		return refusal("invalid button style specified")
	}
	return nil
}

func readKeys(sent sentMarkup) (markup, *apiError) {
	view := &KeyboardView{Resize: sent.Resize, OneTime: sent.OneTime, Persistent: sent.Persistent, Placeholder: sent.Placeholder}
	for _, row := range *sent.Keyboard {
		var out []KeyButton
		for _, raw := range row {
			k, err := keyButton(raw)
			if err != nil {
				return markup{}, badRequest("Can't parse keyboard button: %s", err)
			}
			if k.Text != "" && len(out) < maxRowButtons {
				out = append(out, k)
			}
		}
		if len(out) > 0 {
			view.Keys = append(view.Keys, out)
		}
	}
	if view.Keys == nil {
		return markup{}, nil
	}
	return markup{reply: view}, checkHint(sent.Placeholder)
}

func keyButton(raw json.RawMessage) (KeyButton, error) {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return KeyButton{Text: text}, nil
	}
	if len(raw) == 0 || raw[0] != '{' {
		return KeyButton{}, refusal("KeyboardButton must be a String or an Object")
	}
	var b sentButton
	if err := readButton(raw, &b); err != nil {
		return KeyButton{}, err
	}
	return KeyButton{Text: *b.Text, RequestContact: b.RequestContact, Style: b.Style}, nil
}

// checkFor refuses contact buttons outside private chats.
func (m markup) checkFor(c *chat) *apiError {
	if m.reply == nil || c.Kind == kindPrivate {
		return nil
	}
	for _, row := range m.reply.Keys {
		for _, k := range row {
			if k.RequestContact {
				return badRequest("Phone number can be requested in private chats only")
			}
		}
	}
	return nil
}
