package identity_test

import (
	"testing"

	"zuji/internal/identity"
)

func TestParsePhone(t *testing.T) {
	for text, want := range map[string]string{
		"13800138000": "+8613800138000", "138 0013 8000": "+8613800138000", "138-0013-8000": "+8613800138000", "１３８００１３８０００": "+8613800138000",
		"+86 138 0013 8000": "+8613800138000", "8613800138000": "+8613800138000", "+8619900000000": "+8619900000000", "电话：13800138000": "+8613800138000",
		"13800138000（微信同号）": "+8613800138000", "手机号：138.0013.8000": "+8613800138000", "13800138000。": "+8613800138000", "\u202a13800138000\u202c": "+8613800138000", "008613800138000": "+8613800138000",
	} {
		if got, err := identity.ParsePhone(text); got != want || err != nil {
			t.Errorf("ParsePhone(%q) = %q, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{
		"12800138000": "phone", "abc": "phone", "": "phone", "010-12345678": "phone", "+85291234567": "phone", "13800138000/13900139000": "phone", "12345678901": "phone",
		"1380013800": "phone_length", "138001380001": "phone_length", "+86 1380013800": "phone_length",
	} {
		if got, err := identity.ParsePhone(text); got != "" || why(err) != want {
			t.Errorf("ParsePhone(%q) = %q, %v; want %s", text, got, err, want)
		}
	}
}

func TestParseContactPhone(t *testing.T) {
	for text, want := range map[string]string{
		"010-12345678": "+861012345678", "(010) 1234 5678": "+861012345678", "0571 8765 4321": "+8657187654321", "0411-1234567": "+864111234567", "021-87654321": "+862187654321", "+86 10 1234 5678": "+861012345678", "13800138000": "+8613800138000", "400-123-4567": "+864001234567", "电话：010-12345678": "+861012345678",
		"12345": "!phone_length", "87654321": "!contact_phone", "没有": "!contact_phone", "": "!contact_phone", "1380013800": "!phone_length", "010-1234": "!contact_phone",
	} {
		got, err := identity.ParseContactPhone(text)
		if err != nil {
			got = "!" + why(err)
		}
		if got != want {
			t.Errorf("ParseContactPhone(%q) = %s, want %s", text, got, want)
		}
	}
}

func TestFormatPhone(t *testing.T) {
	for e164, want := range map[string]string{"+8613800138000": "138 0013 8000", "+861012345678": "010-12345678", "+8657187654321": "0571-87654321", "+864001234567": "400 123 4567", "": ""} {
		if got := identity.FormatPhone(e164); got != want {
			t.Errorf("FormatPhone(%s) = %q, want %q", e164, got, want)
		}
		if again, err := identity.ParseContactPhone(want); want != "" && (err != nil || again != e164) {
			t.Errorf("%q reads as %s, %v", want, again, err)
		}
	}
}

func TestParseName(t *testing.T) {
	for text, want := range map[string]string{
		"王建国": "王建国", " 李 雷 ": "李雷", "阿凡提·买买提": "阿凡提·买买提", "阿凡提•买买提": "阿凡提·买买提", "John Smith": "John Smith", "O'Brien": "O'Brien", "José": "José", "王\u200b明": "王明",
		"王": "", "": "", "王1": "", "13800138000": "", "王明，电话": "", "·王明": "", "你好吗？": "", "<b>王明</b>": "", "=cmd": "",
		"姓名：李雷": "李雷", "我叫李雷": "李雷", "李雷先生": "李雷", "王女士": "", "阿凡提.买买提": "阿凡提·买买提", "阿凡提 · 买买提": "阿凡提·买买提", "阿·凡·提": "阿·凡·提", "李\u202e雷": "李雷", "Ｊｏｈｎ Ｓｍｉｔｈ": "John Smith", "Jean-Luc O’Neil": "Jean-Luc O'Neil", "Martin Luther King Jr.": "Martin Luther King Jr.", "Jose\u0301": "José", "欧阳娜娜": "欧阳娜娜", "李雷。": "李雷",
		"我想登记一下房子": "", "没有电话": "", "李雷😀": "", "李雷，韩梅梅": "", "李雷、韩梅梅": "", "幸福小区": "", "这个房子是我去年从别人手里买的": "", "阿凡提··买买提": "", "--": "", "a": "", "Иван": "", "李雷(男)": "",
	} {
		if got, err := identity.ParseName(text); got != want || (err == nil) != (want != "") {
			t.Errorf("ParseName(%q) = %q, %v", text, got, err)
		}
	}
}

func TestMasks(t *testing.T) {
	for got, want := range map[string]string{
		identity.MaskNumber("119999199001010012"): "119999********0012",
		identity.MaskNumber("H00000001"):          "H0*****01",
		identity.MaskNumber("123"):                "***",
		identity.MaskPhone("+8613800138000"):      "138****8000",
		identity.MaskName("李雷"):                   "李*",
		identity.MaskName("阿凡提·买买提"):              "阿*****提",
		identity.MaskName("王明"):                   "王*",
		identity.MaskName(""):                     "",
		identity.MaskName("张王李明"):                 "张**明",
		identity.MaskNumber("USA110090010101"):    "USA110*****0101",
		identity.MaskNumber("军字第1234567号"):        "军字*******7号",
		identity.MaskNumber("1234"):               "1**4",
		identity.MaskNumber(""):                   "",
		identity.MaskPhone("+8619900000000"):      "199****0000",
		identity.MaskPhone("+861012345678"):       "010****5678",
		identity.MaskPhone("+864001234567"):       "400***4567",
		identity.MaskPhone("123"):                 "***",
		identity.MaskName("王小明"):                  "王*明",
	} {
		if got != want {
			t.Errorf("mask %q, want %q", got, want)
		}
	}
}
