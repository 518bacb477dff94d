// Package font holds Noto Sans SC (OFL.txt), for what is printed or drawn.
// sh make.sh makes NotoSansSC.zip again; package papers says what is in it.
package font

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"sync"
)

//go:embed NotoSansSC.zip
var packed []byte

// Regular returns the regular font, TrueType, 10 MB: all hanzi of GB 18030-2022,
// levels 1 and 2. It is unpacked once, in 0.1 s. The bytes are shared: leave them
// alone.
var Regular = sync.OnceValues(func() ([]byte, error) { return unpack("regular") })

// Bold returns the bold font, TrueType, 2 MB: the 6500 hanzi of the first two
// levels of 通用规范汉字表. See Regular.
var Bold = sync.OnceValues(func() ([]byte, error) { return unpack("bold") })

func unpack(name string) ([]byte, error) {
	archive, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		return nil, fmt.Errorf("unpack font: %w", err)
	}
	file, err := archive.Open(name + ".ttf")
	if err != nil {
		return nil, fmt.Errorf("unpack font: %w", err)
	}
	data, err := io.ReadAll(file)
	if err != nil {
		return nil, fmt.Errorf("unpack font %s: %w", name, err)
	}
	return data, nil
}
