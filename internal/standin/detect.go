package standin

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// detectors are the entities that Telegram finds by itself, in order of
// precedence. Telegram knows every top-level domain; here an address without
// http:// counts only for t.me and telegram.me.
var detectors = []struct {
	kind, sign string // sign: a text without it has none
	re         *regexp.Regexp
}{
	{"url", ".", regexp.MustCompile(`(?i)(?:https?://[^\s/<>"]+\.[^\s<>"]*[^\s<>".,;:!?)，。；：！？）、]|\b(?:t|telegram)\.me/[A-Za-z0-9_?=&%+./-]*[A-Za-z0-9_=])`)},
	{"email", "@", regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}`)},
	{"mention", "@", regexp.MustCompile(`@[A-Za-z0-9_]{2,32}`)},
	{"bot_command", "/", regexp.MustCompile(`/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?`)},
	{"hashtag", "#", regexp.MustCompile(`#[\pL\pN_]*[\pL_][\pL\pN_]*`)},
}

// detect finds entities in text outside code, links and what it found before.
func detect(text string, have []Entity) []Entity {
	at := unitOffsets(text)
	taken := make([]bool, at[len(text)])
	for _, e := range have {
		switch e.Type {
		case "code", "pre", "text_link", "text_mention", "custom_emoji":
			take(taken[e.Offset : e.Offset+e.Length])
		}
	}
	var found []Entity
	for _, d := range detectors {
		if !strings.Contains(text, d.sign) {
			continue
		}
		for _, m := range d.re.FindAllStringIndex(text, -1) {
			from, to := at[m[0]], at[m[1]]
			if standsAlone(text, d.kind, m) && !slices.Contains(taken[from:to], true) {
				take(taken[from:to])
				found = append(found, Entity{Type: d.kind, Offset: from, Length: to - from})
			}
		}
	}
	return found
}

func take(units []bool) {
	for i := range units {
		units[i] = true
	}
}

// unitOffsets maps byte offsets of text, and its length, to UTF-16 offsets.
func unitOffsets(text string) []int {
	at := make([]int, len(text)+1)
	n := 0
	for i, r := range text {
		at[i] = n
		n += utf16Len(r)
	}
	at[len(text)] = n
	return at
}

// standsAlone checks the letters around a find: /cmd must not follow a letter,
// a slash or a <, and must not go on.
func standsAlone(text, kind string, at []int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:at[0]])
	after, _ := utf8.DecodeRuneInString(text[at[1]:])
	letter := func(r rune) bool {
		return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_')
	}
	switch kind {
	case "bot_command":
		return !letter(before) && before != '/' && before != '<' && before != '>' && !letter(after) && after != '/'
	case "mention", "hashtag":
		return !letter(before) && !letter(after)
	}
	return true
}

// userLink reads tg://user?id=<number>.
func userLink(link string) (int64, bool) {
	u, err := url.Parse(link)
	if err != nil || !strings.EqualFold(u.Scheme, "tg") || !strings.EqualFold(u.Host, "user") {
		return 0, false
	}
	id, err := strconv.ParseInt(u.Query().Get("id"), 10, 64)
	return id, err == nil && id > 0
}

// checkLink returns the link in full form, or why Telegram refuses it
// (LinkManager::check_link): schemes http, https, tg and ton; a host with a dot.
func checkLink(link string) (string, error) {
	wrong := func(why string) error { return fmt.Errorf("URL '%s' is invalid: %s", link, why) }
	if link == "" {
		return "", wrong("URL host is empty")
	}
	full := link
	if !strings.Contains(link, "://") {
		full = "http://" + link
	}
	u, err := url.Parse(full)
	if err != nil {
		return "", wrong("Wrong HTTP URL")
	}
	switch strings.ToLower(u.Scheme) {
	case "tg", "ton":
		return full, nil
	case "http", "https":
	default:
		return "", wrong("Unsupported URL protocol")
	}
	host := u.Hostname()
	if host == "" {
		return "", wrong("URL host is empty")
	}
	if !strings.Contains(strings.Trim(host, "."), ".") || strings.ContainsAny(host, " <>\"") {
		return "", wrong("Wrong HTTP URL")
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return u.String(), nil
}
