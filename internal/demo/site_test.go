package demo_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"strings"
	"testing"

	"zuji/internal/demo"
	"zuji/internal/standin"
)

const (
	token    = "7000:demo-test"
	landlord = int64(101)
	manager  = int64(102)
	admin    = int64(103)
)

// site is a page on a stand-in, with a bot that the test plays itself.
type site struct {
	t        *testing.T
	telegram *standin.Server
	api      *httptest.Server // Bot API
	page     *httptest.Server
	offset   int
}

func newSite(t *testing.T) *site {
	t.Helper()
	free := standin.Limits{Overall: -1, PerChat: -1, GroupPerMinute: -1}
	s := &site{t: t, telegram: standin.New(standin.Options{Token: token, Username: "zuji_bot", Limits: free})}
	for id, name := range map[int64]string{landlord: "王房东", manager: "李经理", admin: "管理员"} {
		s.telegram.AddUser(standin.User{ID: id, FirstName: name, LanguageCode: "zh-hans", Phone: "8613800138000"})
	}
	s.api = httptest.NewServer(s.telegram.Handler())
	s.page = httptest.NewServer(demo.New(s.telegram, []demo.Person{
		{ID: landlord, Name: "王房东", Role: "role.landlord", Hint: "hint.landlord"},
		{ID: manager, Name: "李经理", Role: "物业经理", Hint: "受理登记。"},
		{ID: admin, Name: "管理员", Role: "系统管理员", Hint: "查看状态。"},
	}, demo.Options{Username: "zuji_bot", Texts: map[string]map[string]string{
		"zh": {"role.landlord": "房东", "hint.landlord": "登记出租房，收回执，到期有提醒。"},
		"en": {"role.landlord": "Landlord", "hint.landlord": "Register a tenancy."},
	}}))
	t.Cleanup(func() {
		s.telegram.Close() // ends the event streams, which the page's server waits for
		s.page.Close()
		s.api.Close()
	})
	return s
}

// bot calls a Bot API method and decodes its result into out, unless nil.
func (s *site) bot(method string, params map[string]any, out any) {
	s.t.Helper()
	body, err := json.Marshal(params)
	if err != nil {
		s.t.Fatal(err)
	}
	s.result(method, "application/json", bytes.NewReader(body), out)
}

func (s *site) result(method, kind string, body io.Reader, out any) {
	s.t.Helper()
	resp, err := http.Post(s.api.URL+"/bot"+token+"/"+method, kind, body)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct {
		OK          bool
		Description string
		Result      json.RawMessage
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || !answer.OK {
		s.t.Fatalf("%s: %v %s", method, err, answer.Description)
	}
	if out != nil {
		if err := json.Unmarshal(answer.Result, out); err != nil {
			s.t.Fatalf("%s: %v", method, err)
		}
	}
}

// say sends a message of the bot and returns its id; more holds further parameters.
func (s *site) say(chat int64, text string, more ...map[string]any) int {
	s.t.Helper()
	params := map[string]any{"chat_id": chat, "text": text, "parse_mode": "HTML"}
	for _, m := range more {
		for k, v := range m {
			params[k] = v
		}
	}
	var sent struct {
		ID int `json:"message_id"`
	}
	s.bot("sendMessage", params, &sent)
	return sent.ID
}

// file sends a document or a photo of the bot.
func (s *site) file(method, field string, chat int64, name, caption string, data []byte) {
	s.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	w.WriteField("chat_id", fmt.Sprint(chat))
	w.WriteField("caption", caption)
	part, err := w.CreateFormFile(field, name)
	if err != nil {
		s.t.Fatal(err)
	}
	part.Write(data)
	w.Close()
	s.result(method, w.FormDataContentType(), &b, nil)
}

type update struct {
	ID      int `json:"update_id"`
	Message *struct {
		ID       int    `json:"message_id"`
		Text     string `json:"text"`
		Caption  string `json:"caption"`
		Document *struct {
			Name string `json:"file_name"`
		} `json:"document"`
		Contact *struct {
			Phone string `json:"phone_number"`
		} `json:"contact"`
	} `json:"message"`
	Edited *struct {
		Text string `json:"text"`
	} `json:"edited_message"`
	Query *struct {
		ID   string `json:"id"`
		Data string `json:"data"`
	} `json:"callback_query"`
}

// next waits for one update, as a polling bot does.
func (s *site) next() update {
	s.t.Helper()
	var got []update
	s.bot("getUpdates", map[string]any{"offset": s.offset, "timeout": 15, "limit": 1}, &got)
	if len(got) == 0 {
		s.t.Fatal("no update came in 15 seconds")
	}
	s.offset = got[0].ID + 1
	return got[0]
}

// nextText fails unless the next update is a message with that text.
func (s *site) nextText(want string) update {
	s.t.Helper()
	u := s.next()
	if u.Message == nil || u.Message.Text != want {
		s.t.Fatalf("the bot got %+v, want the text %q", u, want)
	}
	return u
}

// nextPress fails unless the next update is a press with that data, and answers it.
func (s *site) nextPress(want, toast string, alert bool) {
	s.t.Helper()
	u := s.next()
	if u.Query == nil || u.Query.Data != want {
		s.t.Fatalf("the bot got %+v, want a press of %q", u, want)
	}
	s.bot("answerCallbackQuery", map[string]any{"callback_query_id": u.Query.ID, "text": toast, "show_alert": alert}, nil)
}

func (s *site) post(path, body string, header ...string) (int, string) {
	s.t.Helper()
	req, err := http.NewRequest("POST", s.page.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	return s.roundTrip(req, header)
}

func (s *site) get(path string, header ...string) (int, string) {
	s.t.Helper()
	req, err := http.NewRequest("GET", s.page.URL+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.roundTrip(req, header)
}

func (s *site) roundTrip(req *http.Request, header []string) (int, string) {
	s.t.Helper()
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			req.Host = header[i+1]
		}
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

// stream opens /events and returns a function that waits for the next frame.
func (s *site) stream(query string) (next func() map[string]any) {
	s.t.Helper()
	resp, err := http.Get(s.page.URL + "/events?" + query)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { resp.Body.Close() })
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	return func() map[string]any {
		s.t.Helper()
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				var frame map[string]any
				if err := json.Unmarshal([]byte(data), &frame); err != nil {
					s.t.Fatal(err)
				}
				return frame
			}
		}
		s.t.Fatalf("the stream ended: %v", lines.Err())
		return nil
	}
}

// uploadBody makes the form of /api/file.
func uploadBody(user int64, name, mime, caption string, data []byte) (body, contentType string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	w.WriteField("user", fmt.Sprint(user))
	w.WriteField("caption", caption)
	h := textproto.MIMEHeader{}
	h.Set("Content-Disposition", fmt.Sprintf(`form-data; name="file"; filename=%q`, name))
	h.Set("Content-Type", mime)
	part, _ := w.CreatePart(h)
	part.Write(data)
	w.Close()
	return b.String(), w.FormDataContentType()
}
