package ledger

import (
	"regexp"
	"slices"
	"strings"

	"zuji/internal/chinese"
	"zuji/internal/tenancy"
)

// A Field is a column that the register understands.
type Field string

// The fields.
const (
	Building         Field = "building"
	Entrance         Field = "entrance"
	Room             Field = "room"
	Address          Field = "address" // instead of the three above
	State            Field = "state"   // let, empty or lived in by the owner
	Landlord         Field = "landlord"
	LandlordPhone    Field = "landlord_phone"
	LandlordKind     Field = "landlord_kind" // of document
	LandlordDocument Field = "landlord_document"
	Tenant           Field = "tenant"
	TenantPhone      Field = "tenant_phone"
	TenantKind       Field = "tenant_kind" // of document
	TenantDocument   Field = "tenant_document"
	Occupants        Field = "occupants" // names
	Start            Field = "start"
	End              Field = "end"
	Term             Field = "term" // instead of start and end
	Signed           Field = "signed"
	MoveIn           Field = "move_in"
	Headcount        Field = "headcount"
	Rent             Field = "rent"
	Deposit          Field = "deposit"
	Area             Field = "area"
)

// names are the headings of each field as they stand in ledgers; the first is
// the usual one.
var names = map[Field]string{
	Building:  "楼栋 栋号 楼号 幢号 栋 幢 楼 楼栋号 楼幢 楼座 栋座 座 座号 楼宇 楼宇号 栋别 building",
	Entrance:  "单元 单元号 门洞 梯 门栋 entrance",
	Room:      "房号 室 房间号 室号 户号 门牌 门牌号 房间 房屋号 房屋编号 房产编号 房间编号 房间名称 单元房号 room unit",
	Address:   "房屋坐落 房屋地址 地址 坐落 房屋位置 租赁地址 房屋坐落地址 出租房屋地址 出租屋地址 物业地址 详细地址 房屋详细地址 租赁房屋地址 楼栋房号 栋单元室 楼栋-单元-房号 address",
	State:     "房屋状态 状态 使用状态 居住状态 房屋使用状态 入住状态 使用情况 房屋情况 居住情况 房屋性质 房屋用途状态 是否出租 房屋现状 status",
	Occupants: "同住人 同住人姓名 实际居住人 居住人 实际居住人姓名 居住人姓名 同住人员 其他居住人 合住人",
	Start:     "起租日期 租期起 租赁开始日期 合同开始日期 租赁起始日期 开始日期 起租日 起租时间 租赁开始时间 租赁起始日 合同起始日期 起始日期 租期开始 合同开始时间 租赁期限起 合同起 租赁起 起 租期自 start",
	End:       "到期日期 租期止 租赁结束日期 合同结束日期 租赁终止日期 结束日期 到期日 到期时间 租赁结束时间 租赁到期日 合同到期日期 终止日期 截止日期 租期结束 合同到期时间 合同到期日 合同终止日期 租赁到期日期 租赁期限止 合同止 租赁止 止 租期至 end",
	Term:      "租期 租赁期限 合同期限 租赁期间 租期起止 租赁起止日期 合同起止日期 租赁起止时间 起止日期 起止时间 租赁时间 租赁日期",
	Signed:    "签订日期 签约日期 合同签订日期 签订时间 签约时间 合同日期 签署日期 合同签订时间 签合同日期",
	MoveIn:    "入住日期 入住时间 入住日 搬入日期 迁入日期 迁入时间",
	Headcount: "居住人数 入住人数 人数 常住人数 租住人数 承租人数 总人数 实际居住人数",
	Rent:      "月租金 租金 房租 月租 月租金(元) 每月租金 租金标准 租金(元/月)",
	Deposit:   "押金 保证金 租赁押金 租赁保证金 押金金额",
	Area:      "面积 建筑面积 房屋面积 租赁面积 出租面积 套内面积 建筑面积(㎡)",
}

// Words for the two sides, and for what is known of each.
const (
	landlordWords = "业主 房东 出租人 出租方 产权人 房主 房屋产权人 房屋所有权人 产权所有人 甲方"
	tenantWords   = "租客 租户 承租人 承租方 房客 承租者 租赁人 租住人 租房人 租客/承租人 乙方"
	nameWords     = "姓名 名字 名称 名"
	phoneWords    = "电话 联系电话 手机 手机号 手机号码 联系方式 电话号码 联系手机 联系号码"
	kindWords     = "证件类型 证件种类 证件名称 证件类别"
	documentWords = "证件号码 身份证号 证件号 身份证 身份证号码 证件编号 身份证件号码 身份证/护照号"
)

// known leads from a heading to its field; bare from one that says what but not
// whose, such as 电话.
var known, bare = vocabulary()

func vocabulary() (known map[string]Field, bare map[string][2]Field) {
	known, bare = map[string]Field{}, map[string][2]Field{}
	for f, words := range names {
		for _, w := range strings.Fields(words) {
			known[fold(w)] = f
		}
	}
	whose := []string{landlordWords, tenantWords}
	for i, f := range []Field{Landlord, Tenant} {
		for _, w := range strings.Fields(whose[i]) {
			known[fold(w)] = f
		}
	}
	for words, pair := range map[string][2]Field{
		nameWords: {Landlord, Tenant}, phoneWords: {LandlordPhone, TenantPhone},
		kindWords: {LandlordKind, TenantKind}, documentWords: {LandlordDocument, TenantDocument},
	} {
		for _, w := range strings.Fields(words) {
			bare[fold(w)] = pair
			for i, f := range pair {
				for _, who := range strings.Fields(whose[i]) {
					known[fold(who+w)] = f
					known[fold(who+"信息"+w)] = f
				}
			}
		}
	}
	delete(bare, fold("名"))
	return known, bare
}

// usual is the heading by which a field is best known.
func usual(f Field) string {
	switch f {
	case Landlord:
		return "业主姓名"
	case LandlordPhone:
		return "业主电话"
	case Tenant:
		return "租客姓名"
	case TenantPhone:
		return "租客电话"
	case LandlordKind, TenantKind:
		return "证件类型"
	case LandlordDocument, TenantDocument:
		return "证件号码"
	}
	word, _, _ := strings.Cut(names[f], " ")
	return word
}

var (
	aside    = regexp.MustCompile(`\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|（[^（）]*）`)
	headMark = strings.NewReplacer(" ", "", "*", "", "★", "", ":", "", "：", "", "、", "", "_", "", "的", "")
)

// fold is the spelling in which headings are compared.
func fold(heading string) string {
	s := strings.ToLower(chinese.Normalise(heading))
	return headMark.Replace(aside.ReplaceAllString(s, ""))
}

// headings are a row taken for the headings.
type headings struct {
	texts   []string
	barred  []bool // by column: a forbidden subject
	columns map[Field]int
	ignored []string
	refused []string
}

// own are the headings of the remarks that Zuji itself puts into a ledger; a
// corrected ledger comes back with them.
var own = []string{fold("处理结果"), fold("Check result")}

// needed are the fields without which a ledger says nothing; one of each group.
var needed = [][]Field{{Room, Address}, {Landlord}, {Tenant}, {Start, Term}, {End, Term}}

// missing lists the usual headings that are not there, or "".
func (h headings) missing() string {
	var all []string
	for _, group := range needed {
		if !slices.ContainsFunc(group, func(f Field) bool { _, ok := h.columns[f]; return ok }) {
			all = append(all, usual(group[0]))
		}
	}
	return strings.Join(all, "、")
}

var dayWords = regexp.MustCompile(`日期|时间|起租|到期|租期`)

// day reports whether a column holds dates.
func (h headings) day(i int) bool {
	for _, f := range []Field{Start, End, Signed, MoveIn} {
		if at, ok := h.columns[f]; ok && at == i {
			return true
		}
	}
	return dayWords.MatchString(h.texts[i])
}

// recognise reads a row of headings from left to right. A heading that does not
// say whose phone or name it is belongs to the side named last; before any, to
// the tenant.
func recognise(texts []string) headings {
	h := headings{texts: texts, barred: make([]bool, len(texts)), columns: map[Field]int{}}
	side := 1
	for i, text := range texts {
		if strings.TrimSpace(text) == "" {
			continue
		}
		if slices.Contains(own, fold(text)) {
			h.barred[i] = true
			continue
		}
		if tenancy.Forbidden(text) != "" {
			h.barred[i] = true
			h.refused = append(h.refused, text)
			continue
		}
		f, ok := known[fold(text)]
		if pair, is := bare[fold(text)]; !ok && is {
			f, ok = pair[side], true
			if _, taken := h.columns[f]; taken {
				ok = false
			}
		}
		switch f {
		case Landlord, LandlordPhone, LandlordKind, LandlordDocument:
			side = 0
		case Tenant, TenantPhone, TenantKind, TenantDocument:
			side = 1
		}
		if _, taken := h.columns[f]; !ok || taken {
			h.ignored = append(h.ignored, text)
			continue
		}
		h.columns[f] = i
	}
	return h
}

// bestHeadings finds the row that names the most fields, alone or together with
// the row of groups above it (房东信息 over 姓名 and 电话).
func bestHeadings(first []line) (at int, best headings) {
	for i, l := range first {
		tries := [][]string{l.cells}
		if i > 0 {
			tries = append(tries, grouped(first[i-1].cells, l.cells))
		}
		for _, texts := range tries {
			if h := recognise(trimmed(texts)); len(h.columns) > len(best.columns) {
				at, best = i, h
			}
		}
	}
	return at, best
}

// grouped puts the heading of a group before the headings below it; a group
// reaches up to the next one.
func grouped(groups, below []string) []string {
	group := ""
	all := make([]string, max(len(groups), len(below)))
	for i := range all {
		g, b := line{cells: groups}.cell(i), line{cells: below}.cell(i)
		if g != "" {
			group = g
		}
		switch {
		case b == "":
			all[i] = g
		case group == g && g == b || group == "":
			all[i] = b
		default:
			all[i] = group + b
			if _, ok := known[fold(b)]; ok {
				all[i] = b
			}
		}
	}
	return all
}

func trimmed(texts []string) []string {
	all := make([]string, len(texts))
	for i, t := range texts {
		all[i] = chinese.Tidy(t)
	}
	return all
}
