package standin

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// apiSpec is the methods and fields of Bot API 10.1, cut from
// PaulSonOfLars/telegram-bot-api-spec (MIT).
//
//go:embed testdata/api.json
var apiSpec []byte

func TestMethods_MatchTheSpecification(t *testing.T) {
	var spec struct {
		Methods map[string][]struct {
			Name  string   `json:"name"`
			Types []string `json:"types"`
		} `json:"methods"`
	}
	if err := json.Unmarshal(apiSpec, &spec); err != nil {
		t.Fatal(err)
	}
	if len(spec.Methods) != len(methods) {
		t.Errorf("%d methods, the specification has %d", len(methods), len(spec.Methods))
	}
	for name, fields := range spec.Methods {
		m := methods[strings.ToLower(name)]
		if m == nil || m.name != name {
			t.Errorf("%s is missing", name)
			continue
		}
		if m.offered != (m.run != nil) {
			t.Errorf("%s: offered %v, but handler %v", name, m.offered, m.run != nil)
		}
		if !m.offered {
			continue
		}
		if len(fields) != len(m.params) {
			t.Errorf("%s has %d parameters, want %d", name, len(m.params), len(fields))
		}
		for _, f := range fields {
			if got, want := m.params[f.Name], kindOf(f.Types); got != want {
				t.Errorf("%s.%s is %q, want %q", name, f.Name, got, want)
			}
		}
	}
}

func kindOf(types []string) string {
	switch {
	case slices.Contains(types, "InputFile"):
		return "file"
	case slices.Equal(types, []string{"Integer", "String"}):
		return "chat"
	}
	kinds := map[string]string{"Integer": "int", "Boolean": "bool", "String": "string"}
	if k := kinds[types[0]]; k != "" {
		return k
	}
	return "json"
}
