package bot

import (
	"errors"
	"fmt"
	"unicode/utf16"

	"zuji/flows"
	"zuji/internal/form"
	"zuji/internal/registry"
	"zuji/internal/remind"
	"zuji/internal/tenancy"
	"zuji/locales"
)

// Telegram's limits for what Zuji sends.
const (
	maxMessage     = 4096 // UTF-16 units
	maxDescription = 256  // of a command
)

// Check holds all declared flows against the texts and Telegram's limits. It is
// run at every start: a missing text or a button that Telegram would refuse is
// found before anybody sees it.
func Check(texts *locales.Texts) error {
	var wrong []error
	fail := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	needed, buttons := flows.Needs(flows.Facts{})
	seen := map[string]bool{}
	for _, t := range needed {
		if seen[t.Key] {
			continue // the forms of twenty people ask the same again and again
		}
		seen[t.Key] = true
		if !texts.Has(t.Key) {
			fail("text %s is missing", t.Key)
			continue
		}
		for _, l := range locales.All {
			if n := len(utf16.Encode([]rune(texts.In(l).Plain(t)))); n > maxMessage/2 {
				fail("text %s is too long in %s: %d", t.Key, l, n)
			}
		}
	}
	for _, b := range buttons {
		b.Session, b.Rev = newID(), 36*36*36-1
		data := formData(b)
		if back, ok := parseForm(data); !ok || back != b {
			fail("button %q does not fit %d bytes", data, maxCallback)
		}
	}
	for _, c := range commandList() {
		for _, l := range locales.All {
			if n := len(texts.In(l).Plain(form.T("command." + c.name))); n == 0 || n > maxDescription {
				fail("description of /%s is empty or too long in %s", c.name, l)
			}
		}
	}
	for _, s := range tenancy.States {
		if !texts.Has("state." + string(s)) {
			fail("text state.%s is missing", s)
		}
	}
	for _, r := range remind.Rules {
		if !texts.Has("remind." + string(r.Kind)) {
			fail("text remind.%s is missing", r.Kind)
		}
	}
	for _, k := range registry.NoticeKinds {
		if !texts.Has("failed.kind." + string(k)) {
			fail("text failed.kind.%s is missing", k)
		}
	}
	return errors.Join(wrong...)
}
