package flows

import (
	"time"

	"fmt"
	"slices"
	"strconv"
	"strings"
	"zuji/internal/calendar"

	"zuji/internal/address"
	"zuji/internal/form"
	"zuji/internal/identity"
	"zuji/internal/tenancy"
	"zuji/internal/when"
)

// Needs lists every text and every button that the flows may take, over drafts
// that between them open every branch. The static check holds them against the
// locales and Telegram's limits.
func Needs(facts Facts) (texts []form.Text, buttons []form.Button) {
	add := func(t []form.Text, b []form.Button) {
		texts, buttons = append(texts, t...), append(buttons, b...)
	}
	facts.Compounds = append(slices.Clone(facts.Compounds), inquisitive())
	for _, d := range registrations() {
		d.Compound, d.Extra = inquisitive().ID, answers()
		add(Registration(facts).Needs(d))
	}
	for _, t := range filings() {
		add(Filing(facts, tenancy.DefaultCity).Needs(t))
	}
	all := registrations()
	whole := all[len(all)-1].Tenancy
	whole.Compound, whole.Extra = inquisitive().ID, answers()
	d := Returning{}
	for _, l := range Registration(facts).Lines(Draft{Tenancy: whole}) {
		d.Fields = append(d.Fields, l.Field)
	}
	add(Return(facts, whole).Needs(d))
	add(NewCompound(facts).Needs(tenancy.Compound{}))
	for _, n := range tenancy.CityNumbers {
		texts = append(texts, CityLine(tenancy.City{}, n), form.T("city."+string(n)))
	}
	add(Renew(facts).Needs(Renewing{}))
	add(Renew(facts).Needs(Renewing{Tenancy: whole, Same: true}))
	add(SendNotice(facts, func(string, tenancy.Audience) tenancy.Reach {
		return tenancy.Reach{Landlords: 1, Units: 1, Without: make([]address.Unit, listedUnits+1), Buildings: []string{"A1000B"}}
	}).Needs(NewNotice{Paragraph: "字"}))
	for _, version := range tenancy.DutyNoticeVersions {
		texts = append(texts, DutyText(version, tenancy.Compound{Name: strings.Repeat("字", 30), City: tenancy.City{FileDays: 30, ReportDays: 3, ReportWorking: true}}))
	}
	for _, n := range Notices {
		texts = append(texts, form.T("privacy.notice."+n.Version))
	}
	for _, kind := range []tenancy.AudienceKind{tenancy.WholeCompound, tenancy.OneBuilding, tenancy.OneUnit} {
		texts = append(texts, AudienceText(tenancy.Audience{Kind: kind}))
	}
	texts = append(texts, form.T("flow.notice"), form.T("notice.declare"))
	add(End(facts, whole).Needs(Ending{}))
	add(Filed(facts, whole).Needs(Numbered{}))
	add(Reject(whole).Needs(Decision{}))
	add(Reveal(whole).Needs(Decision{}))
	add(Object(whole).Needs(Decision{}))
	add(TakeOver().Needs(Takeover{}))
	add(TakeExtract(tenancy.Compound{}).Needs(Extract{}))
	k := Remindful{Now: time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC), Zone: calendar.Shanghai, Holidays: calendar.NewHolidays(), Compounds: []tenancy.Compound{{ID: "a"}, {ID: "b"}}}
	for _, whom := range []tenancy.Whom{tenancy.OneBlock, tenancy.OneHome} {
		add(Remind(k).Needs(Reminder{OwnReminder: tenancy.OwnReminder{Whom: whom}}))
	}
	for _, kind := range []when.Kind{when.KindOnce, when.KindDaily, when.KindDays, when.KindWorkdays, when.KindWeekly, when.KindWeeks, when.KindMonthly, when.KindMonths, when.KindQuarterly, when.KindHalfYearly, when.KindYearly} {
		texts = append(texts, form.T("series."+string(kind), "Weekdays", []form.Text{}))
	}
	for _, o := range tenancy.YearOf("", 2026) {
		texts = append(texts, form.T("year.kind."+string(o.Kind)), form.T("year.why."+string(o.Kind)))
	}
	add(Fulfil(tenancy.Obligation{Kind: tenancy.Meeting}).Needs(Fulfilment{}))
	add(PutHolidays().Needs(NewHolidays{}))
	add(NewBroadcast(facts, func(tenancy.Broadcast) int { return 1 }).Needs(tenancy.Broadcast{Whom: tenancy.Landlords, Compound: "a"}))
	add(AddHomes().Needs(Block{Buildings: "1-3", Bare: "some", Entrances: 1, Floors: 1, Homes: 1}))
	add(Stay(facts).Needs(Staying{}))
	add(AddQuestion(facts).Needs(NewQuestion{Kind: tenancy.AsksChoice, Options: "a\nb"}))
	for _, kind := range tenancy.QuestionKinds {
		texts = append(texts, form.T("registration.custom.kind."+string(kind)))
	}
	for _, flow := range []string{"registration", "filing", "returning", "compound", "renewal", "ending", "filed", "rejecting", "revealing", "objecting", "takeover", "question", "homes", "stay", "extract", "own", "fulfil", "holidays", "broadcast"} {
		texts = append(texts, form.T("flow."+flow), form.T(flow+".declare"))
	}
	return texts, buttons
}

// registrations are drafts that between them show every field; the last is the
// longest that can be.
func registrations() []Draft {
	var all []Draft
	for _, role := range []tenancy.Role{"", tenancy.Owner, tenancy.Company, tenancy.ForOwner, tenancy.Sublessor} {
		for _, kind := range []tenancy.PartyKind{tenancy.Individual, tenancy.Firm} {
			var d Draft
			d.Role, d.Landlord.Kind = role, kind
			if kind == tenancy.Firm {
				d.Desk, d.Purpose = 1, tenancy.ToChange
			}
			d.Filing.Rent, d.Filing.Deposit = 1, 1
			d.People = []tenancy.Person{
				{Item: "a", Next: tenancy.MoreTenant, Document: identity.Document{Number: "?"}},
				{Item: "b", Next: tenancy.MoreOccupant},
				{Item: "c", Occupant: true, Document: identity.Document{Number: "?"}},
			}
			all = append(all, d)
		}
	}
	long := all[len(all)-1]
	long.People = nil
	for i := range tenancy.MaxPeople {
		long.People = append(long.People, tenancy.Person{Item: string(rune('a' + i)), Next: tenancy.MoreTenant, Name: "a", Document: identity.Document{Number: "?"}, Phone: "1"})
	}
	return append(all, long)
}

// inquisitive is a compound that asks as much as one may.
func inquisitive() tenancy.Compound {
	c := tenancy.Compound{ID: "inquisitive0"}
	for i := range tenancy.MaxQuestions {
		q := tenancy.Question{ID: fmt.Sprintf("question%04d", i), Kind: tenancy.QuestionKinds[i%len(tenancy.QuestionKinds)], Label: strings.Repeat("字", tenancy.MaxQuestionLabel)}
		if q.Kind == tenancy.AsksChoice {
			for n := range tenancy.MaxOptions {
				q.Options = append(q.Options, strconv.Itoa(n))
			}
		}
		c.Questions = append(c.Questions, q)
	}
	return c
}

// answers answers every question of inquisitive.
func answers() (all tenancy.Answers) {
	for _, q := range inquisitive().Questions {
		switch q.Kind {
		case tenancy.AsksDate:
			all = all.With(q.ID, "2026-12-01")
		default:
			all = all.With(q.ID, "1")
		}
	}
	return all
}

func filings() []tenancy.Tenancy {
	var all []tenancy.Tenancy
	for _, letting := range []tenancy.Letting{tenancy.Whole, tenancy.Part, tenancy.Sublet} {
		t := tenancy.Tenancy{Role: tenancy.Owner}
		t.Landlord.Document.Number = "?"
		t.Filing = tenancy.Filing{Letting: letting, Deposit: 1, Broker: tenancy.Yes}
		all = append(all, t)
	}
	return all
}
