package standin

import (
	"fmt"
	"strings"
	"testing"
)

func list(names ...string) []args {
	var out []args
	for _, n := range names {
		out = append(out, args{"command": n, "description": "about " + n})
	}
	return out
}

func TestCommands_MostPreciseListWins(t *testing.T) {
	w := started(t)
	chat := args{"type": "chat", "chat_id": ann}
	private := args{"type": "all_private_chats"}
	events := w.ann.Events(t.Context())
	for _, a := range []args{
		{"commands": list("plain")},
		{"commands": list("plain_zh"), "language_code": "zh"},
		{"commands": list("plain_en"), "language_code": "en"},
		{"commands": list("private"), "scope": private},
		{"commands": list("private_zh"), "scope": private, "language_code": "zh"},
		{"commands": list("chat"), "scope": chat},
		{"commands": list("chat_zh"), "scope": chat, "language_code": "zh"},
	} {
		w.ok("setMyCommands", a, nil)
		if e := <-events; e.Kind != "commands" {
			t.Errorf("%+v", e)
		}
		want := a["commands"].([]args)[0]["command"]
		if a["language_code"] == "en" {
			want = "plain_zh"
		}
		if got := w.ann.Commands(); len(got) != 1 || got[0].Command != want {
			t.Errorf("%v: %v", a, got)
		}
		var back []Command
		w.ok("getMyCommands", args{"scope": a["scope"], "language_code": a["language_code"]}, &back)
		if len(back) != 1 {
			t.Errorf("%v: read back %v", a, back)
		}
	}
	w.ok("deleteMyCommands", args{"scope": chat, "language_code": "zh"}, nil)
	w.ok("setMyCommands", args{"scope": chat, "commands": []args{}}, nil)
	if got := w.ann.Commands(); got[0].Command != "private_zh" {
		t.Errorf("after deletion: %v", got)
	}
	var none []Command
	w.ok("getMyCommands", args{"scope": args{"type": "all_group_chats"}}, &none)
	if none == nil || len(none) != 0 {
		t.Errorf("%v", none)
	}
}

func TestCommands_Refused(t *testing.T) {
	w := started(t)
	many := make([]string, 101)
	for i := range many {
		many[i] = fmt.Sprint("c", i)
	}
	one := list("x")
	for _, c := range []struct {
		a    args
		want string
	}{
		{args{"commands": "{"}, "can't parse commands JSON object"},
		{args{"commands": args{}}, "expected an Array of BotCommand"},
		{args{"commands": list(many...)}, "BOT_COMMANDS_TOO_MUCH"},
		{args{"commands": list("Upper")}, "BOT_COMMAND_INVALID"},
		{args{"commands": list("two-part")}, "BOT_COMMAND_INVALID"},
		{args{"commands": list("登记")}, "BOT_COMMAND_INVALID"},
		{args{"commands": list("")}, "command must be non-empty"},
		{args{"commands": list(strings.Repeat("x", 33))}, "command length must not exceed 32"},
		{args{"commands": []args{{"command": "x", "description": " "}}}, "command description must be non-empty"},
		{args{"commands": []args{{"command": "x", "description": strings.Repeat("租", 257)}}}, "command description length must not exceed 256"},
		{args{"commands": []args{{"command": "x"}}}, "can't parse BotCommand"},
		{args{"commands": one, "language_code": "zh-hans"}, "invalid language code specified"},
		{args{"commands": one, "language_code": "ZH"}, "invalid language code specified"},
		{args{"commands": one, "scope": "x"}, "can't parse BotCommandScope JSON object"},
		{args{"commands": one, "scope": "[]"}, "can't parse BotCommandScope: BotCommandScope must be an Object"},
		{args{"commands": one, "scope": args{"type": "mine"}}, "can't parse BotCommandScope: Unsupported type specified"},
		{args{"commands": one, "scope": args{"type": "chat"}}, "can't parse BotCommandScope: Empty chat_id specified"},
		{args{"commands": one, "scope": args{"type": "chat", "chat_id": bob}}, "chat not found"},
		{args{"commands": one, "scope": args{"type": "chat_member", "chat_id": group}}, "can't parse BotCommandScope: Invalid user_id specified"},
	} {
		w.refused("setMyCommands", c.a, 400, "Bad Request: "+c.want)
	}
}

func TestProfile(t *testing.T) {
	w := started(t)
	for method, max := range map[string]int{"setMyName": 64, "setMyDescription": 512, "setMyShortDescription": 120} {
		field := map[string]string{"setMyName": "name", "setMyDescription": "description", "setMyShortDescription": "short_description"}[method]
		w.refused(method, args{field: strings.Repeat("租", max+1)}, 400, field+" is too long")
		w.refused(method, args{field: "x", "language_code": "zho"}, 400, "invalid language code specified")
		w.ok(method, args{field: strings.Repeat("租", max)}, nil)
		w.ok(method, args{field: "中", "language_code": "zh"}, nil)
		for lang, want := range map[string]string{"zh": "中", "en": strings.Repeat("租", max)} {
			var got map[string]string
			w.ok(strings.Replace(method, "set", "get", 1), args{"language_code": lang}, &got)
			if got[field] != want {
				t.Errorf("%s in %s: %q", field, lang, got)
			}
		}
	}
	var button map[string]any
	w.ok("getChatMenuButton", args{}, &button)
	w.ok("setChatMenuButton", args{"chat_id": ann, "menu_button": args{"type": "web_app", "text": "Open", "web_app": args{"url": "https://zuji.example"}}}, nil)
	w.ok("getChatMenuButton", args{"chat_id": ann}, &button)
	if button["type"] != "web_app" {
		t.Errorf("%v", button)
	}
	w.refused("setChatMenuButton", args{"menu_button": args{"type": "x"}}, 400, "can't parse menu button: MenuButton has unsupported type")
	w.refused("setChatMenuButton", args{"chat_id": bob}, 400, "chat not found")
	var me map[string]any
	w.ok("getMe", args{}, &me)
	if me["username"] != "zuji_bot" || me["is_bot"] != true || me["id"] != 4242.0 {
		t.Errorf("%v", me)
	}
}
