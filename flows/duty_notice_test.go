package flows_test

import (
	"slices"
	"strings"
	"testing"

	"zuji/flows"
	"zuji/internal/address"
	"zuji/internal/form"
	"zuji/internal/invalid"
	"zuji/internal/tenancy"
	"zuji/locales"
)

// letHomes are the homes of the transcripts in which duty notices are sent: two
// of one landlord, and one that the desk entered.
var letHomes = map[address.Unit]int64{
	{Building: "3", Entrance: "1", Room: "502"}:   1001,
	{Building: "3", Entrance: "1", Room: "601"}:   1001,
	{Building: "12", Entrance: "2", Room: "1001"}: 0,
}

// reached are the receivers that letHomes make.
func reached(_ string, a tenancy.Audience) (r tenancy.Reach) {
	landlords := map[int64]bool{}
	for u, owner := range letHomes {
		if !strings.HasPrefix(u.Key(), a.Prefix()) {
			continue
		}
		if !slices.Contains(r.Buildings, u.Building) {
			r.Buildings = append(r.Buildings, u.Building)
		}
		if owner == 0 {
			r.Without = append(r.Without, u)
			continue
		}
		landlords[owner] = true
		r.Units++
	}
	r.Landlords = len(landlords)
	slices.SortFunc(r.Buildings, tenancy.CompareBuildings)
	return r
}

func TestNotice_BuildingsAreReadAsPeopleTypeThem(t *testing.T) {
	for typed, want := range map[string]string{
		"3": "3", "3栋": "3", "3号楼": "3", "三栋": "3", "３ 号": "3", "十二": "12", "12#": "12", "012": "12", "3座": "3",
		"4": "", "三十": "", "全部": "", "3-1-502": "", "": "",
	} {
		d := flows.NewNotice{Compound: "XF", Whom: tenancy.OneBuilding}
		s, err := flows.SendNotice(facts(), reached).Start("s1", d, "whom")
		if err != nil {
			t.Fatal(err)
		}
		res := flows.SendNotice(facts(), reached).Step(s, form.Event{Act: form.Answer, Text: typed})
		if got := flows.SendNotice(facts(), reached).Draft(res.Session).Building; got != want || (want == "") != (res.Prompt.Problem != nil) {
			t.Errorf("%q is building %q, %v; want %q", typed, got, res.Prompt.Problem, want)
		}
	}
}

func TestNotice_OwnParagraphIsHeldToTheRules(t *testing.T) {
	for typed, good := range map[string]bool{
		"12月5日检查燃气": true, "请核对您家的租期，快到期的来服务台续。": true, strings.Repeat("字", tenancy.MaxDutyParagraph): true,
		strings.Repeat("字", tenancy.MaxDutyParagraph+1): false, "有 怀 孕 的请报": false, "租客有没有小孩": false, "可疑的人要举报": false,
		"Report SUSPICIOUS people": false, "生。育情况": false, "租客 健康状况": false, "\u200b": false,
	} {
		d := flows.NewNotice{Compound: "XF", Whom: tenancy.WholeCompound}
		s, err := flows.SendNotice(facts(), reached).Start("s1", d, "whom")
		if err != nil {
			t.Fatal(err)
		}
		res := flows.SendNotice(facts(), reached).Step(s, form.Event{Act: form.Answer, Text: typed})
		if (res.Prompt.Problem == nil) != good {
			t.Errorf("%q: %v", typed, res.Prompt.Problem)
		}
	}
}

// The standard text names every duty with its law, gives a city's number only
// where it is known, and has nothing that Zuji does not ask.
func TestDutyText_SaysWhatTheLawSays(t *testing.T) {
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	zh, en := texts.In(locales.Chinese), texts.In(locales.English)
	city := facts().Compounds[0]
	for _, version := range tenancy.DutyNoticeVersions {
		text := zh.HTML(flows.DutyText(version, city))
		for _, want := range []string{version, "幸福花园", "30 天内", "3 个工作日内", "24 小时内", "身份证件原件", "厨房", "地下储藏室", "燃气", "不收", "110",
			"《商品房屋租赁管理办法》第14条", "《住房租赁条例》第8条", "《住房租赁条例》第37条", "《出境入境管理法》第39条", "《住房租赁条例》第9条", "《住房租赁条例》第7条", "《民法典》第945条", "《个人信息保护法》第10条"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %q", version, want)
			}
		}
		if word := tenancy.Forbidden(text); word != "" {
			t.Errorf("%s names %q", version, word)
		}
		city.City = tenancy.City{ReportDays: 7}
		if text := zh.HTML(flows.DutyText(version, city)); !strings.Contains(text, "7 天内") || !strings.Contains(text, "签合同后按规定") {
			t.Errorf("calendar days: %s", text)
		}
		city.City = tenancy.DefaultCity
		if zh, en := zh.HTML(flows.DutyText(version, city)), en.HTML(flows.DutyText(version, city)); !strings.Contains(zh, "按本市规定的时间") || strings.Contains(zh, "后 0") || strings.Contains(en, " 0 ") || !strings.Contains(en, "in the time your city sets") {
			t.Errorf("a city that is not known: %s\n%s", zh, en)
		}
	}
}

// A session that waits on the summary meets a register in which nobody lets any
// more: the unit is asked again, with the reason.
func TestNotice_UnitLetNoMoreIsAskedAgain(t *testing.T) {
	flow := flows.SendNotice(facts(), reached)
	s, err := flow.Start("s1", flows.NewNotice{Compound: "XF", Whom: tenancy.OneUnit, Unit: address.Unit{Building: "3", Entrance: "1", Room: "502"}}, "whom", "unit", "paragraph")
	if err != nil {
		t.Fatal(err)
	}
	if p := flow.Peek(s); p.Kind != form.Summary {
		t.Fatalf("asks %s", p.Field)
	}
	gone := flows.SendNotice(facts(), func(string, tenancy.Audience) tenancy.Reach { return tenancy.Reach{} })
	p := gone.Peek(s)
	if want := "problem." + invalid.New("notice_unit").Reason; p.Field != "unit" || p.Because == nil || p.Because.Key != want {
		t.Errorf("asks %q because %v", p.Field, p.Because)
	}
}
