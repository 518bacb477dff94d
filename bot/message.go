package bot

import (
	"context"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"zuji/bot/outgoing"
)

// A message is one to send.
type message struct {
	html    string
	inline  [][]models.InlineKeyboardButton
	reply   [][]models.KeyboardButton
	hint    string // placeholder while the reply keyboard shows
	clear   bool   // take the reply keyboard away
	protect bool   // holds personal data: not to be forwarded or saved
	quiet   bool   // without a sound
}

func (m message) markup() models.ReplyMarkup {
	switch {
	case m.inline != nil:
		return &models.InlineKeyboardMarkup{InlineKeyboard: m.inline}
	case m.reply != nil:
		return &models.ReplyKeyboardMarkup{Keyboard: m.reply, ResizeKeyboard: true, OneTimeKeyboard: true, InputFieldPlaceholder: m.hint}
	case m.clear:
		return &models.ReplyKeyboardRemove{RemoveKeyboard: true}
	}
	return nil
}

// post sends m without waiting for a turn: the caller has one.
func (b *Bot) post(ctx context.Context, chat int64, m message) (int, error) {
	first, rest := divide(m.html)
	if rest != "" {
		if _, err := b.post(ctx, chat, message{html: first, protect: m.protect, quiet: true}); err != nil {
			return 0, err
		}
		m.html = rest
		return b.post(ctx, chat, m)
	}
	return b.Calls.Call(ctx, "sendMessage", &tg.SendMessageParams{
		ChatID: chat, Text: m.html, ParseMode: models.ParseModeHTML, ReplyMarkup: m.markup(),
		ProtectContent: m.protect, DisableNotification: m.quiet,
		LinkPreviewOptions: &models.LinkPreviewOptions{IsDisabled: tg.True()},
	})
}

// send sends an answer in its turn and returns the id of the message.
func (b *Bot) send(ctx context.Context, chat int64, m message) (id int, err error) {
	err = b.Sender.Do(ctx, outgoing.Call{Chat: chat, Kind: outgoing.Send, Run: func(ctx context.Context) error {
		id, err = b.post(ctx, chat, m)
		return err
	}})
	return id, err
}

func (b *Bot) edit(ctx context.Context, chat int64, id int, m message) error {
	return b.Sender.Do(ctx, outgoing.Call{Chat: chat, Kind: outgoing.Edit, Run: func(ctx context.Context) error {
		inline := m.inline
		if inline == nil {
			inline = [][]models.InlineKeyboardButton{}
		}
		_, err := b.Calls.Call(ctx, "editMessageText", &tg.EditMessageTextParams{
			ChatID: chat, MessageID: id, Text: m.html, ParseMode: models.ParseModeHTML,
			ReplyMarkup:        &models.InlineKeyboardMarkup{InlineKeyboard: inline},
			LinkPreviewOptions: &models.LinkPreviewOptions{IsDisabled: tg.True()},
		})
		return err
	}})
}

// strip takes the buttons off a message.
func (b *Bot) strip(ctx context.Context, chat int64, id int) error {
	return b.Sender.Do(ctx, outgoing.Call{Chat: chat, Kind: outgoing.Edit, Run: func(ctx context.Context) error {
		_, err := b.Calls.Call(ctx, "editMessageReplyMarkup", &tg.EditMessageReplyMarkupParams{
			ChatID: chat, MessageID: id,
			ReplyMarkup: &models.InlineKeyboardMarkup{InlineKeyboard: [][]models.InlineKeyboardButton{}},
		})
		return err
	}})
}

func (b *Bot) delete(ctx context.Context, chat int64, id int) error {
	return b.Sender.Do(ctx, outgoing.Call{Chat: chat, Kind: outgoing.Delete, Run: func(ctx context.Context) error {
		_, err := b.Calls.Call(ctx, "deleteMessage", &tg.DeleteMessageParams{ChatID: chat, MessageID: id})
		return err
	}})
}

// answer ends a button's wait, with a toast if text is not empty.
func (b *Bot) answer(ctx context.Context, chat int64, query, text string) error {
	if r := []rune(text); len(r) > maxToast {
		text = string(r[:maxToast-1]) + "…"
	}
	return b.Sender.Do(ctx, outgoing.Call{Chat: chat, Kind: outgoing.Answer, Run: func(ctx context.Context) error {
		_, err := b.Calls.Call(ctx, "answerCallbackQuery", &tg.AnswerCallbackQueryParams{CallbackQueryID: query, Text: text})
		return err
	}})
}

// maxToast is Telegram's limit for the text of an answered callback.
const maxToast = 200
