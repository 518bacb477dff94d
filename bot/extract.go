package bot

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"

	"zuji/flows"
	"zuji/internal/form"
	"zuji/internal/identity"
	"zuji/internal/ledger"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
)

// exports offers an extract of each compound's register.
func (c *conversation) exports(string) (bool, error) {
	mine, err := c.Registry.Manages(c.ctx, c.in.from.ID)
	if err != nil {
		return false, err
	}
	if len(mine) == 1 {
		return true, c.begin(pending{Flow: "extract", Arg: mine[0].ID})
	}
	return false, c.say(form.T("extract.which"), compoundButtons(mine, doExtract, "")...)
}

func (c *conversation) startExtract(compound string) (*form.Session, error) {
	one, ok := c.manages(compound)
	if !ok {
		return nil, nil
	}
	s, err := flows.TakeExtract(one).Start(newID(), flows.Extract{Compound: compound})
	return &s, err
}

func (c *conversation) runExtract(s form.Session) (running, error) {
	var d flows.Extract
	_ = json.Unmarshal(s.Draft, &d) // what can't be read has no compound
	one, _ := c.Registry.Compound(d.Compound)
	return run(flows.TakeExtract(one), func(d flows.Extract) (last, error) { return c.submitExtract(s.ID, d) }), nil
}

// submitExtract makes the extract, puts it on record, and sends it or leaves it in
// the data folder.
func (c *conversation) submitExtract(session string, d flows.Extract) (last, error) {
	one, ok := c.Registry.Compound(d.Compound)
	if !ok || !one.HasStaff(c.in.from.ID) {
		return last{text: form.T("error.not_allowed")}, nil
	}
	e := c.extract(one, d)
	var out bytes.Buffer
	n := 0
	rows := func(yield func([]any, error) bool) {
		for row, err := range c.extractRows(d) {
			n++
			if !yield(row, err) {
				return
			}
		}
	}
	if err := e.Write(&out, ledger.Format(d.Format), rows); err != nil {
		return last{}, err
	}
	err := c.Registry.NoteExtract(c.ctx, registry.ExtractNote{Compound: one.ID, By: c.in.from.ID, For: d.For, Purpose: d.Purpose, Rows: n})
	if errors.Is(err, registry.ErrNotAllowed) {
		return last{text: form.T("error.not_allowed")}, nil
	}
	if err != nil {
		return last{}, err
	}
	f := file{name: c.to.Plain(form.T("extract.name."+d.For, "Name", one.Name)) + "." + d.Format, data: out.Bytes()}
	if one.Exports == tenancy.KeepExports {
		path := filepath.Join(c.Exports, session+"-"+d.For+"."+d.Format)
		if err := os.MkdirAll(c.Exports, 0o700); err != nil {
			return last{}, fmt.Errorf("keep extract: %w", err)
		}
		if err := os.WriteFile(path, f.data, 0o600); err != nil {
			return last{}, fmt.Errorf("keep extract: %w", err)
		}
		return last{text: form.T("extract.kept", "Path", path, "Rows", n)}, nil
	}
	return last{text: form.T("extract.submitted", "Rows", n)}, c.hand(f, form.T("extract.caption."+d.For, "Name", one.Name), true)
}

func (c *conversation) extract(one tenancy.Compound, d flows.Extract) ledger.Extract {
	return ledger.Extract{
		Title: c.to.Plain(form.T("extract.name."+d.For, "Name", one.Name)), Maker: c.in.from.Name,
		Stated:  c.to.Plain(form.T("extract.stated", "For", form.T("extract.for.option."+d.For), "Purpose", d.Purpose, "By", c.in.from.Name, "At", c.Now())),
		Columns: ledger.Recipient(d.For).Columns(func(id string) string { return c.to.Plain(form.T("extract.column." + id)) }),
	}
}

func (c *conversation) extractRows(d flows.Extract) iter.Seq2[[]any, error] {
	names := ledger.Names{
		Status: func(s ledger.Status) string {
			return c.to.Plain(form.T("extract.status." + statusKey(tenancy.HomeStatus(s))))
		},
		Part: func(occupant bool) string {
			if occupant {
				return c.to.Plain(form.T("extract.part.occupant"))
			}
			return c.to.Plain(form.T("extract.part.tenant"))
		},
		Kind: func(p tenancy.Person) string {
			if p.Document.Kind == "" {
				return ""
			}
			return c.to.Plain(form.T("document." + string(p.Document.Kind)))
		},
		Phone: identity.FormatPhone,
	}
	return func(yield func([]any, error) bool) {
		for v, err := range c.Registry.Register(c.ctx, d.Compound) {
			if err != nil {
				yield(nil, err)
				return
			}
			rec := ledger.Record{Unit: v.Unit, Status: ledger.Status(v.Known(v.Tenancy != nil))}
			if v.Tenancy != nil {
				rec.Tenancy = *v.Tenancy
			}
			for _, row := range ledger.Recipient(d.For).Rows(rec, names) {
				if !yield(row, nil) {
					return
				}
			}
		}
	}
}
