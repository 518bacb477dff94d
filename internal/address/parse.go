package address

import (
	"regexp"
	"strconv"
	"strings"

	"zuji/internal/chinese"
	"zuji/internal/invalid"
)

// A building is a number with at most one letter before or behind, or a letter.
// 楼 can also mean a floor, so it names a building only with an entrance.
const (
	building = `(?P<b>[A-Z]?[0-9]{1,4}[A-Z]?|[A-Z])`
	house    = `(?:栋楼?|幢楼?|号楼|座|#楼?|号)`
	entrance = `(?P<e>[0-9]{1,2})(?:单元|门洞?|梯)`
	floor    = `(?:[0-9]{1,2}[层楼]-?)?`
	room     = `(?P<r>[0-9]{3,4}[A-Z]?)(?:室|号房?|房)?`
	part     = `(?:-?(?P<p>[A-Z]|[0-9]{1,2}|主卧|次卧|[东南西北]卧|客厅|书房)(?:房间?|室|号房间?|号|间)?)?`
)

// forms are tried in turn at each place in the text; all go to its end, so that
// a compound's name or an address may stand in front.
var forms = []*regexp.Regexp{
	form(building + `(?:` + house + `|楼)-?` + entrance + `-?` + floor + room + part),
	form(building + `-` + entrance + `-?` + floor + room + part),
	form(building + house + `-?` + floor + room + part),
	form(building + `(?:` + house + `-?|-)(?P<e>[0-9]{1,2})-` + room + part),
	form(building + `-` + room + part),
	form(`(?:BUILDING|BLDG|BLOCK|TOWER)-?` + building + `-?(?:(?:UNIT|ENTRANCE|STAIR)-?(?P<e>[0-9]{1,2})-?)?(?:ROOM|RM|APARTMENT|APT|FLAT)-?` + room + part),
}

func form(pattern string) *regexp.Regexp { return regexp.MustCompile(`^` + pattern + `$`) }

// barred are rooms that must not be let on their own (住房租赁条例 Art. 7), as
// they stand behind or in place of a room number.
var barred = regexp.MustCompile(`^(.*?)-?(?:的?(?:厨房|卫生间|厕所|阳台|过道|地下储藏室|地下室|储藏室|储藏间|车库|车位))+[0-9]*号?$`)

// ParseUnit reads a unit as people write it: 3-1-502, 3栋1单元502室, 3号楼502,
// A座1203, 三栋二单元五零二, 3#1-502, also behind a compound's name or an address,
// and with A房间, 主卧 or -A behind it. What is no unit, or could be two, has the
// reason unit; a room that must not be let alone has unit_barred.
func ParseUnit(text string) (Unit, error) {
	s := canonical(text)
	if barred.MatchString(s) {
		return Unit{}, invalid.New("unit_barred")
	}
	return find(s)
}

// several stands between two units; which is meant cannot be told.
var several = regexp.MustCompile(`(?:或者?|和|与|及|还有|&|\+|;)$`)

func find(s string) (Unit, error) {
	for start := range s {
		// A match further left wins: 13-1-502 is not 3-1-502.
		if start > 0 && partOfNumber(s[start-1], s[start]) {
			continue
		}
		for _, form := range forms {
			m := form.FindStringSubmatchIndex(s[start:])
			if m == nil {
				continue
			}
			if before := several.ReplaceAllString(s[:start], ""); len(before) < start {
				if _, err := find(before); err == nil {
					return Unit{}, invalid.New("unit")
				}
			}
			return made(form, s[start:], m)
		}
	}
	return Unit{}, invalid.New("unit")
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c >= 'A' && c <= 'Z' }

func partOfNumber(before, at byte) bool {
	sign := func(c byte) bool { return isDigit(c) || isLetter(c) || c == '-' }
	return sign(before) && sign(at)
}

// maxEntrance is the highest entrance taken for one.
const maxEntrance = 20

// made builds the unit that form found at the places m of s.
func made(form *regexp.Regexp, s string, m []int) (Unit, error) {
	at := func(name string) (text string, start int) {
		i := form.SubexpIndex(name)
		if i < 0 || m[2*i] < 0 {
			return "", -1
		}
		return strings.TrimLeft(s[m[2*i]:m[2*i+1]], "0"), m[2*i]
	}
	var u Unit
	var entered, part int
	u.Building, _ = at("b")
	u.Entrance, entered = at("e")
	u.Room, _ = at("r")
	u.Part, part = at("p")
	switch {
	case !strings.ContainsAny(u.Building, "123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"), u.Floor() == 0, part >= 0 && u.Part == "":
		return Unit{}, invalid.New("unit")
	case part > 0 && (isDigit(s[part]) && isDigit(s[part-1]) || isLetter(s[part-1]) && partOfNumber(s[part-1], s[part])):
		return Unit{}, invalid.New("unit") // 3-1-50201, 3-1-502AB
	}
	if n, err := strconv.Atoi(u.Entrance); entered >= 0 && (err != nil || n > maxEntrance) {
		return Unit{}, invalid.New("unit")
	}
	return u, nil
}

var (
	marks = strings.NewReplacer(" ", "", "/", "-", ".", "-", "。", "-", "_", "-", "、", "-", "~", "-", ",", "-", "(", "", ")", "",
		"單元", "单元", "棟", "栋", "號", "号", "樓", "楼", "＃", "#", "NO-", "")
	dashes   = regexp.MustCompile(`-{2,}`)
	numerals = regexp.MustCompile(`[〇零○一二两三四五六七八九十百]+`)
	zeros    = regexp.MustCompile(`^[〇零○]+`)
)

// canonical turns full width, blanks, marks and Chinese numerals into one
// spelling.
func canonical(text string) string {
	s := marks.Replace(strings.ToUpper(chinese.Normalise(text)))
	s = strings.Trim(dashes.ReplaceAllString(s, "-"), "-")
	return numerals.ReplaceAllStringFunc(s, func(n string) string {
		if v, ok := chinese.Number(zeros.ReplaceAllString(n, "")); ok && v.IsInt() {
			return v.Num().String()
		}
		return n
	})
}
