package papers

// Missing returns the characters of text that p's font has not.
func Missing(p *Press, text string, bold bool) (missing []rune) {
	f := p.faces[0]
	if bold {
		f = p.faces[1]
	}
	for _, r := range text {
		if f.glyph(r) == 0 {
			missing = append(missing, r)
		}
	}
	return missing
}

// Wrap breaks text into lines of so many characters.
func Wrap(text string, width int) []string {
	return wrap(text, float64(width), func(t string) float64 { return float64(len([]rune(t))) })
}
