package bot

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"time"

	"zuji/internal/form"
	"zuji/internal/invalid"
	"zuji/internal/ledger"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
	"zuji/locales"
)

// received takes a file that staff sent while no conversation is open: the ledger
// that they already have.
func (c *conversation) received() (bool, error) {
	mine, err := c.Registry.Manages(c.ctx, c.in.from.ID)
	if err != nil {
		return false, err
	}
	switch len(mine) {
	case 0:
		return false, c.say(form.T("error.words_only"), c.mainButtons()...)
	case 1:
		return false, c.dryRun(mine[0], *c.in.document)
	}
	c.st.File = &kept{ID: c.in.document.id, Name: c.in.document.name, Size: c.in.document.size}
	return true, c.say(form.T("ledger.which"), compoundButtons(mine, doLedgerFor, "")...)
}

// kept is a file that waits for the word for which compound it is.
type kept struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Size int64  `json:"size"`
}

func (c *conversation) ledgerFor(compound string) error {
	one, ok := c.manages(compound)
	if !ok {
		return nil
	}
	if c.st.File == nil {
		return c.say(form.T("ledger.again"))
	}
	return c.dryRun(one, document{id: c.st.File.ID, name: c.st.File.Name, size: c.st.File.Size})
}

// dryRun reads a ledger, keeps it, and sends it back with remarks. Nothing in the
// register changes.
func (c *conversation) dryRun(compound tenancy.Compound, d document) error {
	data, err := c.download(c.ctx, d)
	if errors.Is(err, errTooBig) {
		return c.say(form.T("problem.ledger_huge", "Megabytes", ledger.MaxFile>>20, "Rows", ledger.MaxRows))
	}
	if err != nil {
		return err
	}
	c.reading.Lock()
	defer c.reading.Unlock()
	book, err := ledger.Open(data)
	if bad := (*invalid.Error)(nil); errors.As(err, &bad) {
		return c.say(form.Text{Key: "problem." + bad.Reason, Args: bad.Args})
	}
	if err != nil {
		return err
	}
	today := tenancy.Today(c.Now())
	res := book.Check(today)
	i, err := c.Registry.KeepLedger(c.ctx, registry.Import{Compound: compound.ID, By: c.in.from.ID, Today: today, Total: len(res.Records)}, data)
	if err != nil {
		return err
	}
	if i.Running() {
		return c.say(form.T("ledger.running"))
	}
	var out bytes.Buffer
	if err := book.Remarks(&out, res, remarkWords(c.to)); err != nil {
		return err
	}
	caption := c.to.HTML(form.T("ledger.checked", "Compound", compound.Name, "Rows", res.Rows, "Bad", res.Rows-res.Good, "Homes", len(res.Records),
		"Let", res.Count(ledger.Let), "Owner", res.Count(ledger.Owner), "Empty", res.Count(ledger.Empty)))
	if len(book.Refused) > 0 {
		caption += "\n\n" + c.to.HTML(form.T("ledger.refused", "Headings", shorten(strings.Join(book.Refused, "、"))))
	}
	if len(book.Ignored) > 0 {
		caption += "\n\n" + c.to.HTML(form.T("ledger.ignored", "Headings", shorten(strings.Join(book.Ignored, "、"))))
	}
	m := message{html: caption, protect: true}
	if len(res.Records) > 0 {
		m.inline = c.rows([]button{{label: form.T("button.import", "Count", len(res.Records)), data: actionData(doImport, i.ID), style: "primary"}})
	}
	f := file{name: c.to.Plain(form.T("ledger.name", "Name", compound.Name)), data: out.Bytes()}
	c.later(func() error {
		_, err := c.sendFile(c.ctx, c.in.chat, f, m)
		return err
	})
	return nil
}

// shorten keeps a list within a caption.
func shorten(s string) string {
	const most = 300
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

func remarkWords(to locales.Writer) ledger.Words {
	return ledger.Words{
		Sheet: to.Plain(form.T("ledger.sheet")), Remark: to.Plain(form.T("ledger.remark_heading")),
		Good: to.Plain(form.T("ledger.good")),
		Problem: func(column string, why *invalid.Error) string {
			problem := form.Text{Key: "problem." + why.Reason, Args: why.Args}
			if column == "" {
				return to.Plain(problem)
			}
			return to.Plain(form.T("ledger.remark", "Column", column, "Problem", problem))
		},
	}
}

// importLedger is the second tap: the good rows go into the register.
func (c *conversation) importLedger(id string) error {
	i, _, err := c.Registry.Ledger(c.ctx, id)
	if errors.Is(err, registry.ErrNotFound) {
		return c.say(form.T("ledger.again"))
	}
	if err != nil {
		return err
	}
	if _, ok := c.manages(i.Compound); !ok {
		return nil
	}
	if _, err := c.Registry.BeginImport(c.ctx, id, c.in.from.ID); err != nil {
		return err
	}
	c.strippedPress()
	c.later(func() error { c.goImport(id); return nil })
	return nil
}

// goImport lets an import go on; it ends by itself.
func (b *Bot) goImport(id string) {
	b.goJob("import", id, func(ctx context.Context) error { return b.importAll(ctx, id) })
}

// progressEvery is how often the message with the bar is changed.
const progressEvery = 2 * time.Second

func (b *Bot) importAll(ctx context.Context, id string) error {
	i, rows, err := b.importRows(ctx, id)
	if err != nil {
		return err
	}
	to, err := b.writer(ctx, i.By)
	if err != nil {
		return err
	}
	if i.Message == 0 {
		if i, err = b.firstShown(ctx, i, to); err != nil {
			return err
		}
	}
	shown := time.Now()
	for i.Done < len(rows) || i.Ended.IsZero() {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if i, err = b.Registry.ImportSome(ctx, id, rows); err != nil {
			return err
		}
		if time.Since(shown) >= progressEvery {
			shown = time.Now()
			percent := i.Done * 100 / max(1, len(rows))
			b.showImport(ctx, i, to.HTML(form.T("ledger.progress", "Bar", bar(percent), "Percent", percent)))
		}
	}
	b.showImport(ctx, i, to.HTML(form.T("ledger.imported", "New", i.New, "Same", i.Same, "Taken", i.Taken)))
	return b.Registry.DropLedger(ctx, id)
}

// importRows reads a kept ledger as it was read when it was looked through.
func (b *Bot) importRows(ctx context.Context, id string) (registry.Import, []registry.Row, error) {
	b.reading.Lock()
	defer b.reading.Unlock()
	i, data, err := b.Registry.Ledger(ctx, id)
	if err != nil {
		return i, nil, err
	}
	book, err := ledger.Open(data)
	if err != nil {
		return i, nil, err
	}
	return i, ledgerRows(book.Check(i.Today)), nil
}

// firstShown sends the message of the progress. The import does not depend on it.
func (b *Bot) firstShown(ctx context.Context, i registry.Import, to locales.Writer) (registry.Import, error) {
	id, err := b.send(ctx, i.By, message{html: to.HTML(form.T("ledger.progress", "Bar", bar(0), "Percent", 0))})
	if err != nil {
		b.Log.Warn("progress was not shown", "import", i.ID, "error", err)
		return i, nil
	}
	return b.Registry.ShowImport(ctx, i.ID, id)
}

// showImport changes the message of the progress, or sends it if it was not sent.
func (b *Bot) showImport(ctx context.Context, i registry.Import, html string) {
	if i.Message == 0 {
		if _, err := b.send(ctx, i.By, message{html: html}); err != nil {
			b.Log.Warn("progress was not shown", "import", i.ID, "error", err)
		}
		return
	}
	if err := b.edit(ctx, i.By, i.Message, message{html: html}); err != nil {
		b.Log.Warn("progress was not shown", "import", i.ID, "error", err)
	}
}

func ledgerRows(res ledger.Result) []registry.Row {
	rows := make([]registry.Row, len(res.Records))
	for n, rec := range res.Records {
		rows[n] = registry.Row{Unit: rec.Unit, Status: tenancy.HomeStatus(rec.Status), Tenancy: rec.Tenancy}
	}
	return rows
}

// bar draws how much is done.
func bar(percent int) string {
	full := percent / 10
	return strings.Repeat("▓", full) + strings.Repeat("░", 10-full)
}
