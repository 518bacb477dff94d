package ledger

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"zuji/internal/invalid"
)

func openCSV(data []byte) (*Book, error) {
	text, err := decoded(data)
	if err != nil {
		return nil, err
	}
	return take(sheet{rows: func(yield func(line, error) bool) { csvRows(text, yield) }})
}

// decoded turns a file into UTF-8. Excel in China writes GB 18030 unless told
// otherwise, and UTF-16 for "Unicode text".
func decoded(data []byte) ([]byte, error) {
	var from encoding.Encoding
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		data = data[3:]
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		from = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case !utf8.Valid(data):
		from = simplifiedchinese.GB18030
	}
	if from != nil {
		var err error
		if data, err = from.NewDecoder().Bytes(data); err != nil {
			return nil, invalid.New("ledger_unreadable")
		}
	}
	strange := bytes.Count(data, []byte("\ufffd"))
	for _, c := range data {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' {
			strange++
		}
	}
	if strange*100 > len(data) || bytes.IndexByte(data, 0) >= 0 {
		return nil, invalid.New("ledger_unreadable")
	}
	return data, nil
}

// separator returns the sign between the cells of the first lines.
func separator(text []byte) rune {
	head := string(text[:min(len(text), 4096)])
	best, most := ',', strings.Count(head, ",")
	for _, r := range "\t;" {
		if n := strings.Count(head, string(r)); n > most {
			best, most = r, n
		}
	}
	return best
}

// csvRows yields the rows numbered as a spreadsheet shows them: empty lines
// count, line breaks inside a cell do not.
func csvRows(text []byte, yield func(line, error) bool) {
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = separator(text), true, -1
	n, next := 0, 1 // row, and the line of the file on which the next one begins
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			yield(line{}, invalid.New("ledger_unreadable"))
			return
		}
		at, _ := r.FieldPos(0)
		n += 1 + at - next
		next = at + 1
		for _, c := range cells {
			next += strings.Count(c, "\n")
		}
		cells = cells[:min(len(cells), maxColumns)]
		if filled(cells) && !yield(line{n, cells}, nil) {
			return
		}
	}
}
