// Package transcript plays conversations written down so that a person can read
// them:
//
//	# a remark
//	> 文字          the person types
//	> [按钮]        the person presses a button
//	> ☎ 138…       the person shares their phone number
//	< 回复          Zuji answers, a line each; buttons stand in brackets
//	= 提交          how the conversation ended
//
// The same file is played on the engine alone and through the whole bot.
package transcript

import (
	"flag"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite transcripts from what happens")

// A Step is what the person does, and what Zuji answers.
type Step struct {
	Remarks []string
	Press   string // label of a button
	Type    string
	Contact string
}

// An Answer is what Zuji says to a step.
type Answer struct {
	Text    string     // plain or Telegram's HTML
	Buttons [][]string // labels by row
	End     string     // how the conversation ended, or ""
}

// A Player plays one conversation.
type Player interface {
	Begin() Answer
	Do(Step) Answer
}

// Play plays every file that matches pattern with a fresh player and compares
// what happens with what is written. With -update it rewrites the files if
// rewrite is true.
func Play(t *testing.T, pattern string, rewrite bool, begin func(t *testing.T, name string) Player) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts match %s (%v)", pattern, err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		t.Run(name, func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := replay(string(raw), begin(t, name))
			if got == string(raw) {
				return
			}
			if *update && rewrite {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			t.Errorf("%s differs:\n%s", file, difference(string(raw), got))
		})
	}
}

// replay takes the person's lines of a transcript and writes it anew.
func replay(raw string, p Player) string {
	var out strings.Builder
	begun := false
	start := func() {
		if !begun {
			begun = true
			write(&out, p.Begin())
		}
	}
	for line := range strings.Lines(raw) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "#"):
			out.WriteString(line + "\n")
		case strings.HasPrefix(line, "> "):
			start()
			out.WriteString("\n" + line + "\n")
			write(&out, p.Do(step(strings.TrimPrefix(line, "> "))))
		}
	}
	start()
	return out.String()
}

// step reads a person's line; ⏎ stands for a line break in what is typed.
func step(line string) Step {
	if label, ok := strings.CutPrefix(line, "["); ok {
		return Step{Press: strings.TrimSuffix(label, "]")}
	}
	if phone, ok := strings.CutPrefix(line, "☎ "); ok {
		return Step{Contact: phone}
	}
	return Step{Type: strings.ReplaceAll(line, "⏎", "\n")}
}

var tag = regexp.MustCompile(`<[^>]*>`)

func write(out *strings.Builder, a Answer) {
	if a.End != "" {
		out.WriteString("= " + a.End + "\n")
		return
	}
	text := html.UnescapeString(tag.ReplaceAllString(a.Text, ""))
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, "\n "); line != "" {
			out.WriteString("< " + line + "\n")
		}
	}
	for _, row := range a.Buttons {
		out.WriteString("< [" + strings.Join(row, "] [") + "]\n")
	}
}

// difference shows the first lines that differ.
func difference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		a, b := at(w, i), at(g, i)
		if a != b {
			from := max(0, i-4)
			return strings.Join(w[from:min(i, len(w))], "\n") + "\n- " + a + "\n+ " + b + "\n+ " + at(g, i+1)
		}
	}
	return ""
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(end)"
}
