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
	s.posterSteps(c.City)
	s.posterScan(c, link)
	today := calendar.DateOf(now)
	month := p.say("papers.poster.month", "Year", today.Year, "Month", int(today.Month))
	foot := s.printable(p.say("papers.poster.footer", "Compound", c.Name, "Month", month))
	st := style{size: 12, ink: grey, align: centre}
	s.line(margin, 284, inner, foot, s.fit(foot, inner, 1, st, 7))
	return s.bytes()
}

func (s *sheet) posterTop(c tenancy.Compound) {
	const height = 74.0
	s.fill(0, 0, pageWidth, height, green)
	title := s.say("papers.poster.title")
	big := s.fit(title, pageWidth-24, 1, style{size: 62, bold: true, ink: white, align: centre}, 30)
	s.line(12, 13, pageWidth-24, title, big)
	name := s.fit(c.Name, pageWidth-30, 1, style{size: 34, bold: true, ink: white, align: centre}, 20)
	lines := s.lines(c.Name, pageWidth-30, name)
	y := 56 - float64(len(lines))*name.lead()/2
	s.block(15, y, pageWidth-30, c.Name, name)
	s.y = height + 7
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

func (s *sheet) posterSteps(city tenancy.City) {
	const height, arrow = 27.0, 62.0
	for _, step := range s.steps(city) {
		s.fill(margin, s.y, 2.5, height-6, green)
		when := s.fit(step.when, arrow-8, 1, style{size: 24, ink: black}, 14)
		s.line(margin+7, s.y+3, arrow-8, step.when, when)
		what := s.fit(step.what, inner-arrow, 1, style{size: 30, bold: true, ink: green}, 16)
		s.line(margin+arrow, s.y-1, inner-arrow, step.what, what)
		law := s.fit(step.law, inner-arrow, 1, style{size: 12, ink: grey}, 8)
		s.line(margin+arrow, s.y+14.5, inner-arrow, step.law, law)
		s.y += height
	}
}

func (s *sheet) posterScan(c tenancy.Compound, link string) {
	const size = 88.0
	top := s.y + 1
	s.fill(0, top, pageWidth, size+24, pale)
	s.qr(margin, top+6, size, link, qrcode.High)
	s.line(margin, top+size+7, size, s.say("papers.poster.scan_app"), style{size: 13, ink: grey, align: centre})

	x, width := margin+size+8, inner-size-8
	y := top + 5
	y += s.block(x, y, width, s.say("papers.poster.scan"), style{size: 40, bold: true, ink: green})
	y += s.block(x, y, width, s.say("papers.poster.scan_time"), style{size: 18, ink: black}) + 3
	y += s.block(x, y, width, s.say("papers.poster.needs"), style{size: 14, ink: black}) + 1
	y += s.block(x, y, width, s.say("papers.poster.never"), style{size: 14, bold: true, ink: green}) + 4
	y += s.block(x, y, width, s.say("papers.poster.paper"), style{size: 20, bold: true, ink: black})
	y += s.block(x, y, width, s.say("papers.poster.paper_how"), style{size: 14, ink: black}) + 1
	desk := s.say("papers.poster.desk_unknown")
	if c.Desk != "" {
		desk = s.say("papers.receipt.desk", "Desk", c.Desk)
	}
	left := top + size + 22 - y
	st := style{size: 16, bold: true, ink: black}
	for st.size > 8 && float64(len(s.lines(desk, width, st)))*st.lead() > left {
		st.size *= 0.95
	}
	s.block(x, y, width, desk, st)
}
