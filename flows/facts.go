// Package flows declares Zuji's conversations, one file each. A flow is data: it
// does no input or output and holds no text. What it must know of the records is
// handed in as Facts.
package flows

import (
	"slices"
	"strings"

	"zuji/internal/address"
	"zuji/internal/calendar"
	"zuji/internal/chinese"
	"zuji/internal/invalid"
	"zuji/internal/tenancy"
)

// A Notice is a version of the privacy notice (个人信息保护法 Art. 17). Its text
// stays in the locales, so that people can read what they agreed to.
type Notice struct {
	Version string
	Since   calendar.Date // the day from which it holds
}

// Notices are all versions, the one in force last.
var Notices = []Notice{
	{"2026-11", calendar.Date{Year: 2026, Month: 11, Day: 1}},
	{NoticeVersion, calendar.Date{Year: 2026, Month: 11, Day: 29}},
}

// NoticeVersion names the privacy notice in force. A person who agreed to it is
// not asked again.
const NoticeVersion = "2026-11-29"

// Facts are what the records know when a step is taken.
type Facts struct {
	Today     calendar.Date // in Shanghai
	Compounds []tenancy.Compound
	Profile   tenancy.Profile

	// Taken returns the active tenancy of a unit, or nil.
	Taken func(compound string, unit address.Unit) *tenancy.Tenancy
}

func (f Facts) compound(id string) (tenancy.Compound, bool) {
	for _, c := range f.Compounds {
		if c.ID == id {
			return c, true
		}
	}
	return tenancy.Compound{}, false
}

// open are the compounds that take new registrations.
func (f Facts) open() []tenancy.Compound {
	return slices.DeleteFunc(slices.Clone(f.Compounds), func(c tenancy.Compound) bool { return c.Archived })
}

// find returns the open compounds that a query names by a part, pinyin or initials of
// their name, or by the name with more around it; one with exactly that name is
// alone.
func (f Facts) find(query string) []tenancy.Compound {
	var all []tenancy.Compound
	for _, c := range f.open() {
		if strings.EqualFold(c.Name, strings.TrimSpace(query)) {
			return []tenancy.Compound{c}
		}
		if chinese.Matches(c.Name, query) {
			all = append(all, c)
		}
	}
	if len(all) > 0 {
		return all
	}
	for _, c := range f.open() {
		if strings.Contains(query, c.Name) {
			all = append(all, c)
		}
	}
	return all
}

// one returns the id of the compound that a query names, or what is wrong with it.
func (f Facts) one(query string) (id string, err error) {
	switch found := f.find(query); len(found) {
	case 0:
		return "", invalid.New("compound_unknown")
	case 1:
		return found[0].ID, nil
	default:
		return "", invalid.New("compound_several", "Count", len(found))
	}
}
