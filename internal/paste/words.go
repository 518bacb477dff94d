package paste

import (
	"regexp"
	"strings"

	"zuji/internal/chinese"
)

// A label says what the words behind it are.
type label int

const (
	none label = iota
	landlord
	tenant
	other // whom a tenancy does not name
	skip  // what a tenancy does not ask
	name
	maybe // a name, if it looks like one
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

// words are the spellings of each label, slips included. They are tried in order,
// so a longer word stands before its beginning.
var words = []struct {
	label   label
	pattern string
}{
	{other, `紧急联系人|联系人|同住人|同住|担保人|中介|经纪人|介绍人`},
	{skip, `签[订约字]日期?|签[订约字]时间|出生日期?|生日|民族|性别|户籍地?址?|籍贯|工作单位|单位|职业|备注|面积|户型|物业费|水费|电费|燃气费?|银行卡号?|卡号|账号|开户行`},
	{landlord, `房东|房冬|出租人|出租方|甲方|业主|房主|产权人`},
	{tenant, `承租人|承祖人|承租方|乙方|租客|租户|住户|租房人|租赁人`},
	{document, `身[份分][证正](?:号码?|件号?码?)?|证件号码?|证件|护照号?码?|通行证号?码?|居住证号?码?`},
	{phone, `联系电[话活]|联系方式|手机号码?|电[话活]号?码?|手机|(?i:tel|phone|mobile)`},
	{name, `姓[名明]|名字|名叫|叫`},
	{compound, `小区名称?|小区|楼盘`},
	{unit, `房屋坐落|房屋地址|房间号|房[号好]|住址|地址|坐落|房屋|门牌号?|房源`},
	{moveIn, `入住日期?|入住时间|入住|搬入日期?|搬入`},
	{start, `起租日期?|起租时间|起租|开始日期?|开始时间|起始日期?|起止时间|起止日期`},
	{end, `止租日期?|到期日期?|到期时间|截止日期?|结束日期?|结束时间|到期|截止`},
	{term, `租赁期限?|租赁时间|租[期其]|期限|租约|租了|租`},
	{rent, `月租金?|租金|房租`},
	{deposit, `押金|保证金`},
}

type labelForm struct {
	label label
	form  *regexp.Regexp
}

var labels = func() (all []labelForm) {
	for _, w := range words {
		all = append(all, labelForm{w.label, regexp.MustCompile(`^(?:` + w.pattern + `)(?:是|为)?[:= ]*`)})
	}
	return all
}()

var (
	spacedPhone = regexp.MustCompile(`(?:\+?86[ -]?)?(1[3-9][0-9])[ -]?([0-9]{4})[ -]?([0-9]{4})\b`)
	spacedID    = regexp.MustCompile(`([1-9][0-9]{5})[ -]([0-9]{8})[ -]([0-9]{3}[0-9Xx])`)
	spacedUnit  = regexp.MustCompile(`([0-9]) ?(栋|幢|号楼|单元) ?([0-9])`)
	spacedDate  = regexp.MustCompile(`([0-9]{4}) ?年 ?([0-9]{1,2}) ?月 ?([0-9]{1,2}) ?([日号])`)
	spacedMoney = regexp.MustCompile(`([0-9]) (元|块)`)
	thousands   = regexp.MustCompile(`([0-9]),([0-9]{3})`)
	latinWords  = regexp.MustCompile(`([A-Za-z'.]{2,}) ([A-Za-z]{2,})`)
	colon       = regexp.MustCompile(` ?[:=] ?`)

	run       = regexp.MustCompile(`[0-9A-Za-z]+`)
	ownNumber = regexp.MustCompile(`^(?:1[3-9][0-9]{9}|[0-9]{17}[0-9Xx]|[HhMm][0-9]{8}(?:[0-9]{2})?)$`)

	// inside are the labels that begin a new part of a token without a blank
	// before them. 起租 and 入住 also stand behind their date, so they need more.
	inside = regexp.MustCompile(`紧急联系人|同住人|签[订约]日期?|出生日期?|银行卡号?|房东|出租人|出租方|甲方|业主|承租人|承租方|乙方|租客|租户|` +
		`身[份分][证正](?:号码?)?|证件号码?|护照号?码?|联系电[话活]|联系方式|手机号码?|电[话活]号?码?|手机|姓名|` +
		`房屋地址|房号|地址|租赁期限?|租期|月租金?|租金|房租|押金|` +
		`(?:起租|入住|到期|截止|止租|结束|开始)(?:日期?|时间|:)`)
)

// joined stands for a blank that does not separate.
const joined = "\x01"

func lines(text string) (all []string) {
	for line := range strings.Lines(text) {
		all = append(all, chinese.Normalise(line))
	}
	return all
}

// tokens splits a line at blanks, punctuation, numbers and labels, and keeps
// together what people write with blanks inside.
func tokens(s string) (all []string) {
	s = thousands.ReplaceAllString(s, "$1$2")
	s = spacedPhone.ReplaceAllString(s, "$1$2$3")
	s = spacedID.ReplaceAllString(s, "$1$2$3")
	s = spacedUnit.ReplaceAllString(s, "$1$2$3")
	s = spacedDate.ReplaceAllString(s, "${1}年${2}月${3}${4}")
	s = spacedMoney.ReplaceAllString(s, "$1$2")
	s = colon.ReplaceAllString(s, ":")
	s = run.ReplaceAllStringFunc(s, func(n string) string {
		if ownNumber.MatchString(n) {
			return " " + n + " "
		}
		return n
	})
	s = inside.ReplaceAllString(s, " $0")
	s = latinWords.ReplaceAllString(s, "$1"+joined+"$2")
	for _, token := range strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune(" ,;。、|()【】[]<>「」!", c) }) {
		all = append(all, strings.ReplaceAll(token, joined, " "))
	}
	return all
}
