package flows

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"zuji/internal/address"
	"zuji/internal/calendar"
	"zuji/internal/chinese"
	"zuji/internal/form"
	"zuji/internal/identity"
	"zuji/internal/invalid"
	"zuji/internal/tenancy"
)

func name(p *string) form.Input {
	read := func(s string) (string, error) {
		s = calling.ReplaceAllString(chinese.Normalise(s), "")
		n, err := identity.ParseName(s)
		switch {
		case err != nil:
			return "", err
		case noName.MatchString(n):
			return "", invalid.New("name")
		case twoNames.MatchString(n):
			return "", invalid.New("name_two")
		}
		return n, nil
	}
	return form.Typed(p, read, plain)
}

var (
	calling  = regexp.MustCompile(`^(?:他|她|我|租客|租户|承租人|同住人|房东|业主)*(?:名字)?(?:是|叫做?)?[:= ]*`)
	noName   = regexp.MustCompile(`^(?:不知道|不清楚|忘了|没有|本人|随便|算了|不记得|自己)`)
	twoNames = regexp.MustCompile(`^\p{Han}{2,4}[和与跟及]\p{Han}{2,4}$`)
)

func phone(p *string) form.Input {
	return form.Typed(p, identity.ParsePhone, showPhone)
}

func showPhone(e164 string) any { return identity.MaskPhone(e164) }

func unit(p *address.Unit, checks ...func(address.Unit) error) form.Input {
	read := func(s string) (address.Unit, error) {
		if s = chinese.Normalise(s); spaced.MatchString(s) {
			s = strings.ReplaceAll(s, " ", "-")
		}
		return address.ParseUnit(s)
	}
	return form.Typed(p, read, func(u address.Unit) any { return u.String() }, checks...)
}

// numeric is a date in numbers with a needless 日 behind it: 2026/12/1号.
var numeric = regexp.MustCompile(`^([0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2})[日号]$`)

// spaced is 3 1 502.
var spaced = regexp.MustCompile(`^[0-9]{1,4} [0-9]{1,2} [0-9]{3,4}$`)

func date(p *calendar.Date, today calendar.Date, checks ...func(calendar.Date) error) form.Input {
	read := func(s string) (calendar.Date, error) {
		if m := numeric.FindStringSubmatch(chinese.Normalise(s)); m != nil {
			s = m[1]
		}
		return chinese.ParseDate(s, today)
	}
	return form.Typed(p, read, func(d calendar.Date) any { return d }, checks...)
}

func money(p *tenancy.Fen) form.Input {
	read := func(s string) (tenancy.Fen, error) {
		fen, err := chinese.ParseAmount(s)
		return tenancy.Fen(fen), err
	}
	return form.Typed(p, read, func(v tenancy.Fen) any { return v })
}

// count is a whole number from low to high.
func count(p *int, low, high int, checks ...func(int) error) form.Input {
	within := func(n int) error {
		if n < low || n > high {
			return invalid.New("count", "Low", low, "High", high)
		}
		return nil
	}
	read := func(s string) (int, error) {
		s = strings.TrimRight(chinese.Normalise(s), "个人位间天日号层户栋")
		n, ok := chinese.Number(s)
		if !ok || !n.IsInt() || !n.Num().IsInt64() {
			return 0, invalid.New("count", "Low", low, "High", high)
		}
		return int(n.Num().Int64()), nil
	}
	return form.Typed(p, read, func(n int) any { return n }, append([]func(int) error{within}, checks...)...)
}

// words is free text of at most max characters that names no forbidden subject.
func words(p *string, max int, checks ...func(string) error) form.Input {
	return text(p, chinese.Tidy, max, checks...)
}

// text is words that tidy cleans.
func text(p *string, tidy func(string) string, max int, checks ...func(string) error) form.Input {
	read := func(s string) (string, error) {
		s = tidy(s)
		if s == "" {
			return "", invalid.New("unreadable")
		}
		return s, nil
	}
	short := func(s string) error {
		if n := utf8.RuneCountInString(s); n > max {
			return invalid.New("too_long", "Max", max, "Length", n)
		}
		return nil
	}
	lawful := func(s string) error {
		if word := tenancy.Forbidden(s); word != "" {
			return invalid.New("forbidden", "Word", word)
		}
		return nil
	}
	return form.Typed(p, read, plain, append(checks, short, lawful)...)
}

// area is a floor area in m², at most two decimals, 5 to 2000.
func area(p *tenancy.Area, checks ...func(tenancy.Area) error) form.Input {
	read := func(s string) (tenancy.Area, error) {
		s = chinese.Normalise(s)
		for _, unit := range []string{"平方米", "平米", "平方", "平", "㎡", "m²", "m2"} {
			s = strings.TrimSuffix(s, unit)
		}
		v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
		if err != nil || v < 5 || v > 2000 {
			return 0, invalid.New("area")
		}
		return tenancy.Area(v*100 + 0.5), nil
	}
	return form.Typed(p, read, func(a tenancy.Area) any { return a }, checks...)
}

func plain(s string) any { return s }

func showDocument(d identity.Document) any {
	number := identity.MaskNumber(d.Number)
	if d.Kind == "" {
		return number
	}
	return form.T("value.document", "Kind", form.T("document."+string(d.Kind)), "Number", number)
}

// document reads a document number whose kind shows in its form. Where it does
// not, the kind stays open and documentKind asks it.
func document(p *identity.Document, name string, today calendar.Date, checks ...func(identity.Document) error) form.Input {
	read := func(s string) (identity.Document, error) {
		doc, err := identity.Detect(s, today)
		if err == nil && foreignLooking(doc, name) {
			return identity.Document{Number: doc.Number}, nil
		}
		if bad, ok := err.(*invalid.Error); ok && bad.Reason == "document_unclear" {
			return identity.Document{Number: strings.ToUpper(chinese.Normalise(s))}, nil
		}
		return doc, err
	}
	return form.Typed(p, read, showDocument, checks...)
}

// documentKind asks the kind of a number already given. A kind without check
// digits is confirmed.
func documentKind(p *identity.Document, today calendar.Date) form.Input {
	in := form.Choice(&p.Kind, identity.Kinds...).Kept()
	return in.Labelled(func(kind string) form.Text { return form.T("document." + kind) }).
		Reading(func(answer string) error {
			doc, err := identity.ParseDocument(identity.Kind(answer), p.Number, today)
			if err != nil {
				return err
			}
			*p = doc
			if doc.NeedsConfirm() {
				return &form.Doubt{Why: invalid.New("confirm_document")}
			}
			return nil
		})
}

// companyCode reads a unified social credit code. Some genuine early codes break
// the check rule, so a wrong check is confirmed rather than refused.
func companyCode(p *string) form.Input {
	read := func(s string) (string, error) {
		code, doubtful, err := identity.ParseCompanyCode(s)
		if err == nil && doubtful {
			return code, &form.Doubt{Why: invalid.New("confirm_company_code")}
		}
		return code, err
	}
	return form.Typed(p, read, plain)
}
