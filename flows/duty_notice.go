package flows

import (
	"regexp"
	"slices"
	"strings"

	"zuji/internal/address"
	"zuji/internal/chinese"
	"zuji/internal/form"
	"zuji/internal/invalid"
	"zuji/internal/tenancy"
)

// A NewNotice is a duty notice that a property manager is about to send.
type NewNotice struct {
	Compound  string               `json:"compound"` // its id
	Whom      tenancy.AudienceKind `json:"whom,omitempty"`
	Building  string               `json:"building,omitempty"`
	Unit      address.Unit         `json:"unit,omitzero"`
	Paragraph string               `json:"paragraph,omitempty"`
}

// Audience returns whom the notice is for.
func (n NewNotice) Audience() tenancy.Audience {
	a := tenancy.Audience{Kind: n.Whom}
	switch n.Whom {
	case tenancy.OneBuilding:
		a.Building = n.Building
	case tenancy.OneUnit:
		a.Unit = n.Unit
	}
	return a
}

// Receivers looks up whom an audience in a compound is now.
type Receivers func(compound string, a tenancy.Audience) tenancy.Reach

// SendNotice asks a property manager whom to send the duty notice 告知书, and for
// a paragraph of their own.
func SendNotice(facts Facts, receivers Receivers) form.Flow[NewNotice] {
	return form.Flow[NewNotice]{
		Name: "notice",
		Fields: func(d *NewNotice) []form.Field {
			return []form.Field{
				{Key: "whom", Input: form.Choice(&d.Whom, tenancy.WholeCompound, tenancy.OneBuilding, tenancy.OneUnit)},
				{Key: "building", Input: noticeBuilding(d, receivers), Hide: d.Whom != tenancy.OneBuilding},
				{Key: "unit", Input: unit(&d.Unit, letNow(d, receivers)), Hide: d.Whom != tenancy.OneUnit},
				{Key: "paragraph", Input: paragraph(&d.Paragraph, tenancy.MaxDutyParagraph), Optional: true, Verbatim: true},
			}
		},
		Preview: func(d *NewNotice) map[string]any {
			c, _ := facts.compound(d.Compound)
			reach := receivers(d.Compound, d.Audience())
			return map[string]any{"Text": DutyText(tenancy.DutyNoticeVersion, c), "Paragraph": d.Paragraph,
				"Landlords": reach.Landlords, "Units": reach.Units, "Without": len(reach.Without), "List": UnitList(reach.Without)}
		},
	}
}

// StartNotice begins the sending of a duty notice in a compound.
func StartNotice(facts Facts, receivers Receivers, id, compound string) (form.Session, error) {
	return SendNotice(facts, receivers).Start(id, NewNotice{Compound: compound})
}

// DutyText is the standard text of a version, with the compound's and its city's
// own facts: a number is in it only where the city's rule is known.
func DutyText(version string, c tenancy.Compound) form.Text {
	return form.T("dutynotice.text."+version, "Compound", c.Name, "Version", version, "FileDays", c.City.FileDays,
		"ReportDays", c.City.ReportDays, "Working", c.City.ReportWorking)
}

// listedUnits is how many units a message lists.
const listedUnits = 20

// UnitList writes units in one line; where they are many, the first of them.
func UnitList(units []address.Unit) form.Text {
	var shown []form.Text
	for _, u := range units[:min(len(units), listedUnits)] {
		shown = append(shown, form.T("value.any", "Value", u.String()))
	}
	return form.T("dutynotice.units", "List", shown, "More", len(units)-len(shown), "Count", len(units))
}

// offeredBuildings is how many buildings are offered as buttons.
const offeredBuildings = 24

// buildingWords is what people write behind a building's number.
var buildingWords = regexp.MustCompile(`(?:栋楼?|幢楼?|号楼|座|#楼?|号|楼)$`)

// noticeBuilding asks for a building in which a home is let.
func noticeBuilding(d *NewNotice, receivers Receivers) form.Input {
	all := receivers(d.Compound, tenancy.Audience{Kind: tenancy.WholeCompound}).Buildings
	let := func(b string) error {
		if slices.Contains(all, b) {
			return nil
		}
		return invalid.New("notice_building", "Building", b, "Example", firstOr(all, "3"))
	}
	read := func(s string) (string, error) {
		return readBuilding(s), nil
	}
	in := form.Typed(&d.Building, read, func(b string) any { return form.T("notice.building.pick", "Building", b) }, let)
	for _, b := range all[:min(len(all), offeredBuildings)] {
		label := form.T("notice.building.pick", "Building", b)
		in = in.Or(form.Option{Value: b, Label: &label})
	}
	return in
}

// readBuilding returns the name of a building as address.Unit has it, or what was
// typed where it is none.
func readBuilding(s string) string {
	s = strings.ToUpper(strings.ReplaceAll(chinese.Normalise(s), " ", ""))
	s = buildingWords.ReplaceAllString(s, "")
	if n, ok := chinese.Number(s); ok && n.IsInt() {
		return n.Num().String()
	}
	return strings.TrimLeft(s, "0")
}

func firstOr(all []string, other string) string {
	if len(all) > 0 {
		return all[0]
	}
	return other
}

// letNow refuses a unit that is not registered as let.
func letNow(d *NewNotice, receivers Receivers) func(address.Unit) error {
	return func(u address.Unit) error {
		reach := receivers(d.Compound, tenancy.Audience{Kind: tenancy.OneUnit, Unit: u})
		if reach.Units+len(reach.Without) == 0 {
			return invalid.New("notice_unit", "Unit", u.String())
		}
		return nil
	}
}

// paragraph is somebody's own words to many, in their lines.
func paragraph(p *string, max int) form.Input {
	return text(p, chinese.TidyLines, max, func(s string) error {
		if word := tenancy.ForbiddenParagraph(s); word != "" {
			return invalid.New("notice_forbidden", "Word", word)
		}
		return nil
	})
}

// AudienceText says whom a notice went to.
func AudienceText(a tenancy.Audience) form.Text {
	return form.T("dutynotice.to."+string(a.Kind), "Building", a.Building, "Unit", a.Unit.String())
}
