package outgoing

import (
	"errors"
	"net/http"
	"strings"
	"time"

	tg "github.com/go-telegram/bot"
)

// ErrUnreachable is wrapped when a person has blocked the bot or is gone.
var ErrUnreachable = errors.New("person can't be reached")

// A Verdict is what became of a call.
type Verdict int

// The verdicts.
const (
	OK        Verdict = iota // it took effect
	Benign                   // refused because there was nothing to do
	Wait                     // refused for now: Outcome.After says how long
	Failed                   // it surely took no effect, and may do so later
	Ambiguous                // it may have taken effect or not
	Blocked                  // the person can't be reached
	Migrated                 // the group has the id Outcome.To now
	Refused                  // refused for good
)

// Verdicts are the names of the verdicts, by verdict.
var Verdicts = [...]string{
	OK: "ok", Benign: "nothing_to_do", Wait: "too_many", Failed: "failed",
	Ambiguous: "in_doubt", Blocked: "blocked", Migrated: "migrated", Refused: "refused",
}

// String names the verdict in lower case.
func (v Verdict) String() string { return Verdicts[v] }

// An Outcome is a verdict with what belongs to it.
type Outcome struct {
	Verdict Verdict
	After   time.Duration // of Wait
	To      int64         // of Migrated
}

// benign are refusals that leave things as they should be. A message to edit
// that is gone is not among them: the person has not seen the new text.
var benign = []string{
	"message is not modified",
	"query is too old",
	"query id is invalid",
	"message to delete not found",
	"message can't be deleted",
}

// unparsable begins what Telegram says of markup; what follows quotes the text.
const unparsable = "can't parse entities"

// errMarkup stands for a refusal whose text would quote what somebody wrote.
var errMarkup = errors.New("telegram can't read the markup of the text")

// Classify tells what became of a call from its error. The library drops the
// codes of most errors, so that some are known by Telegram's words only.
func Classify(err error) Outcome {
	var many *tg.TooManyRequestsError
	var moved *tg.MigrateError
	var status *StatusError
	var unsent *UnsentError
	switch {
	case err == nil:
		return Outcome{Verdict: OK}
	case errors.As(err, &many):
		return Outcome{Verdict: Wait, After: time.Duration(max(1, many.RetryAfter)) * time.Second}
	case errors.As(err, &moved):
		return Outcome{Verdict: Migrated, To: int64(moved.MigrateToChatID)}
	case errors.As(err, &status):
		return status.outcome()
	case errors.Is(err, tg.ErrorForbidden):
		return Outcome{Verdict: Blocked}
	case errors.Is(err, tg.ErrorBadRequest):
		return Outcome{Verdict: badRequest(err)}
	case errors.Is(err, tg.ErrorUnauthorized), errors.Is(err, tg.ErrorNotFound), errors.Is(err, tg.ErrorConflict):
		return Outcome{Verdict: Failed} // the token or the server's address is wrong, which can be put right
	case errors.As(err, &unsent):
		return Outcome{Verdict: Failed}
	}
	return Outcome{Verdict: Ambiguous}
}

func badRequest(err error) Verdict {
	text := strings.ToLower(err.Error())
	for _, b := range benign {
		if strings.Contains(text, b) {
			return Benign
		}
	}
	return Refused
}

// A StatusError is an answer with a status that the library does not know, or
// one that is not the Bot API's: a proxy's page.
type StatusError struct {
	Code  int
	After time.Duration // what Retry-After says
	Page  bool          // it is not the Bot API's
}

func (e *StatusError) Error() string { return "telegram answered " + http.StatusText(e.Code) }

func (e *StatusError) outcome() Outcome {
	switch {
	case e.Code == http.StatusTooManyRequests:
		return Outcome{Verdict: Wait, After: max(time.Second, e.After)}
	case e.Code < 400 || e.Code >= 500:
		return Outcome{Verdict: Ambiguous}
	case e.Page:
		return Outcome{Verdict: Failed} // something on the way refused it
	}
	return Outcome{Verdict: Refused}
}

// An UnsentError says that nothing of the request was written.
type UnsentError struct{ err error }

func (e *UnsentError) Error() string { return "telegram was not reached: " + e.err.Error() }
func (e *UnsentError) Unwrap() error { return e.err }

// safe returns err in a form that quotes nothing from the text of a message.
func safe(err error) error {
	if err != nil && strings.Contains(strings.ToLower(err.Error()), unparsable) {
		return errMarkup
	}
	return err
}
