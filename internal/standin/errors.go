package standin

import (
	"fmt"
	"strings"
)

// apiError is a refusal in the form of the Bot API.
type apiError struct {
	code       int
	text       string
	retryAfter int   // seconds
	migrateTo  int64 // new chat id
}

func (e *apiError) Error() string { return e.text }

// badRequest is a 400. The first letter becomes small as in Telegram's
// fail_query_with_error, unless a capital or underscore follows it.
func badRequest(format string, args ...any) *apiError {
	text := fmt.Sprintf(format, args...)
	if len(text) >= 2 && text[1] != '_' && (text[1] < 'A' || text[1] > 'Z') {
		text = strings.ToLower(text[:1]) + text[1:]
	}
	return &apiError{code: 400, text: "Bad Request: " + text}
}

func forbidden(text string) *apiError { return &apiError{code: 403, text: "Forbidden: " + text} }

func tooMany(seconds int) *apiError {
	return &apiError{code: 429, text: fmt.Sprintf("Too Many Requests: retry after %d", seconds), retryAfter: seconds}
}

// refusal is an error whose text is Telegram's, capital letter and all.
type refusal string

func (r refusal) Error() string { return string(r) }
