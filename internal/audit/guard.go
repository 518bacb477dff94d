package audit

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// ErrNotKey is wrapped for a part of an entry that is not an id, a key, a number
// or a date. It never says what was given, since that may be personal data.
var ErrNotKey = errors.New("not an id or a key")

// mostArg is the length in bytes of the longest arg.
const mostArg = 96

var (
	roleShape   = regexp.MustCompile(`^[a-z]{1,20}(?:[._][a-z]{1,20}){0,3}$`)
	personShape = regexp.MustCompile(`^` + personPrefix + `[1-9][0-9]{0,15}$`)
	hashShape   = regexp.MustCompile(`^[0-9a-f]{64}$`)

	// partShape is one part of an arg: a word, a record's id, a receipt number, a
	// unit's key (address.Unit.Key), a date of this century, or a number below a
	// million. Telephone and document numbers have none of these forms.
	partShape = regexp.MustCompile(`^(?:` + strings.Join([]string{
		`[A-Za-z]{1,20}(?:[_-][a-z]{1,20}){0,3}[0-9]{0,4}`,
		`[A-Z2-7]{12}(?:[A-Z2-7]{4})?`,
		`ZJ-20[0-9]{4}-[0-9]{4,6}-[A-Z]`,
		`[0-9A-Za-z]{0,6}(?:-[0-9A-Za-z]{0,6}){3}`,
		`20[2-9][0-9](?:-[0-1][0-9](?:-[0-3][0-9])?|[0-1][0-9][0-3][0-9])`,
		`-?[0-9]{1,6}`,
	}, "|") + `)$`)

	// manyDigits is more than any part that is allowed has, and as few as the
	// shortest number that reaches a person everywhere: a mobile one.
	manyDigits = regexp.MustCompile(`[0-9]{11}`)
	separators = strings.NewReplacer("-", "", ".", "", "|", "", "/", "", "_", "", ":", "")
)

const personPrefix = "person:"

// Person returns the subject or arg that names a person by id.
func Person(id int64) string { return personPrefix + strconv.FormatInt(id, 10) }

// check returns ErrNotKey, or another error, for what must not be in the log.
func (e Entry) check() error {
	names, known := Acts[e.Act]
	switch {
	case !known:
		return fmt.Errorf("act: %w of an act", ErrNotKey)
	case len(e.Args) != len(names):
		return fmt.Errorf("%s takes %d args, not %d", e.Act, len(names), len(e.Args))
	case e.At.IsZero():
		return fmt.Errorf("%s has no time", e.Act)
	case e.Who < 0:
		return fmt.Errorf("%s: who: %w", e.Act, ErrNotKey)
	case e.Role != "" && !roleShape.MatchString(e.Role):
		return fmt.Errorf("%s: role: %w", e.Act, ErrNotKey)
	case e.Subject != "" && !allowed(e.Subject):
		return fmt.Errorf("%s: subject: %w", e.Act, ErrNotKey)
	}
	for i, arg := range e.Args {
		if !allowed(arg) {
			return fmt.Errorf("%s: %s: %w", e.Act, names[i], ErrNotKey)
		}
	}
	return nil
}

// Names reports whether s may be the subject or an arg of an entry.
func Names(s string) bool { return allowed(s) }

// allowed reports whether arg has the form of something that names a record or a
// text, or counts. Parts may be joined by . | or /.
func allowed(arg string) bool {
	if personShape.MatchString(arg) || hashShape.MatchString(arg) {
		return true
	}
	if len(arg) > mostArg || manyDigits.MatchString(separators.Replace(arg)) {
		return false
	}
	for part := range strings.FieldsFuncSeq(arg, func(r rune) bool { return r == '.' || r == '|' || r == '/' }) {
		if !partShape.MatchString(part) {
			return false
		}
	}
	return strings.Trim(arg, "./|") == arg && arg != ""
}
