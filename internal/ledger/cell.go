package ledger

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"zuji/internal/calendar"
	"zuji/internal/chinese"
	"zuji/internal/identity"
	"zuji/internal/invalid"
)

var (
	decimal = regexp.MustCompile(`^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$`)
	// nothing is what people put where nothing is to be said.
	nothing = []string{"-", "--", "—", "——", "/", "\\", "无", "暂无", "没有", "空", "n/a", "na", "none", "null", "#n/a"}
)

// clean returns a cell as a person reads it: without blanks around, with numbers
// written out (1.3800138E10 is 13800138000) and signs for "nothing" left out.
func clean(cell string) string {
	s := chinese.Tidy(cell)
	if len(s) > 1 && s[0] == '\'' {
		s = s[1:] // how spreadsheets mark a number that is a text
	}
	if slices.Contains(nothing, strings.ToLower(s)) {
		return ""
	}
	if strings.ContainsAny(s, ".eE") && decimal.MatchString(s) {
		if v, err := strconv.ParseFloat(s, 64); err == nil && math.Abs(v) < 1e21 {
			short, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 15, 64), 64)
			return strconv.FormatFloat(short, 'f', -1, 64)
		}
	}
	return s
}

// significant is how many digits a spreadsheet keeps of a number.
const significant = 15

// rounded reports whether a spreadsheet took a long number for a quantity and
// lost its last digits: 119999199001010000, 1.2E+17.
func rounded(cell string) bool {
	s := strings.TrimSpace(cell)
	if !decimal.MatchString(s) {
		return false
	}
	digits := clean(s)
	if strings.ContainsAny(s, "eE") {
		lost := strings.HasSuffix(digits, "000000") // 1.38E+10 for a phone
		return len(digits) > significant || lost && len(digits) > 8
	}
	return len(digits) == 18 && strings.HasSuffix(digits, "000")
}

// Dates as numbers: days from a day that both kinds of Excel agree not to have.
const (
	earliestSerial, latestSerial = 20_000, 80_000 // 1954 to 2119
	days1904                     = 1462
)

var (
	epoch = calendar.Date{Year: 1899, Month: time.December, Day: 30}
	// withYear is a date that names its year: without one a ledger says nothing.
	withYear = regexp.MustCompile(`^\d{8}$|\d{2,4}[-/._年]\d{1,2}[-/._月]|[〇零○一二三四五六七八九]{4}年|[A-Za-z]{3,}.*\d{4}`)
	clock    = regexp.MustCompile(`[T ]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?Z?$`)
)

// serial reads a date that a spreadsheet keeps as a number.
func (b *Book) serial(text string) (calendar.Date, bool) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || v < earliestSerial || v > latestSerial {
		return calendar.Date{}, false
	}
	days := int(v)
	if b.since04 {
		days += days1904
	}
	return epoch.AddDays(days), true
}

// date reads a date as a number or as words with the year.
func (b *Book) date(text string, today calendar.Date) (calendar.Date, error) {
	if d, ok := b.serial(text); ok {
		return d, nil
	}
	text = clock.ReplaceAllString(text, "")
	if !withYear.MatchString(chinese.Normalise(text)) {
		return calendar.Date{}, invalid.New("ledger_date")
	}
	d, err := chinese.ParseDate(text, today)
	if isReason(err, "date") {
		err = invalid.New("ledger_date")
	}
	return d, err
}

// Dates of a tenancy lie between these, counted from today.
const pastYears, comingYears = 50, 30

func near(d, today calendar.Date) error {
	if d.Before(today.AddMonths(-12*pastYears)) || d.After(today.AddMonths(12*comingYears)) {
		return invalid.New("date_far", "Date", d)
	}
	return nil
}

// phone reads one or more numbers in a cell and takes the first.
func phone(text string) (string, error) {
	if rounded(text) {
		return "", invalid.New("ledger_rounded")
	}
	text = clean(text)
	e164, err := identity.ParseContactPhone(text)
	if err == nil {
		return e164, nil
	}
	if first := several.Split(text, 2)[0]; first != text {
		if e164, other := identity.ParseContactPhone(first); other == nil {
			return e164, nil
		}
	}
	return "", err
}

var several = regexp.MustCompile(`[、,，;；/\n]|\s{2,}`)

// kinds are what documents are called, in the order of trying: a part of the
// text is enough.
var kinds = []struct {
	word string
	kind identity.Kind
}{
	{"港澳台居民居住证", identity.ResidencePermit}, {"居住证", identity.ResidencePermit},
	{"永久居留", identity.ForeignPermanent}, {"永居", identity.ForeignPermanent},
	{"港澳", identity.HomeReturn}, {"回乡证", identity.HomeReturn},
	{"台湾", identity.TaiwanPass}, {"台胞证", identity.TaiwanPass},
	{"中国护照", identity.ChinesePassport}, {"因私护照", identity.ChinesePassport},
	{"护照", identity.Passport}, {"passport", identity.Passport},
	{"身份证", identity.ResidentID}, {"idcard", identity.ResidentID},
	{"军官", identity.OtherDocument}, {"士兵", identity.OtherDocument}, {"其他", identity.OtherDocument}, {"其它", identity.OtherDocument},
}

// document reads a number and, where a column has it, its kind.
func document(kind, number string, today calendar.Date) (identity.Document, error) {
	if rounded(number) {
		if d, err := identity.Detect(clean(number), today); err == nil && !strings.ContainsAny(number, "eE") {
			return d, nil
		}
		return identity.Document{}, invalid.New("ledger_rounded")
	}
	number = clean(number)
	d, err := identity.Detect(number, today)
	if kind = clean(kind); kind == "" {
		if isReason(err, "document_unclear") {
			err = invalid.New("ledger_kind")
		}
		return d, err
	}
	kind = strings.ReplaceAll(strings.ToLower(kind), " ", "")
	for _, k := range kinds {
		if strings.Contains(kind, k.word) {
			return identity.ParseDocument(k.kind, number, today)
		}
	}
	if err == nil {
		return d, nil
	}
	return d, invalid.New("ledger_kind")
}

// states are words for how a home is used; a part of the text is enough, the
// first that fits counts.
var states = []struct {
	word  string
	state Status
}{
	{"未出租", Empty}, {"待租", Empty}, {"待出租", Empty}, {"未租", Empty}, {"空", Empty}, {"闲置", Empty}, {"未入住", Empty}, {"未居住", Empty},
	{"自住", Owner}, {"自用", Owner}, {"不出租", Unknown}, {"租", Let}, {"let", Let}, {"rented", Let}, {"是", Let},
	{"业主", Owner}, {"本人", Owner}, {"房东", Owner},
}

// status reads how a home is used. Other words, such as 正常, say nothing.
func status(text string) Status {
	text = strings.ToLower(clean(text))
	for _, s := range states {
		if strings.Contains(text, s.word) {
			return s.state
		}
	}
	return Unknown
}
