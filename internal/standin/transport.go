package standin

import (
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// errHungUp is the answer of a poll whose client went away.
var errHungUp = &apiError{text: "the client hung up"}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if path, ok := strings.CutPrefix(r.URL.Path, "/file/bot"); ok {
		s.serveFile(w, r, path)
		return
	}
	path, ok := strings.CutPrefix(r.URL.Path, "/bot")
	token, name, slash := strings.Cut(path, "/")
	if !ok || !slash {
		s.answer(w, nil, &apiError{code: 404, text: "Not Found"})
		return
	}
	if e := s.checkToken(token); e != nil {
		s.answer(w, nil, e)
		return
	}
	p, err := readParams(r)
	c := &call{method: methods[strings.ToLower(name)], name: name, params: p, ctx: r.Context(), at: s.now()}
	if err != nil {
		e := badRequest("%s", err.Error())
		if errors.Is(err, errTooLarge) {
			e = &apiError{code: 413, text: "Request Entity Too Large"}
		}
		s.finish(w, c, nil, e)
		return
	}
	s.disturbed(w, c)
}

// checkToken refuses as ClientManager::send and an unknown token do.
func (s *Server) checkToken(token string) *apiError {
	switch {
	case token == s.token:
		return nil
	case token == "" || token[0] == '0' || len(token) > 80 || !strings.Contains(token, ":"):
		return &apiError{code: 401, text: "Unauthorized: invalid token specified"}
	}
	return &apiError{code: 401, text: "Unauthorized"}
}

// disturbed runs the call with the fault that the hook asks for.
func (s *Server) disturbed(w http.ResponseWriter, c *call) {
	s.mu.Lock()
	hook := s.fault
	s.mu.Unlock()
	var f *Fault
	if hook != nil {
		name := c.name
		if c.method != nil {
			name = c.method.name
		}
		id, _ := strconv.ParseInt(c.params.text["chat_id"], 10, 64)
		f = hook(name, id)
	}
	if f == nil {
		res, e := s.run(c)
		s.finish(w, c, res, e)
		return
	}
	c.fault = true
	s.spoil(w, c, f)
}

func (s *Server) spoil(w http.ResponseWriter, c *call, f *Fault) {
	if f.DropBefore || f.Code != 0 {
		s.pause(c, f.Delay)
		c.err = &apiError{code: f.Code, text: f.Description, retryAfter: f.RetryAfter}
		switch {
		case f.DropBefore:
			c.err.text = "connection dropped before the effect"
			s.log.add(c)
			drop(w)
		case f.Code == 429 && f.Description == "":
			s.finish(w, c, nil, tooMany(max(f.RetryAfter, 1)))
		case f.Code >= 500 && f.Description == "":
			s.log.add(c)
			s.serverError(w, f.Code)
		default:
			s.finish(w, c, nil, c.err)
		}
		return
	}
	res, e := s.run(c)
	s.pause(c, f.Delay)
	if f.DropAfter {
		c.err = e
		s.log.add(c)
		drop(w)
		return
	}
	s.finish(w, c, res, e)
}

// pause waits, but not longer than the client or the server lives.
func (s *Server) pause(c *call, d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-c.ctx.Done():
	case <-s.done:
	}
}

func (s *Server) run(c *call) (any, *apiError) {
	switch {
	case c.method == nil:
		return nil, &apiError{code: 404, text: "Not Found: method not found"}
	case c.method.run == nil:
		return nil, badRequest("method %s is not offered by the stand-in", c.method.name)
	}
	return c.method.run(s, c)
}

func (s *Server) finish(w http.ResponseWriter, c *call, res any, e *apiError) {
	c.err = e
	s.log.add(c)
	if e == errHungUp {
		return
	}
	s.answer(w, res, e)
}

// date says when an answer is given, by the server's clock.
func (s *Server) date(w http.ResponseWriter) {
	w.Header().Set("Date", s.now().UTC().Format(http.TimeFormat))
}

// reply is the envelope of every answer.
type reply struct {
	OK          bool          `json:"ok"`
	Result      any           `json:"result,omitempty"`
	Code        int           `json:"error_code,omitempty"`
	Description string        `json:"description,omitempty"`
	Parameters  *replyDetails `json:"parameters,omitempty"`
}

type replyDetails struct {
	RetryAfter int   `json:"retry_after,omitempty"`
	MigrateTo  int64 `json:"migrate_to_chat_id,omitempty"`
}

func (s *Server) answer(w http.ResponseWriter, res any, e *apiError) {
	s.date(w)
	status, body := 200, reply{OK: true, Result: res}
	if e != nil {
		status, body = e.code, reply{Code: e.code, Description: e.text}
		if e.retryAfter != 0 || e.migrateTo != 0 {
			body.Parameters = &replyDetails{e.retryAfter, e.migrateTo}
		}
		if e.retryAfter != 0 {
			w.Header().Set("Retry-After", strconv.Itoa(e.retryAfter))
		}
	}
	data, err := json.Marshal(body)
	if err != nil {
		status, data = 500, []byte(`{"ok":false,"error_code":500,"description":"Internal Server Error"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	w.WriteHeader(status)
	_, _ = w.Write(data) // a client that has gone needs no answer
}

// serverError answers as the web server before the Bot API does when that is down.
func (s *Server) serverError(w http.ResponseWriter, code int) {
	s.date(w)
	text := strconv.Itoa(code) + " " + http.StatusText(code)
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(code)
	_, _ = w.Write([]byte("<html>\r\n<head><title>" + text + "</title></head>\r\n<body>\r\n<center><h1>" + text +
		"</h1></center>\r\n<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n"))
}

// drop resets the connection without an answer.
func drop(w http.ResponseWriter) {
	h, ok := w.(http.Hijacker)
	if !ok {
		panic(http.ErrAbortHandler)
	}
	conn, _, err := h.Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // the reset is a nicety, closing is what counts
	}
	_ = conn.Close()
}
