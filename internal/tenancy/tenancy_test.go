package tenancy_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"zuji/internal/calendar"
	"zuji/internal/identity"
	"zuji/internal/tenancy"
)

func day(s string) (d calendar.Date) {
	if err := d.UnmarshalText([]byte(s)); err != nil {
		panic(err)
	}
	return d
}

// legal are the moves that may be made, as a person reads the life cycle: from,
// move, who, to.
const legal = `
draft submit landlord submitted
draft submit manager submitted
submitted return manager returned
submitted accept manager accepted
submitted reject manager rejected
submitted withdraw landlord withdrawn
returned withdraw landlord withdrawn
returned resubmit landlord submitted
accepted file landlord filed
accepted file manager filed
accepted expire system holding
filed expire system holding
holding continue landlord indefinite
holding continue manager indefinite
ended close landlord closed
ended close manager closed
`

func lawful() map[string]tenancy.State {
	all := map[string]tenancy.State{}
	for line := range strings.Lines(legal) {
		if w := strings.Fields(line); len(w) == 4 {
			all[strings.Join(w[:3], " ")] = tenancy.State(w[3])
		}
	}
	for _, from := range []string{"accepted", "filed", "holding", "indefinite"} {
		all[from+" change manager"] = tenancy.Changed
		all[from+" renew manager"] = tenancy.Renewed
		all[from+" end landlord"] = tenancy.Ended
		all[from+" end manager"] = tenancy.Ended
	}
	return all
}

func TestApply_OnlyLegalMoves(t *testing.T) {
	moves := []tenancy.Move{tenancy.Submit, tenancy.Return, tenancy.Resubmit, tenancy.Accept, tenancy.Reject, tenancy.Withdraw,
		tenancy.File, tenancy.Expire, tenancy.Continue, tenancy.Change, tenancy.Renew, tenancy.End, tenancy.Close}
	legal, made := lawful(), 0
	for _, from := range tenancy.States {
		for _, move := range moves {
			for _, actor := range tenancy.Actors {
				one := tenancy.Tenancy{State: from}
				err := one.Apply(move, tenancy.By{Actor: actor, Who: 7, Reason: "why"})
				to, ok := legal[strings.Join([]string{string(from), string(move), string(actor)}, " ")]
				if ok && (err != nil || one.State != to || len(one.History) != 1 || one.History[0].Reason != "why") {
					t.Errorf("%s %s by %s: %s, %v; want %s", from, move, actor, one.State, err, to)
				}
				if ok {
					made++
				}
				if wrong := (*tenancy.MoveError)(nil); !ok && (!errors.As(err, &wrong) || one.State != from || one.History != nil) {
					t.Errorf("%s %s by %s went through to %s", from, move, actor, one.State)
				}
			}
		}
	}
	if made != len(legal) || made != 32 {
		t.Errorf("%d moves were made of %d", made, len(legal))
	}
}

func TestReceipt_LetterFindsSlips(t *testing.T) {
	at := time.Date(2026, 11, 30, 17, 0, 0, 0, time.UTC) // already December in Shanghai
	n := tenancy.ReceiptNumber(at, 42)
	if !strings.HasPrefix(n, "ZJ-202612-0042-") {
		t.Fatalf("receipt %s", n)
	}
	if got, ok := tenancy.ParseReceipt(" zj 202612 0042 " + n[len(n)-1:]); !ok || got != n {
		t.Errorf("typed loosely it reads %q, %v", got, ok)
	}
	for i := range n {
		if n[i] < '0' || n[i] > '9' {
			continue
		}
		for c := byte('0'); c <= '9'; c++ {
			if slip := n[:i] + string(c) + n[i+1:]; c != n[i] {
				if _, ok := tenancy.ParseReceipt(slip); ok {
					t.Errorf("%s passes for %s", slip, n)
				}
			}
		}
		if i+1 < len(n) && n[i+1] >= '0' && n[i+1] <= '9' && n[i] != n[i+1] {
			if _, ok := tenancy.ParseReceipt(n[:i] + n[i+1:i+2] + n[i:i+1] + n[i+2:]); ok {
				t.Errorf("%s with digits %d swapped passes", n, i)
			}
		}
	}
}

func TestDuties_AreTheDatesThatCount(t *testing.T) {
	one := tenancy.Tenancy{
		Signed: day("2026-09-05"), MoveIn: day("2026-09-30"), End: day("2027-09-29"),
		People: []tenancy.Person{{Item: "a", Document: identity.Document{Kind: identity.Passport, Number: "E1234567X"}}},
	}
	city := tenancy.City{FileDays: 30, ReportDays: 3, ReportWorking: true}
	got := one.Duties(city, calendar.NewHolidays())
	want := []tenancy.Duty{
		{Kind: tenancy.ReportForeign, Target: day("2026-09-30"), Latest: day("2026-09-30"), Hours: 24},
		{Kind: tenancy.ReportMoveIn, Target: day("2026-10-10"), Latest: day("2026-10-10")},
		{Kind: tenancy.FileContract, Target: day("2026-10-05"), Latest: day("2026-10-08")},
		{Kind: tenancy.LeaseEnds, Target: day("2027-09-29"), Latest: day("2027-09-29")},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	one.People[0].Document.Kind = identity.ResidentID
	if kinds := one.Duties(tenancy.City{}, calendar.NewHolidays()); len(kinds) != 1 || kinds[0].Kind != tenancy.LeaseEnds {
		t.Errorf("a city whose rules are not known shows %+v", kinds)
	}
}

func TestLiving_EndsWithNobodyElse(t *testing.T) {
	one := tenancy.Tenancy{People: []tenancy.Person{
		{Item: "a", Next: tenancy.MoreTenant}, {Item: "b", Next: tenancy.MoreOccupant}, {Item: "c", Occupant: true, Next: tenancy.NobodyElse}, {Item: "d"},
	}}
	if n := len(one.Living()); n != 3 {
		t.Errorf("%d people live there", n)
	}
	if n := len(one.Tenants()); n != 2 {
		t.Errorf("%d tenants", n)
	}
}

// The list of domain.md §5, and words beside them that are nobody's business.
func TestForbidden(t *testing.T) {
	for _, text := range strings.Fields("怀孕 孕情 孕检 环检 避孕 节育 生育 计生 计划生育 婚育 婚姻 配偶 子女数 性别 民族 宗教 政治面貌 健康状况 是否已婚？ Religion? marital_status") {
		if tenancy.Forbidden(text) == "" {
			t.Errorf("%q is let through", text)
		}
	}
	for _, text := range strings.Fields("教育 体育路 姓名和证件不一致 房号不对 车位号 健康路12号 钥匙交接 宠物 parking") {
		if word := tenancy.Forbidden(text); word != "" {
			t.Errorf("%q is refused for %q", text, word)
		}
	}
}

// What is kept of why a registration was sent back is the common reasons' names,
// and of a manager's own words only that there were some.
func TestReturnReasons(t *testing.T) {
	why := map[string]string{"unit": "#wrong_unit", "start": "李小明说是上个月", "end": "#wrong_unit", "headcount": "#missing", "signed": "见合同"}
	if got := tenancy.ReturnReasons(why); !slices.Equal(got, []string{"missing", "own", "wrong_unit"}) {
		t.Errorf("%q", got)
	}
	one := tenancy.Tenancy{State: tenancy.Submitted}
	if err := one.Apply(tenancy.Return, tenancy.By{Actor: tenancy.ByManager, Why: tenancy.ReturnReasons(why)}); err != nil || len(one.History[0].Why) != 3 {
		t.Errorf("%v, %v", one.History, err)
	}
	if got := tenancy.ReturnReasons(nil); got != nil {
		t.Errorf("of nothing: %q", got)
	}
}
