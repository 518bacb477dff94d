package flows

import (
	"zuji/internal/form"
	"zuji/internal/tenancy"
)

// A Fulfilment says that one of the year's obligations is done.
type Fulfilment struct {
	Obligation string `json:"obligation"` // its id
	Note       string `json:"note,omitempty"`
	File       string `json:"file,omitempty"` // that shows it
}

// Fulfil asks for a note on what was done.
func Fulfil(o tenancy.Obligation) form.Flow[Fulfilment] {
	return form.Flow[Fulfilment]{
		Name:  "fulfil",
		Brief: true,
		Fields: func(d *Fulfilment) []form.Field {
			return []form.Field{{Key: "note", Input: words(&d.Note, 200), Optional: true, Attach: &d.File,
				Args: map[string]any{"What": form.T("year.kind." + string(o.Kind)), "Due": o.Due}}}
		},
	}
}
