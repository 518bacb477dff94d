package address_test

import (
	"encoding/json"
	"errors"
	"testing"

	"zuji/internal/address"
	"zuji/internal/invalid"
)

func why(err error) string {
	if bad, ok := errors.AsType[*invalid.Error](err); ok {
		return bad.Reason
	}
	return ""
}

// A reason stands behind !.
var spellings = map[string]map[string]string{
	"with an entrance": {
		"3-1-502": "3栋1单元502室", "3栋1单元502室": "3栋1单元502室", "3栋1单元502": "3栋1单元502室", "3号楼1单元502": "3栋1单元502室", "3幢1单元502室": "3栋1单元502室", "3#1-502": "3栋1单元502室", "3#楼1单元502": "3栋1单元502室", "3栋1-502": "3栋1单元502室", "3-1单元502": "3栋1单元502室", "3楼1单元502": "3栋1单元502室", "3号楼2门502": "3栋2单元502室", "3-1-1502": "3栋1单元1502室", "3栋1单元502房": "3栋1单元502室", "3栋1单元502号": "3栋1单元502室", "3-20-502": "3栋20单元502室",
	},
	"without an entrance": {
		"3号楼502": "3栋502室", "3幢502": "3栋502室", "3栋502室": "3栋502室", "3栋-502": "3栋502室", "8栋1203": "8栋1203室", "12-1203": "12栋1203室", "幸福路100弄8号502室": "8栋502室",
	},
	"a building with a letter": {
		"A座1203": "A栋1203室", "a座1203室": "A栋1203室", "A-1203": "A栋1203室", "B2栋301": "B2栋301室", "12A栋301": "12A栋301室", "Ａ座１２０３": "A栋1203室", "A-2-301": "A栋2单元301室",
	},
	"Chinese numerals": {
		"三栋二单元五零二": "3栋2单元502室", "三栋一单元五〇二室": "3栋1单元502室", "十二栋1单元502": "12栋1单元502室", "二十三栋一单元一二零三": "23栋1单元1203室", "零三栋502": "3栋502室",
	},
	"full width, blanks and other marks": {
		"３－１－５０２": "3栋1单元502室", "3 - 1 - 502": "3栋1单元502室", "3—1—502": "3栋1单元502室", "3——1——502": "3栋1单元502室", "3/1/502": "3栋1单元502室", "3.1.502": "3栋1单元502室", "3。1。502": "3栋1单元502室", "3、1、502": "3栋1单元502室", "3 栋 1 单元 502 室": "3栋1单元502室", "3-1-502。": "3栋1单元502室", "\u200b3-1-502": "3栋1单元502室", "3棟1單元502": "3栋1单元502室",
	},
	"leading zeros": {
		"03-01-502": "3栋1单元502室", "3-1-0502": "3栋1单元502室", "003栋502": "3栋502室",
	},
	"with the floor": {
		"3栋1单元5楼502": "3栋1单元502室", "3号楼2单元12层1203": "3栋2单元1203室", "3号楼12层1203室": "3栋1203室",
	},
	"behind a name or an address": {
		"幸福小区3-1-502": "3栋1单元502室", "幸福小区3栋1单元502室": "3栋1单元502室", "杭州市西湖区某某路8号幸福小区3号楼502": "3栋502室", "13-1-502": "13栋1单元502室", "阳光家园二期3-1-502": "3栋1单元502室", "解放路12号3栋1单元502室": "3栋1单元502室", "建国路88号院3号楼2单元1203": "3栋2单元1203室", "房号：3-1-502": "3栋1单元502室", "阳台山路8号幸福小区3-1-502": "3栋1单元502室", "幸福小区二期 三栋": "!unit",
	},
	"a part of a home": {
		"3-1-502A": "3栋1单元502A室", "3-1-502-A": "3栋1单元502室A房间", "3-1-502-2": "3栋1单元502室2房间", "3栋1单元502室A房间": "3栋1单元502室A房间", "3栋1单元502A房间": "3栋1单元502室A房间", "3栋1单元502室2号房": "3栋1单元502室2房间", "3栋1单元502室主卧": "3栋1单元502室主卧", "3-1-502（次卧）": "3栋1单元502室次卧", "3-1-502 南卧": "3栋1单元502室南卧", "3-1-502主卧室": "3栋1单元502室主卧",
	},
	"in English": {
		"Building 3, Unit 1, Room 502": "3栋1单元502室", "Bldg. 3 Room 502": "3栋502室", "Tower B Flat 1203": "B栋1203室",
	},
	"what must not be let alone": {
		"3-1-502阳台": "!unit_barred", "3栋1单元502室厨房": "!unit_barred", "3栋地下室": "!unit_barred", "车库12号": "!unit_barred", "3-1-502的卫生间": "!unit_barred", "3栋储藏室3": "!unit_barred",
	},
	"what is no unit or could be two": {
		"": "!unit", "502": "!unit", "五楼": "!unit", "5楼502": "!unit", "3-1": "!unit", "3栋": "!unit", "1单元502": "!unit", "幸福小区": "!unit", "3-21-502": "!unit", "3-0-502": "!unit", "0-1-502": "!unit", "3-1-002": "!unit", "3-1-50": "!unit", "3-1-50201": "!unit", "1-201-301": "!unit", "3-1-502AB": "!unit", "3-1-502-0": "!unit", "31502": "!unit",
		"13800138000": "!unit", "2026-01-01": "!unit", "2026.1.1": "!unit", "138-0013-8000": "!unit", "张三": "!unit", "119999199001010012": "!unit", "3500元": "!unit", "3-1-502 李雷": "!unit", "3-1-502或3-1-602": "!unit",
	},
}

func TestParseUnit(t *testing.T) {
	for rule, rows := range spellings {
		for text, want := range rows {
			u, err := address.ParseUnit(text)
			got := u.String()
			if err != nil {
				got += "!" + why(err)
			}
			if got != want {
				t.Errorf("%s: ParseUnit(%q) = %s, want %s", rule, text, got, want)
			}
		}
	}
}

func TestUnit_SpellingsShareOneKey(t *testing.T) {
	for want, texts := range map[string][]string{
		"3-1-502-":     {"3-1-502", "三栋一单元五零二", "幸福小区 ３号楼１单元５０２室", "03-01-0502", "3#1-502", "3栋1单元5楼502"},
		"3--502-":      {"3号楼502", "3幢502室", "3-502"},
		"3-1-502-A":    {"3-1-502-A", "3栋1单元502室a房间"},
		"3-1-502A-":    {"3-1-502A", "3栋1单元502a室"},
		"3-1-502-main": {"3-1-502主卧", "3栋1单元502室主卧房"},
		"A--1203-":     {"A座1203", "a-1203"},
	} {
		for _, text := range texts {
			u, err := address.ParseUnit(text)
			if err != nil || u.Key() != want {
				t.Errorf("%q: key %q, %v; want %q", text, u.Key(), err, want)
			}
		}
	}
}

func TestUnit_Floor(t *testing.T) {
	for room, want := range map[string]int{"502": 5, "1203": 12, "502A": 5, "101": 1, "": 0, "52": 0} {
		if got := (address.Unit{Room: room}).Floor(); got != want {
			t.Errorf("room %q is on floor %d, want %d", room, got, want)
		}
	}
}

func TestUnit_JSONLeavesOutWhatIsEmpty(t *testing.T) {
	raw, err := json.Marshal(address.Unit{Building: "3", Room: "502"})
	if err != nil || string(raw) != `{"building":"3","room":"502"}` {
		t.Errorf("json %s, %v", raw, err)
	}
}

func FuzzUnit(f *testing.F) {
	for _, rows := range spellings {
		for text := range rows {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		u, err := address.ParseUnit(s)
		if err != nil {
			if why(err) == "" || !u.IsZero() {
				t.Errorf("ParseUnit(%q) = %v, %v", s, u, err)
			}
			return
		}
		if again, err := address.ParseUnit(u.String()); err != nil || again != u {
			t.Errorf("ParseUnit(%q) = %q, which reads as %q, %v", s, u, again, err)
		}
		for _, c := range u.Key() {
			if c > 126 {
				t.Errorf("the key %q is not ASCII", u.Key())
			}
		}
	})
}
