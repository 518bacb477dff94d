package papers_test

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"zuji/internal/address"
	"zuji/internal/calendar"
	"zuji/internal/identity"
	"zuji/internal/papers"
	"zuji/internal/tenancy"
	"zuji/locales"
)

const link = "https://t.me/zuji_test_bot?start=r_ZJ-202612-0042-K"

// now is already the first of December in Shanghai.
var now = time.Date(2026, 11, 30, 17, 0, 0, 0, time.UTC)

var loaded = sync.OnceValues(locales.Load)

func texts(t testing.TB) *locales.Texts {
	t.Helper()
	all, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func press(t testing.TB) *papers.Press {
	t.Helper()
	p, err := papers.New(texts(t))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func day(y int, m time.Month, d int) calendar.Date {
	return calendar.Date{Year: y, Month: m, Day: d}
}

// letting is a tenancy of a made-up landlord and two made-up people.
func letting() (tenancy.Tenancy, tenancy.Compound) {
	c := tenancy.Compound{ID: "c1", Name: "幸福小区", Address: "大连市某某区某某街道某某路 1 号", Desk: "3号楼一层，每天 9:00–17:30",
		City: tenancy.City{Name: "大连", FileDays: 30, ReportDays: 3, ReportWorking: true}}
	t := tenancy.Tenancy{
		ID: "3f9c", Receipt: tenancy.ReceiptNumber(now, 42), Compound: "c1", State: tenancy.Accepted,
		Unit: address.Unit{Building: "3", Entrance: "1", Room: "502"}, Role: tenancy.Owner,
		Landlord: tenancy.Party{Kind: tenancy.Individual, Name: "王建国", Phone: "+8613800138000", Document: identity.Document{Kind: identity.ResidentID, Number: "119999199001010012"}},
		People: []tenancy.Person{
			{Item: "a", Name: "李雷", Phone: "+8613900139000", Document: identity.Document{Kind: identity.ResidentID, Number: "21999919900101018X"}, Next: tenancy.MoreOccupant},
			{Item: "b", Name: "Jean-Luc O'Neil", Occupant: true, Document: identity.Document{Kind: identity.Passport, Number: "E1234567X"}, Next: tenancy.NobodyElse},
		},
		Headcount: 2, Signed: day(2026, 9, 5), Start: day(2026, 10, 1), End: day(2027, 9, 30), MoveIn: day(2026, 9, 30),
		Reviewed: time.Date(2026, 11, 30, 2, 5, 0, 0, time.UTC),
		Filing: tenancy.Filing{Use: tenancy.Living, Letting: tenancy.Whole, Area: 8950, Rooms: 2, Rent: 350000, Cycle: tenancy.Quarterly, DueDay: 5,
			Deposit: 350000, ReturnDays: 7, Deductions: tenancy.Yes, Broker: tenancy.No, Title: "辽(2025)大连市不动产权第00000001号"},
	}
	return t, c
}

// crowd is a letting with twenty people and the longest words.
func crowd() (tenancy.Tenancy, tenancy.Compound) {
	t, c := letting()
	c.Name = strings.Repeat("幸福花园东区二期", 4)[:30*3]
	c.Address = strings.Repeat("某某省某某市某某区某某街道", 8)[:100*3]
	t.Landlord.Name = "某某（集团）" + strings.Repeat("房屋租赁", 10) + "有限公司"
	t.Landlord.Kind, t.Landlord.Code, t.Role = tenancy.Firm, "91999999MA0TE5T08K", tenancy.ForOwner
	t.Agent = tenancy.Agent{Name: "张伟", Phone: "+8613700137000", Basis: tenancy.PowerOfAttorney}
	t.Filing.Broker, t.Filing.BrokerName = tenancy.Yes, strings.Repeat("某某房产经纪", 9)
	t.People = nil
	for i := range tenancy.MaxPeople {
		p := tenancy.Person{Item: string(rune('a' + i)), Name: fmt.Sprintf("租客%c", []rune("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉")[i]), Phone: fmt.Sprintf("+86138001380%02d", i),
			Document: identity.Document{Kind: identity.HomeReturn, Number: fmt.Sprintf("H000000%02d", i)}, Next: tenancy.MoreTenant}
		t.People = append(t.People, p)
	}
	t.People[3].Name = "阿卜杜热合曼·买买提依明·努尔艾合麦提江·阿布都克热木·吐尔逊江·艾尼瓦尔·玉素甫"
	t.People[19].Next = tenancy.NobodyElse
	t.Headcount = 20
	return t, c
}

// keep writes a file where it can be looked at and returns its path.
func keep(t *testing.T, name string, data []byte) string {
	t.Helper()
	dir := cmp.Or(os.Getenv("ZUJI_ARTEFACTS"), t.TempDir())
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).Output()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return string(out)
}

// read returns the text of each page and keeps a picture of each.
func read(t *testing.T, name string, data []byte) (pages []string) {
	t.Helper()
	path := keep(t, name+".pdf", data)
	run(t, "pdftoppm", "-r", "100", "-png", path, strings.TrimSuffix(path, ".pdf"))
	text := run(t, "pdftotext", "-raw", path, "-")
	return strings.Split(strings.TrimSuffix(text, "\f"), "\f")
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

func has(t *testing.T, text string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(squeeze(text), squeeze(w)) {
			t.Errorf("%q is not there", w)
		}
	}
}

func hasNot(t *testing.T, text string, unwanted ...string) {
	t.Helper()
	for _, w := range unwanted {
		if strings.Contains(squeeze(text), squeeze(w)) {
			t.Errorf("%q is there", w)
		}
	}
}

// codes returns what the QR codes in the picture of a page say.
func codes(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := keep(t, name+".pdf", data)
	run(t, "pdftoppm", "-r", "100", "-png", "-f", "1", "-l", "1", "-singlefile", path, strings.TrimSuffix(path, ".pdf")+"-code")
	return strings.TrimSpace(run(t, "zbarimg", "-q", "--raw", strings.TrimSuffix(path, ".pdf")+"-code.png"))
}
