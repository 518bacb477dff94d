package redisstore

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// checkTimeout bounds Check: at the start a connection must be made first.
const checkTimeout = time.Second

// What an operator should mend.
const (
	warnAOF      = "redis keeps no append-only file, so a restart of it loses the open conversations: set appendonly yes and appendfsync everysec"
	warnFsync    = "redis leaves writing its append-only file to the system, so a power cut loses open conversations: set appendfsync everysec"
	warnEviction = "redis may throw away open conversations when its memory is full (maxmemory-policy %s): set maxmemory-policy noeviction"
	warnVersion  = "redis %s is too old: Zuji needs 6.2 or newer"
)

// Check returns what an operator should mend in the configuration of each
// server, as lines in English. A server that does not let itself be asked, as
// some hosted ones, is not faulted. The error wraps session.ErrUnavailable.
func (s *Store) Check(ctx context.Context) (warnings []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	if err := s.client.Ping(ctx).Err(); err != nil {
		return nil, fmt.Errorf("check redis: %w", describe(context.Background(), err))
	}
	var mu sync.Mutex
	look := func(ctx context.Context, c *redis.Client) error {
		found := inspect(ctx, c)
		mu.Lock()
		defer mu.Unlock()
		warnings = append(warnings, found...)
		return nil
	}
	switch c := s.client.(type) {
	case *redis.ClusterClient:
		err = c.ForEachMaster(ctx, look)
	case *redis.Client:
		err = look(ctx, c)
	}
	if err != nil {
		return nil, fmt.Errorf("check redis: %w", describe(context.Background(), err))
	}
	slices.Sort(warnings)
	return slices.Compact(warnings), nil
}

// inspect looks at one server. INFO tells nearly all; CONFIG, which hosted
// servers forbid, only the rest.
func inspect(ctx context.Context, c redis.Cmdable) (warnings []string) {
	info := readInfo(c.Info(ctx, "all").Val())
	if v := info["redis_version"]; v != "" && !recent(v) {
		warnings = append(warnings, fmt.Sprintf(warnVersion, v))
	}
	if p := info["maxmemory_policy"]; p != "" && p != "noeviction" {
		warnings = append(warnings, fmt.Sprintf(warnEviction, p))
	}
	switch info["aof_enabled"] {
	case "0":
		warnings = append(warnings, warnAOF)
	case "1":
		if c.ConfigGet(ctx, "appendfsync").Val()["appendfsync"] == "no" {
			warnings = append(warnings, warnFsync)
		}
	}
	return warnings
}

// readInfo reads the "name:value" lines of INFO.
func readInfo(text string) map[string]string {
	info := map[string]string{}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			info[name] = value
		}
	}
	return info
}

// recent reports whether version is 6.2 or newer, or can't be read.
func recent(version string) bool {
	parts := strings.SplitN(version, ".", 3)
	if len(parts) < 2 {
		return true
	}
	major, err1 := strconv.Atoi(parts[0])
	minor, err2 := strconv.Atoi(parts[1])
	return err1 != nil || err2 != nil || major > 6 || major == 6 && minor >= 2
}
