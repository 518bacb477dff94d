package boltkv

import (
	"fmt"
	"runtime/debug"
)

// A damage is the value of a panic: what bbolt met in the file.
type damage struct{ found any }

// reading runs what reads from the file's map. bbolt trusts the file: on a garbled
// page it panics, or reads outside the map, which would end the process.
func reading(do func()) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			panic(damage{p})
		}
	}()
	do()
}

// undamaged runs the function of a transaction. Damage that it met is its error.
func undamaged(path string, run func() error) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case damage:
			err = fmt.Errorf("%s is %w (%v)", path, ErrDamaged, p.found)
		default:
			panic(p)
		}
	}()
	return run()
}
