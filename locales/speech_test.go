package locales_test

import (
	"strings"
	"testing"

	"zuji/internal/form"
	"zuji/locales"
)

func TestMatch(t *testing.T) {
	for code, want := range map[string]locales.Language{
		"zh": "zh-Hans", "zh-hans": "zh-Hans", "zh-TW": "zh-Hans", "zh-hant-raw": "zh-Hans", "classic-zh-cn": "zh-Hans", "yue": "zh-Hans", "": "zh-Hans",
		"zh-CN": "zh-Hans", "ZH-hans": "zh-Hans", "Yue-HK": "zh-Hans", "EN": "en", "en": "en", "en-GB": "en", "ru": "en",
	} {
		if got := locales.Match(code); got != want {
			t.Errorf("Match(%q) = %s, want %s", code, got, want)
		}
	}
}

func TestSays(t *testing.T) {
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	for said, key := range map[string]string{
		"上一步": "action.back", "上一步！": "action.back", "返回": "action.back", "BACK": "action.back", " 跳过。": "action.skip", "ｓｋｉｐ": "action.skip",
		"SKIP": "action.skip", "Go back": "action.back", "✖️ 取消": "action.cancel", "暂存": "action.save", "取消": "action.cancel", "cancel": "action.cancel", "没有了": "registration.others.option.none", "房东本人": "registration.role.option.owner",
	} {
		if !texts.Says(said)(form.T(key)) {
			t.Errorf("%q does not say %s", said, key)
		}
	}
	for _, said := range []string{"", "！", "上一", "王建国"} {
		if texts.Says(said)(form.T("action.back")) {
			t.Errorf("%q says action.back", said)
		}
	}
}

// A label's own values count: a typed number is an option's label in any width.
func TestSays_LabelsWithValues(t *testing.T) {
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	for said, label := range map[string]form.Text{
		"２": form.T("value.any", "Value", "2"), "24个月": form.T("value.months", "N", 24), "24 Months": form.T("value.months", "N", 24),
		"第２位租客姓名": form.T("registration.tenant_name.label", "N", 2), "tenant 2’s name": form.T("registration.tenant_name.label", "N", 2),
	} {
		if !texts.Says(said)(label) {
			t.Errorf("%q does not say %s", said, label.Key)
		}
		if texts.Says(said + "x")(label) {
			t.Errorf("%q says %s", said+"x", label.Key)
		}
	}
}

// Words are for labels, and no word means two of the buttons that can stand on
// the screen together.
func TestWords_MeanOneButton(t *testing.T) {
	meant := map[string]string{}
	for _, l := range locales.All {
		m := messages(t, l)
		for key, words := range m {
			label, ok := strings.CutPrefix(key, "words.")
			if !ok {
				continue
			}
			if m[label] == "" {
				t.Errorf("words for %s, which is no label", label)
			}
			if !strings.HasPrefix(label, "action.") {
				continue
			}
			for word := range strings.SplitSeq(words, ",") {
				if other, ok := meant[word]; ok && other != label {
					t.Errorf("%q means %s and %s", word, other, label)
				}
				meant[word] = label
			}
		}
	}
	if len(meant) < 40 {
		t.Errorf("only %d words were read", len(meant))
	}
}

// Discarding cannot be undone and its words count at every question: what may
// well be an answer ("anybody else?" – "不要了") is none of them.
func TestWords_AnAnswerDiscardsNothing(t *testing.T) {
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, said := range []string{"不要了", "没有了", "删掉", "删除", "不用了", "算了", "no", "no more", "delete", "delete it", "drop", "remove", "cancel"} {
		if texts.Says(said)(form.T("action.discard")) {
			t.Errorf("%q discards the draft", said)
		}
	}
	for _, said := range []string{"放弃", "放弃草稿", "discard"} {
		if !texts.Says(said)(form.T("action.discard")) {
			t.Errorf("%q does not discard the draft", said)
		}
	}
}
