package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/go-telegram/bot/models"
)

// AllowedUpdates are the kinds of updates that Zuji asks for. Left out, the list
// of an earlier bot with the same token would stay.
var AllowedUpdates = []string{"message", "edited_message", "callback_query", "my_chat_member"}

// A Poller gets updates by long polling.
//
// A batch is confirmed as a whole when each of its updates has taken effect:
// chats run in parallel within it, and the next batch is asked for when the
// slowest is done. Asking again before that would make Telegram hand out the
// same updates one by one.
type Poller struct {
	URL   string // of the Bot API server with the token: https://…/bot<token>
	Lanes *Lanes
	Log   *slog.Logger
	HTTP  interface {
		Do(*http.Request) (*http.Response, error)
	}

	// Frozen says until when Telegram asked for silence.
	Frozen func() time.Time

	offset int64
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

// pollSeconds is how long Telegram holds a poll open: the most it allows.
const pollSeconds = 50

// How many updates are asked for at once; few after a crash, when they are
// handled one by one.
const (
	fullBatch    = 100
	carefulBatch = 10
)

// Pauses after failures.
const (
	firstPause    = 200 * time.Millisecond
	longestPause  = 10 * time.Second
	conflictPause = 5 * time.Second
)

// Run polls until ctx ends. It returns an error only for what can't mend: a
// token that Telegram does not know.
func (p *Poller) Run(ctx context.Context) error {
	pause := firstPause
	for ctx.Err() == nil {
		if !p.sleepUntilFree(ctx) {
			return nil
		}
		batch, err := p.fetch(ctx)
		if err == nil {
			err = p.handle(ctx, batch)
		}
		var refused *apiError
		switch {
		case err == nil:
			pause = firstPause
			continue
		case ctx.Err() != nil:
			return nil
		case errors.As(err, &refused) && (refused.Code == http.StatusUnauthorized || refused.Code == http.StatusNotFound):
			return fmt.Errorf("%w: check TELEGRAM_BOT_TOKEN", err)
		case errors.As(err, &refused) && refused.Code == http.StatusConflict:
			p.Log.Error("another process polls with this token, or a webhook is set; stop it", "error", err)
			pause = conflictPause
		case errors.As(err, &refused) && refused.Parameters.RetryAfter > 0:
			pause = time.Duration(refused.Parameters.RetryAfter) * time.Second
		default:
			p.Log.Warn("polling failed", "error", err)
		}
		rest(ctx, pause)
		pause = min(2*pause+rand.N(firstPause), longestPause)
	}
	return nil
}

func (p *Poller) sleepUntilFree(ctx context.Context) bool {
	if p.Frozen != nil {
		rest(ctx, time.Until(p.Frozen()))
	}
	return ctx.Err() == nil
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

// fetch asks for the next batch.
func (p *Poller) fetch(ctx context.Context) ([]json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, (pollSeconds+15)*time.Second)
	defer cancel()
	limit := fullBatch
	if p.Lanes.isCareful() {
		limit = carefulBatch
	}
	body, err := json.Marshal(map[string]any{
		"offset": p.offset, "timeout": pollSeconds, "limit": limit, "allowed_updates": AllowedUpdates,
	})
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL+"/getUpdates", bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("address of the Bot API server is wrong")
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := p.HTTP.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var answer struct {
		OK     bool              `json:"ok"`
		Result []json.RawMessage `json:"result"`
		apiError
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, 64<<20)).Decode(&answer); err != nil {
		return nil, fmt.Errorf("answer to getUpdates can't be read (status %d)", resp.StatusCode)
	}
	if !answer.OK {
		return nil, &answer.apiError
	}
	return answer.Result, nil
}

// handle lets a batch take effect and moves the offset behind the last update
// up to which all did. The offset follows what was received, since ids may jump.
func (p *Poller) handle(ctx context.Context, batch []json.RawMessage) error {
	var ids []int64
	var waits []func() error
	for _, raw := range batch {
		u, id, err := decode(raw)
		if id == 0 {
			continue
		}
		wait := func() error { return p.Lanes.unreadable(ctx, id, raw, err) }
		if err == nil {
			wait = p.Lanes.Begin(ctx, u)
		}
		if p.Lanes.isCareful() {
			result := wait()
			wait = func() error { return result }
		}
		ids, waits = append(ids, id), append(waits, wait)
	}
	var failed error
	for i, wait := range waits {
		if err := wait(); err != nil {
			failed = errors.Join(failed, err)
		} else if failed == nil {
			p.offset = ids[i] + 1
		}
	}
	if failed == nil && len(batch) > 0 {
		p.Lanes.Trusting()
	}
	return failed
}

// decode reads an update; where that fails, at least its id.
func decode(raw []byte) (*models.Update, int64, error) {
	var u models.Update
	err := json.Unmarshal(raw, &u)
	if err == nil {
		return &u, u.ID, nil
	}
	var only struct {
		ID int64 `json:"update_id"`
	}
	_ = json.Unmarshal(raw, &only)
	return nil, only.ID, errors.New("update can't be read")
}

func (l *Lanes) isCareful() bool {
	l.init()
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.careful
}

// unreadable sets aside an update that the library can't read.
func (l *Lanes) unreadable(ctx context.Context, id int64, raw []byte, why error) error {
	l.Log.Error("update can't be read", "update", id)
	if err := l.Ledger.SetAside(context.WithoutCancel(ctx), id, raw, "E-unreadable", why.Error()); err != nil {
		return fmt.Errorf("%w: %w", ErrNotStored, err)
	}
	return nil
}
