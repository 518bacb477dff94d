package demo

import (
	"embed"
	"encoding/json"
	"maps"
	"net/http"
	"time"
)

//go:embed texts.*.json
var textFiles embed.FS

// languages in the order of the page's switch; the first is the page's own.
var languages = []string{"zh", "en"}

// page is what the script needs to know before it can draw anything.
type page struct {
	Username  string                       `json:"username"`
	Languages []string                     `json:"languages"`
	Texts     map[string]map[string]string `json:"texts"`
	People    []column                     `json:"people"`
	Now       *time.Time                   `json:"now,omitempty"` // on its clock; nil: it has none
}

type column struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	Role string `json:"role"`
	Hint string `json:"hint"`
}

func newPage(people []Person, o Options) page {
	p := page{Username: o.Username, Languages: languages, Texts: map[string]map[string]string{}}
	for _, lang := range languages {
		p.Texts[lang] = ownTexts(lang)
		maps.Copy(p.Texts[lang], o.Texts[lang])
	}
	for _, one := range people {
		p.People = append(p.People, column(one))
	}
	return p
}

// ownTexts returns the page's own texts in one language.
func ownTexts(lang string) map[string]string {
	b, err := textFiles.ReadFile("texts." + lang + ".json")
	if err != nil {
		panic("demo: " + err.Error())
	}
	var texts map[string]string
	if err := json.Unmarshal(b, &texts); err != nil {
		panic("demo: texts." + lang + ".json: " + err.Error())
	}
	return texts
}

func (d *demo) pageJSON(w http.ResponseWriter, _ *http.Request) {
	p := d.page
	if d.options.Skip != nil {
		now := d.options.Now()
		p.Now = &now
	}
	reply(w, p)
}
