package service_test

import (
	"fmt"
	"regexp"
	"strings"
)

var linkIn = regexp.MustCompile(`\?start=([a-z]_[A-Z2-7]{26})`)

// handsOver makes a manager offer what the desk entered, and somebody take it.
func (v *town) handsOver() int64 {
	p := v.somePaper()
	who, taker := v.likely("offer", p), pick(v, "taker", int64(landlord), landlady, stranger)
	v.forges(who, v.data("offer", p, 0), fmt.Sprintf("offer %d", p.n))
	link := linkIn.FindStringSubmatch(v.last(who).Text)
	if (link != nil) != v.may("offer", p, 0, who) {
		v.rt.Fatalf("%s gets a link: %t", townNames[who], link != nil)
	}
	if link == nil || v.forms[taker] != nil {
		return who
	}
	v.lines = append(v.lines, townNames[taker]+" opens the link")
	v.as(taker).start(link[1])
	v.calm()
	v.lines = append(v.lines, townNames[taker]+" shares the own phone number")
	v.as(taker).shares()
	v.calm()
	if taker != stranger {
		p.owner = taker
	}
	v.quiet(taker)
	return who
}

// changesStaff makes somebody give or take a role.
func (v *town) changesStaff() int64 {
	place, whom := pick(v, "compound", 0, 1), pick(v, "whom", int64(second), stranger, foreign)
	who := pick(v, "who", int64(admin), admin, admin, manager, landlord)
	id := v.places[place].ID
	what := pick(v, "role", "invite", "mkread", "mkmgr", "dismiss")
	known := v.staff[place][whom] || v.reader[place][whom]
	if what == "invite" {
		v.forges(who, "a:invite:manager."+id, fmt.Sprintf("invite to %d", place))
		link := linkIn.FindStringSubmatch(v.last(who).Text)
		if (link != nil && strings.Contains(v.last(who).Text, "物业人员")) != (who == admin) {
			v.rt.Fatalf("%s invites: %v", townNames[who], link)
		}
		if who == admin {
			v.lines = append(v.lines, townNames[whom]+" opens the link")
			v.as(whom).start(link[1])
			v.calm()
			v.staff[place][whom] = true
			delete(v.reader[place], whom)
			v.quiet(whom)
		}
		return who
	}
	v.forges(who, fmt.Sprintf("a:%s:%d.%s", what, whom, id), fmt.Sprintf("%s %s in %d", what, townNames[whom], place))
	if who == admin && known {
		delete(v.staff[place], whom)
		delete(v.reader[place], whom)
		switch what {
		case "mkmgr":
			v.staff[place][whom] = true
		case "mkread":
			v.reader[place][whom] = true
		}
		v.notices(whom)
		v.quiet(whom)
	}
	return who
}
