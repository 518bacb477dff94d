//go:build !linux

package boltkv

import (
	"fmt"
	"io"
	"os"
)

const populate = 0

// whole gives the first size bytes of f, which it brings into memory in the file's
// order. Call done afterwards.
func whole(f *os.File, size int64) (src source, done func(), err error) {
	if _, err := io.Copy(io.Discard, io.NewSectionReader(f, 0, size)); err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", f.Name(), err)
	}
	return reads(f), func() {}, nil
}
