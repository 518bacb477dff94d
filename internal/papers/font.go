package papers

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/signintech/gopdf"
)

// families name the fonts: regular and bold.
var families = [2]string{"regular", "bold"}

// A face is one font, to ask about glyphs and widths.
type face struct {
	gopdf.SubsetFontObj
	name string
}

// glyph returns the glyph of r, and 0 if the font has none.
func (f *face) glyph(r rune) uint {
	g, err := f.CharCodeToGlyphIndex(r)
	if err != nil {
		return 0
	}
	return g
}

// has reports whether the font has every character of text.
func (f *face) has(text string) bool {
	for _, r := range text {
		if f.glyph(r) == 0 {
			return false
		}
	}
	return true
}

// width returns how wide text is, in 1/1000 of the font's size.
func (f *face) width(text string) (sum float64) {
	for _, r := range text {
		sum += float64(f.GlyphIndexToPdfWidth(f.glyph(r)))
	}
	return sum
}

// face returns the font to set text in: bold only if it has every character.
func (p *Press) face(text string, bold bool) *face {
	if bold && p.faces[1].has(text) {
		return p.faces[1]
	}
	return p.faces[0]
}

// printable returns text as the font can show it. A character that is missing
// must not leave a blank: its code stands for it, 〔U+2B7A0〕. Signs without a
// shape go. (Of the 196 hanzi beyond U+FFFF that are printed, gopdf writes a wrong
// code for those who copy text out of the file; the paper shows them right.)
func (p *Press) printable(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\n', p.faces[0].glyph(r) != 0:
			b.WriteRune(r)
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case unicode.In(r, unicode.C, unicode.Variation_Selector):
		default:
			fmt.Fprintf(&b, "〔U+%04X〕", r)
		}
	}
	return b.String()
}
