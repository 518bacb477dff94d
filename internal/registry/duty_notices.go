package registry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"zuji/internal/address"
	"zuji/internal/invalid"
	"zuji/internal/kv"
	"zuji/internal/tenancy"
)

// A dutyCopy is what is kept of one landlord's copy of a duty notice.
type dutyCopy struct {
	Round int       `json:"round,omitempty"` // in which they were told last
	Read  time.Time `json:"read,omitzero"`
}

// A dutyUnit is a unit to whose landlord a duty notice went; 0: the landlord has
// no Telegram.
type dutyUnit struct {
	Unit  address.Unit `json:"unit"`
	Owner int64        `json:"owner,omitempty"`
}

// A Receiver is a unit whose landlord has not read a duty notice.
type Receiver struct {
	Unit   address.Unit
	Silent bool // the landlord can't be written to: somebody must phone
}

// SendDutyNotice stores a duty notice under n.ID, the id of the session that
// wrote it, and makes it ready for ContinueDutyNotices to send. Only the
// compound's staff may. Stored again, it changes nothing. It returns an
// *invalid.Error when the paragraph is too long or names a forbidden subject.
func (r *Registry) SendDutyNotice(ctx context.Context, n tenancy.DutyNotice) (stored tenancy.DutyNotice, err error) {
	if word := tenancy.ForbiddenParagraph(n.Paragraph); word != "" {
		return n, invalid.New("notice_forbidden", "Word", word)
	}
	if length := len([]rune(n.Paragraph)); length > tenancy.MaxDutyParagraph {
		return n, invalid.New("too_long", "Max", tenancy.MaxDutyParagraph, "Length", length)
	}
	err = r.update(ctx, func(tx kv.Tx) error {
		if err := get(tx, dutyNotices, key(n.ID), &stored); !errors.Is(err, ErrNotFound) {
			return err
		}
		if err := r.staffOnly(tx, n.Compound, n.By); err != nil {
			return err
		}
		now := r.Now()
		stored = tenancy.DutyNotice{ID: n.ID, Compound: n.Compound, Version: tenancy.DutyNoticeVersion, Paragraph: n.Paragraph,
			Audience: n.Audience, By: n.By, At: now, Told: now, Sending: true}
		return errors.Join(
			put(tx, dutyNotices, key(n.ID), stored),
			tx.Put(dutyOrder, key(n.Compound, math.MaxInt64-now.UnixMilli(), n.ID), []byte{1}),
			tx.Put(dutyJobs, key(n.ID), []byte{1}),
			r.log(tx, n.By, "duty.send", n.ID))
	})
	return stored, err
}

// staffOnly returns ErrNotAllowed for whoever is not on a compound's staff.
func (r *Registry) staffOnly(tx kv.Tx, compound string, who int64) error {
	var c tenancy.Compound
	if err := get(tx, compounds, key(compound), &c); err != nil {
		return fmt.Errorf("compound of the duty notice: %w", err)
	}
	if !c.HasStaff(who) {
		return ErrNotAllowed
	}
	return nil
}

// RemindDutyNotice makes ready a round of reminders for the landlords who have
// not read a duty notice; ContinueDutyNotices sends them. round is the one that
// the person saw as the next: an old press, or a second one, changes nothing.
// Only the compound's staff may. It returns an *invalid.Error when everybody has
// read it, or on a day on which the landlords were told already.
func (r *Registry) RemindDutyNotice(ctx context.Context, id string, round int, who int64) (n tenancy.DutyNotice, err error) {
	if err := r.ContinueDutyNotices(ctx); err != nil {
		return n, err
	}
	err = r.update(ctx, func(tx kv.Tx) error {
		n = tenancy.DutyNotice{}
		if err := get(tx, dutyNotices, key(id), &n); err != nil {
			return err
		}
		if err := r.staffOnly(tx, n.Compound, who); err != nil {
			return err
		}
		now := r.Now()
		switch {
		case n.Round >= round:
			return nil
		case n.Round+1 != round:
			return ErrNotFound
		case n.Sending:
			return errors.New("remind of a duty notice: it is still being sent")
		case n.Unread() == 0:
			return invalid.New("notice_all_read")
		case tenancy.Today(n.Told) == tenancy.Today(now):
			return invalid.New("notice_today")
		}
		n.Round, n.Told, n.Again, n.Sending, n.Cursor = round, now, 0, true, ""
		return errors.Join(
			put(tx, dutyNotices, key(id), n),
			tx.Put(dutyJobs, key(id), []byte{1}),
			r.log(tx, who, "duty.remind", id))
	})
	return n, err
}

// ReadDutyNotice notes that a landlord has read their copy of a duty notice and
// returns when they first said so. It returns ErrNotFound for whoever got none.
func (r *Registry) ReadDutyNotice(ctx context.Context, id string, who int64) (n tenancy.DutyNotice, at time.Time, err error) {
	err = r.update(ctx, func(tx kv.Tx) error {
		n = tenancy.DutyNotice{}
		if err := get(tx, dutyNotices, key(id), &n); err != nil {
			return err
		}
		var c dutyCopy
		if err := get(tx, dutyCopies, key(id, who), &c); err != nil {
			return err
		}
		if at = c.Read; !at.IsZero() {
			return nil
		}
		at = r.Now()
		c.Read = at
		n.Read++
		return errors.Join(
			put(tx, dutyCopies, key(id, who), c),
			put(tx, dutyNotices, key(id), n),
			r.log(tx, who, "duty.read", id))
	})
	return n, at, err
}

// DutyNotice returns a duty notice by its id.
func (r *Registry) DutyNotice(ctx context.Context, id string) (n tenancy.DutyNotice, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		n = tenancy.DutyNotice{}
		return get(tx, dutyNotices, key(id), &n)
	})
	return n, err
}

// DutyCopy returns a duty notice and when a landlord has read their copy, the
// zero time if not yet. It returns ErrNotFound for whoever got none.
func (r *Registry) DutyCopy(ctx context.Context, id string, who int64) (n tenancy.DutyNotice, read time.Time, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		n = tenancy.DutyNotice{}
		var c dutyCopy
		if err := get(tx, dutyCopies, key(id, who), &c); err != nil {
			return err
		}
		read = c.Read
		return get(tx, dutyNotices, key(id), &n)
	})
	return n, read, err
}

// DutyNotices returns the duty notices of a compound from a position on, newest
// first, at most limit, and how many there are.
func (r *Registry) DutyNotices(ctx context.Context, compound string, from, limit int) (all []tenancy.DutyNotice, total int, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		all, total = nil, 0
		prefix := key(compound)
		for k := range tx.Scan(dutyOrder, prefix, kv.PrefixEnd(prefix)) {
			if total++; total <= from || len(all) == limit {
				continue
			}
			var n tenancy.DutyNotice
			if err := get(tx, dutyNotices, k[len(prefix)+8:], &n); err != nil {
				return err
			}
			all = append(all, n)
		}
		return nil
	})
	return all, total, err
}

// UnreadDuty returns the units whose landlords got a duty notice and have not
// read it, and those whose landlord has no Telegram, in the order of counting. A
// unit that its landlord lets no longer is left out.
func (r *Registry) UnreadDuty(ctx context.Context, id string) (unread []Receiver, without []address.Unit, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		unread, without = nil, nil
		var n tenancy.DutyNotice
		if err := get(tx, dutyNotices, key(id), &n); err != nil {
			return err
		}
		silent := map[int64]bool{}
		prefix := key(id)
		for _, raw := range tx.Scan(dutyUnits, prefix, kv.PrefixEnd(prefix)) {
			var u dutyUnit
			if err := json.Unmarshal(raw, &u); err != nil {
				return fmt.Errorf("read unit of a duty notice: %w", err)
			}
			c, lets, err := r.dutyOpen(tx, n, u)
			if err != nil {
				return err
			}
			switch {
			case !lets || !c.Read.IsZero():
			case u.Owner == 0:
				without = append(without, u.Unit)
			default:
				if _, known := silent[u.Owner]; !known {
					p, err := r.profile(tx, u.Owner)
					if err != nil {
						return err
					}
					silent[u.Owner] = !p.Reached()
				}
				unread = append(unread, Receiver{Unit: u.Unit, Silent: silent[u.Owner]})
			}
		}
		return nil
	})
	slices.SortFunc(unread, func(a, b Receiver) int { return tenancy.CompareUnits(a.Unit, b.Unit) })
	slices.SortFunc(without, tenancy.CompareUnits)
	return unread, without, err
}

// dutyOpen returns the copy of a unit's landlord, and whether they still let it.
func (r *Registry) dutyOpen(tx kv.Tx, n tenancy.DutyNotice, u dutyUnit) (c dutyCopy, lets bool, err error) {
	probe := tenancy.Tenancy{Compound: n.Compound, Unit: u.Unit}
	now, err := inForceAt(tx, probe.UnitKey())
	if err != nil || now == nil || now.Owner != u.Owner {
		return c, false, err
	}
	if u.Owner == 0 {
		return c, true, nil
	}
	return c, true, get(tx, dutyCopies, key(n.ID, u.Owner), &c)
}

// A letting is what a notice to many needs of a tenancy: nothing that is sealed.
type letting struct {
	State  tenancy.State `json:"state"`
	Owner  int64         `json:"owner"`
	Unit   address.Unit  `json:"unit"`
	People []struct {
		Answer struct {
			Who int64 `json:"who"`
		} `json:"answer"`
	} `json:"people"`
}

// inForceAt returns the tenancy in force of a unit, or nil.
func inForceAt(tx kv.Tx, unit string) (*letting, error) {
	id := tx.Get(units, key(unit))
	if id == nil {
		return nil, nil
	}
	return inForce(tx, string(id))
}

// inForce returns a tenancy if it is in force, else nil.
func inForce(tx kv.Tx, id string) (*letting, error) {
	var l letting
	if err := get(tx, tenancies, key(id), &l); err != nil {
		return nil, err
	}
	if !l.State.InForce() {
		return nil, nil
	}
	return &l, nil
}

// DutyReach says whom an audience in a compound is now.
func (r *Registry) DutyReach(ctx context.Context, compound string, a tenancy.Audience) (reach tenancy.Reach, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		reach = tenancy.Reach{}
		landlords, buildings := map[int64]bool{}, map[string]bool{}
		prefix := []byte(compound + "|" + a.Prefix())
		for _, id := range tx.Scan(units, prefix, kv.PrefixEnd(prefix)) {
			l, err := inForce(tx, string(id))
			if err != nil {
				return err
			}
			if l == nil {
				continue
			}
			buildings[l.Unit.Building] = true
			if l.Owner == 0 {
				reach.Without = append(reach.Without, l.Unit)
				continue
			}
			landlords[l.Owner] = true
			reach.Units++
		}
		reach.Landlords = len(landlords)
		for b := range buildings {
			reach.Buildings = append(reach.Buildings, b)
		}
		return nil
	})
	slices.SortFunc(reach.Without, tenancy.CompareUnits)
	slices.SortFunc(reach.Buildings, tenancy.CompareBuildings)
	return reach, err
}

// unitOfKey is the key in table units without its end.
func unitOfKey(k []byte) string { return strings.TrimSuffix(string(k), "\x00") }
