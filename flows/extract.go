package flows

import (
	"zuji/internal/form"
	"zuji/internal/tenancy"
)

// An Extract is what a property manager takes out of the register for somebody
// who may have it.
type Extract struct {
	Compound string `json:"compound"`
	For      string `json:"for"`
	Format   string `json:"format"`
	Purpose  string `json:"purpose"`
}

// The receivers of extracts.
const (
	ForCommittee = "community" // 社区居委会: no names
	ForPolice    = "police"    // 派出所: what the move-in reports need
)

// TakeExtract asks for whom, in what form and what for. There is no extract
// without a stated purpose (个人信息保护法 Art. 6).
func TakeExtract(c tenancy.Compound) form.Flow[Extract] {
	return form.Flow[Extract]{
		Name: "extract",
		Fields: func(d *Extract) []form.Field {
			return []form.Field{
				{Key: "for", Input: form.Choice(&d.For, ForCommittee, ForPolice), Args: map[string]any{"Compound": c.Name}},
				{Key: "format", Input: form.Choice(&d.Format, "xlsx", "csv")},
				{Key: "purpose", Input: words(&d.Purpose, 100)},
			}
		},
	}
}
