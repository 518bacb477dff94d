package standin

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func TestClient_PressLabel(t *testing.T) {
	w := started(t)
	w.send(args{"text": "old", "reply_markup": inline([]args{{"text": "Yes", "callback_data": "old"}, {"text": "Old only", "callback_data": "o"}})})
	w.send(args{"text": "new", "reply_markup": inline([]args{
		{"text": "Yes", "callback_data": "new"}, {"text": "✓ Yes, all", "callback_data": "all"},
		{"text": "June 1", "callback_data": "1"}, {"text": "June 2", "callback_data": "2"}, {"text": "Site", "url": "https://a.b"}})})
	for label, want := range map[string]string{"Yes": "new", "Yes, all": "all", "Old": "o", "June 2": "2"} {
		id, err := w.ann.PressLabel(label)
		if err != nil || id == "" {
			t.Errorf("%s: %v", label, err)
		}
		u := w.updates(args{"offset": -1})
		if len(u) != 1 || u[0].Callback.Data != want || u[0].Callback.ID != id {
			t.Errorf("%s: %+v, want %s", label, u, want)
		}
	}
	for _, label := range []string{"June", "Site", "Nothing"} {
		if _, err := w.ann.PressLabel(label); !errors.Is(err, ErrNoButton) {
			t.Errorf("%s: %v", label, err)
		}
	}
}

func TestClient_Refused(t *testing.T) {
	w := started(t)
	nobody := w.As(77)
	for name, c := range map[string]struct {
		do   func() error
		want error
	}{
		"unknown person": {func() error { _, err := nobody.Send("x"); return err }, ErrUnknownUser},
		"empty text":     {func() error { _, err := w.ann.Send("  "); return err }, ErrRefused},
		"long text":      {func() error { _, err := w.ann.Send(strings.Repeat("租", maxText+1)); return err }, ErrRefused},
		"long payload":   {func() error { _, err := w.ann.Start(strings.Repeat("x", 65)); return err }, ErrRefused},
		"odd payload":    {func() error { _, err := w.ann.Start("a b"); return err }, ErrRefused},
		"foreign chat":   {func() error { _, err := w.ann.SendTo(bob, "x"); return err }, ErrNoChat},
		"answer to none": {func() error { _, err := w.ann.Reply(0, 999, "x"); return err }, ErrNoMessage},
		"foreign edit":   {func() error { return w.ann.Edit(w.send(nil).ID, "x") }, ErrNoMessage},
		"blocked": {func() error {
			w.ann.Block()
			defer w.ann.Unblock()
			_, err := w.ann.Send("x")
			return err
		}, ErrBlocked},
	} {
		if err := c.do(); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestClient_StartUnblocks(t *testing.T) {
	w := started(t)
	w.ann.Block()
	if _, err := w.ann.Start("x"); err != nil {
		t.Fatal(err)
	}
	u := w.updates(args{})
	if len(u) != 3 || u[0].Member.New.Status != "kicked" || u[1].Member.New.Status != "member" || u[2].Message == nil {
		t.Errorf("%+v", u)
	}
	w.send(nil)
}

func TestGroup_PrivacyMode(t *testing.T) {
	w := started(t)
	question := w.send(args{"chat_id": group, "reply_markup": args{"force_reply": true}})
	for text, seen := range map[string]bool{
		"hello": false, "/help": true, "/help@zuji_bot now": true, "/help@ZUJI_BOT": true, "/help@other_bot": false,
		"please /help": false, "hi @zuji_bot": true, "hi @other_bot": false,
	} {
		w.drain()
		if _, err := w.ann.SendTo(group, text); err != nil {
			t.Fatal(err)
		}
		if got := w.Pending() == 1; got != seen {
			t.Errorf("%q: seen %v, want %v", text, got, seen)
		}
	}
	w.drain()
	if _, err := w.As(bob).Reply(group, question.ID, "an answer"); err != nil || w.Pending() != 1 {
		t.Errorf("answer: %v, %d updates", err, w.Pending())
	}
}

func TestMigrateGroup(t *testing.T) {
	w := started(t)
	id := w.MigrateGroup(group)
	if id >= -1000000000000 {
		t.Fatalf("new id %d", id)
	}
	if r := w.call("sendMessage", args{"chat_id": group, "text": "x"}); r.Code != 400 || r.Parameters.MigrateTo != id ||
		r.Description != "Bad Request: group chat was upgraded to a supergroup chat" {
		t.Errorf("%+v", r)
	}
	if m := w.send(args{"chat_id": id}); m.ID != 2 || m.Chat.Type != kindSupergroup {
		t.Errorf("%+v", m)
	}
	u := w.updates(args{})
	if len(u) != 2 || !strings.Contains(string(u[0].Message), `"migrate_to_chat_id":-100`) || !strings.Contains(string(u[1].Message), `"migrate_from_chat_id":-500`) {
		t.Errorf("%+v", u)
	}
	if again := w.MigrateGroup(group); again != 0 {
		t.Errorf("migrated twice, to %d", again)
	}
	if len(w.ann.Messages(id)) != 2 {
		t.Errorf("%+v", w.ann.Messages(id))
	}
}

func TestGetChatAndMembers(t *testing.T) {
	w := started(t)
	var c wireChat
	w.ok("getChat", args{"chat_id": ann}, &c)
	if c.FirstName != "Ann" || c.Type != kindPrivate {
		t.Errorf("%+v", c)
	}
	w.refused("getChat", args{"chat_id": bob}, 400, "chat not found")
	var m wireMember
	for user, want := range map[int64]string{ann: "member", 4242: "member"} {
		w.ok("getChatMember", args{"chat_id": group, "user_id": user}, &m)
		if m.Status != want {
			t.Errorf("%d: %s", user, m.Status)
		}
	}
	w.refused("getChatMember", args{"chat_id": group, "user_id": 7}, 400, "PARTICIPANT_ID_INVALID")
	w.refused("getChatMember", args{"chat_id": group, "user_id": "x"}, 400, "invalid user_id specified")
	var n int
	w.ok("getChatMemberCount", args{"chat_id": group}, &n)
	w.refused("leaveChat", args{"chat_id": ann}, 400, "chat member status can't be changed in private chats")
	if w.ok("leaveChat", args{"chat_id": group}, nil); n != 3 {
		t.Errorf("%d members", n)
	}
	w.ok("getChatMember", args{"chat_id": group, "user_id": 4242}, &m)
	if m.Status != "left" {
		t.Errorf("%+v", m)
	}
}

func TestEvents_ComeInOrderAndEnd(t *testing.T) {
	w := started(t)
	ctx, cancel := context.WithCancel(t.Context())
	events := w.ann.Events(ctx)
	own, err := w.ann.Send("hi")
	if err != nil {
		t.Fatal(err)
	}
	m := w.send(args{"reply_markup": args{"keyboard": [][]string{{"Yes"}}}})
	w.ok("editMessageText", args{"chat_id": ann, "message_id": m.ID, "text": "new"}, nil)
	w.ok("sendChatAction", args{"chat_id": ann, "action": "upload_document"}, nil)
	w.refused("sendChatAction", args{"chat_id": ann, "action": "sleep"}, 400, "wrong parameter action in request")
	w.ok("deleteMessage", args{"chat_id": ann, "message_id": m.ID}, nil)
	w.send(args{"chat_id": group, "text": "to all"})
	want := []struct {
		kind string
		id   int
		chat int64
	}{{"message", own.ID, ann}, {"message", m.ID, ann}, {"keyboard", m.ID, ann}, {"edit", m.ID, ann}, {"typing", 0, ann}, {"delete", m.ID, ann}, {"message", m.ID + 1, group}}
	for _, x := range want {
		e := <-events
		if e.Kind != x.kind || e.MessageID != x.id || e.Chat != x.chat {
			t.Errorf("%+v, want %+v", e, x)
		}
	}
	second := w.ann.Events(t.Context())
	cancel()
	for range events {
	}
	w.Close()
	for range second {
	}
	if _, open := <-w.ann.Events(t.Context()); open {
		t.Error("events after Close")
	}
}
