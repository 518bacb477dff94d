package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"
)

// pollSeconds is how long Telegram holds a poll open: the most it allows.
const pollSeconds = 50

// maxLimit is the most updates that a poll gives.
const maxLimit = 100

// A request is what a poll asks for.
type request struct {
	Offset  int64    `json:"offset"`
	Limit   int      `json:"limit"`
	Timeout int      `json:"timeout"` // seconds
	Allowed []string `json:"allowed_updates"`
}

// An apiError is an answer that is not ok.
type apiError struct {
	Code       int    `json:"error_code"`
	Text       string `json:"description"`
	Parameters struct {
		RetryAfter int `json:"retry_after"`
	} `json:"parameters"`
}

func (e *apiError) Error() string { return fmt.Sprintf("telegram: %d %s", e.Code, e.Text) }

// fetch asks for updates. Its errors hold neither the token nor an update.
func (p *Poller) fetch(ctx context.Context, r request) ([]json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, (pollSeconds+15)*time.Second)
	defer cancel()
	r.Allowed, p.asked = AllowedUpdates, r.Offset
	body, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL+"/getUpdates", bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("address of the Bot API server is wrong")
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := p.HTTP.Do(req)
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err // the address holds the token
	}
	if err != nil {
		return nil, fmt.Errorf("get updates: %w", err)
	}
	defer resp.Body.Close()
	var answer struct {
		OK     bool              `json:"ok"`
		Result []json.RawMessage `json:"result"`
		apiError
	}
	if json.NewDecoder(io.LimitReader(resp.Body, 64<<20)).Decode(&answer) != nil {
		return nil, fmt.Errorf("get updates: answer can't be read (status %d)", resp.StatusCode)
	}
	if !answer.OK {
		return nil, &answer.apiError
	}
	return answer.Result, nil
}

// Pauses after failures.
const (
	firstPause    = 200 * time.Millisecond
	longestPause  = 10 * time.Second
	conflictPause = 10 * time.Second
)

// backoff grows with the failures in a row before, with jitter.
func backoff(failures int) time.Duration {
	d := min(firstPause<<min(failures, 10), longestPause)
	return d/2 + rand.N(d/2)
}

// after says how long to rest after a poll that failed, or that it can't mend.
func (p *Poller) after(err error, failures int) (pause time.Duration, fatal error) {
	refused, ok := errors.AsType[*apiError](err)
	silence := time.Duration(0)
	if ok {
		silence = time.Duration(refused.Parameters.RetryAfter) * time.Second
	}
	p.observe(err, silence)
	switch {
	case ok && (refused.Code == http.StatusUnauthorized || refused.Code == http.StatusNotFound):
		return 0, fmt.Errorf("telegram does not know the token (%w): check TELEGRAM_BOT_TOKEN and TELEGRAM_API_URL", err)
	case ok && refused.Code == http.StatusConflict:
		p.Log.Error("another instance is polling with this token, or a webhook is set: stop the other one", "error", err)
		return conflictPause, nil
	case silence > 0:
		p.Log.Warn("telegram asks for silence", "seconds", refused.Parameters.RetryAfter)
		return silence, nil
	}
	p.Log.Warn("polling failed", "error", err)
	return backoff(failures), nil
}

func rest(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
