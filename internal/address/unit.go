// Package address reads and names the units of a residential compound.
package address

import (
	"regexp"
	"strconv"
	"strings"

	"zuji/internal/chinese"
	"zuji/internal/invalid"
)

// A Unit is one home in a compound, or one room of a home that is let room by
// room.
type Unit struct {
	Building string `json:"building,omitempty"` // 栋
	Entrance string `json:"entrance,omitempty"` // 单元; a building may have none
	Room     string `json:"room,omitempty"`     // 室
	Part     string `json:"part,omitempty"`     // 房间, where the home is split
}

// IsZero reports whether u names nothing.
func (u Unit) IsZero() bool { return u == Unit{} }

// String returns the canonical Chinese form: 3栋1单元502室.
func (u Unit) String() string {
	if u.IsZero() {
		return ""
	}
	s := u.Building + "栋"
	if u.Entrance != "" {
		s += u.Entrance + "单元"
	}
	s += u.Room + "室"
	if u.Part != "" {
		s += u.Part + "房间"
	}
	return s
}

// Key returns a form that is the same for every spelling of one unit.
func (u Unit) Key() string {
	return strings.Join([]string{u.Building, u.Entrance, u.Room, u.Part}, "-")
}

// Floor returns the floor, the digits before the last two of the room; 0 if the
// room has no such form.
func (u Unit) Floor() int {
	digits := strings.TrimRight(u.Room, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	if len(digits) < 3 {
		return 0
	}
	n, _ := strconv.Atoi(digits[:len(digits)-2])
	return n
}

// A building is a number with at most one letter before or behind, or a letter.
const (
	building = `(?P<b>[A-Z]?[0-9]{1,4}[A-Z]?|[A-Z])`
	entrance = `(?P<e>[0-9]{1,2})`
	room     = `(?P<r>[0-9]{3,4}[A-Z]?)`
	part     = `(?:-?(?P<p>[A-Z]|[0-9]{1,2}|主卧|次卧|北卧|南卧|客厅|隔间)(?:房间?|室|号房|间)?)?`
	house    = `(?:栋|幢|号楼|座|楼|#楼?|号)`
)

var forms = []*regexp.Regexp{
	regexp.MustCompile(`^` + building + house + `-?` + entrance + `(?:单元|门洞?|梯)-?` + room + `(?:室|号|房)?` + part + `$`),
	regexp.MustCompile(`^` + building + house + `-?` + room + `(?:室|号|房)?` + part + `$`),
	regexp.MustCompile(`^` + building + `(?:` + house + `-?|-)` + entrance + `-` + room + `(?:室|号|房)?` + part + `$`),
	regexp.MustCompile(`^` + building + `-` + room + `(?:室|号|房)?` + part + `$`),
}

// whole are rooms that Art. 7 of 住房租赁条例 bars from being let on their own.
var barred = []string{"厨房", "卫生间", "阳台", "过道", "地下", "储藏", "车库"}

// ParseUnit reads a unit as people write it: 3-1-502, 3栋1单元502室, 3号楼502,
// A座1203, 三栋二单元五零二, also behind a compound's name or an address.
func ParseUnit(text string) (Unit, error) {
	s := canonical(text)
	for _, word := range barred {
		if strings.Contains(s, word) {
			return Unit{}, invalid.New("unit_barred")
		}
	}
	for start := range s {
		// A longer match further left wins: 13-1-502 is not 3-1-502.
		if start > 0 && partOfNumber(s[start-1], s[start]) {
			continue
		}
		for _, form := range forms {
			if m := form.FindStringSubmatch(s[start:]); m != nil {
				return made(form, m)
			}
		}
	}
	return Unit{}, invalid.New("unit")
}

func partOfNumber(before, at byte) bool {
	sign := func(c byte) bool { return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c == '-' }
	return sign(before) && sign(at)
}

func made(form *regexp.Regexp, m []string) (Unit, error) {
	at := func(name string) string {
		if i := form.SubexpIndex(name); i >= 0 {
			return m[i]
		}
		return ""
	}
	u := Unit{Building: trimZeros(at("b")), Entrance: trimZeros(at("e")), Room: at("r"), Part: at("p")}
	if n, err := strconv.Atoi(u.Entrance); err == nil && (n < 1 || n > 20) {
		return Unit{}, invalid.New("unit")
	}
	if u.Building == "" || u.Floor() == 0 {
		return Unit{}, invalid.New("unit")
	}
	return u, nil
}

func trimZeros(s string) string { return strings.TrimLeft(s, "0") }

var numerals = regexp.MustCompile(`[〇零○一二两三四五六七八九十百]+`)

// canonical turns full width, blanks and Chinese numerals into one spelling.
func canonical(text string) string {
	s := strings.ToUpper(strings.ReplaceAll(chinese.Normalise(text), " ", ""))
	s = strings.NewReplacer("/", "-", ".", "-", "_", "-", "、", "-", "~", "-", "單元", "单元", "棟", "栋", "號", "号", "樓", "楼").Replace(s)
	return numerals.ReplaceAllStringFunc(s, func(n string) string {
		if v, ok := chinese.Number(n); ok && v.IsInt() {
			if strings.HasPrefix(n, "零") || strings.HasPrefix(n, "〇") {
				return n
			}
			return v.Num().String()
		}
		return n
	})
}
