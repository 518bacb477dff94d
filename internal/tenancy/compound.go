package tenancy

import (
	"slices"
	"time"

	"zuji/internal/calendar"
)

// A Compound is a residential compound 物业管理小区 that takes registrations.
type Compound struct {
	ID      string        `json:"id"` // short, random
	Name    string        `json:"name"`
	Address string        `json:"address,omitempty"`
	Street  string        `json:"street,omitempty"`  // its street office 街道办事处
	Council string        `json:"council,omitempty"` // its community committee 社区居委会
	Link    string        `json:"link"`              // token of the deep link c_<token>
	Desk    string        `json:"desk,omitempty"`    // where its service desk is, and when it is open
	City    City          `json:"city"`
	Staff   []Staff       `json:"staff,omitempty"`
	Readers []Staff       `json:"readers,omitempty"`
	Added   calendar.Date `json:"added,omitzero"` // when it came to Zuji; what was due before is not asked after

	// Archived compounds take no new registrations; what is registered goes on.
	Archived bool `json:"archived,omitempty"`

	// Exports says where extracts of the register go: to the chat, or, where the
	// data may not leave the country (个人信息保护法 Art. 38–40), to the data folder.
	Exports Exports `json:"exports,omitempty"`

	Questions []Question `json:"questions,omitempty"` // its own, those asked in their order
}

// Exports is where extracts go.
type Exports string

// The places.
const (
	SendExports Exports = "send"
	KeepExports Exports = "keep"
)

// A Staff member has a role in a compound.
type Staff struct {
	ID   int64     `json:"id"`
	Name string    `json:"name"`
	Role StaffRole `json:"role"`
}

// A StaffRole is what a person may do for a compound.
type StaffRole string

// The staff roles.
const (
	Manager       StaffRole = "manager" // of the property manager: everything of the compound
	Reader        StaffRole = "reader"  // of the community committee: its numbers, nobody's data
	Administrator StaffRole = "admin"   // of Zuji as a whole
)

// Known reports whether r is one of the roles.
func (r StaffRole) Known() bool { return r == Manager || r == Reader || r == Administrator }

// MaxStaff is how many people have a role in a compound at most: each manager is
// told of a registration in the transaction that stores it.
const MaxStaff = 15

// HasStaff reports whether a person is one of the compound's managers.
func (c *Compound) HasStaff(person int64) bool { return c.RoleOf(person) == Manager }

// RoleOf returns what a person is in the compound, or "".
func (c *Compound) RoleOf(person int64) StaffRole {
	s, _ := c.Member(person)
	return s.Role
}

// Member returns a person's entry among those with a role in the compound.
func (c *Compound) Member(person int64) (Staff, bool) {
	for _, s := range slices.Concat(c.Staff, c.Readers) {
		if s.ID == person {
			return s, true
		}
	}
	return Staff{}, false
}

// With returns the people who have a role in the compound.
func (c *Compound) With(role StaffRole) []Staff {
	if role == Reader {
		return c.Readers
	}
	return c.Staff
}

// SetRole gives s its role instead of any other in the compound; the empty role
// takes them out.
func (c *Compound) SetRole(s Staff) {
	same := func(o Staff) bool { return o.ID == s.ID }
	c.Staff = slices.DeleteFunc(slices.Clone(c.Staff), same)
	c.Readers = slices.DeleteFunc(slices.Clone(c.Readers), same)
	switch s.Role {
	case Manager:
		c.Staff = append(c.Staff, s)
	case Reader:
		c.Readers = append(c.Readers, s)
	}
}

// A Profile is what is remembered of a person between conversations.
type Profile struct {
	ID       int64     `json:"id"`
	Name     string    `json:"name,omitempty"`     // as their app calls them
	Language string    `json:"language,omitempty"` // chosen; "" follows the app
	App      string    `json:"app,omitempty"`      // language of their app, for what is sent unasked
	Notice   string    `json:"notice,omitempty"`   // version of the privacy notice agreed to
	Agreed   time.Time `json:"agreed,omitzero"`
	Role     Role      `json:"role,omitempty"`
	Landlord Party     `json:"landlord,omitzero"` // as given last time
	Agent    Agent     `json:"agent,omitzero"`
	Compound string    `json:"compound,omitempty"` // of the last registration
	Unit     string    `json:"unit,omitempty"`     // of the last registration
	Silent   bool      `json:"silent,omitempty"`   // has blocked the bot
	Blocked  bool      `json:"blocked,omitempty"`  // by an administrator

	Seen      time.Time `json:"seen,omitzero"`      // when they last used Zuji, give or take SeenDays
	Withdrawn time.Time `json:"withdrawn,omitzero"` // when they withdrew their consent; zero: they did not

	Hours Hours           `json:"hours,omitzero"` // when they want to be reminded
	Off   map[string]bool `json:"off,omitempty"`  // kinds of reminders they do not want
	Told  Told            `json:"told,omitzero"`
}

// SeenDays is how exactly Profile.Seen is kept, in days.
const SeenDays = 30

// Reached reports whether a person can be written to: they have not blocked the
// bot, and not withdrawn their consent to it (个人信息保护法 Art. 15).
func (p Profile) Reached() bool { return !p.Silent && p.Withdrawn.IsZero() }

// Bare reports whether p holds no more than how to speak to the person.
func (p Profile) Bare() bool {
	return p.Name == "" && p.Notice == "" && p.Role == "" && p.Language == "" && p.Landlord == (Party{}) && p.Agent == (Agent{}) &&
		p.Compound == "" && p.Unit == "" && p.Hours == (Hours{}) && len(p.Off) == 0 && p.Told == (Told{})
}

// Told counts the reminders that a person got on a day.
type Told struct {
	Day   string `json:"day"` // 2026-11-23, where they are
	Count int    `json:"count"`
}
