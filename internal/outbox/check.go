package outbox

import (
	"encoding/binary"
	"fmt"

	"zuji/internal/kv"
)

// Table is where the rows stand.
const Table = rows

// Check reads the whole outbox and tells fault what is wrong: a row that can't be
// read or is in no state that there is, a row that an index lacks, and an index
// entry without its row. It says nothing of a person.
func Check(tx kv.Tx, fault func(what string)) {
	for k, raw := range tx.Scan(rows, nil, nil) {
		r, err := decode(raw)
		if err != nil || r.Key != string(k) {
			fault(Row{Key: string(k)}.Ref() + " can't be read, or is in no known state")
			continue
		}
		if table, at := r.index(); tx.Get(table, at) == nil {
			fault(fmt.Sprintf("row %s, %s, is not in %s", r.Ref(), r.State, table))
		}
	}
	for table, size := range map[string]int{queue: placeSize, busy: 0, urgent: 8, due: 8} {
		for k := range tx.Scan(table, nil, nil) {
			if len(k) <= size || tx.Get(rows, k[size:]) == nil {
				fault(table + " has an entry without its row")
			}
		}
	}
	checkWaiting(tx, fault)
}

// index is where a row of its state must stand.
func (r Row) index() (table string, at []byte) {
	switch r.State {
	case Pending:
		return queue, r.queueKey()
	case Sending:
		return busy, []byte(r.Key)
	default:
		return ended, r.endedKey()
	}
}

// checkWaiting looks for people whose first row waits where Claim does not find it.
func checkWaiting(tx kv.Tx, fault func(string)) {
	last := int64(0)
	for k := range tx.Scan(queue, nil, nil) {
		if len(k) <= placeSize {
			continue
		}
		person := int64(binary.BigEndian.Uint64(k))
		if person == last {
			continue
		}
		last = person
		r, ok := first(tx, person)
		if !ok || r.State != Pending || tx.Get(held, be64(person)) != nil {
			continue
		}
		if tx.Get(r.dueTable(), timed(r.NextAt, r.Key)) == nil {
			fault(fmt.Sprintf("row %s is a person's next and is not in %s", r.Ref(), r.dueTable()))
		}
	}
}
