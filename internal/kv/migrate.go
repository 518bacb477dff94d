package kv

import (
	"context"
	"errors"
	"fmt"
	"strconv"
)

// ErrNewer is wrapped by Migrate when a newer Zuji has written the records.
var ErrNewer = errors.New("written by a newer Zuji")

// Where the schema version stands.
const (
	metaTable = "meta"
	schemaKey = "schema"
)

// A Step takes records from one schema version to the next.
type Step struct {
	// Name says what changes, for errors.
	Name string

	// Run does it, in as many transactions as it needs. After a crash it is run
	// again from its beginning, so it must leave alone what is already done.
	Run func(context.Context, Store) error
}

// Migrate brings the records to schema version len(steps). steps[i] leads from
// version i to i+1; an empty store has version 0. A step is never removed or
// changed once it has been released. The version is written after each step, so
// a migration that was interrupted goes on with the step it was in.
func Migrate(ctx context.Context, s Store, steps []Step) error {
	version, err := Schema(ctx, s)
	if err != nil {
		return err
	}
	if version > len(steps) {
		return fmt.Errorf("records have schema version %d, this Zuji knows versions up to %d: %w, run that one", version, len(steps), ErrNewer)
	}
	for ; version < len(steps); version++ {
		step := steps[version]
		if err := step.Run(ctx, s); err != nil {
			return fmt.Errorf("migrate to schema version %d (%s): %w", version+1, step.Name, err)
		}
		if err := advance(ctx, s, version); err != nil {
			return fmt.Errorf("migrate to schema version %d (%s): %w", version+1, step.Name, err)
		}
	}
	return nil
}

// Schema returns the schema version of the records, 0 for an empty store.
func Schema(ctx context.Context, s Store) (version int, err error) {
	err = s.View(ctx, func(tx Tx) error {
		version, err = schema(tx)
		return err
	})
	return version, err
}

func schema(tx Tx) (int, error) {
	text := tx.Get(metaTable, []byte(schemaKey))
	if text == nil {
		return 0, nil
	}
	version, err := strconv.ParseUint(string(text), 10, 31)
	if err != nil {
		return 0, errors.New("schema version of the records is not a number")
	}
	return int(version), nil
}

// advance writes the version after from, unless another process has moved on.
func advance(ctx context.Context, s Store, from int) error {
	return s.Update(ctx, func(tx Tx) error {
		version, err := schema(tx)
		if err != nil {
			return err
		}
		if version != from {
			return fmt.Errorf("another process has brought the records to version %d", version)
		}
		return tx.Put(metaTable, []byte(schemaKey), []byte(strconv.Itoa(from+1)))
	})
}
