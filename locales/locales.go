// Package locales holds every text that a person reads, in Simplified Chinese
// and English, and writes dates and amounts the way each language does.
package locales

import (
	"embed"
	"fmt"
	"html"
	"io/fs"
	"log/slog"
	"regexp"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"zuji/internal/form"
)

// A file holds one subject in one language: <subject>.<language>.toml.
//
//go:embed *.toml
var files embed.FS

// A Language is one that Zuji speaks.
type Language string

// The languages. Chinese comes first: it is the one texts are written in.
const (
	Chinese Language = "zh-Hans"
	English Language = "en"
)

// All are the languages that Zuji speaks.
var All = []Language{Chinese, English}

// Match returns the language for a Telegram language code: Chinese for every
// kind of Chinese and where the code is missing, English otherwise.
func Match(code string) Language {
	code = strings.ToLower(code)
	if code == "" || strings.HasPrefix(code, "zh") || strings.HasPrefix(code, "yue") || strings.Contains(code, "zh-") {
		return Chinese
	}
	return English
}

// Valid reports whether l is one of All.
func (l Language) Valid() bool { return l == Chinese || l == English }

// Texts are all texts in all languages.
type Texts struct {
	localizers map[Language]*i18n.Localizer
	words      map[string][]string            // by message key, in all languages, folded; labels without values too
	fixed      map[Language]map[string]string // texts without values
	keys       map[Language]map[string]bool
}

// Load reads the embedded texts.
func Load() (*Texts, error) {
	bundle := i18n.NewBundle(language.MustParse(string(Chinese)))
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	t := &Texts{localizers: map[Language]*i18n.Localizer{}, words: map[string][]string{}, fixed: map[Language]map[string]string{}, keys: map[Language]map[string]bool{}}
	for _, l := range All {
		t.keys[l], t.fixed[l] = map[string]bool{}, map[string]string{}
		names, _ := fs.Glob(files, "*."+string(l)+".toml")
		for _, name := range names {
			file, err := bundle.LoadMessageFileFS(files, name)
			if err != nil {
				return nil, fmt.Errorf("texts %s: %w", name, err)
			}
			if err := t.add(l, file.Messages); err != nil {
				return nil, fmt.Errorf("texts %s: %w", name, err)
			}
		}
		t.localizers[l] = i18n.NewLocalizer(bundle, string(l))
	}
	return t, nil
}

// add notes the keys of one file and the words that people type.
func (t *Texts) add(l Language, messages []*i18n.Message) error {
	for _, m := range messages {
		if t.keys[l][m.ID] {
			return fmt.Errorf("%s is there twice", m.ID)
		}
		t.keys[l][m.ID] = true
		if key, ok := strings.CutPrefix(m.ID, "words."); ok {
			for word := range strings.SplitSeq(m.Other, ",") {
				t.words[key] = append(t.words[key], fold(word))
			}
		}
		if !strings.Contains(m.Other, "{{") {
			t.fixed[l][m.ID] = m.Other
			if len(m.Other) <= longestLabel {
				t.words[m.ID] = append(t.words[m.ID], fold(plain(m.Other)))
			}
		}
	}
	return nil
}

// longestLabel is more bytes than any button has.
const longestLabel = 160

// In returns the writer of one language.
func (t *Texts) In(l Language) Writer {
	if !l.Valid() {
		l = Chinese
	}
	return Writer{texts: t, Language: l}
}

// A Writer writes texts in one language.
type Writer struct {
	texts    *Texts
	Language Language
}

// HTML writes t in Telegram's HTML, with every value escaped.
func (w Writer) HTML(t form.Text) string { return w.write(t, html.EscapeString) }

var markup = regexp.MustCompile(`</?(b|i|u|s|code|pre|blockquote|a)( [^>]*)?>`)

// Plain writes t without markup, for buttons and toasts.
func (w Writer) Plain(t form.Text) string {
	return plain(w.write(t, func(s string) string { return s }))
}

func plain(text string) string {
	if !strings.Contains(text, "<") {
		return text
	}
	return markup.ReplaceAllString(text, "")
}

func (w Writer) write(t form.Text, escape func(string) string) string {
	if text, ok := w.texts.fixed[w.Language][t.Key]; ok {
		return text
	}
	data := make(map[string]any, len(t.Args))
	for name, v := range t.Args {
		switch v := v.(type) {
		case int, bool:
			data[name] = v
		case float64: // a number that has been through JSON
			data[name] = int(v)
		default:
			data[name] = w.value(v, escape)
		}
	}
	text, err := w.texts.localizers[w.Language].Localize(&i18n.LocalizeConfig{MessageID: t.Key, TemplateData: data})
	if err != nil {
		slog.Error("text is missing", "key", t.Key, "language", string(w.Language))
		if text == "" {
			return t.Key
		}
	}
	return text
}

// Has reports whether every language has a text for key.
func (t *Texts) Has(key string) bool {
	for _, l := range All {
		if !t.keys[l][key] {
			return false
		}
	}
	return true
}
