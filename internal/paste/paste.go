// Package paste reads the blocks of text that landlords send each other: names,
// phones, documents, unit, term and rent in any order, with or without labels.
//
// What it is unsure of it leaves out, since the flow asks for the rest. People
// whom a tenancy does not name, such as an emergency contact, are not recorded.
package paste

import (
	"unicode/utf8"

	"zuji/internal/address"
	"zuji/internal/calendar"
	"zuji/internal/chinese"
	"zuji/internal/identity"
	"zuji/internal/invalid"
)

// A Person is a landlord or tenant as far as the block names them.
type Person struct {
	Name     string
	Phone    string            // E.164
	Document identity.Document // without Kind where the number does not tell it
	Wrong    *invalid.Error    // why a document number in the block was not taken
}

// A Kind says what a Problem is about.
type Kind string

// The kinds of problem.
const (
	Document Kind = "document"
	Phone    Kind = "phone"
	Unit     Kind = "unit"
	Start    Kind = "start"
	End      Kind = "end"
	MoveIn   Kind = "move_in"
	Rent     Kind = "rent"
	Deposit  Kind = "deposit"
)

// A Problem is a part of the block that was recognised but is wrong.
type Problem struct {
	Kind Kind
	Err  *invalid.Error
}

// A Block is what a text says. Fields that it does not name are zero.
type Block struct {
	Compound string
	Unit     address.Unit
	Landlord Person
	Tenants  []Person
	Start    calendar.Date
	End      calendar.Date // inclusive
	Months   int
	MoveIn   calendar.Date
	Rent     int64 // a month, in fen
	Deposit  int64 // in fen
	Problems []Problem

	found, names int
}

// Plausible reports whether the text is a block that answers several questions,
// rather than the answer to one: it has at least two items that are not all
// names.
func (b Block) Plausible() bool { return b.found >= 2 && b.found > b.names }

// alone reports whether a text can't have two items, so that there is no need to
// look for them: most answers to one question are such texts.
func alone(text string) bool {
	if utf8.RuneCountInString(text) < shortest {
		return true
	}
	dashes := false
	for i := range len(text) {
		switch c := text[i] | 0x20; {
		case c >= '0' && c <= '9' && text[i] == c, c >= 'a' && c <= 'z':
		case text[i] == '-':
			dashes = true
		default:
			return false
		}
	}
	return !dashes || len(text) <= phoneDigits
}

const (
	shortest    = 5  // 李雷 半年
	phoneDigits = 11 // with a phone number and a dash before it there is room for a unit
)

// Read reads a text and reports whether it is a block; see Block.Plausible.
func Read(text string, today calendar.Date) (b Block, plausible bool) {
	if alone(text) {
		return b, false
	}
	b = Parse(text, today)
	return b, b.Plausible()
}

// Parse reads a text. What it does not understand it leaves out.
func Parse(text string, today calendar.Date) Block {
	r := &reader{today: today, party: tenant}
	for i, line := range lines(text) {
		r.line = i
		for _, token := range tokens(line) {
			r.token(token)
		}
	}
	if fen := r.b.Rent * r.depositMonths; r.b.Deposit == 0 && fen <= chinese.MaxAmount {
		r.b.Deposit = fen
	}
	// A second number without a name is rather a spare one than another tenant.
	for len(r.b.Tenants) > 1 && r.b.Tenants[len(r.b.Tenants)-1].Name == "" {
		r.b.Tenants = r.b.Tenants[:len(r.b.Tenants)-1]
	}
	return r.b
}
