package registry

import (
	"strconv"
	"time"

	"zuji/internal/kv"
)

// PutErrand puts a reminder that has gathered for a person into the register.
func PutErrand(tx kv.Tx, at time.Time, who int64) error {
	return tx.Put(errands, key(at, errandTell, strconv.FormatInt(who, 10)), []byte{1})
}
