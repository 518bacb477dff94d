package bot

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/go-telegram/bot/models"

	"zuji/internal/form"
	"zuji/internal/tenancy"
	"zuji/locales"
)

func TestCheck_DeclaredConversationsHold(t *testing.T) {
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	if err := Check(texts); err != nil {
		t.Error(err)
	}
}

func TestParseForm_RefusesWhatIsNoButton(t *testing.T) {
	for _, data := range []string{"", "f", "f:::::", "f:s:-1:a:x:y", "f:s:zzzzzzzzz:a:x:y", "a:accept:x", "g:s:1:a:x:y", "f:s:1:a:x", "f:s:1:a:x:" + strings.Repeat("y", 64)} {
		if b, ok := parseForm(data); ok {
			t.Errorf("parseForm(%q) = %+v", data, b)
		}
	}
}

func TestActions_FitCallbackData(t *testing.T) {
	for _, v := range []verb{doMoveQuestion, doRetireQuestion, doRetiredQuestion, doListQuestions} {
		data := actionData(v, questionArg(newID(), newID(), tenancy.MaxQuestions))
		if got, _, ok := parseAction(data); !ok || got != v {
			t.Errorf("%q does not come back", data)
		}
	}
}

func TestCommand_OffsetsCountUTF16(t *testing.T) {
	entity := func(length int) []models.MessageEntity {
		return []models.MessageEntity{{Type: models.MessageEntityTypeBotCommand, Length: length}}
	}
	for _, c := range []struct {
		text, name, payload string
		length              int
		ours                bool
	}{
		{"/start", "start", "", 6, true},
		{"/start c_ABC", "start", "c_ABC", 6, true},
		{"/HELP@ZujiBot 你好", "help", "你好", 13, true},
		{"/help@OtherBot", "", "", 14, false},
		{"/start", "", "", 99, true},
		{"你好", "", "", 0, true},
	} {
		m := &models.Message{Text: c.text}
		if c.length > 0 {
			m.Entities = entity(c.length)
		}
		name, payload, ours := parseCommand(m, "zujibot")
		if name != c.name || payload != c.payload || ours != c.ours {
			t.Errorf("%q: %q %q %v", c.text, name, payload, ours)
		}
	}
	late := &models.Message{Text: "我要 /start", Entities: []models.MessageEntity{{Type: models.MessageEntityTypeBotCommand, Offset: 3, Length: 6}}}
	if name, _, _ := parseCommand(late, "x"); name != "" {
		t.Errorf("a command within a sentence is taken for one: %q", name)
	}
}

func FuzzCallback(f *testing.F) {
	f.Add(formData(form.Button{Session: "ABC", Rev: 35, Field: "tenant_name.b", Act: form.Answer, Value: "x"}))
	f.Add(actionData(doAccept, roundArg("T1", 2)))
	f.Add(actionData(doMoveQuestion, questionArg("C1", "Q1", 3)))
	f.Fuzz(func(t *testing.T, data string) {
		if b, ok := parseForm(data); ok {
			if again, ok := parseForm(formData(b)); !ok || again != b {
				t.Errorf("%q reads as %+v, and that as %+v", data, b, again)
			}
		}
		if v, arg, ok := parseAction(data); ok {
			if actionData(v, arg) != data {
				t.Errorf("%q reads as %q %q", data, v, arg)
			}
			parseRound(arg)
			parseMember(arg)
			if id, n := parseDuty(arg); n < 0 || len(id) > len(arg) {
				t.Errorf("%q names %q %d", arg, id, n)
			}
			compound, question, place := parseQuestion(arg)
			if c, q, n := parseQuestion(questionArg(compound, question, place)); c != compound || q != question || n != place {
				t.Errorf("%q names %q %q %d, and that %q %q %d", arg, compound, question, place, c, q, n)
			}
		}
	})
}

func FuzzState(f *testing.F) {
	f.Add([]byte(`{"session":{"id":"s","flow":"registration","rev":3,"done":["unit"],"draft":{"unit":{"room":"502"}}},"seen":[1,2]}`))
	f.Add([]byte(`{"session":{"flow":"filing","draft":[1]},"said":{"key":"x","args":{"N":1}}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var s state
		if decodeState(raw, &s) != nil {
			return
		}
		s.see(7)
		if !s.seen(7) || len(s.Seen) > keepSeen {
			t.Errorf("after %q update 7 is not remembered: %v", raw, s.Seen)
		}
	})
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"update_id":1,"message":{"message_id":2,"from":{"id":3},"chat":{"id":3,"type":"private"},"text":"/start x","entities":[{"type":"bot_command","offset":0,"length":6}]}}`))
	f.Add([]byte(`{"update_id":1,"callback_query":{"id":"q","from":{"id":3},"data":"f:s:1:a:x:y"}}`))
	f.Add([]byte(`{"update_id":1,"my_chat_member":{"chat":{"id":3,"type":"private"},"from":{"id":3},"new_chat_member":{"status":"kicked","user":{"id":9}}}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var u models.Update
		if json.Unmarshal(raw, &u) != nil {
			return
		}
		if in, _ := decode(&u, "bot"); strings.Contains(in.command, "@") {
			t.Errorf("%q gives the command %q", raw, in.command)
		}
	})
}
