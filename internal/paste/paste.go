// Package paste reads the blocks of text that landlords send each other: names,
// phones, documents, unit, term and rent in any order, with or without labels.
package paste

import (
	"errors"
	"regexp"
	"strings"

	"zuji/internal/address"
	"zuji/internal/calendar"
	"zuji/internal/chinese"
	"zuji/internal/identity"
	"zuji/internal/invalid"
)

// A Person is a landlord or tenant as far as the block names them.
type Person struct {
	Name     string
	Phone    string // E.164
	Document identity.Document
	Wrong    *invalid.Error // why a document number in the block was not taken
}

// A Block is what a text says.
type Block struct {
	Compound string
	Unit     address.Unit
	Landlord Person
	Tenants  []Person
	Start    calendar.Date
	End      calendar.Date
	Months   int
	MoveIn   calendar.Date
	Rent     int64 // a month, in fen
	Deposit  int64 // in fen

	found int
}

// Plausible reports whether the text is a block that answers several questions,
// rather than the answer to one.
func (b Block) Plausible() bool { return b.found >= 2 }

// A label says what the words behind it are.
type label int

const (
	none label = iota
	landlord
	tenant
	name
	phone
	document
	unit
	compound
	term
	start
	end
	rent
	deposit
	moveIn
)

// labels are tried in order, so a longer word stands before its beginning.
var labels = []struct {
	label label
	form  *regexp.Regexp
}{
	{landlord, word(`房东|出租人|出租方|甲方|业主|房主`)},
	{tenant, word(`承租人|承租方|乙方|租客|租户|住户|租房人`)},
	{document, word(`身份证号码?|证件号码?|身份证|证件|护照号?码?|通行证号?码?`)},
	{phone, word(`联系电话|联系方式|手机号码?|电话号码?|手机|电话|(?i:tel|phone)`)},
	{name, word(`姓名|名字|叫`)},
	{compound, word(`小区名称?|小区`)},
	{unit, word(`房屋坐落|房屋地址|房间号|房号|地址|坐落|房屋|门牌号?`)},
	{moveIn, word(`入住日期?|入住时间|入住|搬入`)},
	{start, word(`起租日期?|起租时间|起租|开始日期?|起始日期?|起止时间`)},
	{end, word(`止租日期?|到期日期?|截止日期?|结束日期?|到期|截止`)},
	{term, word(`租赁期限?|租期|期限|租约|租了|租`)},
	{rent, word(`月租金?|租金|房租`)},
	{deposit, word(`押金|保证金`)},
}

func word(pattern string) *regexp.Regexp {
	return regexp.MustCompile(`^(?:` + pattern + `)(?:是|为)?[:= ]*`)
}

// reader reads one block.
type reader struct {
	b       Block
	today   calendar.Date
	party   label // landlord or tenant
	pending label // a label whose value is the next token
	names   []string
}

// Parse reads a text. What it does not understand it leaves out.
func Parse(text string, today calendar.Date) Block {
	r := &reader{today: today, party: tenant}
	for _, token := range tokens(text) {
		r.token(token)
	}
	return r.b
}

var (
	spacedPhone = regexp.MustCompile(`(1[3-9][0-9])[ -]?([0-9]{4})[ -]?([0-9]{4})`)
	spacedID    = regexp.MustCompile(`([1-9][0-9]{5})[ -]([0-9]{8})[ -]([0-9]{3}[0-9Xx])`)
	spacedUnit  = regexp.MustCompile(`([0-9]) ?(栋|幢|号楼|单元) ?([0-9])`)
	spacedDate  = regexp.MustCompile(`([0-9]{4}) ?年 ?([0-9]{1,2}) ?月 ?([0-9]{1,2}) ?([日号])`)
	thousands   = regexp.MustCompile(`([0-9]),([0-9]{3})`)
	latinWords  = regexp.MustCompile(`([A-Za-z'.]{2,}) ([A-Za-z]{2,})`)
	colon       = regexp.MustCompile(` ?[:=] ?`)
)

// joined stands for a blank that does not separate.
const joined = "\x01"

// tokens splits a block at line breaks, blanks and punctuation, and keeps
// together what people write with blanks inside.
func tokens(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		s := chinese.Normalise(line)
		s = thousands.ReplaceAllString(s, "$1$2")
		s = spacedPhone.ReplaceAllString(s, "$1$2$3")
		s = spacedID.ReplaceAllString(s, "$1$2$3")
		s = spacedUnit.ReplaceAllString(s, "$1$2$3")
		s = spacedDate.ReplaceAllString(s, "${1}年${2}月${3}${4}")
		s = latinWords.ReplaceAllString(s, "$1"+joined+"$2")
		s = colon.ReplaceAllString(s, ":")
		for _, token := range strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune(" ,;。、|()【】", c) }) {
			all = append(all, strings.ReplaceAll(token, joined, " "))
		}
	}
	return all
}

func (r *reader) token(s string) {
	as := none
	for again := true; again; {
		again = false
		for _, l := range labels {
			if m := l.form.FindString(s); m != "" && r.allowed(l.label, s[len(m):]) {
				s, again = s[len(m):], true
				if l.label == landlord || l.label == tenant {
					r.turn(l.label)
				} else {
					as = l.label
				}
				break
			}
		}
	}
	if s = strings.Trim(s, ":"); s == "" {
		r.pending = as
		return
	}
	if as == none {
		as = r.pending
	}
	r.pending = none
	if as != none && r.labelled(as, s) {
		return
	}
	r.guess(s)
}

// allowed keeps a label from eating the beginning of a value: 租 is one only
// before a term.
func (r *reader) allowed(l label, rest string) bool {
	if l != term || rest == "" || strings.HasPrefix(rest, ":") {
		return true
	}
	_, err := chinese.ParseTerm(rest)
	_, _, _, isRange := r.span(rest)
	_, dateErr := chinese.ParseDate(rest, r.today)
	return err == nil || isRange || dateErr == nil
}

// turn makes what follows the landlord's or a tenant's.
func (r *reader) turn(party label) { r.party = party }

// person returns who is being described; a new name begins a new tenant.
func (r *reader) person(newName bool) *Person {
	if r.party == landlord {
		return &r.b.Landlord
	}
	if n := len(r.b.Tenants); n == 0 || newName && r.b.Tenants[n-1].Name != "" {
		r.b.Tenants = append(r.b.Tenants, Person{})
	}
	return &r.b.Tenants[len(r.b.Tenants)-1]
}

// labelled reads a value whose label is known.
func (r *reader) labelled(as label, s string) bool {
	switch as {
	case name:
		return r.name(s)
	case phone:
		return r.phone(s)
	case document:
		return r.document(s, true)
	case unit:
		return r.unit(s)
	case compound:
		r.b.Compound = s
		r.b.found++
		return true
	case moveIn:
		return r.date(s, &r.b.MoveIn)
	case start:
		return r.date(s, &r.b.Start) || r.period(s)
	case end:
		return r.date(s, &r.b.End)
	case term:
		return r.period(s)
	case rent:
		return r.amount(s, &r.b.Rent)
	case deposit:
		return r.amount(s, &r.b.Deposit)
	}
	return false
}

// guess reads a value without a label.
func (r *reader) guess(s string) {
	if day, ok := strings.CutSuffix(s, "入住"); ok && r.date(day, &r.b.MoveIn) {
		return
	}
	switch {
	case r.phone(s), r.document(s, false), r.unit(s), r.period(s), r.money(s):
	case looksLikeCompound.MatchString(s):
		r.b.Compound = s
		r.b.found++
	default:
		r.name(s)
	}
}

var looksLikeCompound = regexp.MustCompile(`^\p{Han}{2,10}(小区|花园|家园|新村|公寓|大厦|名苑|雅苑|佳苑|府|城|里|苑|园)([一二三四五六七八九]期)?$`)

func (r *reader) name(s string) bool {
	n, err := identity.ParseName(s)
	if err != nil || len([]rune(n)) > 6 && !strings.ContainsAny(n, " ·") || noName[n] {
		return false
	}
	p := r.person(true)
	if p.Name != "" {
		return false
	}
	p.Name = n
	r.b.found++
	return true
}

// noName are words of such blocks that are no names.
var noName = map[string]bool{"谢谢": true, "你好": true, "您好": true, "本人": true, "自住": true, "月付": true, "季付": true, "年付": true, "押一付三": true, "押一付一": true,
	"整租": true, "合租": true, "个人": true, "居住": true, "起租": true, "出租": true, "登记": true, "资料": true, "信息": true, "如下": true, "合同": true}

func (r *reader) phone(s string) bool {
	p, err := identity.ParsePhone(s)
	if err != nil {
		return false
	}
	r.person(false).Phone = p
	r.b.found++
	return true
}

func (r *reader) document(s string, labelled bool) bool {
	doc, err := identity.Detect(s, r.today)
	var bad *invalid.Error
	switch {
	case err == nil:
		r.person(false).Document = doc
		r.b.found++
		return true
	case errors.As(err, &bad) && bad.Reason != "document" && (labelled || len(s) >= 15 && bad.Reason != "document_unclear"):
		if bad.Reason == "document_unclear" {
			r.person(false).Document = identity.Document{Number: strings.ToUpper(s)}
		} else {
			r.person(false).Wrong = bad
		}
		r.b.found++
		return true
	}
	return false
}

func (r *reader) unit(s string) bool {
	u, err := address.ParseUnit(s)
	if err != nil {
		return false
	}
	r.b.Unit = u
	r.b.found++
	if before := beforeUnit.FindString(s); looksLikeCompound.MatchString(before) {
		r.b.Compound = before
	}
	return true
}

var beforeUnit = regexp.MustCompile(`^\p{Han}+`)

func (r *reader) amount(s string, into *int64) bool {
	fen, err := chinese.ParseAmount(s)
	if err != nil {
		return false
	}
	*into = fen
	r.b.found++
	return true
}

var moneySigns = regexp.MustCompile(`元|块|¥|/月|每月`)

// money reads an amount that shows that it is one.
func (r *reader) money(s string) bool {
	return moneySigns.MatchString(s) && r.b.Rent == 0 && r.amount(s, &r.b.Rent)
}
