package service_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zuji/internal/standin"
)

// numbers are numbers of people, in full or masked.
var numbers = regexp.MustCompile(`\d{17}[\dXx]|\d{1,6}\*{3,}[\dXx]{1,4}|1[3-9]\d ?\d{4} ?\d{4}`)

// names are those of the people in these tests, in full or masked.
var names = []string{"王建国", "王*国", "李雷", "李*", "韩梅梅", "韩美美", "韩*梅", "韩*美"}

// example is what /help shows of what can be pasted; nobody is called that.
const example = "租客 李雷 13800138000 3-1-502"

// personalWords reports whether a text says of somebody a number.
func personalWords(text string) bool {
	return numbers.MatchString(text) && slices.ContainsFunc(names, func(n string) bool { return strings.Contains(text, n) })
}

// protected holds that whatever the bot has sent in a test with somebody's name and
// number can't be forwarded or saved. An edited message is as it was sent.
// It returns how many such messages there were.
func (w *world) protected() (personal int) {
	w.t.Helper()
	for _, c := range w.telegram.Calls() {
		text := strings.ReplaceAll(fmt.Sprint(c.Params["text"], c.Params["caption"]), example, "")
		if !c.OK || !personalWords(text) {
			continue
		}
		switch {
		case c.Method == "editMessageText":
			personal++
			if m, ok := w.message(c); ok && !m.Protected {
				w.t.Errorf("an unprotected message becomes %q", text)
			}
		case strings.HasPrefix(c.Method, "send"):
			personal++
			if c.Params["protect_content"] != true && fmt.Sprint(c.Params["protect_content"]) != "true" {
				w.t.Errorf("%s sends unprotected: %q", c.Method, text)
			}
		}
	}
	return personal
}

// message is the message that a call edits, if it is still there.
func (w *world) message(c standin.Call) (standin.Message, bool) {
	var chat int64
	var id int
	_, _ = fmt.Sscan(fmt.Sprint(c.Params["chat_id"]), &chat)
	_, _ = fmt.Sscan(fmt.Sprint(c.Params["message_id"]), &id)
	for _, m := range w.as(chat).app.Messages(0) {
		if m.ID == id {
			return m, true
		}
	}
	return standin.Message{}, false
}

func TestPersonalWords(t *testing.T) {
	for text, want := range map[string]bool{
		"李雷 119999********0012": true, "王*国 138 0013 8000": true, "李雷，证件 E1****78": true,
		"李雷已确认": false, "编号 ZJ-202611-0001-X，李雷": false, "119999********0012": false, "李雷 2027年11月30日": false,
	} {
		if personalWords(text) != want {
			t.Errorf("%q is personal: %v", text, !want)
		}
	}
}

// The story has many messages with somebody's name and number: each is protected.
func TestProtected_Story(t *testing.T) {
	w := newWorld(t, nil)
	tellStory(w)
	li := w.as(manager)
	li.says("李雷")
	li.sees("李雷")
	li.presses("👁 看完整号码")
	li.presses("核对证件")
	li.sees("219999198802290025")
	w.settled()
	if n := w.protected(); n < 15 {
		t.Errorf("only %d messages have a name and a number: that proves nothing", n)
	}
}
