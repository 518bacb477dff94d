package service_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"zuji/internal/tenancy"
)

// Telegram keeps a press for 150 seconds and a message for a day: after an outage
// the press has to be made again, and the button still works.
func TestTelegram_PressesExpireBeforeMessages(t *testing.T) {
	w, now := at(t)
	w.register()
	li, wang := w.as(manager), w.as(landlord)
	w.settled()
	w.stop()
	li.presses("✅ 受理")
	wang.says("/my")
	now.add(151 * time.Second)
	w.start()
	wang.asked("等物业受理")
	w.settled()
	if got := w.stored("T1").State; got != tenancy.Submitted {
		t.Errorf("by a press that had expired it is %s", got)
	}
	li.presses("✅ 受理")
	wang.sees("登记回执")

	w.stop()
	before := len(wang.app.Messages(0))
	wang.says("/my")
	now.add(24*time.Hour + time.Second)
	w.start()
	w.settled()
	if n := len(wang.app.Messages(0)); n != before+1 {
		t.Errorf("a message of the day before is answered:\n%s", wang.chat())
	}
	wang.says("/my")
	wang.asked("物业已受理")
}

// Another program polls with the same token for a while, so that Zuji gets a 409,
// and the ids of updates jump: every message is answered, and once.
func TestTelegram_RivalAndJumpingIDs(t *testing.T) {
	w := newWorld(t, nil)
	wang := w.as(landlord)
	wang.start("")
	wang.sees("租记")
	w.settled()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var rival sync.WaitGroup
	rival.Go(func() {
		for ctx.Err() == nil {
			url := w.config.APIURL + "/bot" + token + "/getUpdates?timeout=1&limit=1"
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
			if err != nil {
				t.Error(err)
				return
			}
			if resp, err := http.DefaultClient.Do(req); err == nil {
				_ = resp.Body.Close()
			}
		}
	})
	for deadline := time.Now().Add(patience); !strings.Contains(w.logs.String(), "another instance"); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the conflict is not in the log:\n%s", w.logs)
		}
	}
	stop()
	rival.Wait()
	const messages = 5
	for n := range messages {
		w.telegram.JumpIDs()
		wang.says(fmt.Sprintf("/help %d", n))
		for deadline := time.Now().Add(3 * patience); strings.Count(wang.chat(), "怎么用租记") <= n; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("message %d is not answered; the log is\n%s", n, w.logs)
			}
		}
	}
	w.settled()
	if n := strings.Count(wang.chat(), "怎么用租记"); n != messages {
		t.Errorf("%d answers to %d messages", n, messages)
	}
}
