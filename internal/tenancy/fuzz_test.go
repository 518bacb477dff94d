package tenancy

import "testing"

// Receipt numbers are typed, read from QR codes and come in links; the ids of
// obligations come back in buttons.
func FuzzIDs(f *testing.F) {
	for _, s := range []string{"ZJ-202611-0001-X", "zj 202611 0001 x", "ZJ2026110001X", "C1.fire.20261130", "C1..", "..20269999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if n, ok := ParseReceipt(s); ok {
			if again, ok := ParseReceipt(n); !ok || again != n {
				t.Errorf("%q reads as %q, and that as %q", s, n, again)
			}
		}
		if o, ok := ParseObligation(s); ok && o.ID() != s {
			t.Errorf("%q names %q", s, o.ID())
		}
	})
}
