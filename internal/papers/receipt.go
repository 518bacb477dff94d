package papers

import (
	"strconv"
	"time"

	"github.com/skip2/go-qrcode"

	"zuji/internal/identity"
	"zuji/internal/tenancy"
)

// Receipt prints the receipt 登记回执 of t, with names and numbers masked: it says
// that t is registered with the property manager (Civil Code Art. 945) and lists
// the dates that count. Its QR code is link, which checks it in the bot; without a
// link it has none.
func (p *Press) Receipt(t tenancy.Tenancy, c tenancy.Compound, link string, now time.Time) ([]byte, error) {
	s := p.sheet(p.say("papers.receipt.title"), now)
	s.receiptHead(t, c, link)
	s.receiptHome(t, c)
	s.receiptPeople(t)
	switch t.State {
	case tenancy.Draft, tenancy.Rejected, tenancy.Withdrawn, tenancy.Changed, tenancy.Renewed, tenancy.Closed: // no date counts
	default:
		s.receiptDates(t.Duties(c.City, p.Holidays))
	}
	s.receiptFoot(t, c)
	s.footers(p.say("papers.receipt.footer", "Receipt", t.Receipt, "At", now))
	return s.bytes()
}

func (s *sheet) receiptHead(t tenancy.Tenancy, c tenancy.Compound, link string) {
	const size = 36.0
	width := inner
	if link != "" {
		width = inner - size - 6
		s.qr(margin+inner-size, margin-4, size, link, qrcode.Medium)
		s.line(margin+inner-size, margin-4+size-1, size, s.say("papers.receipt.scan"), style{size: 8.5, ink: grey, align: centre})
	}
	name := style{size: 13, ink: grey}
	s.y += s.block(margin, s.y, width, c.Name, s.fit(c.Name, width, 1, name, 9))
	s.y += s.block(margin, s.y, width, s.say("papers.receipt.title"), style{size: 26, bold: true, ink: green})
	s.line(margin, s.y, width, s.say("papers.receipt.number")+"　"+t.Receipt, style{size: 12, bold: true, ink: black})
	s.y += 7
	state := s.say("state." + string(t.State))
	if !t.Reviewed.IsZero() {
		state = s.say("papers.receipt.accepted", "State", state, "At", t.Reviewed)
	}
	s.line(margin, s.y, width, state, style{size: 11, ink: black})
	s.y = margin + size + 3
	s.fill(margin, s.y, inner, 0.8, green)
	s.y += 2
}

func (s *sheet) section(text string) {
	s.room(25) // a heading does not stand alone at the foot of a page
	s.y += 3
	s.y += s.block(margin, s.y, inner, text, style{size: 12, bold: true, ink: green})
	s.y += 0.5
}

const receiptSize = 10.5

func (s *sheet) receiptHome(t tenancy.Tenancy, c tenancy.Compound) {
	s.section(s.say("papers.receipt.home"))
	s.pair(receiptSize, s.say("papers.receipt.place"), c.Name, s.say("papers.receipt.unit"), t.Unit.String())
	if c.Address != "" {
		s.pair(receiptSize, s.say("papers.receipt.address"), c.Address)
	}
	landlord := identity.MaskName(t.Landlord.Name)
	if t.Landlord.Kind == tenancy.Firm {
		landlord = t.Landlord.Name // a company's name is no personal data
	}
	s.pair(receiptSize, s.say("papers.receipt.landlord"), s.say("papers.person", "Name", landlord, "Phone", identity.MaskPhone(t.Landlord.Phone)),
		s.say("papers.receipt.registrant"), s.option("registration.role.option.", string(t.Role)))
	if t.Agent.Name != "" {
		s.pair(receiptSize, s.say("papers.receipt.agent"), s.say("papers.person", "Name", identity.MaskName(t.Agent.Name), "Phone", identity.MaskPhone(t.Agent.Phone)))
	}
	s.pair(receiptSize, s.say("papers.receipt.lease"), s.term(t))
	s.pair(receiptSize, s.say("papers.receipt.signed"), s.day(t.Signed), s.say("papers.receipt.move_in"), s.day(t.MoveIn))
}

func (s *sheet) receiptPeople(t tenancy.Tenancy) {
	s.section(s.say("papers.receipt.living") + "　" + s.say("papers.people", "N", t.Headcount))
	heading := []string{s.say("papers.receipt.item"), s.say("papers.receipt.name"), s.say("papers.receipt.as"),
		s.say("papers.receipt.document"), s.say("papers.receipt.number_masked"), s.say("papers.receipt.phone")}
	var rows [][]string
	for i, p := range t.Living() {
		rows = append(rows, []string{strconv.Itoa(i + 1), identity.MaskName(p.Name), s.as(p),
			s.option("document.", string(p.Document.Kind)), identity.MaskNumber(p.Document.Number), identity.MaskPhone(p.Phone)})
	}
	s.list(receiptSize, []float64{1.2, 2.4, 2, 4, 4.6, 3}, heading, rows)
}

func (s *sheet) receiptDates(duties []tenancy.Duty) {
	if len(duties) == 0 {
		return
	}
	s.section(s.say("papers.receipt.dates"))
	var rows [][]string
	for _, d := range duties {
		rows = append(rows, []string{s.say("papers.duty." + string(d.Kind)), s.until(d)})
	}
	s.list(receiptSize, []float64{7, 8}, []string{s.say("papers.receipt.what"), s.say("papers.receipt.when")}, rows)
}

// until writes by when a duty is due.
func (s *sheet) until(d tenancy.Duty) string {
	switch {
	case d.Hours > 0:
		return s.say("papers.until.hours", "Hours", d.Hours, "Target", d.Target)
	case d.Kind == tenancy.LeaseEnds:
		return s.say("papers.until.expiry", "Target", d.Target)
	case d.Latest != d.Target:
		return s.say("papers.until.rolled", "Target", d.Target, "Latest", d.Latest)
	}
	return s.say("papers.until.day", "Target", d.Target)
}

func (s *sheet) receiptFoot(t tenancy.Tenancy, c tenancy.Compound) {
	note := s.say("papers.receipt.note")
	if c.Desk != "" {
		note += "\n" + s.say("papers.receipt.desk", "Desk", c.Desk)
	}
	small := style{size: 9, ink: grey}
	const sign = 22.0
	s.room(4 + float64(len(s.lines(note, inner, small)))*small.lead() + 4 + sign)
	s.y += 4
	s.y += s.block(margin, s.y, inner, note, small) + 4
	for i, text := range []string{s.say("papers.receipt.stamp"), s.say("papers.receipt.clerk"), s.say("papers.receipt.date")} {
		x := margin + float64(i)*inner/3
		s.frame(x, s.y, inner/3, sign)
		s.line(x+padX, s.y+padY, inner/3, text, style{size: 9, ink: grey})
	}
	s.y += sign
}
