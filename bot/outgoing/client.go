package outgoing

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

// maxBuffered is the size up to which a request's body is read before it is
// sent, so that it has a length and can be repeated on a fresh connection.
const maxBuffered = 1 << 20

// A Client is the library's HTTP client: with short idle connections, bodies of
// known length, and errors that hold no token.
type Client struct{ http http.Client }

// NewClient returns a Client whose calls take at most timeout. It goes through
// the proxy that the environment names.
func NewClient(timeout time.Duration) *Client {
	return &Client{http.Client{
		Timeout: timeout,
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			MaxIdleConns:          64,
			MaxIdleConnsPerHost:   64,
			IdleConnTimeout:       30 * time.Second, // below Telegram's, so that no call meets a closed connection
			TLSHandshakeTimeout:   10 * time.Second,
			ResponseHeaderTimeout: timeout,
		},
	}}
}

// Do sends a request; see tg.HttpClient.
func (c *Client) Do(req *http.Request) (*http.Response, error) {
	if err := buffer(req); err != nil {
		return nil, err
	}
	var wrote atomic.Bool
	trace := &httptrace.ClientTrace{WroteHeaders: func() { wrote.Store(true) }}
	req = req.WithContext(httptrace.WithClientTrace(req.Context(), trace))
	resp, err := c.http.Do(req)
	if err != nil {
		err = clean(err)
		if !wrote.Load() {
			return nil, &UnsentError{err}
		}
		return nil, fmt.Errorf("call telegram: %w", err)
	}
	if resp.StatusCode >= http.StatusInternalServerError {
		_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxBuffered))
		resp.Body.Close()
		return nil, &StatusError{resp.StatusCode}
	}
	return resp, nil
}

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
	req.Body, _ = req.GetBody()
	return nil
}
