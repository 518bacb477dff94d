package demo

import (
	"embed"
	"net/http"
	"path"
)

//go:embed assets
var assetFiles embed.FS

// assetTypes are fixed here, because a machine's own table may call a script
// text/plain (Windows), and then no browser runs it as a module.
var assetTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
}

type assets map[string][]byte

func newAssets() assets {
	entries, err := assetFiles.ReadDir("assets")
	if err != nil {
		panic("demo: " + err.Error())
	}
	a := assets{}
	for _, e := range entries {
		b, err := assetFiles.ReadFile("assets/" + e.Name())
		if err != nil {
			panic("demo: " + err.Error())
		}
		a[e.Name()] = b
	}
	return a
}

func (a assets) index(w http.ResponseWriter, r *http.Request) { a.write(w, r, "index.html") }

func (a assets) file(w http.ResponseWriter, r *http.Request) { a.write(w, r, r.PathValue("name")) }

func (a assets) write(w http.ResponseWriter, r *http.Request, name string) {
	b, ok := a[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", assetTypes[path.Ext(name)])
	w.Write(b)
}
