package outgoing

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	"zuji/internal/failpoint"
)

const (
	// maxBuffered is the size up to which a request's body is read before it is
	// sent, so that it has a length and can be repeated on a fresh connection.
	maxBuffered = 1 << 20

	// maxAnswer bounds an answer; 100 updates are at most a few MiB.
	maxAnswer = 64 << 20
)

// A Client is the library's HTTP client: with short idle connections, bodies of
// known length, and errors that hold no token and no part of an answer.
type Client struct {
	Clock *Clock // told the time of each answer; nil: nobody is

	http http.Client
}

// NewClient returns a Client whose calls take at most timeout. It goes through
// the proxy that the environment names.
func NewClient(timeout time.Duration) *Client {
	c := &Client{}
	c.http = http.Client{
		Timeout: timeout,
		Transport: &http.Transport{
			TLSClientConfig:       &tls.Config{Time: c.now},
			ForceAttemptHTTP2:     true, // as without a TLSClientConfig
			Proxy:                 http.ProxyFromEnvironment,
			MaxIdleConns:          64,
			MaxIdleConnsPerHost:   64,
			IdleConnTimeout:       30 * time.Second, // below Telegram's, so that no call meets a closed connection
			TLSHandshakeTimeout:   10 * time.Second,
			ResponseHeaderTimeout: timeout,
		},
		// A redirect would take the token to another address.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return c
}

// now is the time by which certificates are valid.
func (c *Client) now() time.Time {
	if c.Clock == nil {
		return time.Now()
	}
	return c.Clock.Now()
}

// Do sends a request; see tg.HttpClient. It returns *UnsentError when nothing
// was written and *StatusError for an answer that is not the Bot API's or that
// has a status the library does not tell apart.
func (c *Client) Do(req *http.Request) (*http.Response, error) {
	if err := buffer(req); err != nil {
		return nil, &UnsentError{err}
	}
	resp, body, err := c.do(req)
	if err != nil {
		return nil, err
	}
	if err := check(resp, json.Valid(body)); err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// do sends a request and reads the answer.
func (c *Client) do(req *http.Request) (*http.Response, []byte, error) {
	if err := failpoint.At(failpoint.BeforeCall); err != nil {
		return nil, nil, &UnsentError{err}
	}
	var wrote atomic.Bool
	trace := &httptrace.ClientTrace{
		GotConn:      func(httptrace.GotConnInfo) { wrote.Store(false) }, // a new try: nothing was written before
		WroteHeaders: func() { wrote.Store(true) },
	}
	req = req.WithContext(httptrace.WithClientTrace(req.Context(), trace))
	var asked moment
	if c.Clock != nil {
		asked = c.Clock.moment()
	}
	resp, err := c.http.Do(req)
	if err != nil {
		if err = clean(err); !wrote.Load() {
			return nil, nil, &UnsentError{err}
		}
		return nil, nil, fmt.Errorf("call telegram: %w", err)
	}
	if c.Clock != nil && resp.StatusCode == http.StatusOK { // not one of something in between
		c.Clock.heard(asked, resp)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, nil, fmt.Errorf("read telegram's answer: %w", clean(err))
	}
	if err := failpoint.At(failpoint.AfterCall); err != nil {
		return nil, nil, fmt.Errorf("read telegram's answer: %w", err)
	}
	return resp, body, nil
}

// check lets only answers pass that the library can tell apart. readable says
// that the body is JSON.
func check(resp *http.Response, readable bool) error {
	e := &StatusError{Code: resp.StatusCode, Page: !readable}
	if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil {
		e.After = time.Duration(s) * time.Second
	}
	switch resp.StatusCode {
	case http.StatusOK, http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden,
		http.StatusNotFound, http.StatusConflict, http.StatusTooManyRequests:
		if !e.Page {
			return nil
		}
	}
	return e
}

// clean removes the address, which holds the token, from a transport's error.
func clean(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// buffer reads a body of unknown length into memory if it is small.
func buffer(req *http.Request) error {
	if req.Body == nil || req.ContentLength > 0 {
		return nil
	}
	body := req.Body
	head, err := io.ReadAll(io.LimitReader(body, maxBuffered+1))
	if err != nil {
		return fmt.Errorf("read request body: %w", err)
	}
	if len(head) > maxBuffered {
		req.Body = struct {
			io.Reader
			io.Closer
		}{io.MultiReader(bytes.NewReader(head), body), body}
		return nil
	}
	body.Close()
	req.ContentLength = int64(len(head))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(head)), nil }
	req.Body, _ = req.GetBody() // it never fails
	return nil
}
