// Package demo serves the demonstration page: several people's private chats
// with the bot side by side, each looking and behaving like Telegram. It is
// built on the stand-in for Telegram and meant for loopback.
package demo

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"zuji/internal/standin"
)

// A Person is one column of the page. Name, Role and Hint may be keys of the
// page's texts; a string that is no key is shown as it stands.
type Person struct {
	ID   int64  // the person's Telegram id, known to the stand-in
	Name string // heads the column; its first letter is the avatar
	Role string // shown under the name
	Hint string // shown in the empty chat: what this person can do
}

// Options say how the page is served. The zero value works.
type Options struct {
	// Username is the bot's, without @. A link to t.me/<Username>?start=<payload>
	// opens in the chat it was pressed in.
	Username string
	// Texts are texts of the page by language ("zh", "en") and key. They win
	// over the page's own (texts.zh.json, texts.en.json).
	Texts map[string]map[string]string
	// Hosts are host names, without a port, that the page may be asked for
	// besides loopback. Every other Host header is refused (DNS rebinding).
	Hosts []string
	// Now is the time on the page's clock, and Skip lets it pass until the next
	// message that the bot sends unasked. Without Skip there is no clock.
	Now  func() time.Time
	Skip func(context.Context) (time.Time, error)
}

type demo struct {
	server *standin.Server
	people []Person
	page   page

	options Options
}

// New returns the page and its API. It panics when two people share an id,
// or when an embedded file is damaged. An event stream ends with the context
// of its request, so a server that is to shut down while pages are open needs
// a BaseContext that ends then.
func New(server *standin.Server, people []Person, o Options) http.Handler {
	d := &demo{server: server, people: people, page: newPage(people, o), options: o}
	seen := map[int64]bool{}
	for _, p := range people {
		if seen[p.ID] {
			panic(fmt.Sprintf("demo: two people with id %d", p.ID))
		}
		seen[p.ID] = true
	}
	mux := http.NewServeMux()
	assets := newAssets()
	mux.HandleFunc("GET /{$}", assets.index)
	mux.HandleFunc("GET /assets/{name}", assets.file)
	mux.HandleFunc("GET /page.json", d.pageJSON)
	mux.HandleFunc("GET /events", d.events)
	mux.HandleFunc("GET /file/{user}/{id}", d.file)
	mux.HandleFunc("POST /api/send", post(d, d.send))
	mux.HandleFunc("POST /api/start", post(d, d.start))
	mux.HandleFunc("POST /api/press", post(d, d.press))
	mux.HandleFunc("POST /api/contact", post(d, d.contact))
	mux.HandleFunc("POST /api/edit", post(d, d.edit))
	mux.HandleFunc("POST /api/delete", post(d, d.delete))
	mux.HandleFunc("POST /api/file", d.upload)
	if o.Skip != nil {
		mux.HandleFunc("POST /api/skip", d.skip)
	}
	return guard(mux, o.Hosts)
}

// client returns the app of a person who is on the page.
func (d *demo) client(user int64) (*standin.Client, bool) {
	for _, p := range d.people {
		if p.ID == user {
			return d.server.As(user), true
		}
	}
	return nil, false
}
