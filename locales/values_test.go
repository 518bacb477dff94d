package locales_test

import (
	"encoding/json"
	"testing"
	"time"

	"zuji/internal/calendar"
	"zuji/internal/form"
	"zuji/internal/tenancy"
	"zuji/locales"
)

func TestValues(t *testing.T) {
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	day := calendar.Date{Year: 2026, Month: time.November, Day: 23}
	for _, c := range []struct {
		v      any
		zh, en string
	}{
		{calendar.Date{Year: 2028, Month: time.February, Day: 29}, "2028年2月29日（周二）", "Tue 29 Feb 2028"},
		{calendar.Date{Year: 2027, Month: time.January, Day: 3}, "2027年1月3日（周日）", "Sun 3 Jan 2027"},
		{time.Date(2026, 12, 31, 16, 30, 0, 0, time.UTC), "2027年1月1日（周五） 00:30", "Fri 1 Jan 2027 00:30"},
		{day, "2026年11月23日（周一）", "Mon 23 Nov 2026"},
		{day.At(9, 5), "2026年11月23日（周一） 09:05", "Mon 23 Nov 2026 09:05"},
		{tenancy.Fen(350000), "¥3,500.00", "¥3,500.00"},
		{tenancy.Fen(1), "¥0.01", "¥0.01"},
		{tenancy.Fen(99999), "¥999.99", "¥999.99"},
		{tenancy.Fen(1_000_000_000), "¥10,000,000.00", "¥10,000,000.00"},
		{tenancy.Fen(123456789), "¥1,234,567.89", "¥1,234,567.89"},
		{tenancy.Area(2000), "20 ㎡", "20 ㎡"},
		{form.T("value.months", "N", 1), "1 个月", "1 month"},
		{form.T("value.months", "N", 12), "12 个月", "12 months"},
		{[]form.Text{form.T("document.passport"), form.T("document.resident_id")}, "外国护照、居民身份证", "Foreign passport, Resident ID card"},
		{form.T("value.any", "Value", "<i>a"), "&lt;i&gt;a", "&lt;i&gt;a"},
		{tenancy.Area(8950), "89.5 ㎡", "89.5 ㎡"},
		{"<b>&", "&lt;b&gt;&amp;", "&lt;b&gt;&amp;"},
	} {
		if zh, en := texts.In(locales.Chinese).Value(c.v), texts.In(locales.English).Value(c.v); zh != c.zh || en != c.en {
			t.Errorf("%v is written %q and %q, want %q and %q", c.v, zh, en, c.zh, c.en)
		}
	}
}

// Every month and weekday has its name, in every language.
func TestValues_EveryDayOfAYear(t *testing.T) {
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	for at := time.Date(2028, 1, 1, 12, 0, 0, 0, time.UTC); at.Year() == 2028; at = at.AddDate(0, 0, 1) {
		d := calendar.Date{Year: at.Year(), Month: at.Month(), Day: at.Day()}
		if got, want := texts.In(locales.English).Value(d), at.Format("Mon 2 Jan 2006"); got != want {
			t.Fatalf("%s is written %q, want %q", d, got, want)
		}
		week := []string{"日", "一", "二", "三", "四", "五", "六"}[at.Weekday()]
		if got, want := texts.In(locales.Chinese).Value(d), at.Format("2006年1月2日")+"（周"+week+"）"; got != want {
			t.Fatalf("%s is written %q, want %q", d, got, want)
		}
	}
}

func TestPlain_HasNoMarkupAndNoEscapes(t *testing.T) {
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	w := texts.In(locales.English)
	heard := form.T("prompt.heard", "Label", "A & B", "Value", "1 < 2")
	if got := w.Plain(heard); got != "✓ A & B: 1 < 2" {
		t.Errorf("plain: %q", got)
	}
	if got := w.HTML(heard); got != "✓ A &amp; B: <b>1 &lt; 2</b>" {
		t.Errorf("HTML: %q", got)
	}
}

func TestIn_AnUnknownLanguageIsChinese(t *testing.T) {
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	if w := texts.In("tlh"); w.Language != locales.Chinese {
		t.Errorf("written in %s", w.Language)
	}
	if texts.Has("no.such_text") {
		t.Error("a text that nobody wrote is there")
	}
}

func TestHTML_NumbersSurviveJSON(t *testing.T) {
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(form.T("registration.tenant_name.label", "N", 2))
	if err != nil {
		t.Fatal(err)
	}
	var back form.Text
	if err := json.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}
	if got := texts.In(locales.Chinese).HTML(back); got != "第2位租客姓名" {
		t.Errorf("after JSON the text is %q", got)
	}
}
