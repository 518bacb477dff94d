package registry

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"

	"zuji/internal/kv"
	"zuji/internal/tenancy"
)

// secrets returns the sensitive fields of t by name: document numbers, phone
// numbers, and the answers to the compound's own questions. They are sealed wherever a tenancy is stored.
func secrets(t *tenancy.Tenancy) map[string]*string {
	all := map[string]*string{
		"landlord.phone":    &t.Landlord.Phone,
		"landlord.document": &t.Landlord.Document.Number,
		"agent.phone":       &t.Agent.Phone,
	}
	for i := range t.People {
		p := &t.People[i]
		all["people."+p.Item+".phone"] = &p.Phone
		all["people."+p.Item+".document"] = &p.Document.Number
		all["people."+p.Item+".objection"] = &p.Answer.Reason
	}
	for i := range t.History {
		all["history."+strconv.Itoa(i)] = &t.History[i].Reason
	}
	for i := range t.Extra {
		all["extra."+t.Extra[i].Question] = &t.Extra[i].Value
	}
	return all
}

func profileSecrets(p *tenancy.Profile) map[string]*string {
	return map[string]*string{
		"landlord.phone":    &p.Landlord.Phone,
		"landlord.document": &p.Landlord.Document.Number,
		"agent.phone":       &p.Agent.Phone,
	}
}

// seal replaces each field by its sealed form, bound to its record and name.
func (r *Registry) seal(record string, fields map[string]*string) {
	for name, p := range fields {
		if *p != "" {
			*p = base64.RawStdEncoding.EncodeToString(r.Vault.Seal([]byte(*p), record+"|"+name))
		}
	}
}

func (r *Registry) unseal(record string, fields map[string]*string) error {
	for name, p := range fields {
		if *p == "" {
			continue
		}
		raw, err := base64.RawStdEncoding.DecodeString(*p)
		if err == nil {
			raw, err = r.Vault.Open(raw, record+"|"+name)
		}
		if err != nil {
			return fmt.Errorf("unseal %s of %s: %w", name, record, err)
		}
		*p = string(raw)
	}
	return nil
}

// putSealed stores a record that is sealed as a whole; at is where it stands.
func (r *Registry) putSealed(tx kv.Tx, table string, k []byte, at string, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return tx.Put(table, k, r.Vault.Seal(raw, at))
}

// getSealed reads a record that is sealed as a whole into v.
func (r *Registry) getSealed(tx kv.Tx, table string, k []byte, at string, v any) error {
	sealed := tx.Get(table, k)
	if sealed == nil {
		return ErrNotFound
	}
	if err := r.openSealed(sealed, at, v); err != nil {
		return fmt.Errorf("read record in %s: %w", table, err)
	}
	return nil
}

func (r *Registry) openSealed(sealed []byte, at string, v any) error {
	raw, err := r.Vault.Open(sealed, at)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, v)
}

func tenancyRecord(id string) string { return "tenancies|" + id }

func (r *Registry) tenancy(tx kv.Tx, id string) (tenancy.Tenancy, error) {
	raw := tx.Get(tenancies, key(id))
	if raw == nil {
		return tenancy.Tenancy{}, ErrNotFound
	}
	return r.decode(raw)
}

func (r *Registry) decode(raw []byte) (t tenancy.Tenancy, err error) {
	if err := json.Unmarshal(raw, &t); err != nil {
		return t, err
	}
	return t, r.unseal(tenancyRecord(t.ID), secrets(&t))
}
