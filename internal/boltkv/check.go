package boltkv

import (
	"errors"
	"fmt"
	"strings"

	bolt "go.etcd.io/bbolt"
)

// maxFindings bounds the length of CheckFile's error.
const maxFindings = 10

// CheckFile reads every page of the file at path and returns what is wrong with
// it, as an error that wraps ErrDamaged. The file must not be open elsewhere.
//
// bbolt's own check comes last: on some kinds of damage it reads outside its map,
// recurses without end, or loops, none of which can be caught in Go.
func CheckFile(path string) error {
	b, err := openBolt(path, &bolt.Options{Timeout: lockTimeout, ReadOnly: true}, everyPage)
	if err != nil {
		return err
	}
	var findings []string
	more := 0
	err = b.View(func(tx *bolt.Tx) error {
		for finding := range tx.Check() { // to its end: the checker must not outlive the map
			if len(findings) < maxFindings {
				findings = append(findings, finding.Error())
			} else {
				more++
			}
		}
		return nil
	})
	if err := errors.Join(err, b.Close()); err != nil {
		return fmt.Errorf("check %s: %w", path, err)
	}
	if len(findings) > 0 {
		return fmt.Errorf("%s is %w (%s; and %d more)", path, ErrDamaged, strings.Join(findings, "; "), more)
	}
	return nil
}
