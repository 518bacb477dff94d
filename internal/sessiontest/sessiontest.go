// Package sessiontest holds what every session.Store must pass, and a store
// that stalls, fails or forgets when it is told to.
package sessiontest

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"zuji/internal/session"
)

// Run tests that the stores which open returns keep the rules of session.Store,
// and one more: a Save repeated with the same data after a lost answer succeeds
// again. Each call of open returns an empty store, which open closes at the end
// of the test. RunTTL tests the time to live.
func Run(t *testing.T, open func(t *testing.T) session.Store) {
	t.Helper()
	for _, c := range []struct {
		name string
		test func(*testing.T, session.Store)
	}{
		{"AbsentIsTheZeroState", testAbsent},
		{"EachSaveAddsOneRevision", testRevisions},
		{"AnotherRevisionConflicts", testConflict},
		{"RepeatedSaveSucceedsAgain", testRepeat},
		{"ChatsAreApart", testChats},
		{"DataComeBackByteForByte", testData},
		{"GivesCopies", testCopies},
		{"OneOfTwoRacersWins", testRacers},
		{"NoIncrementIsLost", testIncrements},
		{"EndedContextEndsTheCall", testEndedContext},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
	}
}

// load loads a state and fails the test if that does not succeed.
func load(t *testing.T, s session.Store, chat int64) session.State {
	t.Helper()
	st, err := s.Load(t.Context(), chat)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return st
}

// save saves and fails the test unless the next revision comes back.
func save(t *testing.T, s session.Store, chat, rev int64, data string) {
	t.Helper()
	next, err := s.Save(t.Context(), chat, rev, []byte(data))
	if err != nil || next != rev+1 {
		t.Fatalf("Save at revision %d gives %d, %v; want %d", rev, next, err, rev+1)
	}
}

// wants fails the test unless the chat has the state.
func wants(t *testing.T, s session.Store, chat, rev int64, data string) {
	t.Helper()
	if st := load(t, s, chat); st.Rev != rev || string(st.Data) != data {
		t.Errorf("Load gives revision %d with %d bytes, want %d with %d", st.Rev, len(st.Data), rev, len(data))
	}
}

// conflicts fails the test unless saving at rev is refused.
func conflicts(t *testing.T, s session.Store, chat, rev int64, data string) {
	t.Helper()
	next, err := s.Save(t.Context(), chat, rev, []byte(data))
	if !errors.Is(err, session.ErrConflict) || next != 0 {
		t.Errorf("Save at revision %d gives %d, %v; want 0 and ErrConflict", rev, next, err)
	}
}

func testAbsent(t *testing.T, s session.Store) {
	if st := load(t, s, 1); st.Rev != 0 || st.Data != nil {
		t.Errorf("an absent chat has revision %d and %d bytes", st.Rev, len(st.Data))
	}
}

func testRevisions(t *testing.T, s session.Store) {
	for rev := range int64(5) {
		data := string(rune('a' + rev))
		save(t, s, 1, rev, data)
		wants(t, s, 1, rev+1, data)
	}
}

func testConflict(t *testing.T, s session.Store) {
	conflicts(t, s, 1, 3, "x") // nothing is stored
	wants(t, s, 1, 0, "")
	save(t, s, 1, 0, "a")
	save(t, s, 1, 1, "b")
	for _, rev := range []int64{-1, 0, 1, 3, 1 << 40} {
		conflicts(t, s, 1, rev, "x")
	}
	wants(t, s, 1, 2, "b")
}

func testRepeat(t *testing.T, s session.Store) {
	save(t, s, 1, 0, "a")
	save(t, s, 1, 0, "a")
	wants(t, s, 1, 1, "a")
	save(t, s, 1, 1, "b")
	save(t, s, 1, 1, "b")
	wants(t, s, 1, 2, "b")
	conflicts(t, s, 1, 0, "a") // two revisions back it is a conflict
	wants(t, s, 1, 2, "b")
}

func testChats(t *testing.T, s session.Store) {
	chats := []int64{1, -1, 11, -1001234567890, 1<<52 - 1, -1 << 52, 0}
	for i, chat := range chats {
		save(t, s, chat, 0, string(rune('a'+i)))
	}
	for i, chat := range chats {
		wants(t, s, chat, 1, string(rune('a'+i)))
	}
}

func testData(t *testing.T, s session.Store) {
	binary := make([]byte, 512)
	for i := range binary {
		binary[i] = byte(i)
	}
	rev := int64(0)
	for _, data := range [][]byte{
		binary,
		{},
		{0},
		[]byte("\r\n$-1\r\n"),
		[]byte("王房东\xff\xfe"),
		bytes.Repeat([]byte("\x00zuji"), 256<<10/5), // 256 KiB
	} {
		save(t, s, 1, rev, string(data))
		rev++
		wants(t, s, 1, rev, string(data))
	}
}

func testCopies(t *testing.T, s session.Store) {
	data := []byte("abc")
	save(t, s, 1, 0, string(data))
	if _, err := s.Save(t.Context(), 2, 0, data); err != nil {
		t.Fatal(err)
	}
	data[0] = 'X'
	wants(t, s, 2, 1, "abc")
	got := load(t, s, 1).Data
	got[0] = 'X'
	wants(t, s, 1, 1, "abc")
}

func testEndedContext(t *testing.T, s session.Store) {
	save(t, s, 1, 0, "a")
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	late, cancelLate := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancelLate()
	for _, ctx := range []context.Context{cancelled, late} {
		if _, err := s.Load(ctx, 1); !errors.Is(err, ctx.Err()) {
			t.Errorf("Load gives %v, want %v", err, ctx.Err())
		}
		if _, err := s.Save(ctx, 1, 1, []byte("b")); !errors.Is(err, ctx.Err()) {
			t.Errorf("Save gives %v, want %v", err, ctx.Err())
		}
	}
	wants(t, s, 1, 1, "a") // and the store goes on
	save(t, s, 1, 1, "b")
}
