package tenancy

import "zuji/internal/calendar"

// A Filing is what the city's application form for filing a tenancy
// (房屋租赁登记备案申请书, 商品房屋租赁管理办法 Art. 14–17) asks beyond the notice
// to the property manager.
type Filing struct {
	Use        Use     `json:"use,omitempty"`
	Letting    Letting `json:"letting,omitempty"`
	Area       Area    `json:"area,omitempty"`    // of the home, in 1/100 m²
	LetArea    Area    `json:"letArea,omitempty"` // of the part let, in 1/100 m²
	Rooms      int     `json:"rooms,omitempty"`   // rooms let
	Title      string  `json:"title,omitempty"`   // number of the title document
	Rent       Fen     `json:"rent,omitempty"`    // a month, in fen
	Cycle      Cycle   `json:"cycle,omitempty"`
	DueDay     int     `json:"dueDay,omitempty"`     // day of the month
	Deposit    Fen     `json:"deposit,omitempty"`    // in fen
	ReturnDays int     `json:"returnDays,omitempty"` // days to return the deposit
	Deductions YesNo   `json:"deductions,omitempty"` // stated in the contract (住房租赁条例 Art. 10)
	Broker     YesNo   `json:"broker,omitempty"`
	BrokerName string  `json:"brokerName,omitempty"`
	ContractNo string  `json:"contractNo,omitempty"`

	Number  string        `json:"number,omitempty"` // the filing number 备案号 that the city issued
	FiledOn calendar.Date `json:"filedOn,omitzero"`
	Refile  bool          `json:"refile,omitempty"` // what this one changes was filed: the change must be too
}

// A Use is what the home is let for.
type Use string

// The uses.
const (
	Living   Use = "home"
	Office   Use = "office"
	OtherUse Use = "misc"
)

// A Letting is the type of a letting: 整租, 分租 or 转租.
type Letting string

// The types of letting.
const (
	Whole  Letting = "whole"
	Part   Letting = "part"
	Sublet Letting = "sublet"
)

// A Cycle is how often rent is paid.
type Cycle string

// The payment cycles.
const (
	Monthly    Cycle = "month"
	Quarterly  Cycle = "quarter"
	HalfYearly Cycle = "half"
	Yearly     Cycle = "year"
	Once       Cycle = "once"
)

// YesNo is a yes or a no, or not answered.
type YesNo string

// The answers.
const (
	Yes YesNo = "yes"
	No  YesNo = "no"
)

// Fen is an amount of money in fen, 1/100 yuan.
type Fen int64

// Area is a floor area in 1/100 m².
type Area int64
