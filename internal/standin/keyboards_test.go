package standin

import (
	"reflect"
	"strings"
	"testing"
)

func TestReplyMarkup_Refuses(t *testing.T) {
	w := started(t)
	button := func(b args) args { return inline([]args{b}) }
	var many []args
	for range maxRowButtons {
		many = append(many, args{"text": "x", "callback_data": "x"})
	}
	for _, c := range []struct {
		markup any
		want   string
	}{
		{"{", "can't parse reply keyboard markup JSON object"},
		{"[]", "object expected as reply markup"},
		{args{"inline_keyboard": []string{"x"}}, "field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of Arrays"},
		{args{"keyboard": "x"}, "field \"keyboard\" must be an Array of Arrays"},
		{args{"inline_keyboard": [][]string{{"x"}}}, "can't parse inline keyboard button: InlineKeyboardButton must be an Object"},
		{args{"keyboard": [][]int{{1}}}, "can't parse keyboard button: KeyboardButton must be a String or an Object"},
		{button(args{"callback_data": "x"}), "can't parse inline keyboard button: Can't find field \"text\""},
		{button(args{"text": 5, "callback_data": "x"}), "can't parse inline keyboard button: Field has a wrong type"},
		{button(args{"text": "x"}), "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"},
		{button(args{"text": "x", "callback_data": ""}), "can't parse inline keyboard button: Text buttons are unallowed"},
		{button(args{"text": "x", "callback_data": "x", "style": "pink"}), "can't parse inline keyboard button: invalid button style specified"},
		{button(args{"text": "x", "callback_data": strings.Repeat("x", 65)}), "BUTTON_DATA_INVALID"},
		{button(args{"text": "x", "callback_data": strings.Repeat("租", 22)}), "BUTTON_DATA_INVALID"},
		{button(args{"text": "x", "copy_text": args{"text": ""}}), "BUTTON_COPY_TEXT_INVALID"},
		{button(args{"text": "x", "copy_text": args{"text": strings.Repeat("租", 257)}}), "BUTTON_COPY_TEXT_INVALID"},
		{button(args{"text": "x", "url": "javascript:x"}), "inline keyboard button URL 'javascript:x' is invalid: Wrong HTTP URL"},
		{button(args{"text": "x", "url": "http://localhost:8080"}), "inline keyboard button URL 'http://localhost:8080' is invalid: Wrong HTTP URL"},
		{button(args{"text": "x", "url": "ftp://a.b"}), "inline keyboard button URL 'ftp://a.b' is invalid: Unsupported URL protocol"},
		{inline(many, many, many, many, many, many, many, many, many), "reply markup is too long"},
		{args{"force_reply": true, "input_field_placeholder": strings.Repeat("x", 65)}, "PLACEHOLDER_TOO_LONG"},
	} {
		w.refused("sendMessage", args{"chat_id": ann, "text": "x", "reply_markup": c.markup}, 400, "Bad Request: "+c.want)
	}
	contact := args{"keyboard": [][]args{{{"text": "Phone", "request_contact": true}}}}
	w.refused("sendMessage", args{"chat_id": group, "text": "x", "reply_markup": contact}, 400, "phone number can be requested in private chats only")
	if n := len(w.ann.Messages(0)); n != 1 {
		t.Errorf("%d messages came through", n-1)
	}
}

func TestReplyMarkup_Takes(t *testing.T) {
	w := started(t)
	for _, c := range []struct {
		markup args
		inline [][]Button
		reply  *KeyboardView
	}{
		{inline([]args{{"text": "", "callback_data": "x"}}), nil, nil},
		{inline(), nil, nil},
		{inline([]args{{"text": "x", "callback_data": strings.Repeat("租", 21) + "x", "style": "danger"}}, []args{}),
			[][]Button{{{Text: "x", Data: strings.Repeat("租", 21) + "x", Style: "danger"}}}, nil},
		{inline([]args{{"text": "x", "url": "tg://user?id=5"}, {"text": "y", "copy_text": args{"text": "ZJ"}}}),
			[][]Button{{{Text: "x", URL: "tg://user?id=5"}, {Text: "y", CopyText: "ZJ"}}}, nil},
		{args{"keyboard": [][]any{{"Yes", args{"text": "Phone", "request_contact": true}}, {}}, "resize_keyboard": true, "one_time_keyboard": true, "input_field_placeholder": "号码"}, nil,
			&KeyboardView{Keys: [][]KeyButton{{{Text: "Yes"}, {Text: "Phone", RequestContact: true}}}, Resize: true, OneTime: true, Placeholder: "号码"}},
		{args{"remove_keyboard": true}, nil, &KeyboardView{Remove: true}},
		{args{"force_reply": true, "input_field_placeholder": "x"}, nil, &KeyboardView{ForceReply: true, Placeholder: "x"}},
	} {
		w.send(args{"reply_markup": c.markup})
		all := w.ann.Messages(0)
		if m := all[len(all)-1]; !reflect.DeepEqual(m.Inline, c.inline) || !reflect.DeepEqual(m.Reply, c.reply) {
			t.Errorf("%v: %+v %+v", c.markup, m.Inline, m.Reply)
		}
	}
}
