package locales_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"zuji/locales"
)

// A named key is one that Go code writes out.
type named struct {
	key    string
	at     string
	whole  bool     // not completed at run time
	values []string // names of the values given with it
	all    bool     // values are all that it gets
}

// Every key that the code names is a text, and gets every value that it shows:
// one that is missing is written "<no value>", which Telegram refuses.
func TestTexts_KeysNamedInCodeExist(t *testing.T) {
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	zh := messages(t, locales.Chinese)
	found, prefixes, valued := 0, 0, 0
	for _, n := range namedInCode(t) {
		if !n.whole {
			prefixes++
			if !hasPrefix(zh, n.key) {
				t.Errorf("%s: no text begins with %s", n.at, n.key)
			}
			continue
		}
		found++
		if !texts.Has(n.key) {
			t.Errorf("%s names %s, which no language or not every one has", n.at, n.key)
		}
		if !n.all {
			continue
		}
		valued++
		for _, v := range variables(zh[n.key]) {
			if !slices.Contains(n.values, v) {
				t.Errorf("%s: %s shows %s, which it is not given", n.at, n.key, v)
			}
		}
	}
	if found < 120 || prefixes < 8 || valued < 100 {
		t.Errorf("only %d keys, %d prefixes, %d with values were found", found, prefixes, valued)
	}
}

func hasPrefix(m map[string]string, prefix string) bool {
	for key := range m {
		if strings.HasPrefix(key, prefix) && key != prefix {
			return true
		}
	}
	return false
}

// namedInCode reads the keys out of all Go code of the module but its tests.
func namedInCode(t *testing.T) (all []named) {
	t.Helper()
	files := token.NewFileSet()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if one, ok := namedBy(n, file.Name.Name); ok && one.key != "" {
				one.at = files.Position(n.Pos()).String()
				all = append(all, one)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// namedBy returns the key in form.T("…"), form.Text{Key: "…"}, or invalid.New("…"),
// whose reason stands under problem.
func namedBy(n ast.Node, in string) (named, bool) {
	switch n := n.(type) {
	case *ast.CallExpr:
		f := function(n.Fun, in)
		if len(n.Args) == 0 || f != "form.T" && f != "invalid.New" {
			return named{}, false
		}
		one := literal(n.Args[0])
		if f == "invalid.New" && one.key != "" {
			one.key = "problem." + one.key
		}
		one.all = !n.Ellipsis.IsValid()
		for i := 1; i < len(n.Args); i += 2 {
			one.values = append(one.values, literal(n.Args[i]).key)
		}
		return one, true
	case *ast.CompositeLit:
		if n.Type == nil || function(n.Type, in) != "form.Text" {
			return named{}, false
		}
		for _, e := range n.Elts {
			kv, ok := e.(*ast.KeyValueExpr)
			if name, is := kv.Key.(*ast.Ident); ok && is && name.Name == "Key" {
				return literal(kv.Value), true
			}
		}
	}
	return named{}, false
}

// function names what is called or made, with its package.
func function(e ast.Expr, in string) string {
	switch e := e.(type) {
	case *ast.Ident:
		return in + "." + e.Name
	case *ast.SelectorExpr:
		if pkg, ok := e.X.(*ast.Ident); ok {
			return pkg.Name + "." + e.Sel.Name
		}
	}
	return ""
}

// literal returns a string literal, or the one that a sum begins with.
func literal(e ast.Expr) named {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			key, err := strconv.Unquote(e.Value)
			return named{key: key, whole: err == nil && !strings.HasSuffix(key, ".")}
		}
	case *ast.BinaryExpr:
		begin := literal(e.X)
		return named{key: begin.key}
	}
	return named{}
}
