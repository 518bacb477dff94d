package standin

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// maxBody is the largest request that is read: 50 MB of file and some fields.
const maxBody = 52 << 20

// params are the parameters of a request, all as text, as Telegram keeps them:
// a JSON object stands as its JSON, a number as its digits.
type params struct {
	text  map[string]string
	files map[string]*Upload
}

var errTooLarge = errors.New("request entity too large")

// readParams takes the parameters from the query string and the body.
func readParams(r *http.Request) (params, error) {
	p := params{text: map[string]string{}, files: map[string]*Upload{}}
	if r.URL.RawQuery != "" {
		p.addForm(r.URL.RawQuery)
	}
	if r.Method != http.MethodPost || r.Body == nil {
		return p, nil
	}
	if r.ContentLength > maxBody {
		return p, errTooLarge
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return p, err
	}
	if len(body) > maxBody {
		return p, errTooLarge
	}
	return p, p.addBody(r.Header.Get("Content-Type"), body)
}

// addBody decodes a body. An empty one is well formed whatever its type says,
// since clients send multipart without parts for calls without parameters.
func (p *params) addBody(contentType string, body []byte) error {
	if len(body) == 0 {
		return nil
	}
	kind, opts, _ := mime.ParseMediaType(contentType)
	switch kind {
	case "application/json":
		return p.addJSON(body)
	case "application/x-www-form-urlencoded":
		p.addForm(string(body))
	case "multipart/form-data":
		return p.addMultipart(body, opts["boundary"])
	}
	return nil
}

func (p *params) addForm(form string) {
	values, _ := url.ParseQuery(form) // broken pairs are left out, as Telegram does
	for k, v := range values {
		p.text[k] = v[len(v)-1]
	}
}

func (p *params) addJSON(body []byte) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return errors.New("can't parse request body as a JSON object")
	}
	for k, v := range fields {
		switch {
		case bytes.Equal(v, []byte("null")):
		case v[0] == '"':
			var s string
			if err := json.Unmarshal(v, &s); err != nil {
				return err
			}
			p.text[k] = s
		default:
			p.text[k] = string(v)
		}
	}
	return nil
}

func (p *params) addMultipart(body []byte, boundary string) error {
	if boundary == "" {
		return errors.New("boundary of multipart/form-data not found")
	}
	parts := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return errors.New("can't parse multipart/form-data")
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return errors.New("can't parse multipart/form-data")
		}
		if name := part.FileName(); name != "" {
			p.files[part.FormName()] = &Upload{Name: name, Size: int64(len(data)), mime: part.Header.Get("Content-Type"), data: data}
		} else if k := part.FormName(); k != "" {
			p.text[k] = string(data)
		}
	}
}

// integer reads a number as Telegram does: what is no number counts as 0.
func (p params) integer(name string) int {
	n, _ := strconv.Atoi(strings.TrimSpace(p.text[name]))
	return n
}

// clamped reads a number and forces it between lo and hi.
func (p params) clamped(name string, def, lo, hi int) int {
	if p.text[name] == "" {
		return def
	}
	return min(max(p.integer(name), lo), hi)
}

func (p params) truth(name string) bool {
	switch strings.ToLower(strings.TrimSpace(p.text[name])) {
	case "true", "yes", "1":
		return true
	}
	return false
}

// decoded returns the parameters for a Call: typed where the method says how.
func (p params) decoded(m *method) (all map[string]any, unknown []string) {
	all = map[string]any{}
	for k, v := range p.text {
		kind := ""
		if m != nil {
			kind = m.params[k]
		}
		if kind == "" {
			unknown = append(unknown, k)
		}
		all[k] = typed(kind, v)
	}
	for k, f := range p.files {
		all[k] = f
	}
	return all, unknown
}

func typed(kind, v string) any {
	switch kind {
	case "int", "chat":
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			return n
		}
	case "bool":
		if b, err := strconv.ParseBool(v); err == nil {
			return b
		}
	case "json":
		var x any
		if json.Unmarshal([]byte(v), &x) == nil {
			return x
		}
	}
	return v
}
