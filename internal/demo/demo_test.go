package demo_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zuji/internal/demo"
	"zuji/internal/standin"
)

func TestPageAndAssetsAreServedWithAStrictPolicy(t *testing.T) {
	s := newSite(t)
	for path, kind := range map[string]string{
		"/": "text/html", "/assets/main.js": "text/javascript", "/assets/theme.css": "text/css",
		"/assets/pattern.svg": "image/svg+xml", "/page.json": "application/json",
	} {
		resp, err := http.Get(s.page.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != 200 || !strings.HasPrefix(resp.Header.Get("Content-Type"), kind) {
			t.Errorf("%s: %d %s, want 200 %s", path, resp.StatusCode, resp.Header.Get("Content-Type"), kind)
		}
		policy := resp.Header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: policy %q is not strict", path, policy)
		}
	}
	for _, path := range []string{"/assets/none.js", "/assets/..%2fdemo.go", "/other"} {
		if code, _ := s.get(path); code != 404 {
			t.Errorf("%s: %d, want 404", path, code)
		}
	}
}

func TestPageJSONHoldsPeopleAndMergedTexts(t *testing.T) {
	s := newSite(t)
	_, body := s.get("/page.json")
	var page struct {
		Username string
		Texts    map[string]map[string]string
		People   []struct {
			ID         int64
			Name, Role string
		}
	}
	if err := json.Unmarshal([]byte(body), &page); err != nil {
		t.Fatal(err)
	}
	if page.Username != "zuji_bot" || len(page.People) != 3 || page.People[0].Name != "王房东" {
		t.Errorf("page.json: %s", body)
	}
	if page.Texts["en"]["role.landlord"] != "Landlord" || page.Texts["en"]["composer.start"] != "START" {
		t.Error("the given texts and the page's own are not merged")
	}
}

func TestOnlyKnownHostNamesAreAnswered(t *testing.T) {
	for _, tc := range []struct {
		host string
		ok   bool
	}{
		{"127.0.0.1:8080", true}, {"127.0.0.2", true}, {"[::1]:8080", true}, {"localhost:1", true}, {"LOCALHOST.", true},
		{"demo.test:80", true}, {"DEMO.test", true},
		{"evil.example", false}, {"evil.example:8080", false}, {"localhost.evil.example", false}, {"127.0.0.1.evil.example", false},
		{"192.168.1.5:8080", false}, {"0.0.0.0", false}, {"", false},
	} {
		server := standin.New(standin.Options{Token: token})
		h := demo.New(server, nil, demo.Options{Hosts: []string{"demo.test"}})
		req, _ := http.NewRequest("GET", "/", nil)
		req.Host = tc.host
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, req)
		if ok := rec.Code == 200; ok != tc.ok {
			t.Errorf("host %q: %d, want allowed %v", tc.host, rec.Code, tc.ok)
		}
		server.Close()
	}
}

func TestPostsOfOtherOriginsAreRefused(t *testing.T) {
	s := newSite(t)
	body := fmt.Sprintf(`{"user":%d,"text":"hi"}`, landlord)
	for _, tc := range []struct {
		name   string
		header []string
		code   int
	}{
		{"another origin", []string{"Origin", "https://evil.example"}, 403},
		{"an opaque origin", []string{"Origin", "null"}, 403},
		{"another port of this machine", []string{"Origin", "http://127.0.0.1:1"}, 403},
		{"said by the browser to be cross-site", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"this page", []string{"Origin", s.page.URL}, 200},
		{"no browser", nil, 200},
	} {
		if code, answer := s.post("/api/send", body, tc.header...); code != tc.code {
			t.Errorf("%s: %d %s, want %d", tc.name, code, answer, tc.code)
		}
	}
	if n := len(s.telegram.As(landlord).Messages(0)); n != 2 {
		t.Errorf("%d messages were sent, want the 2 allowed ones", n)
	}
}

func TestBadRequestsAreRefused(t *testing.T) {
	s := newSite(t)
	for _, tc := range []struct {
		name, path, body string
		code             int
	}{
		{"not JSON", "/api/send", "text", 400},
		{"an unknown field", "/api/send", `{"user":101,"tekst":"a"}`, 400},
		{"a person who is not on the page", "/api/send", `{"user":999,"text":"a"}`, 404},
		{"an empty text", "/api/send", `{"user":101,"text":" "}`, 400},
		{"a start payload with a space", "/api/start", `{"user":101,"payload":"a b"}`, 400},
		{"a press on no message", "/api/press", `{"user":101,"message":77,"data":"x"}`, 400},
		{"a body too large", "/api/send", `{"user":101,"text":"` + strings.Repeat("a", 70_000) + `"}`, 413},
		{"a file without a form", "/api/file", `{"user":101}`, 400},
	} {
		if code, answer := s.post(tc.path, tc.body); code != tc.code {
			t.Errorf("%s: %d %s, want %d", tc.name, code, answer, tc.code)
		}
	}
	if code, _ := s.get("/api/send"); code != 405 {
		t.Errorf("GET /api/send: %d, want 405", code)
	}
	if code, _ := s.get("/events?user=999"); code != 404 {
		t.Errorf("events of a stranger: %d, want 404", code)
	}
}

func TestEachCallReachesTheBot(t *testing.T) {
	s := newSite(t)
	call := func(name string, format string, args ...any) string {
		t.Helper()
		code, answer := s.post("/api/"+name, fmt.Sprintf(format, args...))
		if code != 200 {
			t.Fatalf("%s: %d %s", name, code, answer)
		}
		return answer
	}
	call("start", `{"user":101,"payload":"c_abc"}`)
	s.nextText("/start c_abc")
	call("send", `{"user":101,"text":"3-1-502"}`)
	sent := s.nextText("3-1-502").Message.ID
	call("edit", `{"user":101,"message":%d,"text":"3-1-503"}`, sent)
	if u := s.next(); u.Edited == nil || u.Edited.Text != "3-1-503" {
		t.Errorf("after an edit the bot got %+v", u)
	}
	call("contact", `{"user":101}`)
	if u := s.next(); u.Message.Contact == nil || u.Message.Contact.Phone != "8613800138000" {
		t.Errorf("after sharing the contact the bot got %+v", u)
	}
	asked := s.say(landlord, "好吗？")
	if answer := call("press", `{"user":101,"message":%d,"data":"yes"}`, asked); !strings.Contains(answer, "queryId") {
		t.Errorf("press answered %s", answer)
	}
	s.nextPress("yes", "", false)
	body, kind := uploadBody(landlord, "合同.pdf", "application/pdf", "看这个", []byte("%PDF-1.4 x"))
	if code, answer := s.post("/api/file", body, "Content-Type", kind); code != 200 {
		t.Fatalf("file: %d %s", code, answer)
	}
	if u := s.next(); u.Message.Document == nil || u.Message.Document.Name != "合同.pdf" || u.Message.Caption != "看这个" {
		t.Errorf("after a file the bot got %+v", u.Message)
	}
	call("delete", `{"user":101,"message":%d}`, sent)
	for _, m := range s.telegram.As(landlord).Messages(0) {
		if m.ID == sent {
			t.Error("the deleted message is still there")
		}
	}
}

func TestFilesAreHandedOutSafely(t *testing.T) {
	s := newSite(t)
	for _, tc := range []struct{ name, mime, data, kind, how string }{
		{"合同.pdf", "application/pdf", "%PDF-1.4 x", "application/pdf", "inline"},
		{"提醒.ics", "text/calendar", "BEGIN:VCALENDAR", "text/calendar; charset=utf-8", "attachment"},
		{"台账.csv", "text/csv", "a,b", "text/csv; charset=utf-8", "attachment"},
		{"page.html", "text/html", "<script>alert(1)</script>", "application/octet-stream", "attachment"},
		{"x.svg", "image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'/>", "application/octet-stream", "attachment"},
	} {
		m, err := s.telegram.As(landlord).SendFile(tc.name, tc.mime, []byte(tc.data), "")
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.Get(fmt.Sprintf("%s/file/%d/%s", s.page.URL, landlord, m.Document.FileID))
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if string(body) != tc.data || resp.Header.Get("Content-Type") != tc.kind ||
			!strings.HasPrefix(resp.Header.Get("Content-Disposition"), tc.how) || resp.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %q %v", tc.name, body, resp.Header)
		}
	}
	if code, _ := s.get(fmt.Sprintf("/file/%d/none", landlord)); code != 404 {
		t.Errorf("an unknown file: %d, want 404", code)
	}
	if code, _ := s.get("/file/999/none"); code != 404 {
		t.Errorf("a stranger's file: %d, want 404", code)
	}
}

func TestStreamBeginsWithTheWholeChatAndGoesOn(t *testing.T) {
	s := newSite(t)
	s.telegram.As(landlord).Send("早")
	next := s.stream("user=101&user=102&user=101")
	first, second := next(), next()
	if first["kind"] != "state" || first["user"] != float64(landlord) || len(first["messages"].([]any)) != 1 || second["user"] != float64(manager) {
		t.Fatalf("the stream begins with %v and %v", first, second)
	}
	s.say(landlord, "您好")
	f := next()
	if m, ok := f["message"].(map[string]any); !ok || f["kind"] != "message" || m["text"] != "您好" {
		t.Errorf("then came %v", f)
	}
	s.bot("sendChatAction", map[string]any{"chat_id": landlord, "action": "typing"}, nil)
	if f := next(); f["kind"] != "typing" || f["text"] != "typing" {
		t.Errorf("then came %v", f)
	}
	s.bot("setMyCommands", map[string]any{"commands": []map[string]string{{"command": "help", "description": "帮助"}}}, nil)
	if f := next(); f["kind"] != "commands" || len(f["commands"].([]any)) != 1 {
		t.Errorf("then came %v", f)
	}
}

func TestTextsHaveTheSameKeysInEveryLanguage(t *testing.T) {
	texts := map[string]map[string]string{}
	for _, lang := range []string{"zh", "en"} {
		b, err := os.ReadFile("texts." + lang + ".json")
		if err != nil {
			t.Fatal(err)
		}
		m := map[string]string{}
		if err := json.Unmarshal(b, &m); err != nil {
			t.Fatal(err)
		}
		texts[lang] = m
	}
	holes := regexp.MustCompile(`\{\w+\}`)
	for key, zh := range texts["zh"] {
		en, ok := texts["en"][key]
		if !ok || zh == "" || en == "" {
			t.Errorf("%s: %q and %q", key, zh, en)
		}
		a, b := holes.FindAllString(zh, -1), holes.FindAllString(en, -1)
		slices.Sort(a)
		slices.Sort(b)
		if !slices.Equal(a, b) {
			t.Errorf("%s: holes %v and %v", key, a, b)
		}
	}
	if len(texts["zh"]) != len(texts["en"]) {
		t.Errorf("%d texts in zh, %d in en", len(texts["zh"]), len(texts["en"]))
	}
	scripts, _ := filepath.Glob("assets/*.js")
	used := regexp.MustCompile(`"((?:action|bot|chat|composer|contact|day|delete|file|message|page|status|toast)\.\w+)"`)
	for _, path := range scripts {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range used.FindAllStringSubmatch(string(b), -1) {
			if _, ok := texts["zh"][m[1]]; !ok {
				t.Errorf("%s uses %q, which has no text", path, m[1])
			}
		}
	}
	if len(scripts) == 0 {
		t.Error("no scripts found")
	}
}
