// Package tenancy is the domain: tenancies of homes in Chinese residential
// compounds, their life cycle, and the duties that come with them.
//
// It holds tenancy facts and nothing else. It has no place for pregnancy,
// births, contraception, marriage, children, sex, ethnicity, religion, politics
// or health, and derives none of them from a document number.
package tenancy

import (
	"time"

	"zuji/internal/address"
	"zuji/internal/calendar"
	"zuji/internal/identity"
)

// A Tenancy is one letting of one unit, as registered with the compound's
// property manager (Civil Code Art. 945 ¶2).
type Tenancy struct {
	ID       string `json:"id"`                // the id of the session that registered it
	Receipt  string `json:"receipt,omitempty"` // ZJ-YYYYMM-NNNN-L
	Compound string `json:"compound"`          // Compound.ID
	State    State  `json:"state"`
	Owner    int64  `json:"owner"`          // the person who registered it; 0: nobody yet, the desk did
	Desk     int64  `json:"desk,omitempty"` // the member of staff who entered it at the desk

	Purpose  Purpose       `json:"purpose,omitempty"`
	Replaces string        `json:"replaces,omitempty"` // the tenancy that this one changes or renews
	Since    calendar.Date `json:"since,omitzero"`     // from when a change holds

	Unit      address.Unit  `json:"unit"`
	Role      Role          `json:"role"`
	Landlord  Party         `json:"landlord"`
	Agent     Agent         `json:"agent,omitzero"`
	Consent   HeadConsent   `json:"headConsent,omitempty"` // of the head landlord, when sublet
	People    []Person      `json:"people"`                // tenants and occupants
	Headcount int           `json:"headcount"`             // everybody who lives there
	Signed    calendar.Date `json:"signed"`
	Start     calendar.Date `json:"start"`
	End       calendar.Date `json:"end"` // inclusive
	MoveIn    calendar.Date `json:"moveIn"`
	Left      calendar.Date `json:"left,omitzero"` // the day on which it ended

	Filing Filing  `json:"filing,omitzero"`
	Extra  Answers `json:"extra,omitempty"` // to the compound's own questions

	Submitted time.Time         `json:"submitted,omitzero"`
	Reviewed  time.Time         `json:"reviewed,omitzero"`
	Reviewer  int64             `json:"reviewer,omitempty"`
	Round     int               `json:"round,omitempty"`    // how often it was corrected
	Returned  map[string]string `json:"returned,omitempty"` // field name to reason
	Notice    string            `json:"notice,omitempty"`   // version of the privacy notice agreed to
	Agreed    time.Time         `json:"agreed,omitzero"`
	History   []Event           `json:"history,omitempty"` // oldest first

	Reminding Reminding `json:"reminding,omitzero"`

	Warned time.Time `json:"warned,omitzero"` // when the landlord was told that the personal data leave
	Erased time.Time `json:"erased,omitzero"` // when they left: see Anonymous

	// Handover is the hash of the link by which the landlord may take over what
	// the desk entered.
	Handover Link `json:"handover,omitzero"`
}

// A Purpose says why a tenancy was registered.
type Purpose string

// The purposes: a new letting, new facts about one (变更), or a new term for one
// (延续); 商品房屋租赁管理办法 Art. 19.
const (
	NewLetting Purpose = ""
	ToChange   Purpose = "change"
	ToRenew    Purpose = "renew"
)

// A Link is what is kept of a secret link: enough to know it again, not enough to
// make it.
type Link struct {
	Hash    string    `json:"hash"`
	Expires time.Time `json:"expires"`
}

// Live reports whether l can still be used at now.
func (l Link) Live(now time.Time) bool { return l.Hash != "" && now.Before(l.Expires) }

// Opens reports whether a token with the hash opens the link at now.
func (l Link) Opens(hash string, now time.Time) bool {
	return l.Live(now) && l.Hash == hash
}

// A Role says in what capacity a person registers a tenancy.
type Role string

// The roles: the owner, a company that owns, somebody acting for the owner
// (商品房屋租赁管理办法 Art. 14 allows it in writing), and a tenant who sublets
// (Civil Code Art. 716).
const (
	Owner     Role = "owner"
	Company   Role = "company"
	ForOwner  Role = "agent"
	Sublessor Role = "sublessor"
)

// A PartyKind tells a natural person from a company.
type PartyKind string

// The kinds of parties.
const (
	Individual PartyKind = "person"
	Firm       PartyKind = "firm"
)

// A Party is a landlord.
type Party struct {
	Kind     PartyKind         `json:"kind"`
	Name     string            `json:"name"`
	Phone    string            `json:"phone"` // E.164
	Document identity.Document `json:"document,omitzero"`
	Code     string            `json:"code,omitempty"` // unified social credit code, GB 32100
}

// An Agent acts for the landlord.
type Agent struct {
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty"`
	Basis Basis  `json:"basis,omitempty"`
}

// A Basis is what an agent's authority rests on.
type Basis string

// The bases of authority.
const (
	PowerOfAttorney Basis = "letter"
	BrokerContract  Basis = "broker"
	Spoken          Basis = "spoken"
)

// HeadConsent says whether the head landlord agreed to subletting (Civil Code
// Art. 716: needed).
type HeadConsent string

// The answers about the head landlord's consent.
const (
	ConsentWritten HeadConsent = "written"
	ConsentSpoken  HeadConsent = "spoken"
	ConsentMissing HeadConsent = "none"
)

// A Person lives in the unit: a tenant, who is party to the contract, or another
// occupant (住房租赁条例 Art. 37: 承租人及实际居住人).
type Person struct {
	Item     string            `json:"item"` // "a", "b", …: the person's name within the tenancy
	Occupant bool              `json:"occupant,omitempty"`
	Name     string            `json:"name"`
	Document identity.Document `json:"document,omitzero"`
	Phone    string            `json:"phone,omitempty"`
	Next     More              `json:"next,omitempty"` // who else, asked after this person
	Answer   Confirmation      `json:"answer,omitzero"`
}

// Same reports whether two entries are about the same person: names are shared.
func (p Person) Same(other Person) bool {
	return p.Document.Number != "" && p.Document == other.Document
}

// A Confirmation is what a tenant says about their own entry.
type Confirmation struct {
	Link   Link      `json:"link,omitzero"`  // by which they are asked
	Who    int64     `json:"who,omitempty"`  // the person who opened it
	Said   Said      `json:"said,omitempty"` // "": nothing yet
	At     time.Time `json:"at,omitzero"`
	Reason string    `json:"reason,omitempty"` // of an objection
}

// Shut is c without the link and the person who opened it: what was said stays.
func (c Confirmation) Shut() Confirmation {
	return Confirmation{Said: c.Said, At: c.At, Reason: c.Reason}
}

// Said is a tenant's verdict.
type Said string

// The verdicts.
const (
	SaidRight Said = "right"
	SaidWrong Said = "wrong"
)

// More is the answer to "who else lives there?".
type More string

// The answers to "who else?".
const (
	NobodyElse   More = "none"
	MoreTenant   More = "tenant"
	MoreOccupant More = "occupant"
)

// MaxPeople is how many tenants and occupants one registration names.
const MaxPeople = 20

// UnitKey names t's unit among all compounds.
func (t *Tenancy) UnitKey() string { return t.Compound + "|" + t.Unit.Key() }

// Living returns the people of t up to the last one that counts: a person after
// "nobody else" was entered earlier and taken back.
func (t *Tenancy) Living() []Person {
	for i, p := range t.People {
		if p.Next != MoreTenant && p.Next != MoreOccupant {
			return t.People[:i+1]
		}
	}
	return t.People
}

// Tenants returns the people of t who are party to the contract.
func (t *Tenancy) Tenants() []Person {
	var all []Person
	for _, p := range t.Living() {
		if !p.Occupant {
			all = append(all, p)
		}
	}
	return all
}

// Person returns the person of t with an item name, or nil.
func (t *Tenancy) Person(item string) *Person {
	for i := range t.People {
		if t.People[i].Item == item {
			return &t.People[i]
		}
	}
	return nil
}

// Lodger returns the tenant of t who opened their invitation as the person who,
// or nil.
func (t *Tenancy) Lodger(who int64) *Person {
	for i := range t.People {
		if who != 0 && t.People[i].Answer.Who == who {
			return &t.People[i]
		}
	}
	return nil
}

// Foreign reports whether somebody who lives in the unit must be reported within
// hours rather than days (出境入境管理法 Art. 39: 24 hours).
func (t *Tenancy) Foreign() bool {
	for _, p := range t.Living() {
		if p.Document.Foreign() {
			return true
		}
	}
	return false
}

// FromOutside reports whether somebody's document is not a mainland one, so that
// the day of moving in matters to the hour or has its own rule.
func (t *Tenancy) FromOutside() bool {
	for _, p := range t.Living() {
		if p.Document.Foreign() || p.Document.HKMOTW() {
			return true
		}
	}
	return false
}
