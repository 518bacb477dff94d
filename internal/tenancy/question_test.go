package tenancy_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"zuji/internal/tenancy"
)

// What a compound may not ask, in the many ways in which people would ask it.
func TestForbiddenQuestion_Refuses(t *testing.T) {
	subjects := map[string]string{
		"pregnancy": "家里有没有怀孕的？|有孕妇吗|孕期几个月|預產期？懷孕几周|月经正常吗|Is anyone pregnant?|产检在哪家医院",
		"births":    "生育情况|第几胎，几胎|二胎了吗|计划生育证明|婚育证明号|避孕措施|节育情况|birth-control|预产期",
		"marriage":  "婚姻状况|结婚了吗？|婚否|离 婚了没|配偶姓名|老公叫什么|爱人电话|夫妻同住吗|是单身吗|marital status|Are you MARRIED|your wife?",
		"children":  "有几个孩子|子女数|有小孩吗|带小朋友住吗|儿子几岁|有 婴 儿 吗|How many kids?|any children|未成年人几个",
		"sex":       "性别|性 别：|性.别|男女|男还是女？|性取向|male or female|Sex:|先生还是女士",
		"ethnicity": "民族|什么族的|哪个族|是回族吗|ethnicity",
		"religion":  "宗教信仰|信教吗|信什么|是不是基督徒|吃清真吗|Religion|church member?",
		"politics":  "政治面貌|是党员吗|党派|团员证|political views",
		"health":    "健康状况|身体健康吗|有什么病|有传染病吗|残疾证号|打疫苗了吗|健 康 码|ｈｅａｌｔｈ|体检报告|乙\u200b肝",
		"sensitive": "银行卡号|指纹录了吗|人脸照片|门锁密码|身份证照片发一下|有可疑人员吗|举报谁|password",
	}
	for subject, asked := range subjects {
		for label := range strings.SplitSeq(asked, "|") {
			if tenancy.ForbiddenQuestion(label) == "" {
				t.Errorf("%s: %q is let through", subject, label)
			}
		}
	}
}

func TestForbiddenQuestion_LetsTenancyFactsThrough(t *testing.T) {
	for label := range strings.SplitSeq("有停车位吗？|车位号|交接了几把钥匙？|养宠物吗？|养狗还是养猫|宽带运营商|电动车几辆|门禁卡张数|水表读数|"+
		"有没有隔断|是否转租|物业费谁交|紧急联系电话|紧急联系人|教育机构用途吗|体育器材|族谱|快递柜编号|装修到哪天|房间朝向|Parking space|Number of keys|"+
		"Pets?|Essex Road|kidney|person|两人间", "|") {
		if word := tenancy.ForbiddenQuestion(label); word != "" {
			t.Errorf("%q is refused for %q", label, word)
		}
	}
}

func TestCompound_QuestionsMoveAndRetire(t *testing.T) {
	at := time.Unix(1, 0)
	c := tenancy.Compound{Questions: []tenancy.Question{{ID: "a"}, {ID: "old", Retired: at}, {ID: "b"}, {ID: "c"}}}
	before := slices.Clone(c.Questions)
	kept := c.Questions
	order := func() (ids string) {
		for _, q := range c.Asked() {
			ids += q.ID
		}
		return ids
	}
	for _, m := range []struct {
		id   string
		to   int
		done bool
		want string
	}{
		{"c", 1, true, "acb"}, {"c", 0, true, "cab"}, {"c", 2, true, "abc"}, {"c", 3, false, "abc"}, {"c", -1, false, "abc"},
		{"old", 0, false, "abc"}, {"x", 0, false, "abc"},
	} {
		if done := c.MoveQuestion(m.id, m.to); done != m.done || order() != m.want {
			t.Errorf("%s to %d: %v, %s; want %s", m.id, m.to, done, order(), m.want)
		}
	}
	if !c.Retire("b", at) || c.Retire("b", at) || c.Retire("x", at) || order() != "ac" {
		t.Errorf("after retiring b: %s", order())
	}
	if q, ok := c.Question("b"); !ok || q.Active() || len(c.Questions) != 4 {
		t.Errorf("b is lost: %v", c.Questions)
	}
	if !slices.EqualFunc(kept, before, func(a, b tenancy.Question) bool { return a.ID == b.ID && a.Retired.Equal(b.Retired) }) {
		t.Errorf("a copy of the compound changed too: %v", kept)
	}
}

func TestAnswers_With(t *testing.T) {
	var none tenancy.Answers
	one := none.With("a", "1")
	two := one.With("b", "2").With("a", "3")
	if one.Get("a") != "1" || two.Get("a") != "3" || two.Get("b") != "2" || two.Get("c") != "" || len(two) != 2 {
		t.Errorf("%v, %v", one, two)
	}
	if got := two.With("a", "").With("b", "").With("b", ""); got != nil || len(two) != 2 {
		t.Errorf("%v, %v", got, two)
	}
}

func TestQuestion_Name(t *testing.T) {
	for label, name := range map[string]string{"养宠物吗？": "养宠物吗", "车位号：": "车位号", "Pets? ": "Pets", "钥匙": "钥匙", "？": ""} {
		if got := (tenancy.Question{Label: label}).Name(); got != name {
			t.Errorf("%q is called %q", label, got)
		}
	}
}
