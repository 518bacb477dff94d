package service_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"zuji/internal/tenancy"
)

// An administrator changes a compound: its city's time is another, and what a
// landlord is told is another at once.
func TestCompounds_ChangedWithTheirSources(t *testing.T) {
	w, _ := at(t)
	w.accepted(landlord)
	boss := w.as(admin)
	boss.says("/compounds 幸福花园")
	boss.asked("报派出所：入住后 3 个工作日内　《浙江省流动人口居住登记条例》，2026-11-23 核对")
	boss.presses("✏️ 修改资料")
	boss.asked("请核对小区资料")
	boss.says("7")
	boss.says("7天")
	boss.asked("报送派出所期限：7 天")
	boss.says("8")
	boss.says("幸福街道办事处")
	boss.asked("✓ 街道办：幸福街道办事处")
	boss.presses("✅ 保存")
	boss.asked("已保存：幸福花园")
	boss.presses("📄 详情")
	boss.asked("街道办：幸福街道办事处")
	boss.asked("报派出所：入住后 7 天内　管理员 2026-11-23 填写")
	one, _ := w.zuji.Registry.Compound(w.compound.ID)
	if one.City.ReportDays != 7 || one.City.ReportWorking || !one.HasStaff(manager) {
		t.Errorf("the compound is %+v", one)
	}
	boss.says("/audit")
	boss.sees("改了小区")
}

// A compound that is archived takes no new registrations, by its link or by its
// name; what is registered goes on; and it can be opened again.
func TestCompounds_Archived(t *testing.T) {
	w, _ := at(t)
	w.accepted(landlord)
	boss, wang, path := w.as(admin), w.as(landlord), w.as(stranger)
	boss.says("/compounds")
	boss.presses("📦 停止新登记")
	boss.asked("停止吗？")
	boss.presses("停止新登记")
	boss.asked("📦 已停止新登记")
	path.start("c_" + w.compound.Link)
	path.asked("幸福花园现在不接受新的登记")
	if _, err := w.zuji.Registry.Submit(t.Context(), tenancy.Tenancy{ID: "late", Compound: w.compound.ID, Owner: stranger, Unit: w.ordinary().Unit}); err == nil {
		t.Error("a form that was open is taken")
	}
	wang.says("/my")
	wang.presses("3栋1单元502室")
	wang.presses("🔁 续租")
	wang.asked("起再租多久")
	boss.presses("📂 恢复登记")
	boss.offered("📦 停止新登记")
	path.start("c_" + w.compound.Link)
	path.asked("开始之前")
}

// The code that an administrator is sent leads to the compound.
func TestCompounds_CodeCanBeScanned(t *testing.T) {
	w, _ := at(t)
	boss := w.as(admin)
	boss.says("/compounds")
	boss.presses("🔳 二维码")
	m := boss.sees("的登记二维码")
	_, png, err := boss.app.File(m.Photo.FileID)
	if err != nil || !bytes.HasPrefix(png, []byte("\x89PNG")) {
		t.Fatalf("%.8q, %v", png, err)
	}
	path := filepath.Join(t.TempDir(), "code.png")
	if err := os.WriteFile(path, png, 0o600); err != nil {
		t.Fatal(err)
	}
	said, err := exec.Command("zbarimg", "-q", "--raw", path).Output()
	if want := "https://t.me/" + username + "?start=c_" + w.compound.Link; err != nil || strings.TrimSpace(string(said)) != want {
		t.Errorf("the code says %q, %v; want %q", said, err, want)
	}
}

// An administrator enters buildings and units in bulk, and sees how many there are.
func TestCompounds_UnitsInBulk(t *testing.T) {
	w, _ := at(t)
	boss := w.as(admin)
	boss.says("/compounds")
	boss.presses("➕ 加房号")
	for _, answer := range []string{"1到3栋", "分单元", "2", "6", "2"} {
		boss.says(answer)
		w.settled()
	}
	boss.presses("✅ 加进台账")
	boss.asked("72")
	boss.presses("📄 详情")
	boss.asked("3 栋 72 户")
}
