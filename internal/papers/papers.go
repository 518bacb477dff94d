// Package papers makes what of a tenancy is printed or kept: the receipt 登记回执,
// the form 房屋租赁登记备案申请书, the poster 宣传海报, and the calendar file.
//
// The papers are in Chinese. They are set in Noto Sans SC (font/OFL.txt), which a
// document holds only as a subset of the characters it shows. The font is embedded
// as font/NotoSansSC.zip, 7.4 MB, and unpacked once, on first use, to 12 MB
// in 0.12 s:
//
//   - regular, 6.0 MB packed: all hanzi that GB 18030-2022 asks for at levels 1 and
//     2 — people have rare names, and the standard obliges whoever writes them —
//     with GB 2312's signs and Latin. Glyph outlines hardly shrink further; what
//     printing does not need (layout, vertical and variation tables) is gone.
//   - bold, 1.4 MB packed: levels one and two of 通用规范汉字表, 6500 hanzi, enough
//     for headings and nearly every compound's name; a line with any other
//     character is set in regular.
//
// sh font/make.sh makes it again from npm's @expo-google-fonts/noto-sans-sc.
package papers

import (
	"fmt"

	"github.com/signintech/gopdf"

	"zuji/internal/calendar"
	"zuji/internal/form"
	"zuji/internal/papers/font"
	"zuji/locales"
)

// A Press prints. It holds the font: make it once. It is safe for use by several
// goroutines.
type Press struct {
	// Holidays are the days that the dates on a receipt count by: those built in,
	// unless set before the first use.
	Holidays *calendar.Holidays

	w     locales.Writer
	faces [2]*face // by whether bold
	fonts gopdf.FontContainer
}

// New unpacks the font and returns a Press that prints the Chinese of texts.
func New(texts *locales.Texts) (*Press, error) {
	p := &Press{Holidays: calendar.NewHolidays(), w: texts.In(locales.Chinese)}
	for i, load := range []func() ([]byte, error){font.Regular, font.Bold} {
		data, err := load()
		if err != nil {
			return nil, err
		}
		face := &face{name: families[i]}
		if err := face.SetTTFData(data); err != nil {
			return nil, fmt.Errorf("read font %s: %w", face.name, err)
		}
		if err := p.fonts.AddTTFFontData(face.name, data); err != nil {
			return nil, fmt.Errorf("read font %s: %w", face.name, err)
		}
		p.faces[i] = face
	}
	return p, nil
}

// say writes a text of the papers.
func (p *Press) say(key string, args ...any) string { return p.w.Plain(form.T(key, args...)) }
