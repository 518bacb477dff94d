package standin

import (
	"reflect"
	"testing"
)

func TestSnapshot_RestoresEverything(t *testing.T) {
	w := started(t)
	w.send(args{"text": "<b>x</b>", "parse_mode": "HTML", "reply_markup": inline([]args{{"text": "Go", "callback_data": "go"}})})
	file, err := w.ann.SendFile("a.txt", "text/plain", []byte("abc"), "")
	if err != nil {
		t.Fatal(err)
	}
	w.ok("setMyCommands", args{"commands": list("go")}, nil)
	w.ok("getFile", args{"file_id": file.Document.FileID}, nil)
	press, err := w.ann.PressLabel("Go")
	if err != nil {
		t.Fatal(err)
	}
	b, err := w.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	before, waiting := w.ann.Messages(0), w.Pending()

	n := newWorld(t, Options{Limits: noLimits})
	if err := n.Restore([]byte("{")); err == nil {
		t.Error("a broken snapshot was taken")
	}
	if err := n.Restore(b); err != nil {
		t.Fatal(err)
	}
	if got := n.ann.Messages(0); !reflect.DeepEqual(got, before) {
		t.Errorf("messages\n%+v, want\n%+v", got, before)
	}
	if u := n.updates(args{}); len(u) != waiting || u[0].Message == nil || u[1].Callback.ID != press {
		t.Errorf("updates %+v, want %d", u, waiting)
	}
	n.ok("answerCallbackQuery", args{"callback_query_id": press}, nil)
	if _, data, err := n.ann.File(file.Document.FileID); err != nil || string(data) != "abc" {
		t.Errorf("file %q %v", data, err)
	}
	if c := n.ann.Commands(); len(c) != 1 {
		t.Errorf("commands %v", c)
	}
	last := before[len(before)-1].ID
	if m := n.send(nil); m.ID != last+1 {
		t.Errorf("next message id %d, want %d", m.ID, last+1)
	}
}

func TestSnapshot_StartsTheWebhookAgain(t *testing.T) {
	w := started(t)
	r, url := w.receive(nil)
	w.ok("setWebhook", args{"url": url}, nil)
	b, err := w.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	w.ok("deleteWebhook", nil, nil)
	if err := w.Restore(b); err != nil {
		t.Fatal(err)
	}
	w.queue(1)
	r.wait(1)
}

func TestRestore_AnswersTheOpenPoll(t *testing.T) {
	w := started(t)
	w.queue(1)
	b, err := w.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	w.drain()
	poll := make(chan result)
	go func() { poll <- w.call("getUpdates", args{"timeout": 30}) }()
	w.waitPoll()
	if err := w.Restore(b); err != nil {
		t.Fatal(err)
	}
	if r := <-poll; string(r.Result) == "[]" || !r.OK {
		t.Errorf("%+v", r)
	}
}
