package service_test

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// An event is one thing that a traced process did to a file, or told a landlord.
type event struct {
	file string // base name
	kind eventKind
	at   int64 // offset of a write, or new size
	data []byte
	ack  ack
}

type eventKind int

const (
	wrote eventKind = iota
	resized
	syncing // a sync has begun: it covers what was written before
	synced
	acked
)

// The forms of strace's lines with -f -y -xx: a call, or its two halves when
// another thread's call came in between. All strings are in hexadecimal.
var (
	callLine    = regexp.MustCompile(`^(\d+) +(pwrite64|fdatasync|fsync|ftruncate)\(\d+<((?:\\x[0-9a-f]{2})+)>(.*)$`)
	resumedLine = regexp.MustCompile(`^(\d+) +<\.\.\. (\w+) resumed>.*= (\S+)`)
	writeArgs   = regexp.MustCompile(`^, "((?:\\x[0-9a-f]{2})*)", (\d+), (\d+)`)
	sizeArg     = regexp.MustCompile(`^, (\d+)`)
)

// readTrace reads what strace saw. acks is the base name of the file that is
// written when a landlord was told.
func readTrace(path, acks string) ([]event, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var all []event
	open := map[string]event{} // by thread: a sync that has begun
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		line := lines.Text()
		if m := resumedLine.FindStringSubmatch(line); m != nil {
			if e, ok := open[m[1]]; ok {
				delete(open, m[1])
				e.kind = synced
				all = append(all, e)
			}
			continue
		}
		m := callLine.FindStringSubmatch(line)
		if m == nil {
			continue // a thread's end
		}
		name, err := unhex(m[3])
		if err != nil {
			return nil, err
		}
		e := event{file: filepath.Base(string(name))}
		switch m[2] {
		case "pwrite64":
			a := writeArgs.FindStringSubmatch(m[4])
			if a == nil {
				return nil, fmt.Errorf("no write: %.80s", line)
			}
			e.at, _ = strconv.ParseInt(a[3], 10, 64)
			if e.data, err = unhex(a[1]); err != nil || strconv.Itoa(len(e.data)) != a[2] {
				return nil, fmt.Errorf("a write of %s bytes shows %d: %v", a[2], len(e.data), err)
			}
			if e.file == acks {
				e.kind = acked
				if err := json.Unmarshal(e.data, &e.ack); err != nil {
					return nil, err
				}
			}
		case "ftruncate":
			a := sizeArg.FindStringSubmatch(m[4])
			if a == nil {
				return nil, fmt.Errorf("no size: %.80s", line)
			}
			e.kind = resized
			e.at, _ = strconv.ParseInt(a[1], 10, 64)
		default:
			e.kind = syncing
			if strings.HasSuffix(line, "<unfinished ...>") {
				open[m[1]] = e
			} else if strings.HasSuffix(line, " = 0") {
				all = append(all, e)
				e.kind = synced
			}
		}
		all = append(all, e)
	}
	return all, lines.Err()
}

func unhex(s string) ([]byte, error) { return hex.DecodeString(strings.ReplaceAll(s, `\x`, "")) }
