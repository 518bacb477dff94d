package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"zuji/internal/registry"
	"zuji/internal/service"
	"zuji/internal/standin"
	"zuji/internal/tenancy"
)

// The people of the demonstration.
const (
	Landlord = 1001
	Manager  = 1002
	Admin    = 1003
	Tenant   = 1004
)

// The demonstration's bot. Its token opens nothing: it is the stand-in's.
const (
	token    = "1000000001:demonstration-only-not-a-token-00000"
	username = "ZujiDemoBot"
)

// compound is the compound made for the demonstration, with Hangzhou's numbers.
var compound = tenancy.Compound{
	Name: "幸福小区", Address: "幸福路 1 号", Desk: "3号楼一层，每天 9:00–17:30", City: tenancy.CityOf("杭州"),
}

const (
	defaultListen = "127.0.0.1:8090"
	chats         = "demo-chats.json" // the stand-in's memory, in the data folder
	snapshotEvery = 5 * time.Second
	stopWithin    = 10 * time.Second
)

// Run serves the demonstration until ctx ends: Zuji itself, a stand-in for
// Telegram, and the page, all on loopback. It writes one line with the page's
// address to out.
func Run(ctx context.Context, c service.Config, out io.Writer) error {
	clock := newClock(c.Now, c.Data)
	c.Now, c.Elapsed = clock.Now, nil // time is let pass
	telegram := standin.New(standin.Options{Token: token, Username: username, Now: c.Now})
	defer telegram.Close()
	people(telegram)
	restored := restore(telegram, c.Data)
	people(telegram) // chats of an earlier version may lack somebody
	api, err := serve(telegram.Handler(), "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer api.Close()
	c.Token, c.APIURL, c.Admins = token, "http://"+api.Addr, append(c.Admins, Admin)
	listen := c.Listen
	c.Listen = ""
	z, err := service.Start(ctx, c)
	if err != nil {
		return err
	}
	if err := settle(ctx, z, telegram, restored); err != nil {
		return errors.Join(err, stop(z))
	}
	page, err := open(New(telegram, columns(), Options{
		Username: username, Now: clock.Now,
		Skip: func(ctx context.Context) (time.Time, error) { return clock.skip(ctx, z) },
	}), listen)
	if err != nil {
		return errors.Join(err, stop(z))
	}
	defer page.Close()
	fmt.Fprintf(out, "Zuji 租记: open http://%s\n", page.Addr)
	failed := keep(ctx, z, telegram, c.Data)
	return errors.Join(failed, stop(z), save(telegram, c.Data))
}

func people(telegram *standin.Server) {
	telegram.AddUser(standin.User{ID: Landlord, FirstName: "王建国", LanguageCode: "zh-hans", Phone: "+8613800138000"})
	telegram.AddUser(standin.User{ID: Manager, FirstName: "李经理", LanguageCode: "zh-hans", Phone: "+8613800138001"})
	telegram.AddUser(standin.User{ID: Tenant, FirstName: "陈租客", LanguageCode: "zh-hans", Phone: "+8613800138003"})
	telegram.AddUser(standin.User{ID: Admin, FirstName: "管理员", LanguageCode: "zh-hans", Phone: "+8613800138002"})
}

func columns() []Person {
	return []Person{
		{ID: Landlord, Name: "landlord.name", Role: "landlord.role", Hint: "landlord.hint"},
		{ID: Manager, Name: "manager.name", Role: "manager.role", Hint: "manager.hint"},
		{ID: Tenant, Name: "tenant.name", Role: "tenant.role", Hint: "tenant.hint"},
		{ID: Admin, Name: "admin.name", Role: "admin.role", Hint: "admin.hint"},
	}
}

// settle makes the compound, and lets the manager and the administrator come in
// as they would: the manager by the link of an invitation.
func settle(ctx context.Context, z *service.Service, telegram *standin.Server, restored bool) error {
	r := z.Registry
	all, err := r.Compounds(ctx)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		c, err := r.AddCompound(ctx, "demonstration", Admin, compound)
		if err != nil {
			return err
		}
		all = []tenancy.Compound{c}
	}
	if restored {
		return nil
	}
	if _, err := telegram.As(Admin).Start(""); err != nil {
		return err
	}
	if all[0].HasStaff(Manager) {
		_, err = telegram.As(Manager).Start("")
		return err
	}
	invitation := registry.Token()
	if err := r.Invite(ctx, invitation, all[0].ID, tenancy.Manager, Admin); err != nil {
		return err
	}
	_, err = telegram.As(Manager).Start("s_" + invitation)
	return err
}

// open serves the page at listen, or where that is taken and nobody asked for
// it, at any free port.
func open(h http.Handler, listen string) (*http.Server, error) {
	if listen != "" {
		return serve(h, listen)
	}
	s, err := serve(h, defaultListen)
	if err != nil {
		return serve(h, "127.0.0.1:0")
	}
	return s, nil
}

func serve(h http.Handler, listen string) (*http.Server, error) {
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return nil, fmt.Errorf("ZUJI_LISTEN: %w", err)
	}
	s := &http.Server{Addr: l.Addr().String(), Handler: h, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.Serve(l) }()
	return s, nil
}

// keep waits until ctx ends or Zuji fails, and writes the chats down now and
// then.
func keep(ctx context.Context, z *service.Service, telegram *standin.Server, data string) error {
	t := time.NewTicker(snapshotEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-z.Failed():
			return err
		case <-t.C:
			if err := save(telegram, data); err != nil {
				return err
			}
		}
	}
}

func stop(z *service.Service) error {
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	return z.Stop(ctx)
}

func save(telegram *standin.Server, data string) error {
	raw, err := telegram.Snapshot()
	if err != nil {
		return err
	}
	path := filepath.Join(data, chats)
	if err := os.WriteFile(path+".new", raw, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// restore brings back the chats of the last run; without them the people start
// anew.
func restore(telegram *standin.Server, data string) bool {
	raw, err := os.ReadFile(filepath.Join(data, chats))
	return err == nil && telegram.Restore(raw) == nil
}
