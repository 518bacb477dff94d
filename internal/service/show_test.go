package service_test

import (
	"strings"
	"testing"
)

// While many people wait, answered questions keep their buttons, so that each step
// is one message: the answer is echoed above the next question, and the old buttons
// do nothing.
func TestShow_WhileManyWaitOldButtonsAreLeft(t *testing.T) {
	for _, busy := range []bool{false, true} {
		w, _ := at(t)
		w.zuji.SetBusy(busy)
		wang := w.as(landlord)
		wang.start("")
		wang.says("/register")
		wang.presses("✅ 同意")
		wang.asked("哪一栋")
		wang.says("3-1-502")
		wang.asked("您是？")
		old := wang.newest()
		wang.presses("房东本人")
		wang.asked("房东叫什么名字")
		w.settled()
		edits := 0
		for _, c := range w.telegram.Calls() {
			if strings.HasPrefix(c.Method, "editMessage") {
				edits++
			}
		}
		if busy && edits > 0 || !busy && edits < 3 {
			t.Errorf("many wait: %t, and there were %d edits", busy, edits)
		}
		if !busy {
			continue
		}
		if !strings.Contains(wang.newest().Text, "登记人：房东本人") {
			t.Errorf("the answer is not echoed:\n%s", wang.chat())
		}
		events := wang.app.Events(t.Context())
		if _, err := wang.app.Press(0, old.ID, old.Inline[0][0].Data); err != nil {
			t.Fatal(err)
		}
		wang.toasted(events, "")
		wang.says("王建国")
		wang.asked("房东的手机号")
	}
}
