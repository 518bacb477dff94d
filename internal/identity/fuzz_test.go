package identity_test

import (
	"strings"
	"testing"

	"zuji/internal/identity"
)

func FuzzDocument(f *testing.F) {
	for _, s := range []string{"119999199001010012", "H00000001", "E12345678", "USA110090010101", "91999999MA0TE5T08K", "13800138000", "王明", "A ,  "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		doc, err := identity.Detect(s, today)
		if err != nil && (why(err) == "" || doc != identity.Document{}) {
			t.Errorf("Detect(%q) = %v, %v", s, doc, err)
		}
		if err == nil {
			if again, err := identity.ParseDocument(doc.Kind, doc.Number, today); err != nil || again != doc {
				t.Errorf("Detect(%q) = %v, which ParseDocument refuses: %v", s, doc, err)
			}
			if m := identity.MaskNumber(doc.Number); m == doc.Number {
				t.Errorf("mask of %q shows it", doc.Number)
			}
		}
		for _, kind := range identity.Kinds {
			_, _ = identity.ParseDocument(kind, s, today)
		}
		_, _, _ = identity.ParseCompanyCode(s)
		if p, err := identity.ParseContactPhone(s); err == nil {
			if again, err := identity.ParseContactPhone(identity.FormatPhone(p)); err != nil || again != p {
				t.Errorf("ParseContactPhone(%q) = %s, which reads as %s, %v", s, p, again, err)
			}
			if strings.Contains(p, strings.Trim(identity.MaskPhone(p), "*")) {
				t.Errorf("the mask of %q shows it", p)
			}
		}
		if p, err := identity.ParsePhone(s); err == nil && len(p) != 14 {
			t.Errorf("ParsePhone(%q) = %q", s, p)
		}
		if n, err := identity.ParseName(s); err == nil {
			if again, err := identity.ParseName(n); err != nil || again != n {
				t.Errorf("ParseName(%q) = %q is not stable", s, n)
			}
		}
	})
}
