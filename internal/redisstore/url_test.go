package redisstore

import (
	"slices"
	"strings"
	"testing"
)

func TestParseURL(t *testing.T) {
	for _, c := range []struct {
		name, url      string
		addrs          []string
		db             int
		user, password string
		master         string
		tls            bool
	}{
		{name: "one server", url: "redis://127.0.0.1:6379", addrs: []string{"127.0.0.1:6379"}},
		{name: "the usual port", url: "redis://redis", addrs: []string{"redis:6379"}},
		{name: "a slash and no database", url: "redis://h:1/", addrs: []string{"h:1"}},
		{name: "a database", url: "redis://h:1/15", addrs: []string{"h:1"}, db: 15},
		{name: "IPv6", url: "redis://[::1]:7000,[fe80::1]", addrs: []string{"[::1]:7000", "[fe80::1]:6379"}},
		{name: "TLS", url: "rediss://h", addrs: []string{"h:6379"}, tls: true},
		{name: "space around, as from a file", url: " redis://h\n", addrs: []string{"h:6379"}},
		{name: "password only", url: "redis://:pw@h", addrs: []string{"h:6379"}, password: "pw"},
		{name: "user and password", url: "redis://u:p:w@h/1", addrs: []string{"h:6379"}, db: 1, user: "u", password: "p:w"},
		{name: "escaped password", url: "redis://u%40x:a%2Fb%3Fc%23d%25e@h", addrs: []string{"h:6379"}, user: "u@x", password: "a/b?c#d%e"},
		{name: "an @ in the password", url: "redis://:a@b@h", addrs: []string{"h:6379"}, password: "a@b"},
		{name: "a plus is a plus", url: "redis://:a+b@h", addrs: []string{"h:6379"}, password: "a+b"},
		{name: "a cluster", url: "redis://:pw@a:1,b:2,c/", addrs: []string{"a:1", "b:2", "c:6379"}, password: "pw"},
		{name: "a cluster with TLS", url: "rediss://a,b", addrs: []string{"a:6379", "b:6379"}, tls: true},
		{name: "sentinels", url: "redis://u:pw@a,b:2/3?master_name=zuji", addrs: []string{"a:26379", "b:2"}, db: 3, user: "u", password: "pw", master: "zuji"},
		{name: "one sentinel", url: "redis://a?master_name=zuji", addrs: []string{"a:26379"}, master: "zuji"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, err := parseURL(c.url)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(o.Addrs, c.addrs) || o.DB != c.db || o.MasterName != c.master {
				t.Errorf("addresses %q, database %d, master %q", o.Addrs, o.DB, o.MasterName)
			}
			if o.Username != c.user || o.Password != c.password {
				t.Errorf("user %q, password %q", o.Username, o.Password)
			}
			if (o.TLSConfig != nil) != c.tls {
				t.Errorf("TLS %v", o.TLSConfig != nil)
			}
		})
	}
}

func TestSentinelsMayHaveAPasswordOfTheirOwn(t *testing.T) {
	o, err := parseURL("redis://:a@h?master_name=m&sentinel_username=u&sentinel_password=p%26w")
	if err != nil {
		t.Fatal(err)
	}
	if o.Password != "a" || o.SentinelUsername != "u" || o.SentinelPassword != "p&w" {
		t.Errorf("password %q, sentinels %q %q", o.Password, o.SentinelUsername, o.SentinelPassword)
	}
}

func TestAWrongURLIsToldWhatToWrite(t *testing.T) {
	for _, c := range []struct {
		name, url string
		want      error
	}{
		{"empty", "", errForm},
		{"host alone", "127.0.0.1:6379", errForm},
		{"one slash", "redis:/h:1", errForm},
		{"another scheme", "http://h:6379", errScheme},
		{"capitals", "Redis://h", errScheme},
		{"a scheme for sentinels", "redis+sentinel://h:26379/zuji/0", errSentinel},
		{"a password without a colon", "redis://hunter2@h", errForm},
		{"a slash in the password", "redis://:hunter2/x@h", errEscape},
		{"a question mark in the password", "redis://:hunter2?x@h", errEscape},
		{"a number sign in the password", "redis://:hunter2#x@h", errEscape},
		{"a per cent sign in the password", "redis://:hunter2%zz@h", errEscape},
		{"no host", "redis://", errPort},
		{"no host but a port", "redis://:6379", errPort},
		{"port out of range", "redis://h:65536", errPort},
		{"port 0", "redis://h:0", errPort},
		{"port in letters", "redis://h:redis", errPort},
		{"an empty host in a list", "redis://a:1,,b:2", errPort},
		{"a space in a list", "redis://a:1, b:2", errPort},
		{"IPv6 without brackets", "redis://::1", errPort},
		{"database in letters", "redis://h/zero", errDB},
		{"database below 0", "redis://h/-1", errDB},
		{"a path", "redis://h/0/1", errDB},
		{"a cluster's database", "redis://a,b/1", errCluster},
		{"an option of others", "redis://h?read_timeout=1s", errOption},
		{"an option badly escaped", "redis://h?master_name=%zz", errOption},
		{"an empty master name", "redis://h?master_name=", errSentinel},
		{"a sentinel's password without sentinels", "redis://h?sentinel_password=hunter2", errSentinel},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := New(c.url, Options{})
			if err != c.want {
				t.Fatalf("gives %v, want %v", err, c.want)
			}
			if text := err.Error(); strings.Contains(text, "\n") || strings.Contains(text, "hunter2") || !strings.HasPrefix(text, "REDIS_URL ") {
				t.Errorf("says %q", text)
			}
		})
	}
}

func FuzzParseURL(f *testing.F) {
	f.Add("redis://user:pass@a:1,b:2/3?master_name=m&sentinel_password=x")
	f.Add("rediss://[::1]:6379/0")
	f.Add("redis://:a/b@h")
	known := []error{errForm, errScheme, errSentinel, errEscape, errPort, errDB, errCluster, errOption}
	f.Fuzz(func(t *testing.T, raw string) {
		o, err := parseURL(raw)
		if err != nil {
			if !slices.Contains(known, err) { // these alone are sure to hold no password
				t.Fatalf("unknown error %v", err)
			}
			return
		}
		if len(o.Addrs) == 0 || slices.Contains(o.Addrs, "") || o.DB < 0 {
			t.Errorf("addresses %q, database %d", o.Addrs, o.DB)
		}
	})
}
