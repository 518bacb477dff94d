package papers

import (
	"strconv"
	"time"

	"zuji/internal/identity"
	"zuji/internal/tenancy"
)

const formSize = 9.5

// Application prints the form 房屋租赁登记备案申请书 of t for the housing authority
// (商品房屋租赁管理办法 Art. 14–17), ready to sign. Numbers stand in full, and a
// line stands for what is not known.
func (p *Press) Application(t tenancy.Tenancy, c tenancy.Compound, now time.Time) ([]byte, error) {
	s := p.sheet(p.say("papers.form.title"), now)
	s.y, s.pad = margin-4, 1.15
	s.y += s.block(margin, s.y, inner, p.say("papers.form.title"), style{size: 20, bold: true, ink: black, align: centre})
	s.line(margin, s.y, inner, p.say("papers.form.asks")+"　"+p.asked(t), style{size: formSize, ink: black})
	if t.Receipt != "" {
		s.line(margin, s.y, inner, p.say("papers.form.receipt", "Receipt", t.Receipt), style{size: formSize, ink: black, align: right})
	}
	s.y += 6
	s.formHome(t, c)
	s.formLessor(t)
	s.formPeople(t)
	s.formLease(t)
	s.heading(p.say("papers.form.enclosed"))
	s.row(formSize, cell{text: p.say("papers.form.enclosed_all"), part: 1})
	s.formSign(t)
	s.footers(p.say("papers.form.footer"))
	return s.bytes()
}

// asked ticks what is applied for.
func (p *Press) asked(t tenancy.Tenancy) string {
	purpose := string(t.Purpose)
	if t.Purpose == tenancy.NewLetting {
		purpose = "new"
	}
	return p.boxes("papers.form.asked.", purpose, "new", "change", "renew")
}

// heading draws the line that begins a part of the form.
func (s *sheet) heading(text string) {
	s.room(20)
	s.row(formSize, cell{text: text, part: 1, label: true, bold: true})
}

func (s *sheet) formHome(t tenancy.Tenancy, c tenancy.Compound) {
	f := t.Filing
	s.heading(s.say("papers.form.home"))
	s.pair(formSize, s.say("papers.form.address"), c.Address+c.Name)
	floor := s.say("papers.short")
	if n := t.Unit.Floor(); n > 0 {
		floor = s.say("papers.form.nth_floor", "N", n)
	}
	s.pair(formSize, s.say("papers.form.unit"), t.Unit.String(), s.say("papers.form.floor"), floor)
	s.pair(formSize,
		s.say("papers.form.letting"), s.boxes("filing.letting.option.", string(f.Letting), string(tenancy.Whole), string(tenancy.Part), string(tenancy.Sublet)),
		s.say("papers.form.use"), s.boxes("filing.use.option.", string(f.Use), string(tenancy.Living), string(tenancy.Office), string(tenancy.OtherUse)))
	let := f.LetArea
	if f.Letting == tenancy.Whole {
		let = f.Area // asked only of a part
	}
	s.pair(formSize, s.say("papers.form.area"), s.area(f.Area), s.say("papers.form.let_area"), s.area(let))
	rooms := s.say("papers.short")
	if f.Rooms > 0 {
		rooms = s.say("papers.form.room_count", "N", f.Rooms)
	}
	s.pair(formSize, s.say("papers.form.design"), s.say("papers.short"), s.say("papers.form.rooms"), rooms)
	s.pair(formSize, s.say("papers.form.title_number"), s.or(f.Title))
}

func (s *sheet) area(a tenancy.Area) string {
	if a <= 0 {
		return s.say("papers.short")
	}
	return s.say("value.any", "Value", a)
}

func (s *sheet) formLessor(t tenancy.Tenancy) {
	l := t.Landlord
	kind, number := s.option("document.", string(l.Document.Kind)), l.Document.Number
	if l.Kind == tenancy.Firm {
		kind, number = s.say("papers.firm_code"), l.Code
	}
	s.heading(s.say("papers.form.lessor"))
	s.pair(formSize, s.say("papers.form.name"), s.or(l.Name), s.say("papers.form.phone"), s.or(identity.FormatPhone(l.Phone)))
	s.pair(formSize, s.say("papers.form.kind"), s.or(kind), s.say("papers.form.number"), s.or(number))
	s.pair(formSize, s.say("papers.form.capacity"), s.option("papers.form.capacity_of.", string(t.Role)),
		s.say("papers.form.head_consent"), s.consent(t))
	if t.Role == tenancy.ForOwner {
		s.pair(formSize,
			s.say("papers.form.agent"), s.say("papers.person", "Name", s.or(t.Agent.Name), "Phone", identity.FormatPhone(t.Agent.Phone)),
			s.say("papers.form.basis"), s.or(s.option("registration.agent_basis.option.", string(t.Agent.Basis))))
	}
}

func (s *sheet) consent(t tenancy.Tenancy) string {
	if t.Role != tenancy.Sublessor && t.Filing.Letting != tenancy.Sublet {
		return s.say("papers.form.not_sublet")
	}
	return s.or(s.option("filing.head_consent.option.", string(t.Consent)))
}

func (s *sheet) formPeople(t tenancy.Tenancy) {
	s.heading(s.say("papers.form.lessee"))
	heading := []string{s.say("papers.form.as"), s.say("papers.form.tenant_name"), s.say("papers.form.kind"), s.say("papers.form.number"), s.say("papers.form.tenant_phone")}
	var rows [][]string
	for _, p := range t.Living() {
		rows = append(rows, []string{s.as(p), p.Name, s.or(s.option("document.", string(p.Document.Kind))), s.or(p.Document.Number), s.phone(p)})
	}
	s.list(formSize, []float64{2.2, 2.8, 3.6, 4, 2.6}, heading, rows)
}

// phone writes a tenant's number, or a line to fill; other occupants need none.
func (s *sheet) phone(p tenancy.Person) string {
	if p.Phone == "" && p.Occupant {
		return ""
	}
	if p.Phone == "" {
		return s.say("papers.short")
	}
	return identity.FormatPhone(p.Phone)
}

func (s *sheet) formLease(t tenancy.Tenancy) {
	f := t.Filing
	s.heading(s.say("papers.form.contract"))
	s.pair(formSize, s.say("papers.form.term"), s.term(t))
	s.pair(formSize, s.say("papers.form.signed"), s.day(t.Signed), s.say("papers.form.contract_no"), s.or(f.ContractNo))
	s.pair(formSize, s.say("papers.form.rent"), s.money(f.Rent))
	headcount := s.say("papers.short")
	if t.Headcount > 0 {
		headcount = s.say("papers.people", "N", t.Headcount)
	}
	s.pair(formSize, s.say("papers.form.cycle"), s.cycle(f), s.say("papers.form.headcount"), headcount)
	s.pair(formSize, s.say("papers.form.deposit"), s.money(f.Deposit))
	back := s.say("papers.short")
	if f.ReturnDays > 0 {
		back = s.say("papers.form.within", "N", f.ReturnDays)
	}
	s.pair(formSize, s.say("papers.form.return_days"), back, s.say("papers.form.deductions"),
		s.boxes("papers.form.stated.", string(f.Deductions), string(tenancy.Yes), string(tenancy.No)))
	name := f.BrokerName
	if f.Broker != tenancy.No {
		name = s.or(name)
	}
	s.pair(formSize, s.say("papers.form.broker"), s.boxes("papers.form.brokered.", string(f.Broker), string(tenancy.Yes), string(tenancy.No)),
		s.say("papers.form.broker_name"), name)
}

func (s *sheet) cycle(f tenancy.Filing) string {
	if f.Cycle == "" {
		return s.say("papers.short")
	}
	cycle := s.option("filing.cycle.option.", string(f.Cycle))
	if f.DueDay == 0 {
		return cycle
	}
	return s.say("papers.form.due", "Cycle", cycle, "Day", strconv.Itoa(f.DueDay))
}

// formSign draws the declaration, the places to sign, and the authority's part,
// all on one page.
func (s *sheet) formSign(t tenancy.Tenancy) {
	const sign, office = 22.0, 28.0
	st := style{size: formSize, ink: black}
	declare := s.say("papers.form.declare")
	s.room(float64(len(s.lines(declare, inner, st)))*st.lead() + 3 + sign + 3 + office)
	s.y += 1.5
	s.y += s.block(margin, s.y, inner, declare, st) + 1.5
	names := []string{s.say("papers.form.sign_lessor"), s.say("papers.form.sign_lessee")}
	if t.Role == tenancy.ForOwner {
		names = append(names, s.say("papers.form.sign_agent"))
	}
	width := inner / float64(len(names))
	for i, name := range names {
		x := margin + float64(i)*width
		s.frame(x, s.y, width, sign)
		s.line(x+padX, s.y+padY, width, name, st)
		s.line(x, s.y+sign-st.lead()-padY, width-padX, s.say("papers.form.sign_date"), style{size: formSize, ink: black, align: right})
	}
	s.y += sign + 3
	s.row(8.5, cell{text: s.say("papers.form.office"), part: 1, label: true})
	for _, texts := range [][]string{
		{s.say("papers.form.opinion"), "\n", s.say("papers.form.filing_number"), ""},
		{s.say("papers.form.clerk"), "", s.say("papers.form.office_date"), s.say("papers.form.sign_date")},
	} {
		s.pair(formSize, texts...)
	}
}
