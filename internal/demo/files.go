package demo

import (
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// fileTypes are the kinds the bot hands out; everything else is only saved.
var fileTypes = map[string]string{
	".pdf":  "application/pdf",
	".csv":  "text/csv; charset=utf-8",
	".ics":  "text/calendar; charset=utf-8",
	".txt":  "text/plain; charset=utf-8",
	".json": "application/json",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

// file hands out a file of a chat. Only pictures and PDF open in the browser:
// anything else could be a document with a script in this page's origin.
func (d *demo) file(w http.ResponseWriter, r *http.Request) {
	user, _ := strconv.ParseInt(r.PathValue("user"), 10, 64)
	client, ok := d.client(user)
	if !ok {
		http.NotFound(w, r)
		return
	}
	name, data, err := client.File(r.PathValue("id"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	kind, inline := fileKind(name, data)
	how := "attachment"
	if inline && !r.URL.Query().Has("save") {
		how = "inline"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", mime.FormatMediaType(how, map[string]string{"filename": path.Base(name)}))
	w.Header().Set("Cache-Control", "private, max-age=3600")
	w.Write(data)
}

// fileKind returns the media type of a file and whether the browser may show it.
func fileKind(name string, data []byte) (kind string, inline bool) {
	switch kind := http.DetectContentType(data); kind {
	case "image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf":
		return kind, true
	}
	if kind, ok := fileTypes[strings.ToLower(path.Ext(name))]; ok {
		return kind, false
	}
	return "application/octet-stream", false
}
