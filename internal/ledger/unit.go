package ledger

import (
	"regexp"
	"strings"

	"zuji/internal/address"
	"zuji/internal/chinese"
	"zuji/internal/invalid"
)

var (
	numberOnly = regexp.MustCompile(`^(?:[A-Za-z]?\d{1,4}[A-Za-z]?|[A-Za-z]|[一二三四五六七八九十百零〇]+)$`)
	zeroEnd    = regexp.MustCompile(`\.0+$`)
)

// unit reads the home from its columns, or from the address.
func (r *reader) unit() address.Unit {
	room, whole := plainNumber(r.text(Room)), clean(r.text(Address))
	field, text := Room, joined(plainNumber(r.text(Building)), plainNumber(r.text(Entrance)), room)
	if room == "" && whole != "" {
		field, text = Address, whole
	}
	if text == "" || field == Room && room == "" {
		r.wrong(field, invalid.New("ledger_missing"))
		return address.Unit{}
	}
	u, err := address.ParseUnit(text)
	if err != nil && field == Room {
		if alone, other := address.ParseUnit(room); other == nil {
			return alone
		}
		if from, other := address.ParseUnit(whole); whole != "" && other == nil {
			return from
		}
	}
	if isReason(err, "unit") {
		err = invalid.New("ledger_unit")
	}
	r.wrong(field, err)
	return u
}

func plainNumber(text string) string { return zeroEnd.ReplaceAllString(clean(text), "") }

// joined writes 3, 1 and 502 as 3栋1单元502. Without a building the room must name
// it.
func joined(building, entrance, room string) string {
	building, entrance = chinese.Normalise(building), chinese.Normalise(entrance)
	if numberOnly.MatchString(building) {
		building += "栋"
	} else {
		building = strings.TrimSuffix(building, "楼")
		if numberOnly.MatchString(building) {
			building += "栋"
		}
	}
	if numberOnly.MatchString(entrance) {
		entrance += "单元"
	}
	return building + entrance + room
}
