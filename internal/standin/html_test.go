package standin

import (
	"html"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func bold(o, l int) Entity { return Entity{Type: "bold", Offset: o, Length: l} }

// The cases follow tdlib's own test of parse_html (test/message_entities.cpp).
func TestParseHTML(t *testing.T) {
	link := func(o, l int, url string) Entity { return Entity{Type: "text_link", Offset: o, Length: l, URL: url} }
	kind := func(k string, o, l int) Entity { return Entity{Type: k, Offset: o, Length: l} }
	for _, c := range []struct {
		src, text string
		ents      []Entity
	}{
		{"", "", nil},
		{"&ge;&lt;&gt;&amp;&quot;&laquo;&#12345678;", "&ge;<>&\"&laquo;&#12345678;", nil},
		{"&#x4e2d;&#22269;&lt", "中国<", nil},
		{"a & b", "a & b", nil},
		{"➡️<b>➡️ ➡️</b>", "➡️➡️ ➡️", []Entity{bold(2, 5)}},
		{"🏟<strong>🏟 &lt🏟</strong>", "🏟🏟 <🏟", []Entity{bold(2, 6)}},
		{"<i>1<b x = y>2</b></i>", "12", []Entity{kind("italic", 0, 2), bold(1, 1)}},
		{"<em>1</em><u>2</u><ins>3</ins>", "123", []Entity{kind("italic", 0, 1), kind("underline", 1, 1), kind("underline", 2, 1)}},
		{"<s>1</s><strike>2</strike><del>3</del>", "123", []Entity{kind("strikethrough", 0, 1), kind("strikethrough", 1, 1), kind("strikethrough", 2, 1)}},
		{"<i aba  =  190azAz-.>a</i>", "a", []Entity{kind("italic", 0, 1)}},
		{"<i aba='&lt;&gt;'>a</>", "a", []Entity{kind("italic", 0, 1)}},
		{"<I>a</i   >", "a", []Entity{kind("italic", 0, 1)}},
		{"x<b></b>", "x", nil},
		{"<span class = \"tg-spoiler\">x</span><tg-spoiler>y</tg-spoiler>", "xy", []Entity{kind("spoiler", 0, 1), kind("spoiler", 1, 1)}},
		{"<a href=telegram.org>x</a>", "x", []Entity{link(0, 1, "http://telegram.org/")}},
		{"<a   href=  'telegram.org?&lt;'   >x</a>", "x", []Entity{link(0, 1, "http://telegram.org/?<")}},
		{"<a href=\"tg://user?id=77\">x</a>", "x", []Entity{{Type: "text_mention", Length: 1, User: 77}}},
		{"<a>telegram.org</a>", "telegram.org", []Entity{link(0, 12, "http://telegram.org/")}},
		{"<a>telegram.org </a>", "telegram.org ", nil},
		{"<a href='javascript:x'>x</a><a>y</a>", "xy", nil},
		{"<pre>x</pre><code>y</code>", "xy", []Entity{kind("pre", 0, 1), kind("code", 1, 1)}},
		{"<pre><code>x</code></>", "x", []Entity{kind("pre", 0, 1), kind("code", 0, 1)}},
		{"<pre><code class=\"language-go\">x</></>", "x", []Entity{{Type: "pre", Length: 1, Language: "go"}}},
		{"<code class=\"language-go\"><pre>x</></>", "x", []Entity{{Type: "pre", Length: 1, Language: "go"}}},
		{"<pre><code class=\"language-go\">x</> </>", "x ", []Entity{kind("pre", 0, 2), kind("code", 0, 1)}},
		{"<tg-emoji emoji-id=\"54321\">👍</tg-emoji>", "👍", []Entity{{Type: "custom_emoji", Length: 2, CustomEmojiID: "54321"}}},
		{"<blockquote cite=\"\" x y z3>a</>", "a", []Entity{kind("blockquote", 0, 1)}},
		{"<blockquote expandable asd>a</>", "a", []Entity{kind("expandable_blockquote", 0, 1)}},
		{"<blockquote expandable=false>a</>", "a", []Entity{kind("expandable_blockquote", 0, 1)}},
	} {
		text, ents, err := parseHTML(c.src)
		if err != nil || text != c.text || !reflect.DeepEqual(ents, c.ents) {
			t.Errorf("%s: %q %v %v, want %q %v", c.src, text, ents, err, c.text, c.ents)
		}
	}
}

func TestParseHTML_Refuses(t *testing.T) {
	for src, want := range map[string]string{
		"&#57311;":                         "Text contains invalid Unicode characters after decoding HTML entities",
		"🏟 🏟&lt;<abacaba":                  "Unclosed start tag at byte offset 13",
		"🏟 🏟&lt;<abac aba>":                "Unsupported start tag \"abac\" at byte offset 13",
		"🏟 🏟&lt;<i   =aba>":                "Empty attribute name in the tag \"i\" at byte offset 13",
		"🏟 🏟&lt;<i    aba>":                "Can't find end tag corresponding to start tag \"i\"",
		"🏟 🏟&lt;<i    aba  =  ":            "Unclosed start tag \"i\" at byte offset 13",
		"🏟 🏟&lt;<i    aba  =  190azAz-.,":  "Unexpected end of name token at byte offset 27",
		"🏟 🏟&lt;<i    aba  =  \"&lt;&gt;>": "Unclosed start tag at byte offset 13",
		"🏟 🏟&lt;</":                        "Unexpected end tag at byte offset 13",
		"🏟 🏟&lt;<b></b></":                 "Unexpected end tag at byte offset 20",
		"🏟 🏟&lt;<i>a</i   ":                "Unclosed end tag at byte offset 17",
		"🏟 🏟&lt;<i>a</em   >":              "Unmatched end tag at byte offset 17, expected \"</i>\", found \"</em>\"",
		"<script>":                         "Unsupported start tag \"script\" at byte offset 0",
		"<span>a</span>":                   "Tag \"span\" must have class \"tg-spoiler\" at byte offset 0",
		"<tg-emoji emoji-id=x>a</>":        "Invalid custom emoji identifier specified",
		"1 < 2":                            "Unsupported start tag \"\" at byte offset 2",
		"1 <2>":                            "Unsupported start tag \"2\" at byte offset 2",
		"<br>":                             "Unsupported start tag \"br\" at byte offset 0",
	} {
		_, _, err := parseHTML(src)
		if err == nil {
			t.Errorf("%s: no error, want %s", src, want)
		} else if !strings.HasPrefix(err.text, "Bad Request: can't parse entities: "+want) {
			t.Errorf("%s: %s, want %s", src, err.text, want)
		}
	}
}

// FuzzParseHTML: never panics; entities lie inside the text; escaped text
// comes back as it was.
func FuzzParseHTML(f *testing.F) {
	for _, s := range []string{"<b>x</b>", "<a href='t.me/x'>y</a>", "&#x41;&amp", "<pre><code class=\"language-x\">", "<i a=b c>", "</", "<i\x00>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		if !utf8.ValidString(src) {
			return
		}
		if text, ents, err := parseHTML(src); err == nil {
			done := finish(text, ents)
			checkInside(t, text, ents)
			checkInside(t, done.text, done.entities)
		}
		text, ents, err := parseHTML(html.EscapeString(src))
		if err != nil || text != src || len(ents) != 0 {
			t.Errorf("escaped %q came back as %q %v %v", src, text, ents, err)
		}
	})
}

func checkInside(t *testing.T, text string, ents []Entity) {
	t.Helper()
	n := units(text)
	for _, e := range ents {
		if e.Offset < 0 || e.Length <= 0 || e.Offset+e.Length > n {
			t.Errorf("entity %+v outside of %q (%d units)", e, text, n)
		}
	}
}
