package service_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	ics "github.com/arran4/golang-ical"

	"zuji/internal/standin"
	"zuji/internal/tenancy"
)

// file waits for a document by name and returns what is in it.
func (p *person) file(name string) ([]byte, bool) {
	p.w.t.Helper()
	p.w.settled()
	all := p.app.Messages(0)
	for i := len(all) - 1; i >= 0; i-- {
		if d := all[i].Document; d != nil && d.Name == name {
			_, data, err := p.app.File(d.FileID)
			if err != nil {
				p.w.t.Fatal(err)
			}
			return data, all[i].Protected
		}
	}
	p.w.t.Fatalf("%d has no %s; the chat is:\n%s", p.id, name, p.chat())
	return nil, false
}

func TestPapers(t *testing.T) {
	w, _ := at(t)
	w.accepted(landlord)
	wang := w.as(landlord)
	wang.opens("3栋1单元502室", "🧾 回执")
	if pdf, protected := wang.file("登记回执 3栋1单元502室.pdf"); !bytes.HasPrefix(pdf, []byte("%PDF")) || !protected {
		t.Errorf("the receipt is %.8q, protected %v", pdf, protected)
	}
	wang.opens("3栋1单元502室", "📄 申请书")
	if pdf, _ := wang.file("备案申请书 3栋1单元502室.pdf"); !bytes.HasPrefix(pdf, []byte("%PDF")) {
		t.Errorf("the application is %.8q", pdf)
	}
	wang.opens("3栋1单元502室", "📅 日历")
	raw, _ := wang.file("租期 3栋1单元502室.ics")
	book, err := ics.ParseCalendar(bytes.NewReader(raw))
	if err != nil || len(book.Events()) < 3 {
		t.Errorf("the calendar: %v\n%s", err, raw)
	}
}

// The QR code of a receipt shows each person what they may see.
func TestReceiptLink(t *testing.T) {
	w, _ := at(t)
	w.accepted(landlord)
	w.as(stranger).start("t_" + w.invitation("a"))
	w.as(stranger).sees("房东替您登记了以上内容")
	link := "r_" + w.stored("T1").Receipt
	w.as(landlord).start(link)
	w.as(landlord).asked("状态：物业已受理")
	w.as(manager).start(link)
	w.as(manager).asked("已受理　幸福花园")
	w.as(stranger).start(link)
	w.as(stranger).asked("房东替您登记了以上内容")
	w.as(second).start(link)
	w.as(second).asked("已受理　幸福花园")
	outsider := int64(1006)
	w.telegram.AddUser(standin.User{ID: outsider, FirstName: "外人", LanguageCode: "zh-hans"})
	w.as(outsider).start(link)
	w.as(outsider).asked("找不到这份登记")
}

func TestPoster_ForStaffAndAdministrators(t *testing.T) {
	w, _ := at(t)
	li := w.as(manager)
	li.says("/poster")
	if pdf, protected := li.file("海报 幸福花园.pdf"); !bytes.HasPrefix(pdf, []byte("%PDF")) || protected {
		t.Errorf("the poster is %.8q, protected %v", pdf, protected)
	}
	boss := w.as(admin)
	boss.says("/compounds")
	boss.presses("📰 海报")
	boss.file("海报 幸福花园.pdf")
}

// The desk prints the form of a landlord without Telegram; that it saw the
// numbers is on record.
func TestApplication_AtTheDeskIsOnRecord(t *testing.T) {
	w, _ := at(t)
	w.accepted(0)
	li := w.as(manager)
	li.says("3-1-502")
	li.asked("已受理")
	li.presses("📄 申请书")
	li.file("备案申请书 3栋1单元502室.pdf")
	all, _, err := w.zuji.Registry.Find(context.Background(), w.compound.ID, "502", 1)
	if err != nil || len(all) != 1 {
		t.Fatal(err)
	}
	h := all[0].History
	if last := h[len(h)-1]; last.Move != tenancy.Revealed || last.Who != manager || !strings.HasPrefix(last.Reason, "#") {
		t.Errorf("the last event is %+v", last)
	}
}
