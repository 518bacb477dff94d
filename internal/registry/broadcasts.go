package registry

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"strconv"

	"zuji/internal/kv"
	"zuji/internal/outbox"
	"zuji/internal/tenancy"
)

// The receivers of a broadcast are kept as lists of ids, and given to the outbox
// some at a time, so that a pause holds back all but a few.
const (
	receiversInList = 1000
	givenAtOnce     = 20 // each costs three writes
	mayWait         = 60 // copies in the outbox
)

func broadcastRecord(id string) string { return "broadcasts|" + id }

func copyKey(id string) string { return string(Broadcasted) + "/" + id + "/" }

func (r *Registry) putBroadcast(tx kv.Tx, b tenancy.Broadcast) error {
	return r.putSealed(tx, broadcasts, key(b.ID), broadcastRecord(b.ID), b)
}

func (r *Registry) broadcast(tx kv.Tx, id string) (b tenancy.Broadcast, err error) {
	return b, r.getSealed(tx, broadcasts, key(id), broadcastRecord(id), &b)
}

// Broadcast returns a broadcast by its id.
func (r *Registry) Broadcast(ctx context.Context, id string) (b tenancy.Broadcast, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		b, err = r.broadcast(tx, id)
		return err
	})
	return b, err
}

// Broadcasts returns the broadcasts that are under way.
func (r *Registry) Broadcasts(ctx context.Context) (all []tenancy.Broadcast, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		all = nil
		for k := range tx.Scan(broadcasts, nil, nil) {
			// One that can't be read must not hold up the others; zuji check tells of it.
			if b, err := r.broadcast(tx, lastPart(k)); err == nil && b.State.Under() {
				all = append(all, b)
			}
		}
		return nil
	})
	return all, err
}

// WriteBroadcast stores a broadcast under b.ID, the id of the session in which it
// was written; nothing is sent yet. Only an administrator may: ErrNotAllowed.
func (r *Registry) WriteBroadcast(ctx context.Context, b tenancy.Broadcast) (stored tenancy.Broadcast, err error) {
	if !r.Admin(b.By) {
		return b, ErrNotAllowed
	}
	err = r.update(ctx, func(tx kv.Tx) error {
		if stored, err = r.broadcast(tx, b.ID); !errors.Is(err, ErrNotFound) {
			return err
		}
		stored = b
		stored.State, stored.Written = tenancy.CastWritten, r.Now()
		return errors.Join(r.putBroadcast(tx, stored), r.runsOut(tx, errandCast, b.ID, stored.Written.AddDate(0, 0, keepCastDays)))
	})
	return stored, err
}

// StartBroadcast takes down whom a broadcast goes to and lets it begin. Started
// again, it changes nothing.
func (r *Registry) StartBroadcast(ctx context.Context, id string, who int64) (b tenancy.Broadcast, err error) {
	if b, err = r.Broadcast(ctx, id); err != nil {
		return b, err
	}
	people, err := r.Audience(ctx, b) // outside of the change, which holds up others
	if err != nil {
		return b, err
	}
	people = people[:min(len(people), tenancy.MaxReceivers)]
	return r.changeBroadcast(ctx, id, who, []tenancy.CastState{tenancy.CastWritten}, func(tx kv.Tx, b *tenancy.Broadcast) error {
		b.State, b.Total = tenancy.CastSending, len(people)
		for place := 0; place < len(people); place += receiversInList {
			list := people[place:min(place+receiversInList, len(people))]
			if err := tx.Put(receivers, key(id, int64(place/receiversInList)), packed(list)); err != nil {
				return err
			}
		}
		return r.log(tx, who, "broadcast.send", id, strconv.Itoa(len(people)))
	})
}

// changeBroadcast changes a broadcast that is in one of the states from, for an
// administrator. One in another state stays as it is.
func (r *Registry) changeBroadcast(ctx context.Context, id string, who int64, from []tenancy.CastState, change func(kv.Tx, *tenancy.Broadcast) error) (b tenancy.Broadcast, err error) {
	if !r.Admin(who) {
		return b, ErrNotAllowed
	}
	err = r.update(ctx, func(tx kv.Tx) error {
		if b, err = r.broadcast(tx, id); err != nil || !slices.Contains(from, b.State) {
			return err
		}
		return errors.Join(change(tx, &b), r.putBroadcast(tx, b))
	})
	return b, err
}

// castMoves are the states that an administrator may set a broadcast to: from
// which others, and the act that it is.
var castMoves = map[tenancy.CastState]struct {
	from []tenancy.CastState
	act  string
}{
	tenancy.CastPaused:  {[]tenancy.CastState{tenancy.CastSending}, "pause"},
	tenancy.CastSending: {[]tenancy.CastState{tenancy.CastPaused}, "resume"},
	tenancy.CastStopped: {[]tenancy.CastState{tenancy.CastSending, tenancy.CastPaused}, "stop"},
	tenancy.CastDropped: {[]tenancy.CastState{tenancy.CastWritten}, ""},
}

// SetBroadcast pauses a broadcast, lets it go on, stops it, or drops it before it
// began. From another state it changes nothing.
func (r *Registry) SetBroadcast(ctx context.Context, id string, who int64, to tenancy.CastState) (tenancy.Broadcast, error) {
	move := castMoves[to]
	return r.changeBroadcast(ctx, id, who, move.from, func(tx kv.Tx, b *tenancy.Broadcast) error {
		b.State = to
		if !to.Under() {
			b.Ended = r.Now()
			if err := r.count(tx, b); err != nil {
				return err
			}
		}
		if move.act == "" {
			return nil
		}
		return r.log(tx, who, "broadcast."+move.act, id)
	})
}

// ShowBroadcast notes whom a message shows how far a broadcast is, and which.
func (r *Registry) ShowBroadcast(ctx context.Context, id string, to int64, message int) (b tenancy.Broadcast, err error) {
	err = r.update(ctx, func(tx kv.Tx) error {
		if b, err = r.broadcast(tx, id); err != nil {
			return err
		}
		b.ShownTo, b.Message = to, message
		return r.putBroadcast(tx, b)
	})
	return b, err
}

// GiveBroadcast gives the next copies of a broadcast to the outbox, as long as few
// of them wait there, and says where it stands. Each batch is one transaction that
// also moves its place in the list, so nobody gets two and nobody is left out.
func (r *Registry) GiveBroadcast(ctx context.Context, id string) (b tenancy.Broadcast, err error) {
	if b, err = r.standing(ctx, id); err != nil {
		return b, err
	}
	for room := mayWait - b.Result.Waiting; b.State == tenancy.CastSending && b.Given < b.Total && room > 0; room -= givenAtOnce {
		err := r.update(ctx, func(tx kv.Tx) error {
			if b, err = r.broadcast(tx, id); err != nil || b.State != tenancy.CastSending {
				return err
			}
			return errors.Join(r.give(tx, &b), r.putBroadcast(tx, b))
		})
		if err != nil {
			return b, err
		}
	}
	return r.standing(ctx, id)
}

// EndBroadcast notes that a broadcast has reached everybody whom it could. One that
// was paused or stopped meanwhile stays as it is.
func (r *Registry) EndBroadcast(ctx context.Context, id string) (b tenancy.Broadcast, err error) {
	err = r.update(ctx, func(tx kv.Tx) error {
		if b, err = r.broadcast(tx, id); err != nil || b.State != tenancy.CastSending {
			return err
		}
		if err := r.count(tx, &b); err != nil || !b.Reached() {
			return err
		}
		b.State, b.Ended = tenancy.CastDone, r.Now()
		return r.putBroadcast(tx, b)
	})
	return b, err
}

// give puts the next copies into the outbox.
func (r *Registry) give(tx kv.Tx, b *tenancy.Broadcast) error {
	list := unpacked(tx.Get(receivers, key(b.ID, int64(b.Given/receiversInList))))
	from := b.Given % receiversInList
	for _, who := range list[min(from, len(list)):min(from+givenAtOnce, len(list))] {
		b.Given++
		if tx.Get(profiles, key(who)) == nil {
			continue // they have been deleted meanwhile
		}
		n := Notice{Kind: Broadcasted, Item: b.ID}
		if err := r.putNotice(tx, who, n, copyKey(b.ID)+strconv.FormatInt(who, 10), false); err != nil {
			return err
		}
	}
	return nil
}

// standing returns a broadcast with what has become of its copies.
func (r *Registry) standing(ctx context.Context, id string) (b tenancy.Broadcast, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		if b, err = r.broadcast(tx, id); err != nil || !b.State.Under() {
			return err
		}
		return r.count(tx, &b)
	})
	return b, err
}

// count counts what has become of a broadcast's copies.
func (r *Registry) count(tx kv.Tx, b *tenancy.Broadcast) error {
	b.Result = tenancy.CastResult{}
	return outbox.Series(tx, copyKey(b.ID), func(c outbox.Copy) { tally(&b.Result, c) })
}

func tally(all *tenancy.CastResult, c outbox.Copy) {
	switch {
	case c.State == outbox.Sent:
		all.Sent++
	case c.State == outbox.Unconfirmed:
		all.Unsure++
	case c.State == outbox.Dead:
		all.Refused++
	case c.Held:
		all.Held++
	default:
		all.Waiting++
	}
}

func packed(ids []int64) (raw []byte) {
	for _, id := range ids {
		raw = binary.BigEndian.AppendUint64(raw, uint64(id))
	}
	return raw
}

func unpacked(raw []byte) (ids []int64) {
	for ; len(raw) >= 8; raw = raw[8:] {
		ids = append(ids, int64(binary.BigEndian.Uint64(raw)))
	}
	return ids
}
