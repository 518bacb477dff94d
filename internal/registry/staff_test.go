package registry_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"testing"

	"zuji/internal/registry"
	"zuji/internal/tenancy"
)

// The last administrator stays, also where the settings name none any more.
func TestRemoveAdmin_NotTheLast(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	token := registry.Token()
	if err := s.Invite(ctx, token, "", tenancy.Administrator, admin); err != nil {
		t.Fatal(err)
	}
	for range 2 { // a link pressed twice
		if p, err := s.Join(ctx, token, 77, "新管理员"); err != nil || p.Role != tenancy.Administrator {
			t.Fatalf("%+v, %v", p, err)
		}
	}
	if err := s.RemoveAdmin(ctx, admin, 77); !errors.Is(err, registry.ErrConfigured) {
		t.Errorf("the configured one: %v", err)
	}
	s.Admins = nil
	if err := s.RemoveAdmin(ctx, 77, 77); !errors.Is(err, registry.ErrLastAdmin) || !s.Admin(77) {
		t.Errorf("the last: %v", err)
	}
	s.Admins = []int64{admin}
	if err := s.RemoveAdmin(ctx, 77, admin); err != nil || s.Admin(77) {
		t.Errorf("one of two: %v", err)
	}
	if _, err := s.Join(ctx, token, 77, "新管理员"); !errors.Is(err, registry.ErrNotFound) || s.Admin(77) {
		t.Errorf("the used link of one that was removed: %v", err)
	}
}

// Of an invitation and of a tenant's link the file has a hash alone.
func TestInvite_KeepsNoToken(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	token, link := registry.Token(), registry.Token()
	s.must(t, s.Invite(ctx, token, s.compound.ID, tenancy.Reader, admin),
		did(s.Submit(ctx, letting("t1", "501"))), did(s.InviteTenant(ctx, link, "t1", "a", landlord)))
	if found := s.fileHolds(t, token, link, fmt.Sprintf("%x", token), fmt.Sprintf("%x", link)); len(found) > 0 {
		t.Errorf("the file holds %v", found)
	}
	if sum := sha256.Sum256([]byte(token)); len(s.fileHolds(t, string(sum[:]))) == 0 {
		t.Error("the file holds no hash of the token: that proves nothing")
	}
}

// Only administrators hand out roles, and only roles there are.
func TestInvite_Refuses(t *testing.T) {
	s := open(t)
	for _, c := range []struct {
		compound string
		role     tenancy.StaffRole
		by       int64
		want     error
	}{
		{s.compound.ID, tenancy.Manager, manager, registry.ErrNotAllowed},
		{"", tenancy.Administrator, manager, registry.ErrNotAllowed},
		{s.compound.ID, tenancy.Administrator, admin, registry.ErrNotFound},
		{"", tenancy.Manager, admin, registry.ErrNotFound},
		{"nowhere", tenancy.Reader, admin, registry.ErrNotFound},
		{s.compound.ID, "king", admin, registry.ErrNotFound},
	} {
		if err := s.Invite(t.Context(), registry.Token(), c.compound, c.role, c.by); !errors.Is(err, c.want) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if err := s.GiveRole(t.Context(), s.compound.ID, manager, tenancy.Administrator, admin); !errors.Is(err, registry.ErrNotFound) {
		t.Errorf("an administrator of a compound: %v", err)
	}
	if err := s.GiveRole(t.Context(), s.compound.ID, manager, "", manager); !errors.Is(err, registry.ErrNotAllowed) {
		t.Errorf("by a manager: %v", err)
	}
}

// An invitation to less does not take a right away.
func TestJoin_NeverLess(t *testing.T) {
	s := open(t)
	token := registry.Token()
	if err := s.Invite(t.Context(), token, s.compound.ID, tenancy.Reader, admin); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Join(t.Context(), token, manager, "李经理"); err != nil {
		t.Fatal(err)
	}
	if one, _ := s.Compound(s.compound.ID); !one.HasStaff(manager) {
		t.Error("the manager became a reader")
	}
}
