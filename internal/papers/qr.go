package papers

import (
	"fmt"

	"github.com/skip2/go-qrcode"
)

// qr draws the code of link, quiet zone included, as shapes: sharp at any size.
// The whole of it can be pressed on a screen.
func (s *sheet) qr(x, y, size float64, link string, level qrcode.RecoveryLevel) {
	code, err := qrcode.New(link, level)
	if err != nil {
		s.check(fmt.Errorf("QR code: %w", err))
		return
	}
	s.fill(x, y, size, size, white)
	s.pdf.SetFillColor(0, 0, 0)
	dark := code.Bitmap()
	module := size / float64(len(dark))
	for row, dots := range dark {
		for from := 0; from < len(dots); from++ {
			to := from
			for to < len(dots) && dots[to] {
				to++
			}
			if to > from {
				// A little higher than a module, so that no light shows between rows.
				s.pdf.RectFromUpperLeftWithStyle(x+float64(from)*module, y+float64(row)*module, float64(to-from)*module, module*1.02, "F")
				from = to
			}
		}
	}
	s.pdf.AddExternalLink(link, x, y, size, size)
}

// codeSize is the side of a code sent as a picture, in pixels: some 8 cm in print.
const codeSize = 1000

// Code returns the QR code of link as a PNG, for others to print.
func Code(link string) ([]byte, error) {
	png, err := qrcode.Encode(link, qrcode.High, codeSize)
	if err != nil {
		return nil, fmt.Errorf("QR code: %w", err)
	}
	return png, nil
}
