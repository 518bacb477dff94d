package redisstore

import (
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"
)

// What is wrong with a URL, and what to write instead. None quotes the URL: a
// wrongly written one can have its password anywhere.
var (
	errForm     = errors.New("REDIS_URL must look like redis://127.0.0.1:6379/0, or redis://user:password@host:6379/0 with a password")
	errScheme   = errors.New("REDIS_URL must begin with redis://, or rediss:// for TLS")
	errSentinel = errors.New("REDIS_URL names sentinels like this: redis://host1:26379,host2:26379/0?master_name=NAME")
	errEscape   = errors.New("REDIS_URL has a user or password with special characters: write % as %25, / as %2F, ? as %3F, # as %23, @ as %40")
	errPort     = errors.New("REDIS_URL must have hosts like 10.0.0.5:6379, with ports from 1 to 65535, separated by commas")
	errDB       = errors.New("REDIS_URL must end in the number of a database, like redis://127.0.0.1:6379/0")
	errCluster  = errors.New("REDIS_URL names a cluster, which has only database 0: leave the number out, or add ?master_name=NAME if the hosts are sentinels")
	errOption   = errors.New("REDIS_URL may have after the ? only master_name, sentinel_username and sentinel_password")
)

const (
	redisPort    = "6379"
	sentinelPort = "26379"
)

// parseURL reads the forms that New documents. net/url alone can't: it knows
// one host.
func parseURL(raw string) (*redis.UniversalOptions, error) {
	scheme, rest, ok := strings.Cut(strings.TrimSpace(raw), "://")
	switch {
	case !ok:
		return nil, errForm
	case strings.Contains(scheme, "sentinel"):
		return nil, errSentinel
	case scheme != "redis" && scheme != "rediss":
		return nil, errScheme
	}
	authority, tail := rest, ""
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		authority, tail = rest[:i], rest[i:]
	}
	if strings.Contains(tail, "@") { // redis://:a/b@host
		return nil, errEscape
	}
	o := &redis.UniversalOptions{}
	if scheme == "rediss" {
		o.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12} // names are checked against each host
	}
	hosts, err := readUser(o, authority)
	if err != nil {
		return nil, err
	}
	if err := readTail(o, tail); err != nil {
		return nil, err
	}
	if err := readHosts(o, hosts); err != nil {
		return nil, err
	}
	if len(o.Addrs) > 1 && o.MasterName == "" && o.DB != 0 {
		return nil, errCluster
	}
	return o, nil
}

// readUser sets user and password and returns the hosts.
func readUser(o *redis.UniversalOptions, authority string) (hosts string, err error) {
	at := strings.LastIndexByte(authority, '@')
	if at < 0 {
		return authority, nil
	}
	user, password, ok := strings.Cut(authority[:at], ":")
	if !ok { // a password alone needs the colon
		return "", errForm
	}
	var wrong [2]error
	o.Username, wrong[0] = url.PathUnescape(user)
	o.Password, wrong[1] = url.PathUnescape(password)
	if wrong != [2]error{} {
		return "", errEscape
	}
	return authority[at+1:], nil
}

// readTail sets what "/db?name=value" says.
func readTail(o *redis.UniversalOptions, tail string) error {
	if strings.Contains(tail, "#") {
		return errEscape
	}
	path, query, _ := strings.Cut(tail, "?")
	if db := strings.TrimPrefix(path, "/"); db != "" {
		n, err := strconv.ParseUint(db, 10, 16)
		if err != nil {
			return errDB
		}
		o.DB = int(n)
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return errOption
	}
	for name, v := range values {
		switch name {
		case "master_name":
			o.MasterName = v[0]
		case "sentinel_username":
			o.SentinelUsername = v[0]
		case "sentinel_password":
			o.SentinelPassword = v[0]
		default:
			return errOption
		}
	}
	if len(values) > 0 && o.MasterName == "" {
		return errSentinel
	}
	return nil
}

// readHosts sets the addresses from "host:port,host:port".
func readHosts(o *redis.UniversalOptions, hosts string) error {
	usual := redisPort
	if o.MasterName != "" {
		usual = sentinelPort
	}
	for h := range strings.SplitSeq(hosts, ",") {
		host, port, err := net.SplitHostPort(h)
		if err != nil { // no port
			host, port, err = net.SplitHostPort(h + ":" + usual)
		}
		if err != nil || host == "" || strings.ContainsAny(host, " []") {
			return errPort
		}
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return errPort
		}
		o.Addrs = append(o.Addrs, net.JoinHostPort(host, port))
	}
	return nil
}
