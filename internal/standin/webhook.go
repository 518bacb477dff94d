package standin

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

type hookSettings struct {
	URL    string
	Secret string
	Max    int // connections
}

type hookError struct {
	At   time.Time
	Text string
}

// A webhook delivers updates: one at a time and in order within a queue,
// queues side by side (WebhookActor.cpp).
type webhook struct {
	hookSettings
	s      *Server
	ctx    context.Context
	cancel context.CancelFunc
	client *http.Client
	ready  []int64 // queues with something to send, first come first served
	queues map[int64][]*update
	timers map[int64]*time.Timer // queues that wait after a failure
	more   *sync.Cond            // on Server.mu
}

// setWebhook differs from Telegram in one point: plain http and any port are
// allowed, as on a local Bot API server.
func (s *Server) setWebhook(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := c.params
	if p.text["url"] == "" {
		return s.dropWebhook(p), nil
	}
	now := s.now()
	if now.Before(s.nextHookSet) {
		return nil, tooMany(1)
	}
	s.nextHookSet = now.Add(time.Second)
	set := hookSettings{URL: p.text["url"], Secret: p.text["secret_token"], Max: p.clamped("max_connections", 40, 1, 100)}
	if e := checkHook(set); e != nil {
		return nil, e
	}
	s.allow(p.text["allowed_updates"])
	if p.truth("drop_pending_updates") {
		s.st.Updates = nil
	} else if s.hook != nil && s.hook.hookSettings == set {
		return true, nil
	}
	s.endPoll("Conflict: terminated by setWebhook request")
	s.stopWebhook()
	s.st.HookError = hookError{}
	s.startWebhook(set)
	return true, nil
}

func checkHook(set hookSettings) *apiError {
	u, err := url.Parse(set.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return badRequest("invalid webhook URL specified")
	}
	if len(set.Secret) > 256 {
		return badRequest("secret token is too long")
	}
	if strings.ContainsFunc(set.Secret, func(r rune) bool { return !isWord(r) && r != '-' }) {
		return badRequest("secret token contains unallowed characters")
	}
	return nil
}

// isWord says if r is a Latin letter, a digit or the underscore.
func isWord(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_'
}

func (s *Server) deleteWebhook(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dropWebhook(c.params), nil
}

func (s *Server) dropWebhook(p params) bool {
	if p.truth("drop_pending_updates") {
		s.st.Updates = nil
	}
	s.stopWebhook()
	s.st.Hook = hookSettings{}
	return true
}

func (s *Server) getWebhookInfo(*call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire()
	info := map[string]any{"url": "", "has_custom_certificate": false, "pending_update_count": len(s.st.Updates)}
	if s.hook != nil {
		info["url"], info["max_connections"], info["ip_address"] = s.hook.URL, s.hook.Max, "127.0.0.1"
	}
	if e := s.st.HookError; e.Text != "" {
		info["last_error_date"], info["last_error_message"] = e.At.Unix(), e.Text
	}
	if s.st.Allowed != nil {
		info["allowed_updates"] = s.st.Allowed
	}
	return info, nil
}

// startWebhook starts the workers, one a connection, unless the server is closed.
func (s *Server) startWebhook(set hookSettings) {
	select {
	case <-s.done:
		return
	default:
	}
	ctx, cancel := context.WithCancel(context.Background())
	h := &webhook{
		hookSettings: set, s: s, ctx: ctx, cancel: cancel,
		client: &http.Client{
			Timeout:       60 * time.Second,
			Transport:     &http.Transport{MaxIdleConnsPerHost: set.Max, IdleConnTimeout: 30 * time.Second},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		queues: map[int64][]*update{},
		timers: map[int64]*time.Timer{},
		more:   sync.NewCond(&s.mu),
	}
	s.hook, s.st.Hook = h, set
	for _, u := range s.st.Updates {
		u.fails, u.delay = 0, 0
		h.add(u)
	}
	for range set.Max {
		s.work.Go(h.worker)
	}
}

// stopWebhook ends the workers; what was not delivered stays in the queue.
func (s *Server) stopWebhook() {
	h := s.hook
	if h == nil {
		return
	}
	s.hook = nil
	h.cancel()
	for _, t := range h.timers {
		t.Stop()
	}
	h.more.Broadcast()
}

func (h *webhook) add(u *update) {
	q := h.queues[u.Queue]
	h.queues[u.Queue] = append(q, u)
	if len(q) == 0 {
		h.release(u.Queue)
	}
}

func (h *webhook) release(queue int64) {
	h.ready = append(h.ready, queue)
	h.more.Signal()
}

func (h *webhook) worker() {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	for {
		for len(h.ready) == 0 && h.ctx.Err() == nil {
			h.more.Wait()
		}
		if h.ctx.Err() != nil {
			h.client.CloseIdleConnections()
			return
		}
		queue := h.ready[0]
		h.ready = h.ready[1:]
		h.deliver(queue)
	}
}

// deliver sends the first update of a queue, with the lock open meanwhile.
func (h *webhook) deliver(queue int64) {
	u := h.queues[queue][0]
	if u.gone || h.s.now().After(u.Expires) {
		h.drop(u)
		return
	}
	body := u.wire()
	h.s.mu.Unlock()
	after, err := h.post(body)
	h.s.mu.Lock()
	if h.ctx.Err() != nil {
		return
	}
	if err == nil {
		h.drop(u)
		return
	}
	h.s.st.HookError = hookError{h.s.now(), err.Error()}
	h.retry(u, after)
}

// drop takes an update out of its queue and off the list.
func (h *webhook) drop(u *update) {
	h.s.st.Updates = slices.DeleteFunc(h.s.st.Updates, func(o *update) bool { return o == u })
	rest := h.queues[u.Queue][1:]
	if len(rest) == 0 {
		delete(h.queues, u.Queue)
		return
	}
	h.queues[u.Queue] = rest
	h.release(u.Queue)
}

// retry waits as on_update_error does: the first new try is at once, then the
// pause doubles from twice the base to 60 times it. Retry-After wins, up to an
// hour. An update that would expire meanwhile is dropped.
func (h *webhook) retry(u *update, after time.Duration) {
	base := h.s.retry
	wait := min(after, time.Hour)
	if u.delay == 0 {
		u.delay = base
	}
	if wait == 0 && u.fails > 0 {
		u.delay = min(u.delay*2, 60*base)
		wait = u.delay
	}
	u.fails++
	if h.s.now().Add(wait).After(u.Expires) {
		h.drop(u)
		return
	}
	h.timers[u.Queue] = time.AfterFunc(wait, func() {
		h.s.mu.Lock()
		defer h.s.mu.Unlock()
		if h.ctx.Err() == nil {
			h.release(u.Queue)
		}
	})
}

// post makes one delivery. after is the receiver's Retry-After.
func (h *webhook) post(body []byte) (after time.Duration, err error) {
	req, err := http.NewRequestWithContext(h.ctx, http.MethodPost, h.URL, bytes.NewReader(body))
	if err != nil {
		return 0, fmt.Errorf("make webhook request: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	if h.Secret != "" {
		req.Header.Set("X-Telegram-Bot-Api-Secret-Token", h.Secret)
	}
	resp, err := h.client.Do(req)
	if err != nil {
		return 0, refusal("Connection failed")
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16)) // read to the end to keep the connection
	_ = resp.Body.Close()
	if resp.StatusCode/100 == 2 {
		return 0, nil
	}
	seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
	return time.Duration(max(seconds, 0)) * time.Second, refusal("Wrong response from the webhook: " + resp.Status)
}
