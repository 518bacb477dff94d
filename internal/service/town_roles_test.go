package service_test

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"zuji/internal/tenancy"
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

// parking is what a compound may ask of its own.
const parking = "用几个车位"

// asksMore makes a compound ask a question of its own, or no longer, while nobody
// fills in a form for it.
func (v *town) asksMore() int64 {
	place := pick(v, "compound", 0, 1)
	who := slices.Sorted(maps.Keys(v.staff[place]))
	for _, f := range v.forms {
		if f != nil && f.place == place || len(who) == 0 {
			v.rt.Skip("somebody fills in a form, or nobody may")
		}
	}
	var err error
	if id := v.asks[place]; id != "" {
		v.lines = append(v.lines, fmt.Sprintf("%s no longer asks for parking", v.places[place].Name))
		err, v.asks[place] = v.zuji.Registry.RetireQuestion(context.Background(), who[0], v.places[place].ID, id), ""
	} else {
		v.lines = append(v.lines, fmt.Sprintf("%s asks for parking", v.places[place].Name))
		q := tenancy.Question{ID: fmt.Sprintf("parking%d", len(v.lines)), Kind: tenancy.AsksNumber, Label: parking}
		q, err = v.zuji.Registry.AddQuestion(context.Background(), q.ID, who[0], v.places[place].ID, q)
		v.asks[place] = q.ID
	}
	if err != nil {
		v.rt.Fatal(err)
	}
	return who[0]
}
