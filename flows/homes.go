package flows

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"zuji/internal/address"
	"zuji/internal/calendar"
	"zuji/internal/chinese"
	"zuji/internal/form"
	"zuji/internal/invalid"
	"zuji/internal/tenancy"
)

// A Block is a part of a compound whose units are numbered alike.
type Block struct {
	Compound  string `json:"compound"`
	Buildings string `json:"buildings"` // as typed: 1-3, 5
	Entrances int    `json:"entrances"` // of each building; 0: they have none
	Floors    int    `json:"floors"`
	Homes     int    `json:"homes"` // on each floor of each entrance
	Bare      string `json:"bare"`  // whether there are no entrances
}

// MaxHomes is how many units one block has at most.
const MaxHomes = 5000

// AddHomes asks a property manager for the units of a block.
func AddHomes() form.Flow[Block] {
	return form.Flow[Block]{
		Name: "homes",
		Fields: func(d *Block) []form.Field {
			return []form.Field{
				{Key: "buildings", Input: buildings(&d.Buildings)},
				{Key: "bare", Input: form.Choice(&d.Bare, "some", "bare"), Quiet: true},
				{Key: "entrances", Input: count(&d.Entrances, 1, 20), Hide: d.Bare != "some"},
				{Key: "floors", Input: count(&d.Floors, 1, 99)},
				{Key: "homes", Input: count(&d.Homes, 1, 60, few(d))},
			}
		},
		Warnings: func(d *Block) []form.Text {
			all := d.Units()
			if len(all) == 0 {
				return nil
			}
			return []form.Text{form.T("homes.preview", "Count", len(all), "First", all[0].String(), "Last", all[len(all)-1].String())}
		},
	}
}

func few(d *Block) func(int) error {
	return func(int) error {
		if n := len(d.Units()); n > MaxHomes {
			return invalid.New("too_many_homes", "Count", n, "Max", MaxHomes)
		}
		return nil
	}
}

var buildingRange = regexp.MustCompile(`^([A-Z]?)(\d{1,4})(?:-[A-Z]?(\d{1,4}))?$`)

// names returns the buildings that typed ranges name.
func names(typed string) ([]string, bool) {
	var all []string
	typed = strings.ToUpper(chinese.Normalise(typed))
	for _, word := range []string{"号楼", "栋", "幢", "座", "号", " "} {
		typed = strings.ReplaceAll(typed, word, "")
	}
	typed = strings.NewReplacer("到", "-", "至", "-", "~", "-", "、", ",", "，", ",", "和", ",").Replace(typed)
	for part := range strings.SplitSeq(typed, ",") {
		if n, ok := chinese.Number(part); ok && n.IsInt() {
			part = n.Num().String() // 三
		}
		m := buildingRange.FindStringSubmatch(part)
		if m == nil {
			return nil, false
		}
		from, _ := strconv.Atoi(m[2]) // at most four digits
		to := from
		if m[3] != "" {
			to, _ = strconv.Atoi(m[3])
		}
		for n := from; n <= to && len(all) <= MaxHomes; n++ {
			all = append(all, m[1]+strconv.Itoa(n))
		}
	}
	return all, len(all) > 0
}

func buildings(p *string) form.Input {
	read := func(s string) (string, error) {
		if _, ok := names(s); !ok {
			return "", invalid.New("buildings")
		}
		return chinese.Tidy(s), nil
	}
	return form.Typed(p, read, func(s string) any {
		all, _ := names(s)
		return form.T("homes.buildings.value", "First", all[0], "Last", all[len(all)-1], "Count", len(all))
	})
}

// Units returns the units of the block.
func (d Block) Units() (all []address.Unit) {
	list, _ := names(d.Buildings)
	entrances := []string{""}
	if d.Bare == "some" {
		entrances = nil
		for n := range d.Entrances {
			entrances = append(entrances, strconv.Itoa(n+1))
		}
	}
	for _, b := range list {
		for _, e := range entrances {
			for floor := range d.Floors {
				for n := range d.Homes {
					all = append(all, address.Unit{Building: b, Entrance: e, Room: fmt.Sprintf("%d%02d", floor+1, n+1)})
				}
			}
			if len(all) > MaxHomes {
				return all
			}
		}
	}
	return all
}

// A Staying is somebody to be entered in the unit register.
type Staying struct {
	Compound string       `json:"compound"`
	Unit     address.Unit `json:"unit"`
	tenancy.Stay
}

// Stay asks who stays in a unit: name, in what capacity, and the dates; the same
// of everybody.
func Stay(facts Facts) form.Flow[Staying] {
	return form.Flow[Staying]{
		Name: "stay",
		Fields: func(d *Staying) []form.Field {
			return []form.Field{
				{Key: "name", Input: name(&d.Name), Args: map[string]any{"Unit": d.Unit.String()}},
				{Key: "kind", Input: form.Choice(&d.Kind, tenancy.Lodger, tenancy.Helper, tenancy.Guest)},
				{Key: "from", Input: date(&d.From, facts.Today, near(facts.Today)), Suggest: []string{chineseDate(facts.Today)}},
				{Key: "until", Input: date(&d.Until, facts.Today, aMonth(d)), Optional: true},
			}
		},
	}
}

// aMonth refuses a stay of less than a month: it needs no entry.
func aMonth(d *Staying) func(calendar.Date) error {
	return func(until calendar.Date) error {
		if until.Before(d.From) {
			return invalid.New("stay_backwards", "From", d.From)
		}
		if until.Before(calendar.TermEnd(d.From, 1)) {
			return invalid.New("stay_short")
		}
		return nil
	}
}
