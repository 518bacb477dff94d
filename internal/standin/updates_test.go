package standin

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

// queue has Ann send n texts and returns the id of the first update.
func (w *world) queue(n int) int64 {
	w.t.Helper()
	for i := range n {
		if _, err := w.ann.Send(fmt.Sprintf("text %d", i+1)); err != nil {
			w.t.Fatal(err)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.st.NextID - int64(n)
}

func ids(u []gotUpdate) []int64 {
	var out []int64
	for _, x := range u {
		out = append(out, x.ID)
	}
	return out
}

func TestGetUpdates_ConfirmsByOffset(t *testing.T) {
	w := started(t)
	first := w.queue(4)
	for _, step := range []struct {
		name  string
		a     args
		want  []int64 // distance from first
		pause time.Duration
	}{
		{"no offset gives all", args{}, []int64{0, 1, 2, 3}, time.Second},
		{"limit", args{"limit": 2}, []int64{0, 1}, time.Second},
		{"limit below 1 counts as 1", args{"limit": -5}, []int64{0}, 0},
		{"same offset within half a second gives one", args{}, []int64{0}, time.Second},
		{"offset of the first confirms nothing", args{"offset": first}, []int64{0, 1, 2, 3}, 0},
		{"offset confirms what lies before", args{"offset": first + 1}, []int64{1, 2, 3}, 0},
		{"old offset does not bring it back", args{"offset": first - 5}, []int64{1, 2, 3}, 0},
		{"offset far ahead counts as none", args{"offset": first + 1000}, []int64{1, 2, 3}, 0},
		{"offset far back counts as none", args{"offset": 7}, []int64{1, 2, 3}, 0},
		{"negative offset keeps the newest", args{"offset": -2}, []int64{2, 3}, 0},
		{"and forgets the others", args{"offset": 0}, []int64{2, 3}, 0},
	} {
		got := ids(w.updates(step.a))
		for i := range got {
			got[i] -= first
		}
		if fmt.Sprint(got) != fmt.Sprint(step.want) {
			t.Errorf("%s: %v, want %v", step.name, got, step.want)
		}
		w.clock.add(step.pause)
	}
}

func TestGetUpdates_LongPollEndsWithTheUpdate(t *testing.T) {
	w := started(t)
	got := make(chan []gotUpdate)
	go func() {
		var u []gotUpdate
		r := w.call("getUpdates", args{"timeout": 30})
		if err := json.Unmarshal(r.Result, &u); err != nil {
			t.Error(err)
		}
		got <- u
	}()
	w.waitPoll()
	first := w.queue(1)
	if u := <-got; len(u) != 1 || u[0].ID != first {
		t.Errorf("%v, want %d", ids(u), first)
	}
}

// waitPoll waits until a poll is open.
func (w *world) waitPoll() { w.until(func() bool { return w.poll != nil }) }

// settle waits until no update is left.
func (w *world) settle() { w.until(func() bool { return len(w.st.Updates) == 0 }) }

// until waits for a state that nothing announces.
func (w *world) until(reached func() bool) {
	for done := false; !done; time.Sleep(time.Millisecond) {
		w.mu.Lock()
		done = reached()
		w.mu.Unlock()
	}
}

func TestGetUpdates_SecondPollerEndsTheFirst(t *testing.T) {
	w := started(t)
	first := make(chan result)
	go func() { first <- w.call("getUpdates", args{"timeout": 30}) }()
	w.waitPoll()
	ctx, cancel := context.WithCancel(t.Context())
	second := make(chan struct{})
	go func() {
		defer close(second)
		b := w.library(bot.WithSkipGetMe(), bot.WithNotAsyncHandlers())
		b.Start(ctx)
	}()
	r := <-first
	if r.Code != 409 || !strings.HasPrefix(r.Description, "Conflict: terminated by other getUpdates request") {
		t.Errorf("%+v", r)
	}
	cancel()
	<-second
}

// The pauses here are real time to the server, so it runs in a bubble, without HTTP.
func TestGetUpdates_Pauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{Token: testToken, Username: "zuji_bot"})
		defer s.Close()
		poll := func(timeout string) (time.Duration, *apiError) {
			begin := time.Now()
			_, e := s.getUpdates(&call{params: params{text: map[string]string{"timeout": timeout}}, ctx: t.Context()})
			return time.Since(begin), e
		}
		if d, e := poll("0"); d != 0 || e != nil {
			t.Errorf("first poll: %v %v", d, e)
		}
		if d, e := poll("0"); d != 3*time.Second || e != nil {
			t.Errorf("same offset again: %v %v, want 3s", d, e)
		}
		if d, e := poll("400"); d != maxPoll || e != nil {
			t.Errorf("longest poll: %v %v, want %v", d, e, maxPoll)
		}
		for i, want := range []time.Duration{0, 3 * time.Second} {
			begin := time.Now()
			if e := s.clash(&call{ctx: t.Context()}, "x"); e.code != 409 || time.Since(begin) != want {
				t.Errorf("conflict %d after %v, want %v", i, time.Since(begin), want)
			}
		}
	})
}

func TestUpdates_Expire(t *testing.T) {
	w := started(t)
	m := w.send(args{"reply_markup": inline([]args{{"text": "Go", "callback_data": "go"}})})
	if _, err := w.ann.Press(0, m.ID, "go"); err != nil {
		t.Fatal(err)
	}
	w.queue(1)
	for _, step := range []struct {
		after time.Duration
		left  int
	}{{queryLife, 2}, {time.Second, 1}, {updateLife - queryLife - time.Second, 1}, {time.Second, 0}} {
		w.clock.add(step.after)
		if n := w.Pending(); n != step.left {
			t.Errorf("%v later: %d left, want %d", step.after, n, step.left)
		}
	}
}

func TestAllowedUpdates_Stay(t *testing.T) {
	w := started(t)
	w.updates(args{"allowed_updates": []string{"callback_query"}, "offset": -1})
	w.queue(1)
	if n := w.Pending(); n != 0 {
		t.Errorf("%d updates of a kind not asked for", n)
	}
	w.ok("setWebhook", args{"url": ""}, nil) // says nothing of kinds
	w.queue(1)
	if n := w.Pending(); n != 0 {
		t.Errorf("%d updates: the setting did not stay", n)
	}
	w.call("getUpdates", args{"allowed_updates": []string{}, "offset": -2})
	w.queue(1)
	if n := w.Pending(); n != 1 {
		t.Errorf("%d updates after an empty list, which means the default", n)
	}
}

func TestJumpIDs(t *testing.T) {
	w := started(t)
	first := w.queue(1)
	w.JumpIDs()
	if next := w.queue(1); next != first+1 {
		t.Errorf("jumped to %d while %d waits", next, first)
	}
	w.drain()
	jumped := w.queue(1)
	if jumped > first-1000 && jumped < first+1000 {
		t.Errorf("no jump: %d after %d", jumped, first)
	}
	if u := w.updates(args{"offset": first + 2}); len(u) != 1 || u[0].ID != jumped {
		t.Errorf("%v, want %d", ids(u), jumped)
	}
}

func TestLibrary_ReceivesEveryKind(t *testing.T) {
	w := started(t)
	kinds := make(chan string, 10)
	b := w.library(bot.WithNotAsyncHandlers(), bot.WithUpdatesChannelCap(0), bot.WithDefaultHandler(func(_ context.Context, _ *bot.Bot, u *models.Update) {
		switch {
		case u.Message != nil && u.Message.Contact != nil:
			kinds <- "contact " + u.Message.Contact.PhoneNumber
		case u.Message != nil && u.Message.Document != nil:
			kinds <- "document " + u.Message.Document.FileName + " " + u.Message.Caption
		case u.Message != nil:
			kinds <- "message " + u.Message.Text
		case u.EditedMessage != nil:
			kinds <- "edit " + u.EditedMessage.Text
		case u.CallbackQuery != nil:
			kinds <- "callback " + u.CallbackQuery.Data + " " + u.CallbackQuery.Message.Message.Text
		case u.MyChatMember != nil:
			kinds <- "member " + string(u.MyChatMember.NewChatMember.Type)
		}
	}))
	sent := w.send(args{"reply_markup": inline([]args{{"text": "Go", "callback_data": "go:1"}})})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); b.Start(ctx) }()
	m, err := w.ann.Start("invite_1")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.ann.Edit(m.ID, "changed"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.ann.Press(0, sent.ID, "go:1"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.ann.ShareContact(); err != nil {
		t.Fatal(err)
	}
	if _, err := w.ann.SendFile("lease.pdf", "application/pdf", []byte("%PDF"), "my lease"); err != nil {
		t.Fatal(err)
	}
	w.ann.Block()
	w.ann.Unblock()
	for _, want := range []string{"message /start invite_1", "edit changed", "callback go:1 hello", "contact 8613800000000",
		"document lease.pdf my lease", "member kicked", "member member"} {
		if got := <-kinds; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	cancel()
	<-done
}
