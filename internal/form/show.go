package form

import (
	"slices"
	"strconv"
)

// prompt says what to show for the run as it stands after event e.
func (r *run[D]) prompt(e Event) Prompt {
	p := Prompt{Problem: reason(r.problem), Same: r.problem == nil && len(r.heard) == 0 && e.Button != nil}
	for _, name := range r.heard {
		if f := r.field(name); f != nil && !f.Input.empty() {
			p.Heard = append(p.Heard, r.line(f))
		}
	}
	f := r.current()
	if f == nil {
		r.summary(&p)
		return p
	}
	p.Field, p.Contact, p.Secret, p.Days, p.Files = f.Name(), f.Input.Contact, f.Secret, f.Calendar, f.Attach != nil
	p.Ask = r.text(f, "ask")
	hint := r.text(f, "hint")
	p.Hint = &hint
	p.Step, p.Of = r.progress(f)
	if r.s.Wrong >= helpAfter {
		help := r.text(f, "help")
		p.Help = &help
	}
	if r.s.Doubt == f.Name() {
		r.doubting(&p, f)
	} else {
		r.because(&p, f)
	}
	p.Choices, p.Actions = r.buttons(f)
	return p
}

// buttons are those of the question f, or of the summary if it is nil.
func (r *run[D]) buttons(f *Field) (choices, actions []Press) {
	switch {
	case f == nil:
		return []Press{r.press("", Confirm, "", r.flow.Name+".submit", "success")}, []Press{
			r.press("", Back, "", "action.back", ""),
			r.press("", Save, "", "action.save", ""),
			r.press("", Cancel, "", "action.cancel", ""),
		}
	case r.s.Doubt == f.Name():
		return []Press{r.press(f.Name(), Sure, "", "action.sure", "")}, r.actions(f)
	}
	return r.choices(f), r.actions(f)
}

// because explains why a question that had been answered is open again.
func (r *run[D]) because(p *Prompt, f *Field) {
	if f.Note != nil && r.problem == nil {
		p.Because = f.Note
	}
	if r.problem == nil && r.s.Edit == "" && r.s.done(f.Name()) && !f.Input.empty() {
		p.Because = reason(f.Input.Check())
	}
}

func (r *run[D]) doubting(p *Prompt, f *Field) {
	p.Kind = Doubting
	if p.Problem == nil {
		t := T("problem.sure")
		p.Problem = &t
	}
	p.Heard = []Line{r.line(f)}
}

func (r *run[D]) summary(p *Prompt) {
	p.Kind = Summary
	p.Ask = r.summaryText()
	p.Lines = r.lines()
	if r.flow.Warnings != nil {
		p.Warn = r.flow.Warnings(&r.d)
	}
	p.Choices, p.Actions = r.buttons(nil)
}

func (r *run[D]) summaryText() Text {
	t := T(r.flow.Name + ".summary")
	if r.flow.Preview != nil {
		t = t.With(r.flow.Preview(&r.d))
	}
	return t
}

func (r *run[D]) leaving() Prompt {
	name := r.asked()
	return Prompt{
		Kind: Leaving, Field: name, Ask: T("leave.ask"),
		Choices: []Press{
			r.press(name, Show, "", "action.continue", "primary"),
			r.press(name, Save, "", "action.keep_draft", ""),
			r.press(name, Discard, "", "action.discard", "danger"),
		},
	}
}

func (r *run[D]) ending(o Outcome, e Event) Text {
	switch o {
	case Submitted:
		return T(r.flow.Name + ".submitted")
	case Saved:
		return T("leave.saved")
	case Stopped:
		if f := r.current(); f != nil {
			return r.text(f, "stop")
		}
	}
	return T("leave.discarded")
}

// Lines returns the answers of d as the summary shows them. Nothing is assumed:
// what d does not hold nobody has said.
func (f Flow[D]) Lines(d D) []Line {
	r := &run[D]{flow: f, d: d}
	r.fields = f.Fields(&r.d)
	return r.lines()
}

// Answered returns the names of the fields that d answers.
func (f Flow[D]) Answered(d D) []string {
	r := &run[D]{flow: f, d: d}
	r.fields = f.Fields(&r.d)
	var names []string
	for i := range r.fields {
		if in := r.fields[i].Input; !r.fields[i].Hide && !in.empty() && in.Check() == nil {
			names = append(names, r.fields[i].Name())
		}
	}
	return names
}

// lines are all answers in order, each with the button that edits it.
func (r *run[D]) lines() []Line {
	var all []Line
	for i := range r.fields {
		f := &r.fields[i]
		if f.Hide || f.Quiet || f.Input.empty() && !f.Optional {
			continue
		}
		all = append(all, r.line(f))
	}
	return all
}

func (r *run[D]) line(f *Field) Line {
	l := Line{Field: f.Name(), Label: r.text(f, "label"), Button: r.button("", Edit, f.Name())}
	if f.Input.empty() {
		l.Value = T("value.none")
		return l
	}
	switch v := f.Input.shown().(type) {
	case optionValue:
		l.Value = r.optionLabel(f, Option{Value: string(v)})
	case optionValues:
		var labels []Text
		for _, one := range v {
			labels = append(labels, r.optionLabel(f, Option{Value: one}))
		}
		l.Value = labels
	default:
		l.Value = v
	}
	return l
}

func (r *run[D]) choices(f *Field) []Press {
	var all []Press
	if !f.Input.empty() && f.Input.typed() && f.Input.Check() == nil {
		keep := r.press(f.Name(), Keep, "", "action.keep", "")
		keep.Label = keep.Label.With(map[string]any{"Value": r.line(f).Value})
		all = append(all, keep)
	}
	for i, s := range f.Suggest {
		p := r.press(f.Name(), Suggest, strconv.Itoa(i), "action.suggest", "")
		p.Label = p.Label.With(map[string]any{"Value": s})
		all = append(all, p)
	}
	for _, o := range f.Input.Options {
		all = append(all, Press{
			Label: r.optionLabel(f, o), On: o.On,
			Button: r.button(f.Name(), Answer, o.Value),
		})
	}
	if f.Input.Several {
		all = append(all, r.press(f.Name(), Finish, "", "action.finish", "primary"))
	}
	if f.Drop != nil && r.s.Edit == f.Name() {
		all = append(all, r.press(f.Name(), Remove, "", "action.remove", "danger"))
	}
	return all
}

// actions always come in the same order.
func (r *run[D]) actions(f *Field) []Press {
	var all []Press
	if r.s.Edit != "" || r.hasBefore(f) {
		all = append(all, r.press(f.Name(), Back, "", "action.back", ""))
	}
	if f.Optional {
		all = append(all, r.press(f.Name(), Skip, "", "action.skip", ""))
	}
	return append(all,
		r.press(f.Name(), Save, "", "action.save", ""),
		r.press(f.Name(), Cancel, "", "action.cancel", ""))
}

func (r *run[D]) hasBefore(now *Field) bool {
	for i := range r.fields {
		f := &r.fields[i]
		if f.Name() == now.Name() {
			return false
		}
		if !f.Hide && r.s.done(f.Name()) {
			return true
		}
	}
	return false
}

// progress counts the questions that are asked as things stand.
func (r *run[D]) progress(now *Field) (step, of int) {
	for i := range r.fields {
		f := &r.fields[i]
		known := f.Assume != nil && !r.s.done(f.Name()) || slices.Contains(r.s.Given, f.Name())
		if f.Hide || known && f.Name() != now.Name() {
			continue
		}
		of++
		if f.Name() == now.Name() {
			step = of
		}
	}
	return step, of
}

func (r *run[D]) text(f *Field, part string) Text {
	return Text{Key: r.flow.Name + "." + f.Key + "." + part}.With(f.Args)
}

func (r *run[D]) optionLabel(f *Field, o Option) Text {
	for _, known := range f.Input.Options {
		if known.Value == o.Value && known.Label != nil {
			return *known.Label
		}
	}
	if f.Input.label != nil {
		return f.Input.label(o.Value)
	}
	return r.text(f, "option."+o.Value)
}

func (r *run[D]) button(field string, act Act, value string) Button {
	return Button{Session: r.s.ID, Rev: r.s.Rev, Field: field, Act: act, Value: value}
}

func (r *run[D]) press(field string, act Act, value, key, style string) Press {
	return Press{Label: T(key), Button: r.button(field, act, value), Style: style}
}

// Needs lists what showing the form of d may take: every text, and every button
// with its field. It lets a test hold the whole form against the locales and
// Telegram's limits.
func (f Flow[D]) Needs(d D) (texts []Text, buttons []Button) {
	r := &run[D]{flow: f, s: Session{ID: "00000000", Rev: 9999}, d: d}
	r.rebuild()
	texts = []Text{r.summaryText(), T(f.Name + ".submit"), T(f.Name + ".submitted")}
	for i := range r.fields {
		fd := &r.fields[i]
		for _, part := range []string{"ask", "label", "hint", "help"} {
			texts = append(texts, r.text(fd, part))
		}
		for _, o := range fd.Input.Options {
			texts = append(texts, r.optionLabel(fd, o))
			if o.Stop {
				texts = append(texts, r.text(fd, "stop"))
			}
		}
		for _, p := range r.choices(fd) {
			buttons = append(buttons, p.Button)
		}
		buttons = append(buttons, r.button(fd.Name(), Discard, ""), r.button("", Edit, fd.Name()))
	}
	return texts, buttons
}
