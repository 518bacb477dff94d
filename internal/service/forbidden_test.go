package service_test

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"zuji/flows"
	"zuji/internal/form"
	"zuji/internal/invalid"
	"zuji/internal/outbox"
	"zuji/internal/registry"
	"zuji/internal/tenancy"
)

var (
	hump  = regexp.MustCompile(`([a-z0-9])([A-Z])`)
	split = strings.NewReplacer("_", " ", "-", " ", ",", " ")
)

// readable writes an identifier or a tag in words: headConsent is "head Consent".
func readable(name string) string { return hump.ReplaceAllString(split.Replace(name), "$1 $2") }

// Nothing that is stored has a field for a forbidden subject: not by its name in
// the program, not by its name in the file, in no language.
func TestSchema_HasNoForbiddenField(t *testing.T) {
	seen := map[reflect.Type]bool{}
	fields := 0
	check := func(where, name string) {
		fields++
		if word := tenancy.ForbiddenQuestion(readable(name)); word != "" {
			t.Errorf("%s: %q is about %q", where, name, word)
		}
	}
	var walk func(reflect.Type)
	walk = func(of reflect.Type) {
		switch of.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
			if of.Kind() == reflect.Map {
				walk(of.Key())
			}
			walk(of.Elem())
			return
		case reflect.Struct:
		default:
			return
		}
		if seen[of] || !strings.HasPrefix(of.PkgPath(), "zuji/") {
			return
		}
		seen[of] = true
		for i := range of.NumField() {
			f := of.Field(i)
			check(of.String(), f.Name)
			check(of.String(), f.Tag.Get("json"))
			walk(f.Type)
		}
	}
	for _, stored := range []any{
		tenancy.Tenancy{}, tenancy.Compound{}, tenancy.Profile{}, tenancy.Home{}, tenancy.DutyNotice{}, tenancy.Obligation{}, tenancy.OwnReminder{},
		registry.Holding{}, registry.SavedDraft{}, registry.Import{}, registry.ExtractNote{}, registry.AsideUpdate{}, registry.Notice{},
		outbox.Row{}, form.Session{}, flows.Draft{}, flows.Renewing{}, flows.Returning{}, flows.Ending{}, flows.Numbered{}, flows.Decision{}, flows.Reminder{},
		flows.NewNotice{}, flows.NewQuestion{}, flows.Staying{}, flows.Extract{}, flows.Fulfilment{}, flows.Block{}, flows.Takeover{}, flows.NewHolidays{},
	} {
		walk(reflect.TypeOf(stored))
	}
	tags := tagsIn(t)
	for at, tag := range tags { // what is stored under a type of its own package
		check(at, tag)
	}
	if fields < 400 || len(tags) < 250 {
		t.Errorf("only %d names and %d tags were found", fields, len(tags))
	}
}

// tagsIn reads every json tag in the program, by where it stands.
func tagsIn(t *testing.T) map[string]string {
	t.Helper()
	tags, files := map[string]string{}, gotoken.NewFileSet()
	var paths []string
	for _, at := range []string{"../*/*.go", "../../bot/*.go", "../../flows/*.go"} {
		some, err := filepath.Glob(at)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, some...)
	}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") || strings.Contains(path, "standin") {
			continue
		}
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if f, ok := n.(*ast.Field); ok && f.Tag != nil {
				raw, _ := strconv.Unquote(f.Tag.Value)
				tags[files.Position(f.Pos()).String()] = reflect.StructTag(raw).Get("json")
			}
			return true
		})
	}
	return tags
}

func TestReadable(t *testing.T) {
	for name, want := range map[string]string{"headConsent,omitempty": "head Consent omitempty", "marital_status": "marital status", "ChildCount": "Child Count"} {
		if got := readable(name); got != want {
			t.Errorf("%q reads %q", name, got)
		}
	}
	if tenancy.ForbiddenQuestion(readable("ChildCount")) == "" || tenancy.ForbiddenQuestion(readable("sex,omitempty")) == "" {
		t.Error("a field for children or sex would not be found")
	}
}

// What an administrator or a manager puts in in their own words is refused if it
// names a forbidden subject: each field of a compound, a question and its options.
func TestOwnWords_NameNothingForbidden(t *testing.T) {
	w, _ := at(t)
	tried := 0
	for _, key := range []string{"name", "address", "desk", "city"} {
		for _, f := range flows.NewCompound(flows.Facts{}).Fields(&tenancy.Compound{}) {
			if f.Key != key {
				continue
			}
			tried++
			if bad, ok := f.Input.Read("婚育证明登记处").(*invalid.Error); !ok || bad.Reason != "forbidden" {
				t.Errorf("the compound's %s may be anything", key)
			}
		}
	}
	if tried != 4 {
		t.Errorf("%d fields were tried", tried)
	}
	for _, q := range []tenancy.Question{
		{ID: "q1", Kind: tenancy.AsksText, Label: "您的宗教？"}, {ID: "q2", Kind: tenancy.AsksText, Label: "车位号？", Help: "孕妇优先"},
		{ID: "q3", Kind: tenancy.AsksChoice, Label: "类别", Options: []string{"已婚", "其他"}},
	} {
		if _, err := w.zuji.Registry.AddQuestion(t.Context(), q.ID, manager, w.compound.ID, q); err == nil {
			t.Errorf("%+v was added", q)
		}
	}
}
