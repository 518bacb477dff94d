package registry

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"zuji/internal/kv"
	"zuji/internal/outbox"
	"zuji/internal/tenancy"
)

// The receivers of a broadcast are kept as lists of ids, and given to the outbox
// some at a time, so that a pause stops what has not left.
const (
	receiversInList = 1000
	givenAtOnce     = 20 // each costs three writes
	mayWait         = 60 // copies in the outbox
)

func broadcastRecord(id string) string { return "broadcasts|" + id }

func copyKey(id string) string { return string(Broadcasted) + "/" + id + "/" }

func (r *Registry) putBroadcast(tx kv.Tx, b tenancy.Broadcast) error {
	raw, err := json.Marshal(b)
	if err != nil {
		return err
	}
	return tx.Put(broadcasts, key(b.ID), r.Vault.Seal(raw, broadcastRecord(b.ID)))
}

func (r *Registry) broadcast(tx kv.Tx, id string) (b tenancy.Broadcast, err error) {
	sealed := tx.Get(broadcasts, key(id))
	if sealed == nil {
		return b, ErrNotFound
	}
	raw, err := r.Vault.Open(sealed, broadcastRecord(id))
	if err != nil {
		return b, fmt.Errorf("read broadcast: %w", err)
	}
	return b, json.Unmarshal(raw, &b)
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
			b, err := r.broadcast(tx, lastPart(k))
			if err != nil {
				return err
			}
			if b.State.Under() {
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
		return r.putBroadcast(tx, stored)
	})
	return stored, err
}

// Audience returns whom a broadcast would reach now, each once, in the order of
// their ids.
func (r *Registry) Audience(ctx context.Context, b tenancy.Broadcast) (people []int64, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		people, err = r.audience(tx, b)
		return err
	})
	return people, err
}

func (r *Registry) audience(tx kv.Tx, b tenancy.Broadcast) ([]int64, error) {
	seen := map[int64]bool{}
	for k := range tx.Scan(compounds, nil, nil) {
		var c tenancy.Compound
		if err := get(tx, compounds, k, &c); err != nil {
			return nil, err
		}
		if b.Compound != tenancy.EveryCompound && b.Compound != c.ID {
			continue
		}
		for circle, staff := range map[tenancy.Circle][]tenancy.Staff{tenancy.Managers: c.Staff, tenancy.Readers: c.Readers} {
			if b.Whom.Includes(circle) {
				for _, s := range staff {
					seen[s.ID] = true
				}
			}
		}
		if err := r.atHome(tx, b, c.ID, seen); err != nil {
			return nil, err
		}
	}
	delete(seen, 0) // the desk's landlords have no Telegram
	return slices.Sorted(maps.Keys(seen)), nil
}

// atHome adds the landlords and tenants of a compound to whom a broadcast goes.
func (r *Registry) atHome(tx kv.Tx, b tenancy.Broadcast, compound string, seen map[int64]bool) error {
	prefix := []byte(compound + "|")
	if b.Building != "" {
		prefix = append(prefix, b.Building+"-"...)
	}
	for _, id := range tx.Scan(units, prefix, kv.PrefixEnd(prefix)) {
		l, err := inForce(tx, string(id))
		if err != nil {
			return err
		}
		if l == nil {
			continue
		}
		if b.Whom.Includes(tenancy.Landlords) {
			seen[l.Owner] = true
		}
		if b.Whom.Includes(tenancy.Lodgers) {
			for _, p := range l.People {
				seen[p.Answer.Who] = true
			}
		}
	}
	return nil
}

// StartBroadcast takes down whom a broadcast goes to and lets it begin. Started
// again, it changes nothing.
func (r *Registry) StartBroadcast(ctx context.Context, id string, who int64) (tenancy.Broadcast, error) {
	return r.changeBroadcast(ctx, id, who, []tenancy.CastState{tenancy.CastWritten}, func(tx kv.Tx, b *tenancy.Broadcast) error {
		people, err := r.audience(tx, *b)
		if err != nil {
			return err
		}
		people = people[:min(len(people), tenancy.MaxReceivers)]
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
		}
		if move.act == "" {
			return nil
		}
		return r.log(tx, who, "broadcast."+move.act, id)
	})
}

// ShowBroadcast notes the message that shows how far a broadcast is.
func (r *Registry) ShowBroadcast(ctx context.Context, id string, message int) (b tenancy.Broadcast, err error) {
	err = r.update(ctx, func(tx kv.Tx) error {
		if b, err = r.broadcast(tx, id); err != nil {
			return err
		}
		b.Message = message
		return r.putBroadcast(tx, b)
	})
	return b, err
}

// GiveBroadcast gives the next copies of a broadcast to the outbox, as long as few
// of them wait there, and says where it stands. When all have been given and none
// waits it is done. Each batch is one transaction that also moves its place in the
// list, so nobody gets two and nobody is left out.
func (r *Registry) GiveBroadcast(ctx context.Context, id string) (b tenancy.Broadcast, err error) {
	if b, err = r.standing(ctx, id); err != nil {
		return b, err
	}
	for room := mayWait - b.Result.Waiting; b.State == tenancy.CastSending && b.Given < b.Total && room > 0; room -= givenAtOnce {
		err := r.update(ctx, func(tx kv.Tx) error {
			now, err := r.broadcast(tx, id)
			if err != nil {
				return err
			}
			if now.State == tenancy.CastSending {
				if err := r.give(tx, &now); err != nil {
					return err
				}
			}
			now.Result, b = b.Result, now
			return r.putBroadcast(tx, now)
		})
		if err != nil {
			return b, err
		}
	}
	if b, err = r.standing(ctx, id); err != nil || b.State != tenancy.CastSending || b.Given < b.Total || b.Result.Waiting > 0 {
		return b, err
	}
	err = r.update(ctx, func(tx kv.Tx) error {
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
		n := Notice{Kind: Broadcasted, Item: b.ID}
		if err := r.putNotice(tx, who, n, copyKey(b.ID)+strconv.FormatInt(who, 10), false); err != nil {
			return err
		}
		b.Given++
	}
	return nil
}

// standing returns a broadcast with what has become of its copies.
func (r *Registry) standing(ctx context.Context, id string) (b tenancy.Broadcast, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		if b, err = r.broadcast(tx, id); err != nil || !b.State.Under() {
			return err
		}
		b.Result = tenancy.CastResult{}
		return outbox.Series(tx, copyKey(id), func(c outbox.Copy) { tally(&b.Result, c) })
	})
	return b, err
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

// A Missed is somebody whom a broadcast may not have reached.
type Missed struct {
	Compound string // name
	Where    string // unit, or a staff member's name
	Why      string // held, unsure, refused, waiting or withdrawn
}

// MissedBy returns whom a broadcast has not surely reached, by their unit or, of
// staff, by name: somebody must phone them.
func (r *Registry) MissedBy(ctx context.Context, id string) (all []Missed, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		all = nil
		b, err := r.broadcast(tx, id)
		if err != nil {
			return err
		}
		why := map[int64]string{}
		for _, list := range tx.Scan(receivers, key(id), kv.PrefixEnd(key(id))) {
			for _, who := range unpacked(list) {
				why[who] = "withdrawn" // has no copy
			}
		}
		err = outbox.Series(tx, copyKey(id), func(c outbox.Copy) {
			var one tenancy.CastResult
			tally(&one, c)
			switch delete(why, c.To); {
			case one.Held > 0:
				why[c.To] = "held"
			case one.Unsure > 0:
				why[c.To] = "unsure"
			case one.Refused > 0:
				why[c.To] = "refused"
			case one.Waiting > 0:
				why[c.To] = "waiting"
			}
		})
		if err != nil || len(why) == 0 {
			return err
		}
		all, err = r.whereabouts(tx, b, why)
		return err
	})
	return all, err
}

func (r *Registry) whereabouts(tx kv.Tx, b tenancy.Broadcast, why map[int64]string) (all []Missed, err error) {
	for k := range tx.Scan(compounds, nil, nil) {
		var c tenancy.Compound
		if err := get(tx, compounds, k, &c); err != nil {
			return nil, err
		}
		for _, s := range slices.Concat(c.Staff, c.Readers) {
			if why[s.ID] != "" {
				all = append(all, Missed{c.Name, s.Name, why[s.ID]})
			}
		}
		prefix := []byte(c.ID + "|")
		for _, id := range tx.Scan(units, prefix, kv.PrefixEnd(prefix)) {
			l, err := inForce(tx, string(id))
			if err != nil {
				return nil, err
			}
			if l == nil {
				continue
			}
			if w := why[l.Owner]; w != "" && b.Whom.Includes(tenancy.Landlords) {
				all = append(all, Missed{c.Name, l.Unit.String(), w})
			}
			for _, p := range l.People {
				if w := why[p.Answer.Who]; w != "" && b.Whom.Includes(tenancy.Lodgers) {
					all = append(all, Missed{c.Name, l.Unit.String(), w})
				}
			}
		}
	}
	return all, nil
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
