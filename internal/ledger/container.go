package ledger

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf16"

	"zuji/internal/invalid"
)

// A kind is what a file is by its first bytes.
type kind int

const (
	unknown kind = iota
	zipped
	oldWorkbook // OLE 2, or a web page that calls itself .xls
	encrypted   // OLE 2 around a workbook with a password
	plainText
)

// kindOf looks at a file's content; its name may say anything.
func kindOf(data []byte) kind {
	head := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(data[:min(len(data), 512)], []byte("\xef\xbb\xbf")), " \r\n\t"))
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("PK\x05\x06")):
		return zipped
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		if bytes.Contains(data, utf16LE("EncryptedPackage")) {
			return encrypted
		}
		return oldWorkbook
	case bytes.HasPrefix(data, []byte("\x09\x08\x10\x00")), bytes.HasPrefix(head, []byte("<html")), bytes.HasPrefix(head, []byte("<table")),
		bytes.HasPrefix(head, []byte("<!doctype")), bytes.HasPrefix(head, []byte("<?xml")):
		return oldWorkbook
	case bytes.HasPrefix(data, []byte("%PDF")), bytes.HasPrefix(data, []byte("{\\rtf")):
		return unknown
	}
	return plainText
}

func utf16LE(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}

// Limits of how much a part may grow when it is unpacked. Sheets grow 10 to 40
// times; deflate can reach 1,000.
const (
	maxRatio  = 150
	ratioFrom = 4 << 20 // bytes; smaller parts may grow as they like
	maxParts  = 2000
)

// checkZip refuses what would fill the memory, before anything is unpacked as a
// whole, and what is no workbook. The sizes in the directory are those that a part has at most:
// archive/zip stops where one is exceeded.
func checkZip(data []byte) error {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return invalid.New("ledger_unreadable")
	}
	if len(z.File) > maxParts {
		return invalid.New("ledger_bomb")
	}
	total, workbook := uint64(0), false
	for _, f := range z.File {
		size := f.UncompressedSize64
		if size > maxUnzipped || size > ratioFrom && size/maxRatio > f.CompressedSize64 {
			return invalid.New("ledger_bomb")
		}
		if total += size; total > maxUnzipped {
			return invalid.New("ledger_bomb")
		}
		name := strings.ToLower(strings.ReplaceAll(f.Name, "\\", "/"))
		if f.Flags&1 != 0 {
			return invalid.New("ledger_password")
		}
		workbook = workbook || name == "xl/workbook.xml"
		if name == "xl/sharedstrings.xml" {
			if err := checkStrings(f); err != nil {
				return err
			}
		}
	}
	if !workbook {
		return invalid.New("ledger_unreadable")
	}
	return nil
}

// checkStrings counts the different texts: an empty one takes a dozen bytes in
// the file and ten times that in memory.
func checkStrings(f *zip.File) error {
	r, err := f.Open()
	if err != nil {
		return invalid.New("ledger_unreadable")
	}
	defer r.Close()
	buf, n, tail := make([]byte, 64<<10), 0, 0
	for {
		got, err := io.ReadFull(r, buf[tail:])
		part := buf[:tail+got]
		if n += bytes.Count(part, []byte("<si")) + bytes.Count(part, []byte("<r>")); n > maxStrings {
			return invalid.New("ledger_bomb")
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return nil
		case err != nil:
			return invalid.New("ledger_unreadable")
		}
		tail = copy(buf, part[len(part)-2:])
	}
}
