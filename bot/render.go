package bot

import (
	"unicode/utf8"

	"github.com/go-telegram/bot/models"

	"zuji/internal/form"
	"zuji/locales"
)

// A button is an inline button outside a form.
type button struct {
	label form.Text
	data  string
	url   string
	copy  string
	style string
}

func (c *conversation) rows(buttons []button) [][]models.InlineKeyboardButton {
	var all []models.InlineKeyboardButton
	for _, b := range buttons {
		k := models.InlineKeyboardButton{Text: c.to.Plain(b.label), CallbackData: b.data, URL: b.url, Style: b.style}
		if b.copy != "" {
			k.CopyText = models.CopyTextButton{Text: b.copy}
		}
		all = append(all, k)
	}
	return layout(all)
}

// A row of buttons holds at most rowWidth columns of text, where a Chinese
// character takes two, and at most rowButtons buttons, which Telegram makes
// equally wide.
const (
	rowWidth   = 36
	rowButtons = 3
)

// layout puts buttons into rows that fit a phone.
func layout(buttons []models.InlineKeyboardButton) [][]models.InlineKeyboardButton {
	var rows [][]models.InlineKeyboardButton
	var row []models.InlineKeyboardButton
	widest := 0
	for _, b := range buttons {
		w := columns(b.Text)
		if len(row) > 0 && ((len(row)+1)*max(widest, w) > rowWidth || len(row) == rowButtons) {
			rows, row, widest = append(rows, row), nil, 0
		}
		row, widest = append(row, b), max(widest, w)
	}
	if len(row) > 0 {
		rows = append(rows, row)
	}
	return rows
}

func columns(s string) int {
	n := 2
	for _, r := range s {
		if n++; r > 0x2e80 {
			n++
		}
	}
	return n
}

// render writes a prompt as a message. All are protected: a question names people
// and shows what was heard last, and an edited message stays as it was sent.
func (c *conversation) render(p form.Prompt) message {
	m := message{html: c.to.Prompt(p), protect: true}
	if p.Contact && p.Kind == form.Question {
		c.contactKeys(&m, p)
	} else {
		m.inline = c.keys(p)
	}
	return m
}

func (c *conversation) key(p form.Press) models.InlineKeyboardButton {
	text := c.to.Press(p)
	if utf8.RuneCountInString(text) > maxLabel {
		text = string([]rune(text)[:maxLabel-1]) + "…"
	}
	return models.InlineKeyboardButton{Text: text, CallbackData: formData(p.Button), Style: p.Style}
}

// maxLabel keeps a button's text on one line of a phone.
const maxLabel = 40

// keys are the inline keyboard of a prompt: the answers, on the summary a button
// to change each of them, and always last the actions.
func (c *conversation) keys(p form.Prompt) [][]models.InlineKeyboardButton {
	var rows [][]models.InlineKeyboardButton
	group := func(presses []form.Press) {
		var keys []models.InlineKeyboardButton
		for _, one := range presses {
			keys = append(keys, c.key(one))
		}
		rows = append(rows, layout(keys)...)
	}
	group(p.Choices)
	if p.Days {
		rows = append(rows, c.rows([]button{{label: form.T("button.pick_day"), data: actionData(doPick, openQuestion)}})...)
	}
	group(locales.Edits(p))
	var actions []models.InlineKeyboardButton
	for _, a := range p.Actions {
		actions = append(actions, c.key(a))
	}
	if len(actions) > 0 {
		rows = append(rows, actions)
	}
	if rows == nil {
		rows = [][]models.InlineKeyboardButton{}
	}
	return rows
}

// contactKeys is the reply keyboard of a question that a shared contact answers:
// Telegram offers contacts there only. The other keys say in words what the
// inline buttons would do.
func (c *conversation) contactKeys(m *message, p form.Prompt) {
	m.hint = c.to.Plain(form.T("prompt.contact_hint"))
	m.reply = append(m.reply, []models.KeyboardButton{{Text: c.to.Plain(form.T("prompt.contact")), RequestContact: true}})
	for _, one := range p.Choices {
		m.reply = append(m.reply, []models.KeyboardButton{{Text: c.to.Plain(one.Label)}})
	}
	var actions []models.KeyboardButton
	for _, one := range p.Actions {
		actions = append(actions, models.KeyboardButton{Text: c.to.Plain(one.Label)})
	}
	if len(actions) > 0 {
		m.reply = append(m.reply, actions)
	}
}
