package standin

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestServe_TakesEveryEncoding(t *testing.T) {
	w := started(t)
	var b bytes.Buffer
	parts := multipart.NewWriter(&b)
	_ = parts.WriteField("chat_id", "1001")
	_ = parts.WriteField("text", "multipart")
	_ = parts.Close()
	for want, r := range map[string]result{
		"multipart": w.post("sendMessage", parts.FormDataContentType(), b.Bytes()),
		"form":      w.post("SENDMESSAGE", "application/x-www-form-urlencoded", form(map[string]string{"chat_id": "1001", "text": "form"})),
		"json":      w.post("sendmessage", "application/json; charset=utf-8", []byte(`{"chat_id":"1001","text":"json","x":null}`)),
		"123":       w.post("sendMessage", "application/json", []byte(`{"chat_id":1001,"text":123}`)),
	} {
		if !r.OK || !strings.Contains(string(r.Result), `"text":"`+want+`"`) {
			t.Errorf("%s: %s %s", want, r.Description, r.Result)
		}
	}
	resp, err := http.Get(w.url + "/bot" + testToken + "/sendMessage?chat_id=1001&text=query")
	if err != nil {
		t.Fatal(err)
	}
	if r := decode(t, resp); !strings.Contains(string(r.Result), `"text":"query"`) {
		t.Errorf("GET: %+v", r)
	}
}

func TestServe_RefusesWhatIsNoCall(t *testing.T) {
	w := started(t)
	for path, want := range map[string]string{
		"/":                                "404 Not Found",
		"/bot" + testToken:                 "404 Not Found",
		"/bot" + testToken + "/sendPigeon": "404 Not Found: method not found",
		"/bot" + testToken + "/":           "404 Not Found: method not found",
		"/bot4242:wrong/getMe":             "401 Unauthorized",
		"/botnonsense/getMe":               "401 Unauthorized: invalid token specified",
		"/file/bot4242:wrong/x":            "401 Unauthorized",
		"/file/bot" + testToken + "/x":     "404 Not Found",
		"/bot" + testToken + "/sendDice":   "400 Bad Request: method sendDice is not offered by the stand-in",
	} {
		resp, err := http.Get(w.url + path)
		if err != nil {
			t.Fatal(err)
		}
		if r := decode(t, resp); resp.Status[:4]+r.Description != want {
			t.Errorf("%s: %d %s, want %s", path, r.Code, r.Description, want)
		}
	}
	for body, kind := range map[string]string{
		"{":    "application/json",
		"[1]":  "application/json",
		"x":    "multipart/form-data",
		"--b ": "multipart/form-data; boundary=b",
	} {
		if r := w.post("getMe", kind, []byte(body)); r.Code != 400 || !strings.HasPrefix(r.Description, "Bad Request: ") {
			t.Errorf("%s %s: %+v", kind, body, r)
		}
	}
}

func TestCalls_KeepTypedAndUnknownParameters(t *testing.T) {
	w := started(t)
	w.ResetCalls()
	w.ok("sendMessage", args{"chat_id": ann, "text": "x", "protect_content": true, "pigeon": 1, "reply_markup": args{"remove_keyboard": true}}, nil)
	w.refused("sendMessage", args{"chat_id": 5, "text": "x"}, 400, "chat not found")
	calls := w.Calls()
	if len(calls) != 2 {
		t.Fatalf("%d calls", len(calls))
	}
	c := calls[0]
	if c.Method != "sendMessage" || !c.OK || c.Params["chat_id"] != ann || c.Params["protect_content"] != true ||
		len(c.Unknown) != 1 || c.Unknown[0] != "pigeon" || c.Params["reply_markup"].(map[string]any)["remove_keyboard"] != true {
		t.Errorf("%+v", c)
	}
	if c := calls[1]; c.OK || c.Code != 400 || c.Description != "Bad Request: chat not found" {
		t.Errorf("%+v", c)
	}
	w.ResetCalls()
	if n := len(w.Calls()); n != 0 {
		t.Errorf("%d calls after reset", n)
	}
}

func TestCallLog_IsARing(t *testing.T) {
	var s Server
	for i := range maxCalls + 3 {
		s.log.add(&call{name: "x", at: time.Unix(int64(i), 0)})
	}
	calls := s.Calls()
	if len(calls) != maxCalls || calls[0].Time.Unix() != 3 || calls[maxCalls-1].Time.Unix() != maxCalls+2 {
		t.Errorf("%d calls from %v", len(calls), calls[0].Time.Unix())
	}
}

func TestFaults(t *testing.T) {
	w := started(t)
	var next atomic.Pointer[Fault]
	w.Faults(func(method string, chat int64) *Fault {
		if method != "sendMessage" || chat != ann {
			t.Errorf("hook got %s %d", method, chat)
		}
		return next.Load()
	})
	send := func() (*http.Response, error) {
		return http.Post(w.url+"/bot"+testToken+"/sendmessage", "application/x-www-form-urlencoded", strings.NewReader("chat_id=1001&text=x"))
	}
	count := func() int { return len(w.ann.Messages(0)) }
	before := count()

	next.Store(&Fault{DropBefore: true})
	if resp, err := send(); err == nil {
		t.Errorf("drop before: answer %s", resp.Status)
	}
	next.Store(&Fault{Code: 502})
	resp, err := send()
	if err != nil {
		t.Fatal(err)
	}
	page, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != 502 || !bytes.HasPrefix(page, []byte("<html>")) {
		t.Errorf("502: %s %s", resp.Status, page)
	}
	next.Store(&Fault{Code: 429, RetryAfter: 7})
	if resp, err = send(); err != nil {
		t.Fatal(err)
	}
	if r := decode(t, resp); r.Parameters.RetryAfter != 7 || r.Description != "Too Many Requests: retry after 7" {
		t.Errorf("429: %+v", r)
	}
	if n := count(); n != before {
		t.Errorf("%d messages came through", n-before)
	}
	next.Store(&Fault{DropAfter: true, Delay: time.Millisecond})
	if resp, err := send(); err == nil {
		t.Errorf("drop after: answer %s", resp.Status)
	}
	if n := count(); n != before+1 {
		t.Errorf("drop after: %d messages, want 1", n-before)
	}
	next.Store(&Fault{Delay: 30 * time.Millisecond})
	begin := time.Now()
	if resp, err = send(); err != nil || !decode(t, resp).OK || time.Since(begin) < 30*time.Millisecond {
		t.Errorf("late answer: %v after %v", err, time.Since(begin))
	}
	for _, c := range w.Calls()[len(w.Calls())-5:] {
		if !c.Fault {
			t.Errorf("call without mark: %+v", c)
		}
	}
}

// FuzzBody: no body makes the server fail or answer anything but JSON.
func FuzzBody(f *testing.F) {
	f.Add("application/json", []byte(`{"chat_id":1001,"text":"<b>x</b>","parse_mode":"HTML","reply_markup":{"inline_keyboard":[[{"text":"a","callback_data":"b"}]]}}`))
	f.Add("application/x-www-form-urlencoded", []byte("chat_id=1001&text=%zz&entities=[{\"type\":\"bold\",\"offset\":0,\"length\":9}]"))
	f.Add("multipart/form-data; boundary=b", []byte("--b\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"x\"\r\n\r\nGIF89a\r\n--b--\r\n"))
	f.Add("text/plain", []byte("x"))
	s := New(Options{Token: testToken, Username: "zuji_bot", Limits: noLimits})
	f.Cleanup(s.Close)
	s.AddUser(User{ID: ann, FirstName: "Ann"})
	if _, err := s.As(ann).Start(""); err != nil {
		f.Fatal(err)
	}
	names := []string{"sendMessage", "sendPhoto", "sendDocument", "editMessageText", "setMyCommands", "answerCallbackQuery", "deleteMessages", "getFile", "setChatMenuButton"}
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		for _, name := range names {
			r := httptest.NewRequest(http.MethodPost, "/bot"+testToken+"/"+name, bytes.NewReader(body))
			r.Header.Set("Content-Type", kind)
			w := httptest.NewRecorder()
			s.Handler().ServeHTTP(w, r)
			if !bytes.HasPrefix(w.Body.Bytes(), []byte(`{"ok":`)) || w.Code == 500 {
				t.Errorf("%s: %d %s", name, w.Code, w.Body)
			}
		}
		s.ResetCalls()
	})
}
