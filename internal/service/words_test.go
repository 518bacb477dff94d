package service_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"strings"
	"testing"
)

// photo is a picture as somebody sends one of a document.
func (p *person) photo() {
	p.w.t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 40)), nil); err != nil {
		p.w.t.Fatal(err)
	}
	p.must(p.app.SendFile("a.jpg", "image/jpeg", b.Bytes(), ""))
}

// Who asks how is told how, at the first time, and their form goes on.
func TestWords_HowAtAQuestion(t *testing.T) {
	w, _ := at(t)
	wang := w.as(landlord)
	wang.start("c_" + w.compound.Link)
	wang.asked("开始之前")
	wang.says("怎么弄啊")
	wang.asked("💡 点「同意」继续")
	wang.says("同意")
	wang.asked("哪一栋")
	wang.says("怎么填？")
	wang.asked("💡 按「栋-单元-室」的次序发")
	wang.says("三栋一单元五零二")
	wang.asked("您是？")
	if m := wang.sees("您是？"); strings.Contains(m.Text, "💡") {
		t.Errorf("the next question has help that nobody asked for:\n%s", m.Text)
	}
}

// Who has saved a form is led back to it, and not told that it may be lost.
func TestWords_DraftIsOffered(t *testing.T) {
	w, _ := at(t)
	wang := w.as(landlord)
	wang.start("c_" + w.compound.Link)
	wang.presses("✅ 同意")
	wang.says("3-1-502")
	wang.asked("您是？")
	wang.says("先不弄了")
	wang.asked("已存为草稿")
	wang.says("你好")
	wang.asked("您有没填完的草稿")
	wang.says("我要登记")
	wang.asked("您有没填完的草稿")
	wang.says("/my")
	wang.asked("没填完的那一份，点「▶️」接着填")
	wang.says("/delete")
	wang.presses("不删了")
	wang.asked("好的，没有删除")
	wang.presses("▶️ 继续没填完的")
	wang.asked("您是？")
}

// Words that name a button work where nothing is open; a photo is no answer, and
// staff who search in vain are told so.
func TestWords_NothingOpen(t *testing.T) {
	w, _ := at(t)
	wang, li := w.as(landlord), w.as(manager)
	wang.start("")
	wang.asked("租记")
	wang.photo()
	wang.asked("请用文字回答")
	wang.says("怎么弄啊？")
	wang.asked("怎么用租记")
	wang.says("我要登记")
	wang.asked("开始之前")
	li.says("王桂芳")
	li.asked("没有查到")
}

// A tenancy that has ended is not said to run until a day.
func TestWords_EndedIsNotRunning(t *testing.T) {
	w, _ := at(t)
	w.accepted(landlord)
	wang := w.as(landlord)
	wang.says("/my")
	wang.asked("租期到 2027年11月30日")
	wang.presses("3栋1单元502室")
	wang.presses("🚪 退租")
	wang.says("今天")
	wang.presses("⏭ 跳过")
	wang.presses("🚪 提交退租")
	wang.asked("已登记退租")
	wang.says("/my")
	wang.asked("已退租\n2026年11月23日（周一）退租")
}
