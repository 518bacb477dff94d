package audit_test

import (
	"errors"
	"strings"
	"testing"

	"zuji/internal/audit"
	"zuji/internal/kv"
)

// Nothing that says who somebody is gets into the log, and no refusal repeats
// what was given.
func TestAppend_RefusesPersonalData(t *testing.T) {
	db := begun(t, 0)
	for what, text := range map[string]string{
		"phone":                    "13800138000",
		"phone in E.164":           "+8613800138000",
		"phone with country code":  "8613800138000",
		"phone in groups":          "138-0013-8000",
		"phone in groups of a key": "138.0013.8000",
		"phone with a word":        "tel.13800138000",
		"phone in a unit":          "138-0013-8000-",
		"landline":                 "0411-83612345",
		"landline without area":    "83612345",
		"short landline":           "8361234",
		"ID number":                "119999199001010012",
		"ID number with X":         "21999919900101018X",
		"ID number after a word":   "id.119999199001010012",
		"ID number of 15":          "119999900101001",
		"passport":                 "E12345678",
		"passport in lower case":   "e12345678",
		"new passport":             "EJ1234567",
		"HK permit":                "H12345678",
		"Taiwan permit":            "02234567",
		"permanent residence":      "ABC123456789012",
		"credit code":              "91210200MA0000000X",
		"birthday":                 "1990-01-01",
		"birthday without signs":   "19900101",
		"name":                     "王建国",
		"name among keys":          "tenancy.王建国",
		"unit in words":            "3号楼1单元502",
		"English name":             "Wang Jianguo",
		"sentence":                 "the tenant in 502 did not pay",
		"sentence without spaces":  "the_tenant_in_the_third_flat_did_not_pay",
		"long":                     strings.Repeat("word.", 20) + "word",
		"mail":                     "wang@example.com",
		"token":                    "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
		"user name":                "@wangjg",
		"HTML":                     "<b>",
		"line break":               "a\nb",
		"line break at the end":    "police\n",
		"separator alone":          "|",
		"part without text":        ".police",
		"nothing":                  "",
		"wide digits":              "１３８００１３８０００",
		"person without an id":     "person:",
		"person with a name":       "person:wang",
	} {
		e := entry(1)
		e.Act, e.Args = "audit.export", []string{text, "12"}
		refused(t, db, what+" as an arg", text, e)
		if text == "" {
			continue
		}
		e = entry(1)
		e.Subject = text
		refused(t, db, what+" as the subject", text, e)
		if text != ".police" {
			e = entry(1)
			e.Act = text
			refused(t, db, what+" as the act", text, e)
		}
		e = entry(1)
		e.Role = text
		refused(t, db, what+" as the role", text, e)
	}
	if got := list(t, db, audit.Filter{}); len(got.Entries) != 0 {
		t.Errorf("%d entries were let in", len(got.Entries))
	}
}

func refused(t *testing.T, db kv.Store, what, text string, e audit.Entry) {
	t.Helper()
	err := db.Update(t.Context(), func(tx kv.Tx) error { return audit.Append(tx, key, e) })
	if !errors.Is(err, audit.ErrNotKey) {
		t.Errorf("%s: %v", what, err)
		return
	}
	if len(text) > 4 && strings.Contains(err.Error(), text) {
		t.Errorf("%s: the error repeats it: %v", what, err)
	}
}

func TestAppend_TakesIdsAndKeys(t *testing.T) {
	db := begun(t, 0)
	for _, text := range []string{
		"QWERTYUIOPAS", "A2B3C4D5E6F7", "c1", "police", "head_consent", "ZJ-202611-0042-K", "3-1-502-", "3-1-502-main", "12A--1203-",
		"QWERTYUIOPAS|3-1-502-", "QWERTYUIOPAS.fire_check.20261231", "QWERTYUIOPAS|police|35", "registration.tenant_name",
		"0", "-3", "999999", "2026", "2026-11", "2026-11-23", "1.4.2", audit.Person(5123456789), audit.Person(13800138000000),
		strings.Repeat("0123456789abcdef", 4),
	} {
		e := entry(1)
		e.Act, e.Args, e.Subject = "audit.export", []string{text, "12"}, text
		update(t, db, func(tx kv.Tx) error { return audit.Append(tx, key, e) })
	}
	sound(t, db)
}

func TestAppend_RefusesWhatIsNotAnEntry(t *testing.T) {
	db := begun(t, 0)
	for what, change := range map[string]func(*audit.Entry){
		"no act":          func(e *audit.Entry) { e.Act = "" },
		"unknown act":     func(e *audit.Entry) { e.Act = "audit.tenancy.dance" },
		"no time":         func(e *audit.Entry) { e.At = audit.Entry{}.At },
		"too many args":   func(e *audit.Entry) { e.Args = []string{"1"} },
		"an arg too few":  func(e *audit.Entry) { e.Act = "audit.role.give" },
		"negative person": func(e *audit.Entry) { e.Who = -1001234567890 },
		"spoilt one":      func(e *audit.Entry) { e.Act = audit.Unreadable },
	} {
		e := entry(1)
		change(&e)
		if err := db.Update(t.Context(), func(tx kv.Tx) error { return audit.Append(tx, key, e) }); err == nil {
			t.Errorf("%s was let in", what)
		}
	}
}
