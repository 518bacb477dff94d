package standin

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

func TestSendMessage_TextRules(t *testing.T) {
	w := started(t)
	long := strings.Repeat("租", maxText)
	for _, c := range []struct {
		a    args
		want string // text shown, or the error
	}{
		{args{"text": "  two\r\nlines\t \n"}, "two\nlines"},
		{args{"text": "a\u202eb"}, "ab"},
		{args{"text": long}, long},
		{args{"text": long + "x"}, "Bad Request: message is too long"},
		{args{"text": strings.Repeat("😀", maxText/2+1)}, "Bad Request: message is too long"},
		{args{"text": "<b>" + strings.Repeat("x", maxText) + "</b>", "parse_mode": "HTML"}, strings.Repeat("x", maxText)},
		{args{"text": strings.Repeat("x", maxSource+1)}, "Bad Request: text is too long"},
		{args{"text": ""}, "Bad Request: message text is empty"},
		{args{"text": " \n "}, "Bad Request: text must be non-empty"},
		{args{"text": "<b></b>", "parse_mode": "html"}, "Bad Request: text must be non-empty"},
		{args{"text": "1 < 2", "parse_mode": "HTML"}, "Bad Request: can't parse entities: Unsupported start tag \"\" at byte offset 2"},
		{args{"text": "x", "parse_mode": "MarkdownV2"}, "Bad Request: parse_mode markdownv2 is not offered by the stand-in"},
		{args{"text": "x", "parse_mode": "TeX"}, "Bad Request: unsupported parse_mode"},
	} {
		c.a["chat_id"] = ann
		r := w.call("sendMessage", c.a)
		got := r.Description
		if r.OK {
			all := w.ann.Messages(0)
			got = all[len(all)-1].Text
		}
		if got != c.want {
			t.Errorf("%.40v: %.80q, want %.80q", c.a, got, c.want)
		}
	}
	if r := w.post("sendMessage", "application/x-www-form-urlencoded", []byte("chat_id=1001&text=%ff")); r.Description != "Bad Request: strings must be encoded in UTF-8" {
		t.Errorf("bad UTF-8: %+v", r)
	}
}

func TestSendMessage_Entities(t *testing.T) {
	w := started(t)
	kind := func(k string, o, l int) Entity { return Entity{Type: k, Offset: o, Length: l} }
	for _, c := range []struct {
		a    args
		want []Entity
	}{
		{args{"text": " <b>x</b>😀<i>y</i>", "parse_mode": "HTML"}, []Entity{bold(0, 1), kind("italic", 3, 1)}},
		{args{"text": "\n x\r y", "entities": []args{{"type": "bold", "offset": 2, "length": 4}, {"type": "code", "offset": 0, "length": 1}}}, []Entity{bold(0, 3)}},
		{args{"text": "go /start@zuji_bot 见 https://zuji.example/a?b=1。 and @ann #租房 a@b.cn 1/2"}, []Entity{
			kind("bot_command", 3, 15), kind("url", 21, 26), kind("mention", 53, 4), kind("hashtag", 58, 3), kind("email", 62, 6)}},
		{args{"text": "<code>/start</code> <a href='https://t.me/x'>/help</a> /go", "parse_mode": "HTML"}, []Entity{
			kind("code", 0, 6), {Type: "text_link", Offset: 7, Length: 5, URL: "https://t.me/x"}, kind("bot_command", 13, 3)}},
		{args{"text": "😀t.me/zuji_bot?start=x", "entities": []args{{"type": "url", "offset": 0, "length": 1}, {"type": "bold", "offset": 0, "length": 0}}}, []Entity{kind("url", 2, 21)}},
	} {
		m := w.send(c.a)
		all := w.ann.Messages(0)
		if got := all[len(all)-1].Entities; !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v: %+v, want %+v", c.a["text"], got, c.want)
		}
		if len(m.Entities) != len(c.want) {
			t.Errorf("%v: %d entities on the wire", c.a["text"], len(m.Entities))
		}
	}
	for text, e := range map[string]args{
		"entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 9": {"type": "bold", "offset": 0, "length": 9},
		"receive an entity with incorrect offset -1":                                            {"type": "bold", "offset": -1, "length": 1},
		"receive an entity with incorrect length -1":                                            {"type": "bold", "offset": 0, "length": -1},
		"entity begins in a middle of a UTF-16 symbol":                                          {"type": "bold", "offset": 1, "length": 1},
		"entity ends in a middle of a UTF-16 symbol":                                            {"type": "bold", "offset": 0, "length": 1},
		"can't parse MessageEntity: Unsupported type specified":                                 {"type": "loud", "offset": 0, "length": 1},
		"can't parse MessageEntity: Can't find field \"offset\"":                                {"type": "bold", "length": 1},
		"entity URL 'x' is invalid: Wrong HTTP URL":                                             {"type": "text_link", "offset": 0, "length": 2, "url": "x"},
	} {
		w.refused("sendMessage", args{"chat_id": ann, "text": "😀x", "entities": []args{e}}, 400, "Bad Request: "+text)
	}
}

func TestSendMessage_KeepsOneHundredEntities(t *testing.T) {
	w := started(t)
	if m := w.send(args{"text": strings.Repeat("/a ", 101)}); len(m.Entities) != maxEntities {
		t.Errorf("%d entities", len(m.Entities))
	}
}

func TestSendMessage_WhoMayBeWrittenTo(t *testing.T) {
	w := started(t)
	w.refused("sendMessage", args{"text": "x"}, 400, "Bad Request: chat_id is empty")
	w.refused("sendMessage", args{"chat_id": 99, "text": "x"}, 400, "Bad Request: chat not found")
	w.refused("sendMessage", args{"chat_id": "@ann", "text": "x"}, 400, "Bad Request: chat not found")
	w.refused("sendMessage", args{"chat_id": -99, "text": "x"}, 400, "Bad Request: chat not found")
	w.refused("sendMessage", args{"chat_id": bob, "text": "x"}, 403, "Forbidden: bot can't initiate conversation with a user")
	w.send(args{"chat_id": group})
	m := w.send(nil)
	w.ann.Block()
	w.refused("sendMessage", args{"chat_id": ann, "text": "x"}, 403, "Forbidden: bot was blocked by the user")
	w.refused("editMessageText", args{"chat_id": ann, "message_id": m.ID, "text": "x"}, 403, "Forbidden: bot was blocked by the user")
	w.refused("sendChatAction", args{"chat_id": ann, "action": "typing"}, 403, "Forbidden: bot was blocked by the user")
	w.ann.Unblock()
	w.send(nil)
	w.Deactivate(ann)
	w.refused("sendMessage", args{"chat_id": ann, "text": "x"}, 403, "Forbidden: user is deactivated")
	w.ok("leaveChat", args{"chat_id": group}, nil)
	w.refused("sendMessage", args{"chat_id": group, "text": "x"}, 403, "Forbidden: bot is not a member of the group chat")
}

func TestReply(t *testing.T) {
	w := started(t)
	first := w.send(nil)
	m := w.send(args{"reply_parameters": args{"message_id": first.ID}})
	if m.ReplyTo == nil || m.ReplyTo.ID != first.ID {
		t.Errorf("%+v", m.ReplyTo)
	}
	w.refused("sendMessage", args{"chat_id": ann, "text": "x", "reply_parameters": args{"message_id": 999}}, 400, "message to be replied not found")
	if m := w.send(args{"reply_parameters": args{"message_id": 999, "allow_sending_without_reply": true}}); m.ReplyTo != nil {
		t.Errorf("%+v", m.ReplyTo)
	}
}

func TestEdit(t *testing.T) {
	w := started(t)
	m := w.send(args{"text": "<b>a</b>", "parse_mode": "HTML", "reply_markup": inline([]args{{"text": "Go", "callback_data": "go"}})})
	own, err := w.ann.Send("mine")
	if err != nil {
		t.Fatal(err)
	}
	doc := w.upload("sendDocument", "document", "a.txt", []byte("a"), nil)
	edit := func(id int, text string) args { return args{"chat_id": ann, "message_id": id, "text": text} }
	w.refused("editMessageText", edit(m.ID, ""), 400, "message text is empty")
	w.refused("editMessageText", edit(999, "x"), 400, "message to edit not found")
	w.refused("editMessageText", args{"chat_id": ann, "message_id": "x", "text": "x"}, 400, "message to edit not found")
	w.refused("editMessageText", edit(own.ID, "x"), 400, "message can't be edited")
	w.refused("editMessageText", edit(doc.ID, "x"), 400, "there is no text in the message to edit")
	w.refused("editMessageText", edit(m.ID, strings.Repeat("x", maxText+1)), 400, "message is too long")
	w.refused("editMessageCaption", args{"chat_id": ann, "message_id": m.ID, "caption": "x"}, 400, "there is no caption in the message to edit")
	same := edit(m.ID, "<b>a</b>")
	same["parse_mode"], same["reply_markup"] = "HTML", inline([]args{{"text": "Go", "callback_data": "go"}})
	w.refused("editMessageText", same, 400, "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
	w.refused("editMessageReplyMarkup", args{"chat_id": ann, "message_id": m.ID, "reply_markup": args{"remove_keyboard": true}}, 400, "inline keyboard expected")

	w.ok("editMessageText", edit(m.ID, "a"), nil) // without bold, and the buttons go
	w.ok("editMessageCaption", args{"chat_id": ann, "message_id": doc.ID, "caption": "seen"}, nil)
	for _, got := range w.ann.Messages(0) {
		if got.ID == m.ID && (got.EditDate == nil || got.Inline != nil || got.Entities != nil) || got.ID == doc.ID && got.Text != "seen" {
			t.Errorf("after the edit: %+v", got)
		}
	}
	w.refused("editMessageReplyMarkup", args{"chat_id": ann, "message_id": m.ID}, 400, "message is not modified")
}

func TestDelete(t *testing.T) {
	w := started(t)
	old := w.send(nil)
	w.clock.add(deletable)
	own, err := w.ann.Send("mine")
	if err != nil {
		t.Fatal(err)
	}
	w.clock.add(time.Second)
	m := w.send(nil)
	del := func(id any) args { return args{"chat_id": ann, "message_id": id} }
	w.refused("deleteMessage", args{"message_id": 1}, 400, "chat identifier is not specified")
	w.refused("deleteMessage", del(0), 400, "message identifier is not specified")
	w.refused("deleteMessage", del(999), 400, "message to delete not found")
	w.refused("deleteMessage", del(old.ID), 400, "message can't be deleted for everyone")
	w.ok("deleteMessage", del(own.ID), nil)
	w.refused("deleteMessage", del(own.ID), 400, "message to delete not found")
	w.ok("deleteMessages", args{"chat_id": ann, "message_ids": []int{m.ID, 999}}, nil)
	w.refused("deleteMessages", args{"chat_id": ann, "message_ids": []int{old.ID}}, 400, "message can't be deleted for everyone")
	w.refused("deleteMessages", args{"chat_id": ann, "message_ids": make([]int, 101)}, 400, "too many message identifiers specified")
	w.refused("deleteMessages", args{"chat_id": ann, "message_ids": []int{}}, 400, "message identifiers are not specified")
	w.refused("deleteMessages", args{"chat_id": ann, "message_ids": 5}, 400, "expected an Array of message identifiers")
	theirs, err := w.ann.SendTo(group, "/hi")
	if err != nil {
		t.Fatal(err)
	}
	w.refused("deleteMessage", args{"chat_id": group, "message_id": theirs.ID}, 400, "message can't be deleted")
	for _, left := range w.ann.Messages(0) {
		if left.ID == own.ID || left.ID == m.ID {
			t.Errorf("still there: %+v", left)
		}
	}
}

func TestPin(t *testing.T) {
	w := started(t)
	m := w.send(nil)
	pin := args{"chat_id": ann, "message_id": m.ID}
	w.ok("pinChatMessage", pin, nil)
	all := w.ann.Messages(0)
	if last := all[len(all)-1]; last.Service != "pinned" || !all[len(all)-2].Pinned {
		t.Errorf("%+v", all)
	}
	w.ok("unpinChatMessage", pin, nil)
	if w.ann.Messages(0)[len(all)-2].Pinned {
		t.Error("still pinned")
	}
	w.refused("pinChatMessage", args{"chat_id": ann, "message_id": 999}, 400, "message to pin not found")
	g := w.send(args{"chat_id": group})
	w.refused("pinChatMessage", args{"chat_id": group, "message_id": g.ID}, 400, "not enough rights to manage pinned messages in the chat")
}

func TestCallbackQuery(t *testing.T) {
	w := started(t)
	m := w.send(args{"reply_markup": inline([]args{{"text": "Go", "callback_data": "go"}})})
	answer := func(id string, more args) args {
		a := args{"callback_query_id": id}
		for k, v := range more {
			a[k] = v
		}
		return a
	}
	const tooOld = "Bad Request: query is too old and response timeout expired or query ID is invalid"
	press := func() string {
		id, err := w.ann.Press(0, m.ID, "forged data")
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	events := w.ann.Events(t.Context())
	id := press()
	w.refused("answerCallbackQuery", answer(id, args{"text": strings.Repeat("字", 201)}), 400, "MESSAGE_TOO_LONG")
	w.ok("answerCallbackQuery", answer(id, args{"text": "done", "show_alert": true}), nil)
	if e := <-events; e.Kind != "toast" || e.Text != "done" || !e.Alert || e.QueryID != id || e.Chat != ann {
		t.Errorf("%+v", e)
	}
	w.refused("answerCallbackQuery", answer(id, nil), 400, tooOld)
	w.refused("answerCallbackQuery", answer("1", nil), 400, tooOld)
	id = press()
	w.clock.add(queryLife + time.Second)
	w.refused("answerCallbackQuery", answer(id, nil), 400, tooOld)

	w.drain()
	w.ann.Delete(m.ID)
	press()
	u := w.updates(args{})
	if len(u) != 1 || u[0].Callback.Data != "forged data" || u[0].Callback.Message.Date != 0 || u[0].Callback.Message.ID != m.ID {
		t.Errorf("press on a deleted message: %+v", u)
	}
	if _, err := w.ann.Press(0, 999, "x"); err == nil {
		t.Error("press on a message that never was")
	}
}

func TestLibrary_SendsEverything(t *testing.T) {
	w := started(t)
	b := w.library()
	m, err := b.SendMessage(t.Context(), &bot.SendMessageParams{
		ChatID: ann, Text: "<b>Rent</b> due", ParseMode: models.ParseModeHTML, ProtectContent: true,
		ReplyMarkup: &models.InlineKeyboardMarkup{InlineKeyboard: [][]models.InlineKeyboardButton{
			{{Text: "Pay", CallbackData: "pay", Style: "success"}, {Text: "Site", URL: "https://zuji.example/x"}},
			{{Text: "Copy", CopyText: models.CopyTextButton{Text: "ZJ-1"}}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := w.ann.Messages(0)[1]
	want := [][]Button{{{Text: "Pay", Data: "pay", Style: "success"}, {Text: "Site", URL: "https://zuji.example/x"}}, {{Text: "Copy", CopyText: "ZJ-1"}}}
	if !reflect.DeepEqual(got.Inline, want) || !got.Protected || m.Text != "Rent due" || len(m.Entities) != 1 || m.From.Username != "zuji_bot" {
		t.Errorf("%+v\n%+v", got, m)
	}
	if _, err := b.SendDocument(t.Context(), &bot.SendDocumentParams{
		ChatID: ann, Document: &models.InputFileUpload{Filename: "r.csv", Data: bytes.NewReader([]byte("a,b"))}, Caption: "report",
	}); err != nil {
		t.Error(err)
	}
	if ok, err := b.SetMyCommands(t.Context(), &bot.SetMyCommandsParams{
		Commands: []models.BotCommand{{Command: "register", Description: "Register"}}, Scope: &models.BotCommandScopeAllPrivateChats{},
	}); err != nil || !ok || len(w.ann.Commands()) != 1 {
		t.Errorf("commands: %v %v %v", ok, err, w.ann.Commands())
	}
	if _, err := b.DeleteWebhook(t.Context(), &bot.DeleteWebhookParams{}); err != nil {
		t.Error(err)
	}
	if _, err := b.SendChatAction(t.Context(), &bot.SendChatActionParams{ChatID: ann, Action: models.ChatActionTyping}); err != nil {
		t.Error(err)
	}
	for _, c := range w.Calls() {
		if len(c.Unknown) > 0 {
			t.Errorf("%s: unknown %v", c.Method, c.Unknown)
		}
	}
}
