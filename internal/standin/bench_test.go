package standin

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

const benchBody = `{"chat_id":%d,"text":"<b>Rent</b> of /unit 3-501 is due on 1 March","parse_mode":"HTML",` +
	`"reply_markup":{"inline_keyboard":[[{"text":"Paid","callback_data":"paid:1"},{"text":"Later","callback_data":"later:1"}]]}}`

// BenchmarkSendMessage is the whole way over loopback HTTP, client included.
func BenchmarkSendMessage(b *testing.B) {
	s := New(Options{Token: testToken, Username: "zuji_bot", Limits: noLimits})
	defer s.Close()
	srv := httptest.NewServer(s.Handler())
	defer srv.Close()
	const people = 1000
	for i := range people {
		s.AddUser(User{ID: int64(i + 1), FirstName: "P"})
		if _, err := s.As(int64(i + 1)).Start(""); err != nil {
			b.Fatal(err)
		}
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	var next atomic.Int64
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			body := fmt.Appendf(nil, benchBody, next.Add(1)%people+1)
			resp, err := client.Post(srv.URL+"/bot"+testToken+"/sendMessage", "application/json", bytes.NewReader(body))
			if err != nil {
				b.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
			if resp.StatusCode != 200 {
				b.Errorf("status %s", resp.Status)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
}
