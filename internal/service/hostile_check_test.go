package service_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"zuji/internal/outbox"
	"zuji/internal/registry"
	"zuji/internal/service"
	"zuji/internal/standin"
	"zuji/internal/torture"
)

// cardsOfAll counts the cards that each member of staff got of each registration.
func cardsOfAll(telegram *standin.Server) map[string]int {
	shown := map[string]int{}
	for i := range hostileStaff {
		id := int64(manager)
		if i > 0 {
			id = int64(3000 + i)
		}
		for _, m := range telegram.As(id).Messages(0) {
			if n := receiptIn.FindString(m.Text); n != "" && m.From.ID != id {
				shown[fmt.Sprintf("%s for %d", n, id)]++
			}
		}
	}
	return shown
}

func checkHostile(t *testing.T, rig *torture.Rig, c service.Config, telegram *standin.Server, people []*patient) {
	t.Helper()
	c.Log, c.Now, c.WebhookURL, c.RedisURL = slog.New(slog.DiscardHandler), time.Now, "", ""
	z, err := service.Start(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = z.Stop(context.Background()) }()
	(&world{t: t, zuji: z}).drainedWithin(time.Minute) // a second copy waits for ten seconds
	ctx := context.Background()
	receipts, total := map[string]string{}, 0
	for _, p := range people {
		units := map[string]int{}
		mine, err := z.Registry.Mine(ctx, p.id, 10_000)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range mine {
			receipts[one.ID] = one.Receipt
			units[one.Unit.Key()]++
			total++
		}
		if len(mine) != len(p.units) || len(units) != len(p.units) {
			t.Errorf("landlord %d registered %v, stored are %v", p.id, p.units, units)
		}
	}
	rig.Count("registrations", total)
	checkCopies(t, rig, z, cardsOfAll(telegram), receipts)
	if aside, err := z.Registry.Aside(ctx, 10); err != nil || len(aside) > 0 {
		t.Errorf("updates were set aside: %v %v", aside, err)
	}
	if wrong, err := z.Registry.Verify(ctx); err != nil || len(wrong) > 0 {
		t.Errorf("%v %v", wrong, err)
	}
}

// checkCopies holds what the outbox says of each card against what arrived.
func checkCopies(t *testing.T, rig *torture.Rig, z *service.Service, shown map[string]int, receipts map[string]string) {
	t.Helper()
	rows, open := 0, 0
	for _, state := range []outbox.State{outbox.Sent, outbox.Unconfirmed, outbox.Dead, outbox.Pending, outbox.Sending} {
		all, err := z.Box.List(context.Background(), state, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range all {
			if r.Kind != string(registry.ToReview) {
				continue
			}
			rows++
			id := strings.Split(r.Key, "/")[1]
			copies := shown[fmt.Sprintf("%s for %d", receipts[id], r.To)]
			switch {
			case copies > outbox.MaxTries:
				t.Errorf("%s arrived %d times", r.Key, copies)
			case state == outbox.Sent && copies == 0:
				t.Errorf("%s is called sent and did not arrive", r.Key)
			case state == outbox.Unconfirmed:
				open++
			case state != outbox.Sent:
				t.Errorf("%s is %s: %s", r.Key, state, r.Why)
			}
			if copies == 2 {
				rig.Count("notices that came twice", 1)
			}
		}
	}
	rig.Count("notices", rows)
	rig.Count("unconfirmed", open)
	if rows != len(receipts)*hostileStaff {
		t.Errorf("%d notices of %d registrations", rows, len(receipts))
	}
	if open*20 > rows {
		t.Errorf("%d of %d notices are unconfirmed", open, rows)
	}
}
