package flows

import (
	"strings"

	"zuji/internal/chinese"
	"zuji/internal/form"
	"zuji/internal/invalid"
	"zuji/internal/tenancy"
)

// Filing asks what the city's application form for filing the contract
// (房屋租赁登记备案申请书) needs beyond the registration. Its draft is the
// registered tenancy.
func Filing(facts Facts, city tenancy.City) form.Flow[tenancy.Tenancy] {
	return form.Flow[tenancy.Tenancy]{
		Name: "filing",
		Fields: func(t *tenancy.Tenancy) []form.Field {
			f := &t.Filing
			part := f.Letting == tenancy.Part
			firm := t.Landlord.Kind == tenancy.Firm
			return []form.Field{
				{Key: "use", Input: form.Choice(&f.Use, tenancy.Living, tenancy.Office, tenancy.OtherUse)},
				{Key: "letting", Input: form.Choice(&f.Letting, tenancy.Whole, tenancy.Part, tenancy.Sublet)},
				{Key: "head_consent", Input: form.Choice(&t.Consent, tenancy.ConsentWritten, tenancy.ConsentSpoken, tenancy.ConsentMissing), Hide: f.Letting != tenancy.Sublet || t.Role == tenancy.Sublessor},
				{Key: "area", Input: area(&f.Area)},
				{Key: "let_area", Input: area(&f.LetArea, atMost(f)), Hide: !part},
				{Key: "rooms", Input: count(&f.Rooms, 1, 20)},
				{Key: "title", Input: title(&f.Title), Optional: true},
				{Key: "landlord_document", Input: document(&t.Landlord.Document, t.Landlord.Name, facts.Today), Hide: firm, Secret: true},
				{Key: "document_kind", Input: documentKind(&t.Landlord.Document, facts.Today), Hide: firm || t.Landlord.Document.Number == "" || detected(t.Landlord.Document, t.Landlord.Name, facts.Today), Quiet: true},
				{Key: "rent", Input: money(&f.Rent)},
				{Key: "cycle", Input: form.Choice(&f.Cycle, tenancy.Monthly, tenancy.Quarterly, tenancy.HalfYearly, tenancy.Yearly, tenancy.Once)},
				{Key: "due_day", Input: count(&f.DueDay, 1, 31), Optional: true, Hide: f.Cycle == tenancy.Once},
				{Key: "deposit", Input: money(&f.Deposit), Optional: true},
				{Key: "return_days", Input: count(&f.ReturnDays, 1, 90), Optional: true, Hide: f.Deposit == 0},
				{Key: "deductions", Input: form.Choice(&f.Deductions, tenancy.Yes, tenancy.No), Hide: f.Deposit == 0},
				{Key: "broker", Input: form.Choice(&f.Broker, tenancy.No, tenancy.Yes)},
				{Key: "broker_name", Input: words(&f.BrokerName, 60), Hide: f.Broker != tenancy.Yes},
				{Key: "contract_no", Input: words(&f.ContractNo, 40), Optional: true},
			}
		},
		Warnings: func(t *tenancy.Tenancy) []form.Text { return filingWarnings(t, city) },
	}
}

// StartFiling begins the filing pack of t, with what it already knows done.
func StartFiling(facts Facts, id string, t tenancy.Tenancy, city tenancy.City) (form.Session, error) {
	if t.Role == tenancy.Sublessor {
		t.Filing.Letting = tenancy.Sublet
	}
	flow := Filing(facts, city)
	return flow.Start(id, t, flow.Answered(t)...)
}

func atMost(f *tenancy.Filing) func(tenancy.Area) error {
	return func(let tenancy.Area) error {
		if let > f.Area {
			return invalid.New("let_area", "Area", f.Area)
		}
		return nil
	}
}

// title is the number of a title document: 不动产权证 of any form, an older
// 房权证, or the last digits alone.
func title(p *string) form.Input {
	in := words(p, 60)
	return in.Reading(func(answer string) error {
		answer = chinese.Normalise(answer)
		if !strings.ContainsAny(answer, "0123456789") {
			return invalid.New("title")
		}
		return in.Read(answer)
	})
}

// filingWarnings are what the law and the city's guide say about the filing.
func filingWarnings(t *tenancy.Tenancy, city tenancy.City) []form.Text {
	var all []form.Text
	f := t.Filing
	if f.Use != tenancy.Living {
		all = append(all, form.T("warn.use")) // Civil Code Art. 279
	}
	let := f.Area
	if f.Letting == tenancy.Part {
		let = f.LetArea
	}
	if n := tenancy.Area(t.Headcount); city.MinArea > 0 && n > 0 && let/n < tenancy.Area(city.MinArea*100) {
		all = append(all, form.T("warn.crowded", "Min", city.MinArea, "Each", let/n)) // 住房租赁条例 Art. 7
	}
	if city.MaxPerRoom > 0 && f.Rooms > 0 && t.Headcount > f.Rooms*city.MaxPerRoom {
		all = append(all, form.T("warn.per_room", "Max", city.MaxPerRoom))
	}
	if city.DepositMonths > 0 && f.Deposit > f.Rent*tenancy.Fen(city.DepositMonths) {
		all = append(all, form.T("warn.deposit", "Months", city.DepositMonths))
	}
	if f.Deductions == tenancy.No {
		all = append(all, form.T("warn.deductions")) // 住房租赁条例 Art. 10
	}
	if t.Consent != tenancy.ConsentWritten && f.Letting == tenancy.Sublet {
		all = append(all, form.T("warn.head_consent"))
	}
	return all
}
