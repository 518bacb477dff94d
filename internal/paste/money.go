package paste

import (
	"errors"
	"regexp"

	"zuji/internal/chinese"
	"zuji/internal/invalid"
)

func (r *reader) amount(s string, into *int64, kind Kind) bool {
	fen, err := chinese.ParseAmount(s)
	if err != nil {
		bad, _ := errors.AsType[*invalid.Error](err)
		return bad.Reason != "amount" && r.problem(kind, err)
	}
	*into = fen
	r.b.found++
	return true
}

var moneySigns = regexp.MustCompile(`元|块|¥|￥|/月|每月`)

// money reads an amount that shows that it is one.
func (r *reader) money(s string) bool {
	return moneySigns.MatchString(s) && r.b.Rent == 0 && r.amount(s, &r.b.Rent, Rent)
}

// depositForm is 两个月 or 押一付三, in months of rent.
var depositForm = regexp.MustCompile(`^(?:押([一二两三1-3])(?:付.*)?|([一二两三1-3])个月(?:租金|房租)?)$`)

// months reads a deposit told in months of rent, where the block says that it is
// one: 押金：两个月. A bare 押一付三 says rather how the rent is paid.
func (r *reader) months(s string) bool {
	m := depositForm.FindStringSubmatch(s)
	if m == nil {
		return false
	}
	if v, ok := chinese.Number(m[1] + m[2]); ok {
		r.depositMonths = v.Num().Int64()
		r.b.found++
	}
	return true
}
