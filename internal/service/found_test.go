package service_test

import (
	"context"
	"strings"
	"testing"
)

// Faults that the town found, each with the shortest way to it.

// A registration that was withdrawn while its correction was under way: the
// landlord is told, and no update is set aside.
func TestFound_CorrectionOfWhatWasWithdrawn(t *testing.T) {
	w := newWorld(t, nil)
	w.register()
	ctx := context.Background()
	if _, err := w.zuji.Registry.Return(ctx, "T1", 0, manager, map[string]string{"unit": "#wrong_unit"}); err != nil {
		t.Fatal(err)
	}
	wang := w.as(landlord)
	wang.sees("物业请您更正")
	wang.presses("✏️ 现在更正")
	wang.asked("哪一栋")
	wang.says("3-1-502")
	wang.asked("请核对")
	if _, err := w.zuji.Registry.Withdraw(ctx, "T1", landlord); err != nil {
		t.Fatal(err)
	}
	wang.presses("✅ 属实，提交")
	wang.asked("现在是「已撤回」，不能这样办")
	w.settled()
	if aside, err := w.zuji.Registry.Aside(ctx, 10); err != nil || len(aside) > 0 || strings.Contains(wang.chat(), "很抱歉") {
		t.Errorf("set aside: %v %v", aside, err)
	}
}
