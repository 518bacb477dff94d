package service_test

import (
	"context"
	"fmt"
	"strings"

	"zuji/internal/registry"
	"zuji/internal/tenancy"
)

// invitesTenant makes somebody ask for a tenant's link, and somebody open it.
func (v *town) invitesTenant() int64 {
	p := v.somePaper()
	who, taker := v.likely("invite", p), pick(v, "taker", int64(landlord), landlady, stranger)
	if pick(v, "anybody", false, false, false, true) {
		who = v.somebody()
	}
	v.forges(who, "a:asktn:"+p.id+".a", fmt.Sprintf("invite the tenant of %d", p.n))
	link := linkIn.FindStringSubmatch(v.last(who).Text)
	if (link != nil) != v.may("invite", p, 0, who) {
		v.rt.Fatalf("%s gets a link: %t\n%s", townNames[who], link != nil, v.last(who).Text)
	}
	if link == nil || v.forms[taker] != nil {
		return who
	}
	v.lines = append(v.lines, townNames[taker]+" opens the link")
	v.as(taker).start(link[1])
	v.calm()
	if taker != p.owner {
		p.lodger = taker
	}
	if opened := strings.Contains(v.last(taker).Text, "房东替您登记了以上内容"); opened != (taker != p.owner && p.said == "") && p.said == "" {
		v.rt.Fatalf("%s opens tenancy %d: %t", townNames[taker], p.n, opened)
	}
	v.quiet(taker)
	return who
}

// tenantSays makes a tenant confirm their entry, or say what is wrong with it.
func (v *town) tenantSays() int64 {
	p := v.somePaper()
	who := p.lodger
	if who == 0 || v.forms[who] != nil {
		v.rt.Skip("no tenant has the link, or has no time")
	}
	said, reason := tenancy.SaidRight, pick(v, "reason", "", "租期不对", "姓名不对", "房号写错了")
	if reason == "" {
		v.forges(who, "a:confirm:"+p.id, fmt.Sprintf("confirm %d", p.n))
	} else {
		said = tenancy.SaidWrong
		v.forges(who, "a:object:"+p.id, fmt.Sprintf("object to %d", p.n))
		v.says(who, reason)
		v.presses(who, "❗ 提交")
	}
	if p.said == string(said)+reason {
		return who // said again, it changes nothing
	}
	p.said = string(said) + reason
	t, err := v.zuji.Registry.Tenancy(context.Background(), p.id)
	if err != nil {
		v.rt.Fatal(err)
	}
	told := func(to int64) {
		if to != 0 {
			v.told[to] = append(v.told[to], fmt.Sprintf("%s/%s/%d/%da%s/%d", registry.HasSaid, p.id, p.round, to, said, len(t.History)-1))
		}
	}
	told(p.owner)
	for to := range v.staff[p.place] {
		if said == tenancy.SaidWrong && to != p.owner {
			told(to)
		}
	}
	return who
}

// takesBack makes somebody take a tenant's link back.
func (v *town) takesBack() int64 {
	p := v.somePaper()
	who := v.likely("takeback", p)
	v.forges(who, "a:revoke:"+p.id+".a", fmt.Sprintf("take the link of %d back", p.n))
	if !v.may("takeback", p, 0, who) {
		return who
	}
	for _, o := range v.papers {
		if o != p && o.lodger == p.lodger && (p.replaces == o || v.pending(p) == o) {
			o.lodger = 0
		}
	}
	p.lodger = 0
	return who
}

// lodging is what the model says of a tenant's word, and what is stored.
func (v *town) lodging(p *paper, t tenancy.Tenancy) (want, have string) {
	a := t.People[0].Answer
	reason := map[string]string{"#name": "姓名不对", "#dates": "租期不对"}[a.Reason]
	if reason == "" {
		reason = a.Reason
	}
	return fmt.Sprintf("%d says %q", p.lodger, p.said), fmt.Sprintf("%d says %q", a.Who, string(a.Said)+reason)
}
