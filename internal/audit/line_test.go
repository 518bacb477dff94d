package audit_test

import (
	"strings"
	"testing"
	"time"

	"zuji/internal/audit"
	"zuji/internal/form"
	"zuji/locales"
)

func writer(t *testing.T, l locales.Language) locales.Writer {
	t.Helper()
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	return texts.In(l)
}

func TestLine(t *testing.T) {
	late := time.Date(2026, 11, 22, 16, 5, 0, 0, time.UTC) // after midnight in Shanghai
	for _, c := range []struct {
		entry        audit.Entry
		who, subject any
		zh, en       string
	}{
		{audit.Entry{At: late, Who: 5123456789, Role: "manager", Act: "audit.tenancy.reveal", Subject: "QWERTYUIOPAS"}, nil, nil,
			"2026-11-23 00:05 物业 5123456789 查看了登记 QWERTYUIOPAS 的完整号码",
			"2026-11-23 00:05 manager 5123456789 looked at the full numbers in registration QWERTYUIOPAS"},
		{audit.Entry{At: late, Who: 5123456789, Role: "admin", Act: "audit.role.change", Subject: audit.Person(77), Args: []string{"manager", "reader", "QWERTYUIOPAS"}}, nil, nil,
			"2026-11-23 00:05 管理员 5123456789 把 用户 77 从社区工作人员改为物业（小区 QWERTYUIOPAS）",
			"2026-11-23 00:05 administrator 5123456789 changed the role of user 77 from committee reader to manager (compound QWERTYUIOPAS)"},
		{audit.Entry{At: late, Who: 1, Act: "audit.role.give", Subject: audit.Person(77), Args: []string{"admin", audit.AllCompounds}}, nil, nil,
			"2026-11-23 00:05 用户 1 让 用户 77 当了管理员（所有小区）", "2026-11-23 00:05 user 1 gave user 77 the role administrator (all compounds)"},
		{audit.Entry{At: late, Act: "audit.retention.run", Args: []string{"drafts", "12"}}, nil, nil,
			"2026-11-23 00:05 系统 清理了到期资料（drafts，12 条）", "2026-11-23 00:05 Zuji cleared data whose time was up (drafts: 12)"},
		{audit.Entry{At: late, Who: 1, Act: "audit.register.extract", Subject: "c1", Args: []string{"police", "35"}}, "陈 <主任>", form.T("audit.as.manager"),
			"2026-11-23 00:05 陈 <主任> 从小区 物业 的登记簿提取了 35 条，交给派出所", "2026-11-23 00:05 陈 <主任> took rows out of the register of compound manager for the police station (rows: 35)"},
		{audit.Entry{Seq: 12, Act: audit.Unreadable}, nil, nil, "⚠️ 第 12 条记录已损坏，读不出来。请检查操作记录。", "⚠️ Entry 12 is damaged and cannot be read. Please check the log."},
	} {
		line := c.entry.Line(c.who, c.subject)
		if got := writer(t, locales.Chinese).Plain(line); got != c.zh {
			t.Errorf("got  %s\nwant %s", got, c.zh)
		}
		if got := writer(t, locales.English).Plain(line); got != c.en {
			t.Errorf("got  %s\nwant %s", got, c.en)
		}
		if got := writer(t, locales.English).HTML(line); strings.Contains(got, "<主任>") {
			t.Errorf("not escaped: %s", got)
		}
	}
}

// Every act can be shown in full, in one line, in every language.
func TestLine_EveryActHasItsText(t *testing.T) {
	for act, names := range audit.Acts {
		e := audit.Entry{Seq: 3, At: noon, Who: 5123456789, Role: "admin", Act: act, Subject: "QWERTYUIOPAS"}
		for i := range names {
			e.Args = append(e.Args, string(rune('1'+i)))
		}
		for _, l := range locales.All {
			got := writer(t, l).HTML(e.Line(nil, nil))
			if !strings.Contains(got, "5123456789") || strings.Contains(got, "no value") || strings.ContainsAny(got, "\n{") || strings.HasSuffix(got, act) {
				t.Errorf("%s in %s: %q", act, l, got)
			}
			for i, name := range names {
				if plain := writer(t, l).Plain(e.Line("who", "subject")); !strings.Contains(strings.TrimPrefix(plain, "2026-11-23 12:00"), e.Args[i]) {
					t.Errorf("%s in %s does not show %s: %q", act, l, name, plain)
				}
			}
		}
	}
	for _, r := range audit.Roles {
		if got := writer(t, locales.Chinese).Plain(audit.Entry{Who: 1, Role: r}.ShowWho()); strings.Contains(got, r) {
			t.Errorf("%s has no text: %s", r, got)
		}
	}
}

func TestFault_Show(t *testing.T) {
	for _, w := range []audit.Wrong{audit.Missing, audit.CutOff, audit.Changed, audit.Moved, audit.Inserted, audit.HeadGone, audit.Rewritten, audit.Replaced, audit.TooOld} {
		for _, l := range locales.All {
			one := writer(t, l).HTML(audit.Fault{Wrong: w, First: 41, Last: 41}.Show())
			many := writer(t, l).HTML(audit.Fault{Wrong: w, First: 41, Last: 43}.Show())
			if one == "" || strings.Contains(one+many, "no value") || strings.Contains(one, "–") {
				t.Errorf("%s in %s: %q, %q", w, l, one, many)
			}
			if w != audit.HeadGone && (!strings.Contains(one, "41") || !strings.Contains(many, "43")) {
				t.Errorf("%s in %s does not say which: %q, %q", w, l, one, many)
			}
		}
	}
}
