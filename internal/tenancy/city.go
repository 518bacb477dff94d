package tenancy

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"

	"zuji/internal/calendar"
)

// A City holds the numbers that each city sets for itself. Zero means that the
// city's rule is not known; such a duty is not shown with a number.
type City struct {
	Name string `json:"name,omitempty"`

	// FileDays is the time to file a concluded contract, in days;
	// 商品房屋租赁管理办法 Art. 14: 30.
	FileDays int `json:"fileDays"`

	// ReportDays is the time to report who moved in to the police, in working
	// days if ReportWorking, else in calendar days.
	ReportDays    int  `json:"reportDays,omitempty"`
	ReportWorking bool `json:"reportWorking,omitempty"`

	MinArea       int  `json:"minArea,omitempty"`       // m² a person
	MaxPerRoom    int  `json:"maxPerRoom,omitempty"`    // people
	EarlyTalk     bool `json:"earlyTalk,omitempty"`     // of leases of a year and more, the sides talk 3 months before the end
	DepositMonths int  `json:"depositMonths,omitempty"` // guide for a deposit, in months' rent

	// Sources say where each number comes from, by its name in a profile.
	Sources map[CityNumber]Source `json:"sources,omitempty"`
}

// A CityNumber names a number of a city.
type CityNumber string

// The numbers, in the order in which they are shown.
const (
	FileDays      CityNumber = "fileDays"
	ReportDays    CityNumber = "reportDays"
	MinArea       CityNumber = "minArea"
	MaxPerRoom    CityNumber = "maxPerRoom"
	DepositMonths CityNumber = "depositMonths"
	EarlyTalk     CityNumber = "earlyTalk"
)

// CityNumbers are all numbers of a city.
var CityNumbers = []CityNumber{FileDays, ReportDays, MinArea, MaxPerRoom, DepositMonths, EarlyTalk}

// A Source says where a number comes from and when that was looked up.
type Source struct {
	Rule    string        `json:"rule,omitempty"` // "": an administrator has put it in
	Checked calendar.Date `json:"checked"`
}

// A profiled number is one of a profile.
type profiled struct {
	Value   int  `json:"value"`
	Working bool `json:"working,omitempty"` // working days
	Source
}

// A profile is what is known of a province or city.
type profile struct {
	Of      string                  `json:"of"`
	Cities  []string                `json:"cities"` // none: the whole country
	Numbers map[CityNumber]profiled `json:"numbers"`
}

//go:embed cities.json
var citiesFile []byte

// profiles go from the general to the special: a later one counts.
var profiles = func() (all []profile) {
	if err := json.Unmarshal(citiesFile, &all); err != nil {
		panic("cities.json: " + err.Error())
	}
	return all
}()

// DefaultCity has the numbers that hold throughout the country.
var DefaultCity = CityOf("")

// CityOf returns what is known of a city, by its name with or without 市.
func CityOf(name string) City {
	c := City{Name: name, Sources: map[CityNumber]Source{}}
	for _, p := range profiles {
		if len(p.Cities) > 0 && !slices.Contains(p.Cities, strings.TrimSuffix(name, "市")) {
			continue
		}
		for number, n := range p.Numbers {
			c.set(number, n)
			c.Sources[number] = n.Source
		}
	}
	return c
}

func (c *City) set(number CityNumber, n profiled) {
	switch number {
	case FileDays:
		c.FileDays = n.Value
	case ReportDays:
		c.ReportDays, c.ReportWorking = n.Value, n.Working
	case MinArea:
		c.MinArea = n.Value
	case MaxPerRoom:
		c.MaxPerRoom = n.Value
	case DepositMonths:
		c.DepositMonths = n.Value
	case EarlyTalk:
		c.EarlyTalk = n.Value != 0
	default:
		panic("cities.json: no number is called " + string(number))
	}
}

// Number returns a number of the city, 0 where it is not known; a yes is 1.
func (c City) Number(number CityNumber) int {
	switch number {
	case FileDays:
		return c.FileDays
	case ReportDays:
		return c.ReportDays
	case MinArea:
		return c.MinArea
	case MaxPerRoom:
		return c.MaxPerRoom
	case DepositMonths:
		return c.DepositMonths
	case EarlyTalk:
		if c.EarlyTalk {
			return 1
		}
	}
	return 0
}

// Sourced returns c with the source of each number: its profile's, the one that it
// had before, or, of what an administrator has put in now, today.
func (c City) Sourced(before City, today calendar.Date) City {
	known := CityOf(c.Name)
	sources := map[CityNumber]Source{}
	for _, n := range CityNumbers {
		switch {
		case c.Number(n) == 0:
		case c.same(known, n):
			sources[n] = known.Sources[n]
		case c.same(before, n):
			sources[n] = before.Sources[n]
		default:
			sources[n] = Source{Checked: today}
		}
	}
	c.Sources = sources
	return c
}

func (c City) same(o City, n CityNumber) bool {
	return c.Number(n) == o.Number(n) && (n != ReportDays || c.ReportWorking == o.ReportWorking)
}

// Same reports whether all numbers of two cities are the same.
func (c City) Same(o City) bool {
	return !slices.ContainsFunc(CityNumbers, func(n CityNumber) bool { return !c.same(o, n) })
}
