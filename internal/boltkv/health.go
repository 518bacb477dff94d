package boltkv

import "time"

// fullFor is how long a commit refused for want of room speaks for the file: then
// somebody may have made room, and only the next commit tells.
const fullFor = time.Minute

// Health returns nil while the file can be written, as far as is known: otherwise
// ErrFailed with its cause, or ErrFull when the last commit found no room and
// that is less than a minute ago. A closed file is healthy.
func (db *DB) Health() error {
	select {
	case <-db.stopped:
		if db.fatal != nil {
			return db.stopError()
		}
	default:
	}
	if at := db.refused.Load(); at != 0 && time.Since(time.Unix(0, at)) < fullFor {
		return ErrFull
	}
	return nil
}
