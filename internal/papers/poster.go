package papers

import (
	"time"

	"github.com/skip2/go-qrcode"

	"zuji/internal/calendar"
	"zuji/internal/tenancy"
)

// Poster prints the poster 宣传海报 of a compound for its notice boards: what to
// register, by when, and the QR code of link to begin. Numbers of days are those
// of the compound's city; one that is not known is not shown.
func (p *Press) Poster(c tenancy.Compound, link string, now time.Time) ([]byte, error) {
	s := p.sheet(p.say("papers.poster.title")+" "+c.Name, now)
	s.posterTop(c)
	s.posterSteps(c.City, 145)
	s.posterScan(link)
	s.posterDesk(c, 284)
	today := calendar.DateOf(now)
	month := p.say("papers.poster.month", "Year", today.Year, "Month", int(today.Month))
	foot := s.printable(p.say("papers.poster.footer", "Compound", c.Name, "Month", month))
	st := style{size: 12, ink: grey, align: centre}
	s.line(margin, 286, inner, foot, s.fit(foot, inner, 1, st, 7))
	return s.bytes()
}

func (s *sheet) posterTop(c tenancy.Compound) {
	const height = 64.0
	s.fill(0, 0, pageWidth, height, green)
	title := s.say("papers.poster.title")
	big := s.fit(title, pageWidth-24, 1, style{size: 62, bold: true, ink: white, align: centre}, 30)
	s.line(12, 7, pageWidth-24, title, big)
	name := s.fit(c.Name, pageWidth-30, 1, style{size: 34, bold: true, ink: white, align: centre}, 20)
	lines := s.lines(c.Name, pageWidth-30, name)
	y := 50 - float64(len(lines))*name.lead()/2
	s.block(15, y, pageWidth-30, c.Name, name)
	s.y = height + 2
}

// A step is one thing to do.
type step struct{ when, what, law string }

func (s *sheet) steps(city tenancy.City) []step {
	all := []step{{s.say("papers.poster.step_tell"), s.say("papers.poster.tell"), s.say("papers.poster.tell_law")}}
	if city.FileDays > 0 {
		all = append(all, step{s.say("papers.poster.step_file"), s.say("papers.poster.file", "N", city.FileDays), s.say("papers.poster.file_law")})
	}
	moved := step{s.say("papers.poster.step_report"), s.say("papers.poster.report_foreign"), s.say("papers.poster.foreign_law")}
	if city.ReportDays > 0 {
		moved.what, moved.law = s.say("papers.poster.report_days", "N", city.ReportDays), s.say("papers.poster.report_law", "City", city.Name)
		if city.ReportWorking {
			moved.what = s.say("papers.poster.report_workdays", "N", city.ReportDays)
		}
	}
	return append(all, moved)
}

// posterSteps draws the steps, evenly down to foot.
func (s *sheet) posterSteps(city tenancy.City, foot float64) {
	const column = 62.0
	all := s.steps(city)
	height := (foot - s.y) / float64(len(all))
	big := style{size: 32, bold: true, ink: green}
	for _, one := range all {
		big = s.fit(one.what, inner-column, 1, big, 16) // all as large as the longest allows
	}
	for _, one := range all {
		y := s.y + (height-22)/2
		s.fill(margin, y, 2.5, 22, green)
		s.line(margin+7, y+11-big.lead()/2-2, column-8, one.when, s.fit(one.when, column-8, 1, style{size: 24, ink: black}, 14))
		s.line(margin+column, y+8-big.lead()/2, inner-column, one.what, big)
		s.line(margin+column, y+15.5, inner-column, one.law, s.fit(one.law, inner-column, 1, style{size: 12, ink: grey}, 8))
		s.y += height
	}
}

// posterScan draws the code and how to begin with it.
func (s *sheet) posterScan(link string) {
	const size = 82.0
	s.fill(0, s.y, pageWidth, size+16, pale)
	s.qr(margin, s.y+4, size, link, qrcode.High)
	s.line(margin, s.y+size+6.5, size, s.say("papers.poster.scan_app"), style{size: 15, ink: black, align: centre})
	x, y, width := margin+size+9, s.y+7, inner-size-9
	y += s.block(x, y, width, s.say("papers.poster.scan"), style{size: 48, bold: true, ink: green}) + 1
	y += s.block(x, y, width, s.say("papers.poster.scan_time"), style{size: 19, ink: black}) + 5
	y += s.block(x, y, width, s.say("papers.poster.needs"), style{size: 15, ink: black}) + 3
	s.block(x, y, width, s.say("papers.poster.never"), style{size: 17, bold: true, ink: green})
	s.y += size + 16
}

// posterDesk says that paper will do, and where.
func (s *sheet) posterDesk(c tenancy.Compound, foot float64) {
	s.y += 3
	s.y += s.block(margin, s.y, inner, s.say("papers.poster.paper"), style{size: 22, bold: true, ink: black})
	s.y += s.block(margin, s.y, inner, s.say("papers.poster.paper_how"), style{size: 15, ink: black})
	desk := s.say("papers.poster.desk_unknown")
	if c.Desk != "" {
		desk = s.say("papers.receipt.desk", "Desk", c.Desk)
	}
	st := style{size: 20, bold: true, ink: green}
	for st.size > 8 && float64(len(s.lines(desk, inner, st)))*st.lead() > foot-s.y {
		st.size *= 0.95
	}
	s.block(margin, s.y, inner, desk, st)
}
