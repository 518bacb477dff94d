package papers_test

import (
	"bytes"
	"strings"
	"sync"
	"testing"

	"zuji/internal/papers"
)

// Several landlords at once get what each would get alone.
func TestPress_IsSharedByManyAndPrintsTheSame(t *testing.T) {
	p := press(t)
	one, c := letting()
	alone, err := p.Receipt(one, c, link, now)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			again, err := p.Receipt(one, c, link, now)
			if err != nil || !bytes.Equal(again, alone) {
				t.Errorf("%d bytes, %v; alone %d", len(again), err, len(alone))
			}
			if _, err := p.Poster(c, link, now); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// A document embeds what it shows of the font, not the font.
func TestPress_DocumentsAreSmall(t *testing.T) {
	p := press(t)
	one, c := crowd()
	for name, print := range map[string]func() ([]byte, error){
		"receipt":     func() ([]byte, error) { return p.Receipt(one, c, link, now) },
		"application": func() ([]byte, error) { return p.Application(one, c, now) },
		"poster":      func() ([]byte, error) { return p.Poster(c, link, now) },
	} {
		if data, err := print(); err != nil || len(data) > 150_000 {
			t.Errorf("%s has %d bytes, %v", name, len(data), err)
		}
	}
}

// A link that no QR code can hold is refused in words, without the link.
func TestPress_LinkTooLong(t *testing.T) {
	one, c := letting()
	_, err := press(t).Receipt(one, c, "https://t.me/"+strings.Repeat("x", 5000), now)
	if err == nil || strings.Contains(err.Error(), "t.me") {
		t.Errorf("error %v", err)
	}
}

func TestWrap(t *testing.T) {
	for text, want := range map[string]string{
		"":             "",
		"一二三四五六七八九十一二": "一二三四五六七八九十|一二",
		"一二三四五六七八九十，一二":         "一二三四五六七八九|十，一二",
		"一二三四五六七八九（十）":          "一二三四五六七八九|（十）",
		"Jean-Luc O'Neil Smith": "Jean-Luc|O'Neil|Smith",
		"一二三四五六七 O'Neil":        "一二三四五六七|O'Neil",
		"abcdefghijklmnop":      "abcdefghij|klmnop",
		"一\n二":                  "一|二",
		"一二三四五六七八九十·一":          "一二三四五六七八九|十·一",
	} {
		if got := strings.Join(papers.Wrap(text, 10), "|"); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// On this machine (two cores): 10 ms and 77 kB.
func BenchmarkReceipt(b *testing.B) {
	p := press(b)
	one, c := letting()
	size := 0
	for b.Loop() {
		data, err := p.Receipt(one, c, link, now)
		if err != nil {
			b.Fatal(err)
		}
		size = len(data)
	}
	b.ReportMetric(float64(size), "bytes/receipt")
}

// 7 ms; the first one also unpacks, which takes 0.12 s.
func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		press(b)
	}
}
