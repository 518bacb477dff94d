package locales

import (
	"strings"

	"zuji/internal/form"
)

// Prompt writes a prompt in Telegram's HTML: what was understood, what is wrong,
// then the question or the summary.
func (w Writer) Prompt(p form.Prompt) string {
	var lines []string
	add := func(key string, t *form.Text) {
		if t != nil {
			lines = append(lines, w.HTML(form.T(key, "Text", *t)))
		}
	}
	if len(p.Heard) > 0 {
		lines = append(lines, w.Heard(p.Heard))
	}
	for _, warning := range p.Warn {
		add("prompt.warning", &warning)
	}
	add("prompt.problem", p.Problem)
	add("prompt.because", p.Because)
	if len(lines) > 0 {
		lines = append(lines, "")
	}
	if p.Kind == form.Question || p.Kind == form.Doubting {
		lines = append(lines, w.HTML(form.T("prompt.question", "Step", p.Step, "Of", p.Of, "Ask", p.Ask)))
		add("prompt.hint", p.Hint)
		add("prompt.help", p.Help)
	} else {
		lines = append(lines, w.HTML(p.Ask))
	}
	for i, l := range p.Lines {
		lines = append(lines, w.HTML(form.T("prompt.line", "N", i+1, "Label", l.Label, "Value", l.Value)))
	}
	if p.Kind == form.Summary {
		declare := strings.TrimSuffix(p.Ask.Key, "summary") + "declare"
		lines = append(lines, "", w.HTML(form.T(declare)))
	}
	return strings.Join(lines, "\n")
}

// Heard writes answers as they were understood.
func (w Writer) Heard(lines []form.Line) string {
	written := make([]string, len(lines))
	for i, l := range lines {
		written[i] = w.HTML(form.T("prompt.heard", "Label", l.Label, "Value", l.Value))
	}
	return strings.Join(written, "\n")
}

// Press writes a button.
func (w Writer) Press(p form.Press) string {
	if p.On {
		return w.Plain(form.T("prompt.chosen", "Label", p.Label))
	}
	return w.Plain(p.Label)
}

// Edits are the buttons of a summary, one for each answer.
func Edits(p form.Prompt) []form.Press {
	var all []form.Press
	for _, l := range p.Lines {
		all = append(all, form.Press{Label: form.T("prompt.edit", "Label", l.Label), Button: l.Button})
	}
	return all
}
