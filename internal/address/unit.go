// Package address reads and names the units of a residential compound.
package address

import (
	"strconv"
	"strings"
)

// A Unit is one home in a compound, or one room of a home that is let room by
// room. Building, Entrance and Room are ASCII: digits and upper-case letters.
type Unit struct {
	Building string `json:"building,omitempty"` // 栋
	Entrance string `json:"entrance,omitempty"` // 单元; a building may have none
	Room     string `json:"room,omitempty"`     // 室
	Part     string `json:"part,omitempty"`     // 房间, where the home is split: A, 2, 主卧
}

// IsZero reports whether u names nothing.
func (u Unit) IsZero() bool { return u == Unit{} }

// String returns the canonical Chinese form: 3栋1单元502室, with A房间 or 主卧
// behind it for a part.
func (u Unit) String() string {
	if u.IsZero() {
		return ""
	}
	s := u.Building + "栋"
	if u.Entrance != "" {
		s += u.Entrance + "单元"
	}
	s += u.Room + "室" + u.Part
	if _, named := namedParts[u.Part]; u.Part != "" && !named {
		s += "房间"
	}
	return s
}

// namedParts are the bedrooms known by name, with their names in keys.
var namedParts = map[string]string{"主卧": "main", "次卧": "second", "南卧": "south", "北卧": "north", "东卧": "east", "西卧": "west", "客厅": "living", "书房": "study"}

// Key returns the unit in ASCII, the same for every spelling of it and different
// for any other unit: 3-1-502-. It is kept in indexes, so its form must stay.
func (u Unit) Key() string {
	part := u.Part
	if key, named := namedParts[part]; named {
		part = key
	}
	return strings.Join([]string{u.Building, u.Entrance, u.Room, part}, "-")
}

// Floor returns the floor, the digits before the last two of the room; 0 if the
// room has no such form.
func (u Unit) Floor() int {
	digits := strings.TrimRight(u.Room, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	if len(digits) < 3 {
		return 0
	}
	n, err := strconv.Atoi(digits[:len(digits)-2])
	if err != nil {
		return 0
	}
	return n
}

// ParseKey returns the unit of a key; see Key.
func ParseKey(key string) (Unit, bool) {
	parts := strings.Split(key, "-")
	if len(parts) != 4 || parts[0] == "" || parts[2] == "" {
		return Unit{}, false
	}
	u := Unit{Building: parts[0], Entrance: parts[1], Room: parts[2], Part: parts[3]}
	for name, short := range namedParts {
		if u.Part == short {
			u.Part = name
		}
	}
	return u, true
}
