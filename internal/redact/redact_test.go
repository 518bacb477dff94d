package redact

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

const secret = "1000000001:AAtest-only_not-a-token-000000000000000"

func TestText_MasksWhatIdentifies(t *testing.T) {
	for in, want := range map[string]string{
		"token " + secret + " end":             "token [token] end",
		"https://x/bot" + secret + "/getMe":    "https://x/bot[token]/getMe",
		"id 119999199001010012":                "id [document]",
		"证件号21999919900101018X，电话13800138000。": "证件号[document]，电话[phone]。",
		"21999919900101018x":                   "[document]",
		"119999 19900101 0012":                 "[document]",
		"１１９９９９１９９００１０１００１２":                   "[document]",
		"119999900101001":                      "[document]",
		"ABC119999199001":                      "[document]",
		"passport E12345678,EA1234567":         "passport [document],[document]",
		"e12345678":                            "[document]",
		"H12345678 M1234567890":                "[document] [document]",
		"138 0013 8000 / 138-0013-8000":        "[phone] / [phone]",
		"+8613800138000 008613800138000":       "[phone] [phone]",
		"+86 138 0013 8000":                    "[phone]",
		"135 13800138000":                      "135 [phone]",
		"１３８ ００１３ ８０００":                        "[phone]",
		`{"text":"13800138000"}`:               `{"text":"[phone]"}`,
	} {
		if got := Text(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

// What a log is read for stays.
func TestText_LeavesTheRest(t *testing.T) {
	for _, s := range []string{
		"", "registration 3-1-502", "update 123456789", "chat -1001234567890", "2026-03-31T08:09:10.123+08:00",
		"0xc000138001380", "3f13800138000ab", "1711843200000", "took 12.345678ms", "ZJ-20260331-0001", "E-ABCDEF",
		"10.0.0.5:6379", "12800138000", "1234567890123456789012",
	} {
		if got := Text(s); got != s {
			t.Errorf("%q becomes %q", s, got)
		}
	}
}

type card struct{ Number string }

type thing struct{ number string }

func (c thing) String() string { return c.number }

type hides struct{}

func (hides) LogValue() slog.Value { return slog.StringValue("13800138000") }

func TestHandler_MasksEveryPlaceOfARecord(t *testing.T) {
	const id, phone = "119999199001010012", "13800138000"
	for name, write := range map[string]func(*slog.Logger){
		"message":       func(l *slog.Logger) { l.Info("number " + id) },
		"string":        func(l *slog.Logger) { l.Info("x", "a", phone) },
		"number":        func(l *slog.Logger) { l.Info("x", "a", 13800138000) },
		"unsigned":      func(l *slog.Logger) { l.Info("x", "a", uint64(119999199001010012)) },
		"error":         func(l *slog.Logger) { l.Info("x", "a", fmt.Errorf("read: %w", errors.New(id))) },
		"stringer":      func(l *slog.Logger) { l.Info("x", "a", thing{id}) },
		"bytes":         func(l *slog.Logger) { l.Info("x", "a", []byte(id)) },
		"struct":        func(l *slog.Logger) { l.Info("x", "a", card{id}) },
		"list":          func(l *slog.Logger) { l.Info("x", "a", []string{phone}) },
		"map":           func(l *slog.Logger) { l.Info("x", "a", map[string]string{id: phone}) },
		"log value":     func(l *slog.Logger) { l.Info("x", "a", hides{}) },
		"group":         func(l *slog.Logger) { l.Info("x", slog.Group("g", "a", id, slog.Group("h", "b", hides{}))) },
		"with":          func(l *slog.Logger) { l.With("a", id).Info("x") },
		"with group":    func(l *slog.Logger) { l.WithGroup("g").With("a", phone).Info("x", "b", id) },
		"key":           func(l *slog.Logger) { l.Info("x", id, 1) },
		"standard log":  func(l *slog.Logger) { slog.NewLogLogger(l.Handler(), slog.LevelInfo).Print(id) },
		"name of group": func(l *slog.Logger) { l.WithGroup(id).Info("x", "a", 1) },
	} {
		t.Run(name, func(t *testing.T) {
			var text, json bytes.Buffer
			write(slog.New(New(slog.NewTextHandler(&text, nil))))
			write(slog.New(New(slog.NewJSONHandler(&json, nil))))
			for _, out := range []string{text.String(), json.String()} {
				if strings.Contains(out, id) || strings.Contains(out, phone) {
					t.Errorf("the log holds it: %s", out)
				}
				if !strings.Contains(out, "[document]") && !strings.Contains(out, "[phone]") {
					t.Errorf("nothing was masked: %s", out)
				}
			}
		})
	}
}

func TestHandler_KeepsLevelsTimesAndTypes(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelWarn})))
	log.Info("quiet")
	log.Warn("loud", "n", 42, "yes", true, "nothing", nil)
	text := out.String()
	if strings.Contains(text, "quiet") || !strings.Contains(text, `"n":42,"yes":true,"nothing":null`) {
		t.Errorf("the log is %s", text)
	}
}

type broken struct{ why *string }

func (b *broken) Error() string { return *b.why }

func TestHandler_AValueThatPanicsDoesNotEndTheProgram(t *testing.T) {
	var out bytes.Buffer
	var none *broken
	slog.New(New(slog.NewTextHandler(&out, nil))).Info("x", "error", none)
	if !strings.Contains(out.String(), "can't be shown") {
		t.Errorf("the log is %s", out.String())
	}
}

func FuzzText(f *testing.F) {
	f.Add("证件号21999919900101018X，电话13800138000。")
	f.Add("135 13800138000 " + secret)
	f.Fuzz(func(t *testing.T, s string) {
		got := Text(s)
		if again := Text(got); again != got {
			t.Errorf("%q becomes %q, and then %q", s, got, again)
		}
		for _, number := range []string{"119999199001010012", "13800138000"} {
			if !strings.Contains(s, number) && strings.Contains(Text(s+" "+number+"，"), number) {
				t.Errorf("%q hides %s", s, number)
			}
		}
	})
}
