package service_test

import (
	"bytes"
	"context"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"zuji/internal/address"
	"zuji/internal/calendar"
	"zuji/internal/standin"
)

// manyLet registers n tenancies of one landlord.
func (w *world) manyLet(n int) {
	w.t.Helper()
	w.as(landlord).start("")
	for i := range n {
		one := w.ordinary()
		one.ID = fmt.Sprintf("S%d", i)
		one.Unit = address.Unit{Building: "5", Entrance: "1", Room: fmt.Sprint(101 + i)}
		if _, err := w.zuji.Registry.Submit(context.Background(), one); err != nil {
			w.t.Fatal(err)
		}
		if _, err := w.zuji.Registry.Accept(context.Background(), one.ID, 0, manager); err != nil {
			w.t.Fatal(err)
		}
	}
}

// Staff see their compound's numbers and charts, an administrator all compounds';
// nobody else does, and few households are not counted out.
func TestStats(t *testing.T) {
	w, _ := at(t)
	w.manyLet(3)
	li := w.as(manager)
	li.says("/stats")
	li.asked("现在在租：<5 户")
	w.manyLet(8)
	li.says("/stats")
	li.asked("现在在租：8 户")
	for _, kind := range []string{"📊 登记", "📈 按时备案", "⏳ 快到期", "↩️ 退回原因"} {
		li.presses(kind)
		w.settled()
	}
	pictures := 0
	for _, m := range li.app.Messages(0) {
		if m.Photo == nil {
			continue
		}
		pictures++
		_, data, err := li.app.File(m.Photo.FileID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := png.Decode(bytes.NewReader(data)); err != nil {
			t.Errorf("the chart is no picture: %v", err)
		}
		if dir := os.Getenv("ZUJI_ARTEFACTS"); dir != "" {
			_ = os.WriteFile(filepath.Join(dir, fmt.Sprintf("stats-%d.png", pictures)), data, 0o600)
		}
	}
	if pictures != 4 {
		t.Errorf("%d pictures:\n%s", pictures, li.chat())
	}
	w.as(admin).says("/stats")
	w.as(admin).asked("现在在租：8 户")
	for _, cmd := range []string{"/stats", "/quality"} {
		w.as(landlord).says(cmd)
		w.as(landlord).asked("这个操作您不能用")
	}
}

// What a button names is looked up among what the person may see.
func TestStats_ForgedButton(t *testing.T) {
	w, _ := at(t)
	w.manyLet(6)
	p := w.as(stranger)
	p.start("")
	p.sees("租记")
	for _, data := range []string{"a:stats:" + w.compound.ID, "a:stats:all", "a:chart:ending." + w.compound.ID} {
		p.forges(data)
	}
	if strings.Contains(p.chat(), "现在在租") || slices.ContainsFunc(p.app.Messages(0), func(m standin.Message) bool { return m.Photo != nil }) {
		t.Errorf("a stranger sees:\n%s", p.chat())
	}
}

func TestQuality(t *testing.T) {
	w, now := at(t)
	w.manyLet(1)
	li := w.as(manager)
	li.says("/quality")
	li.asked("登记质量月报")
	li.asked("没有发现问题")
	// The lease of a home runs out and nobody says what follows.
	now.set(calendar.Date{Year: 2027, Month: 12, Day: 20}.At(10, 0))
	w.expireQuietly()
	li.says("/quality")
	li.sees("还没说续租还是退租")
	li.presses("🔎 5栋1单元101室")
	li.asked("5栋1单元101室")
}
