package redact

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
)

// attributes are those that lines may have. None is a person's: what happened to
// whom is read in the register, by those who may.
var attributes = []string{
	"error", "advice", // why
	"update", "kind", "try", "reference", "panic", "stack", // an update
	"row",                        // a notice, by outbox.Row.Ref
	"import", "broadcast", "job", // a long task, by its random id
	"key", "language", // of a text
	"file", // name of a backup
	"seconds",
}

// Every line is a fixed sentence with attributes from the list, so that lines
// can be counted, and nothing that somebody typed is part of the sentence.
func TestLines_AreFixedSentencesWithKnownAttributes(t *testing.T) {
	seen := 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if ok && logs(call) {
				seen++
				for _, wrong := range faults(call) {
					t.Errorf("%s: %s", files.Position(call.Pos()), wrong)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 30 {
		t.Errorf("only %d lines were found", seen)
	}
}

// logs reports whether a call writes a line: x.Log.Warn, z.log.Error, slog.Info.
func logs(call *ast.CallExpr) bool {
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !slices.Contains([]string{"Debug", "Info", "Warn", "Error", "Log", "LogAttrs", "Print", "Printf", "Println"}, method.Sel.Name) {
		return false
	}
	switch on := method.X.(type) {
	case *ast.Ident:
		return on.Name == "slog" || on.Name == "log"
	case *ast.SelectorExpr:
		return on.Sel.Name == "Log" || on.Sel.Name == "log"
	}
	return false
}

func faults(call *ast.CallExpr) (wrong []string) {
	if _, ok := literal(call.Args[0]); !ok {
		wrong = append(wrong, "the sentence is not fixed")
	}
	for i := 1; i < len(call.Args); i += 2 {
		if name, ok := literal(call.Args[i]); !ok || !slices.Contains(attributes, name) {
			wrong = append(wrong, "attribute "+name+" is not in the list")
		}
	}
	return wrong
}

func literal(e ast.Expr) (string, bool) {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(l.Value)
	return s, err == nil
}
