package tenancy

import (
	"cmp"
	"strings"
	"time"

	"zuji/internal/address"
)

// DutyNoticeVersion names the standard text of the duty notice 告知书 that is
// sent now. What was sent before keeps the version it was sent with.
const DutyNoticeVersion = "2026-11"

// DutyNoticeVersions are all versions that were ever sent, the newest last.
var DutyNoticeVersions = []string{DutyNoticeVersion}

// MaxDutyParagraph is how long a manager's own paragraph may be, in characters.
const MaxDutyParagraph = 500

// A DutyNotice tells the landlords of a compound their duties; each presses a
// button when they have read it. A landlord of several units gets one copy.
type DutyNotice struct {
	ID        string    `json:"id"`                  // the id of the session that wrote it
	Compound  string    `json:"compound"`            // Compound.ID
	Version   string    `json:"version"`             // of the standard text
	Paragraph string    `json:"paragraph,omitempty"` // the manager's own
	Audience  Audience  `json:"audience"`
	By        int64     `json:"by"`
	At        time.Time `json:"at"`

	Landlords int `json:"landlords"` // who get a copy
	Units     int `json:"units"`     // that are theirs
	Without   int `json:"without"`   // units whose landlord has no Telegram
	Read      int `json:"read"`      // landlords who have read it

	Round int       `json:"round,omitempty"` // how often those who had not read it were reminded
	Told  time.Time `json:"told"`            // when the last round began
	Again int       `json:"again,omitempty"` // landlords reminded in the last round

	Sending bool   `json:"sending,omitempty"` // a round is not finished
	Cursor  string `json:"cursor,omitempty"`  // how far it is
}

// Unread is how many landlords have not read it.
func (n DutyNotice) Unread() int { return n.Landlords - n.Read }

// An Audience says to whom a duty notice goes: landlords of tenancies in force.
type Audience struct {
	Kind     AudienceKind `json:"kind"`
	Building string       `json:"building,omitempty"` // of OneBuilding; as in address.Unit
	Unit     address.Unit `json:"unit,omitzero"`      // of OneUnit; without a part it means all parts
}

// An AudienceKind is a kind of audience.
type AudienceKind string

// The kinds of audiences.
const (
	WholeCompound AudienceKind = "compound"
	OneBuilding   AudienceKind = "building"
	OneUnit       AudienceKind = "unit"
)

// Prefix is what the keys of the audience's units begin with; see
// address.Unit.Key.
func (a Audience) Prefix() string {
	switch a.Kind {
	case OneBuilding:
		return a.Building + "-"
	case OneUnit:
		return a.Unit.Key()
	}
	return ""
}

// A Reach is whom an audience is at a moment.
type Reach struct {
	Landlords int            // with Telegram
	Units     int            // that are theirs
	Without   []address.Unit // units whose landlord has no Telegram
	Buildings []string       // in which any of these units is
}

// CompareUnits orders units as people count them: building 2 before building 10.
func CompareUnits(a, b address.Unit) int {
	return cmp.Or(compareNumbers(a.Building, b.Building), compareNumbers(a.Entrance, b.Entrance),
		compareNumbers(a.Room, b.Room), strings.Compare(a.Part, b.Part))
}

// CompareBuildings is the order of CompareUnits.
func CompareBuildings(a, b string) int { return compareNumbers(a, b) }

func compareNumbers(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}
