package service_test

import (
	"encoding/json"
	"strings"
	"testing"

	"zuji/internal/registry"
)

// holding returns the file that /mydata sends a person.
func (p *person) holding() (h registry.Holding, raw string) {
	p.w.t.Helper()
	p.says("/mydata")
	p.asked("您的全部资料")
	p.w.settled()
	all := p.app.Messages(0)
	last := all[len(all)-1]
	if last.Document == nil {
		p.w.t.Fatalf("no file: %+v", last)
	}
	_, data, err := p.app.File(last.Document.FileID)
	if err == nil {
		err = json.Unmarshal(data, &h)
	}
	if err != nil {
		p.w.t.Fatal(err)
	}
	return h, string(data)
}

// Everybody reads what is held on them, in full, and nothing of anybody else's
// numbers.
func TestMyData(t *testing.T) {
	w, _ := at(t)
	w.accepted(landlord)
	one, err := w.zuji.Registry.Tenancy(t.Context(), w.ordinary().ID)
	if err != nil {
		t.Fatal(err)
	}
	if len(one.People) == 0 || one.Landlord.Phone == "" || one.People[0].Document.Number == "" {
		t.Fatalf("the tenancy proves nothing: %+v", one)
	}
	h, raw := w.as(landlord).holding()
	if len(h.Tenancies) != 1 || h.Tenancies[0].Receipt != one.Receipt || len(h.Acts) == 0 || h.Profile.ID != landlord {
		t.Errorf("the landlord reads:\n%s", raw)
	}
	if !strings.Contains(raw, one.Landlord.Phone) {
		t.Error("the landlord's own number is missing")
	}
	for _, secret := range []string{one.People[0].Document.Number, strings.TrimPrefix(one.People[0].Phone, "+86")} {
		if secret != "" && strings.Contains(raw, secret) {
			t.Errorf("the landlord reads the tenant's %s", secret)
		}
	}
	h, raw = w.as(manager).holding()
	if len(h.Roles) != 1 || h.Roles[0].Compound != w.compound.Name || len(h.Tenancies) != 0 || strings.Contains(raw, one.Landlord.Phone) {
		t.Errorf("the manager reads:\n%s", raw)
	}
	h, raw = w.as(stranger).holding()
	if h.Profile.Name != "" || len(h.Tenancies)+len(h.Rents)+len(h.Roles) != 0 {
		t.Errorf("a stranger reads:\n%s", raw)
	}
}

// What is being filled in is held too.
func TestMyData_HasTheOpenForm(t *testing.T) {
	w, _ := at(t)
	wang := w.as(landlord)
	wang.says("/remind")
	w.settled()
	if h, raw := wang.holding(); h.Form == nil || h.Form.Flow != "own" {
		t.Errorf("the file reads:\n%s", raw)
	}
}
