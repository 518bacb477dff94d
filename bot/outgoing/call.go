package outgoing

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	tg "github.com/go-telegram/bot"
)

// A Caller makes the calls of which there are many. The library writes each
// parameter through a pipe as a part of a form, for the sake of files, and reads
// the whole message that Telegram answers. Here the library's parameters leave
// as one JSON object, and of the answer the message's id is read.
type Caller struct {
	address string // ends with a slash
	client  *Client
}

// NewCaller returns a Caller for a token at a Bot API server.
func NewCaller(server, token string, client *Client) *Caller {
	return &Caller{strings.TrimRight(server, "/") + "/bot" + token + "/", client}
}

// Call makes a call without files and returns the id of the message in the
// answer, 0 if there is none. Its errors are those of the library's methods.
func (c *Caller) Call(ctx context.Context, method string, params any) (message int, err error) {
	body, err := json.Marshal(params)
	if err != nil {
		return 0, &UnsentError{fmt.Errorf("write parameters of %s: %w", method, err)}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.address+method, bytes.NewReader(body))
	if err != nil { // it would quote the token
		return 0, &UnsentError{errors.New("address of the Bot API server is wrong")}
	}
	req.Header.Set("Content-Type", "application/json")
	resp, raw, err := c.client.do(req)
	if err != nil {
		return 0, fmt.Errorf("call %s: %w", method, err)
	}
	var a answer
	readable := a.read(raw)
	if err := check(resp, readable); err != nil {
		return 0, fmt.Errorf("call %s: %w", method, err)
	}
	return a.Result.ID, a.refusal()
}

// An answer is what the Bot API says to a call.
type answer struct {
	OK     bool `json:"ok"`
	Result struct {
		ID int `json:"message_id"`
	} `json:"result"`
	Code        int    `json:"error_code"`
	Description string `json:"description"`
	Parameters  struct {
		RetryAfter int `json:"retry_after"`
		MigrateTo  int `json:"migrate_to_chat_id"`
	} `json:"parameters"`
}

// read reads an answer and reports whether it is one. A result that is no message
// says no more than ok.
func (a *answer) read(raw []byte) bool {
	err := json.Unmarshal(raw, a)
	wrong, ok := errors.AsType[*json.UnmarshalTypeError](err)
	return err == nil || ok && wrong.Field == "result"
}

// refusals are the library's errors by code.
var refusals = map[int]error{
	http.StatusForbidden: tg.ErrorForbidden, http.StatusBadRequest: tg.ErrorBadRequest, http.StatusUnauthorized: tg.ErrorUnauthorized,
	http.StatusNotFound: tg.ErrorNotFound, http.StatusConflict: tg.ErrorConflict,
}

// refusal is the error that the library has for an answer.
func (a *answer) refusal() error {
	switch {
	case a.OK:
		return nil
	case a.Code == http.StatusTooManyRequests:
		return &tg.TooManyRequestsError{Message: a.Description, RetryAfter: a.Parameters.RetryAfter}
	case a.Code == http.StatusBadRequest && a.Parameters.MigrateTo != 0:
		return &tg.MigrateError{Message: a.Description, MigrateToChatID: a.Parameters.MigrateTo}
	case refusals[a.Code] != nil:
		return fmt.Errorf("%w, %s", refusals[a.Code], a.Description)
	}
	return fmt.Errorf("telegram answered %d %s", a.Code, a.Description)
}
