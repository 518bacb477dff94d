package service_test

import (
	"context"
	"strings"
	"testing"

	"zuji/internal/address"
	"zuji/internal/calendar"
	"zuji/internal/tenancy"
)

func TestUnitRegister(t *testing.T) {
	w, _ := at(t)
	w.accepted(landlord)
	ctx := context.Background()
	block := []address.Unit{}
	for _, room := range []string{"101", "102", "502", "1001"} {
		block = append(block, address.Unit{Building: "3", Entrance: "1", Room: room})
	}
	block = append(block, address.Unit{Building: "10", Entrance: "1", Room: "101"})
	for _, want := range []int{4, 0} { // 502 is there by its tenancy
		if n, err := w.zuji.Registry.AddHomes(ctx, w.compound.ID, manager, block); err != nil || n != want {
			t.Fatalf("%d added, %v; want %d", n, err, want)
		}
	}
	li := w.as(manager)
	li.says("/units")
	li.asked("出租 1 户　自住 0 户　空置 0 户　不清楚 4 户")
	chat := li.chat()
	if strings.Index(chat, "<3栋") > strings.Index(chat, "<10栋") {
		t.Error("building 10 comes before building 3")
	}
	li.presses("3栋（租 1）")
	li.sees("3栋　共 4 户")
	li.presses("❔ 1-101")
	li.presses("🏠 记为自住")
	li.sees("3栋1单元101室　🏠 自住")
	li.presses("➕ 加一位住的人")
	for _, s := range []string{"韩梅梅", "寄住", "今天", "跳过"} {
		li.says(s)
		w.settled()
	}
	li.presses("✅ 登记")
	li.sees("已登记 韩梅梅 住在")
	v, err := w.zuji.Registry.Home(ctx, w.compound.ID, block[0])
	if err != nil || v.Status != tenancy.HomeOwner || len(v.Stays) != 1 || v.Stays[0].Name != "韩梅梅" || v.Tenancy != nil {
		t.Fatalf("stored %+v, %v", v, err)
	}
	li.presses("📄 详情")
	li.sees("韩梅梅（寄住）：2026年11月23日（周一） 起，还在住")
	li.presses("🚪 韩梅梅今天搬走")
	li.sees("韩梅梅（寄住）：2026年11月23日（周一） 至 2026年11月23日（周一）")

	if v, _ := w.zuji.Registry.Home(ctx, w.compound.ID, block[2]); v.Tenancy == nil || v.Known(true) != tenancy.HomeLet {
		t.Errorf("the let unit is %+v", v)
	}
	if _, err := w.zuji.Registry.End(ctx, "T1", landlord, calendar.Date{Year: 2026, Month: 12, Day: 31}, ""); err != nil {
		t.Fatal(err)
	}
	if all, _ := w.zuji.Registry.Buildings(ctx, w.compound.ID); len(all) != 2 || all[0].Counts[tenancy.HomeLet] != 0 {
		t.Errorf("after the end: %+v", all)
	}
	other := w.as(stranger)
	other.start("")
	other.says("/units")
	other.asked("这个操作您不能用")
	if err := w.zuji.Registry.SetHome(ctx, w.compound.ID, block[0], stranger, tenancy.HomeEmpty); err == nil {
		t.Error("a stranger has changed the register")
	}
}
