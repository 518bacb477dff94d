package tenancy

import "time"

// A Broadcast is an administrator's message to all who have a part in Zuji, once.
type Broadcast struct {
	ID       string     `json:"id"`
	By       int64      `json:"by"`
	Whom     Circle     `json:"whom"`
	Compound string     `json:"compound,omitempty"` // its id, or EveryCompound
	Building string     `json:"building,omitempty"` // of landlords and tenants; "" is all
	Text     string     `json:"text"`
	State    CastState  `json:"state"`
	Total    int        `json:"total,omitempty"`   // receivers
	Given    int        `json:"given,omitempty"`   // of them given to the outbox
	ShownTo  int64      `json:"shownTo,omitempty"` // whose message shows how far it is
	Message  int        `json:"message,omitempty"`
	Written  time.Time  `json:"written"`
	Ended    time.Time  `json:"ended,omitzero"`
	Result   CastResult `json:"result,omitzero"` // when it has ended
}

// Reached reports whether nothing more can be done for a broadcast: every copy was
// given out, and none waits.
func (b Broadcast) Reached() bool { return b.Given >= b.Total && b.Result.Waiting == 0 }

// EveryCompound stands for all compounds where one is named.
const EveryCompound = "all"

// A Circle is people by what they are in Zuji.
type Circle string

// The circles.
const (
	Landlords Circle = "landlords"
	Lodgers   Circle = "tenants" // who have opened their invitation
	Managers  Circle = "managers"
	Readers   Circle = "readers"
	Everybody Circle = "all"
)

// Circles are all circles, in the order in which they are offered.
var Circles = []Circle{Landlords, Lodgers, Managers, Readers, Everybody}

// AtHome reports whether the people of a circle belong to buildings.
func (c Circle) AtHome() bool { return c == Landlords || c == Lodgers }

// Includes reports whether c takes in the people of another.
func (c Circle) Includes(other Circle) bool { return c == other || c == Everybody }

// A CastState is where a broadcast stands.
type CastState string

// The states of a broadcast.
const (
	CastWritten CastState = "written" // its writer looks at it
	CastSending CastState = "sending"
	CastPaused  CastState = "paused"
	CastDone    CastState = "done"
	CastStopped CastState = "stopped" // before all were told
	CastDropped CastState = "dropped" // never sent
)

// Under reports whether a broadcast has begun and not ended.
func (s CastState) Under() bool { return s == CastSending || s == CastPaused }

// A CastResult counts what became of the copies given to the outbox.
type CastResult struct {
	Sent    int `json:"sent"`
	Waiting int `json:"waiting"` // not yet sent
	Held    int `json:"held"`    // to people who have blocked the bot: sent if they come back
	Unsure  int `json:"unsure"`  // may have arrived
	Refused int `json:"refused"`
}

// MaxBroadcast is how long the text of a broadcast is at most, in characters.
const MaxBroadcast = 1500

// MaxReceivers is how many people a broadcast reaches at most.
const MaxReceivers = 50_000
