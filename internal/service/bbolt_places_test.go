//go:build bboltfail

package service_test

import (
	bolt "go.etcd.io/bbolt"

	"zuji/internal/failpoint"
)

// In a binary with the patched bbolt, the failpoints are bbolt's own. The two about
// locked memory are never reached: Zuji locks none.
func init() {
	everywhere = []failpoint.Place{"beforeBucketPut", "lackOfDiskSpace", "beforeSyncDataPages", "beforeWriteMetaError", "beforeSyncMetaPage"}
	withRedis, withBackups = nil, nil
	atTheEnd = []failpoint.Place{"unmapError"}
	atTheStart = []failpoint.Place{"mapError", growing}
	bolt.Failpoint = func(name string) error { return failpoint.At(failpoint.Place(name)) }
}
