package service_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// tenantName is a name that no other tenant of the town has.
func tenantName(n int) string {
	const stems = "甲乙丙丁戊己庚辛壬癸"
	all := []rune(stems)
	return "李" + string(all[n/100%10]) + string(all[n/10%10]) + string(all[n%10])
}

// documentOf is the number of the n-th tenant: of nobody, since no such county is.
func documentOf(n int) string {
	body := fmt.Sprintf("11999919900101%03d", n)
	sum := 0
	for i, weight := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(body[i]-'0') * weight
	}
	return body + string("10X98765432"[sum%11]) // GB 11643
}

// atSummary reports whether a text is a form's summary and not a question whose
// last answer has to be looked at again.
func atSummary(text string) bool {
	return strings.Contains(text, "请核对") && !strings.Contains(text, "哪一栋")
}

// say answers the question that a person has before them; it returns "" at the
// summary and for a question that it does not know.
func (v *town) say(who int64, f *openForm) string {
	text := v.question(who).Text
	has := func(s string) bool { return strings.Contains(text, s) }
	switch {
	case atSummary(text):
		return ""
	case has("同意这样处理吗"):
		return "同意"
	case has("书面的个人信息告知"):
		return "已同意"
	case has("哪个小区"):
		return v.places[f.place].Name
	case has("哪一栋"):
		return "3-1-" + f.unit
	case has("您是？"), has("来办的是"):
		return "房东本人"
	case has("房东叫什么名字"):
		return "王建国"
	case has("房东的手机号"):
		return "13800138000"
	case has("租客叫什么名字"):
		if f.about != nil {
			return f.about.name
		}
		return tenantName(f.person)
	case has("的证件号码"):
		return documentOf(f.person)
	case has("的手机号？"):
		return "13900139000"
	case has("还有别人住"):
		return "没有了"
	case has("从哪天开始租"):
		return "今天"
	case has("起再租多久"):
		return "24 个月"
	case has("租多久"):
		return "2个月"
	case has("每月租金"):
		v.rents++
		return fmt.Sprint(3000 + v.rents)
	case has("哪几项要更正"):
		for _, row := range v.question(who).Inline {
			for _, k := range row {
				if strings.HasPrefix(k.Text, "☑️ 租客姓名") {
					return "选好了"
				}
			}
		}
		return "[租客姓名]"
	case has("哪里不对"):
		return "和证件不一致"
	case has("为什么不予受理"):
		return "已有登记，重复了"
	case has("哪天退租"):
		return "今天"
	case has("为什么退租"):
		return "跳过"
	case has("备案号是多少"):
		return "备2026-1"
	case has(parking):
		return "两个"
	}
	return ""
}

// goesOn makes somebody with a form answer some questions, and submit it.
func (v *town) goesOn() int64 {
	who := v.filling()
	f := v.forms[who]
	for range pick(v, "answers", 3, 20, 20, 20) {
		answer := v.say(who, f)
		if answer == "" {
			break
		}
		if label, ok := strings.CutPrefix(answer, "["); ok {
			v.pressesFirst(who, strings.TrimSuffix(label, "]"))
		} else {
			v.says(who, answer)
		}
		v.touch(f)
		if problem := v.problem(who); problem != "" {
			v.refused(who, f, problem)
			return who
		}
	}
	if !atSummary(v.question(who).Text) {
		return who
	}
	if f.flow == "change" && !f.altered {
		v.says(who, "月租金")
		v.says(who, v.say(who, f))
		v.touch(f)
		f.altered = true
	}
	v.submits(who, f)
	return who
}

// submits sends a form off.
func (v *town) submits(who int64, f *openForm) {
	label := map[string]string{"returning": "↩️ 退回", "rejecting": "🚫 不予受理", "ending": "🚪 提交退租", "filed": "✅ 保存"}[f.flow]
	if label == "" {
		label = "✅ 属实，提交"
	}
	v.presses(who, label)
	took := v.took(who, f)
	problem := v.problem(who)
	if problem != "" && took {
		v.rt.Fatalf("%s may submit, and is refused: %s", townNames[who], problem)
	}
	if problem != "" {
		v.touch(f)
		v.refused(who, f, problem)
		return
	}
	if f.flow == "registration" && !took || f.flow == "renewal" && !took || f.flow == "change" && !took || f.flow == "desk" && !took {
		v.rt.Fatalf("%s submits what may not be:\n%s", townNames[who], v.last(who).Text)
	}
	v.ended(who, f)
}

func (v *town) ended(who int64, f *openForm) {
	delete(v.drafts[who], f)
	v.forms[who] = nil
}

// problem is why the last answer was refused, or "".
func (v *town) problem(who int64) string {
	for _, m := range v.as(who).app.Messages(0) {
		if _, after, ok := strings.Cut(m.Text, "⚠️ "); ok && m.From.ID != who && v.before[m.ID] != m.Text {
			line, _, _ := strings.Cut(after, "\n")
			return line
		}
	}
	return ""
}

// refused checks that what was refused had to be. The person then gives the form
// up, since nothing else can come of it.
func (v *town) refused(who int64, f *openForm, problem string) {
	holder := v.holder(f.place, f.unit)
	ok := false
	switch {
	case strings.Contains(problem, "已有有效的登记"), strings.Contains(problem, "您已经登记过"),
		strings.Contains(problem, "没看懂房号"): // taken since it was answered, so that it is asked again
		ok = holder != nil
	case strings.Contains(problem, "在等受理"):
		ok = f.about != nil && v.pending(f.about) != nil
	case strings.Contains(problem, "已经不在有效状态"):
		ok = f.about != nil && !lives(f.about.state)
	case f.flow == "renewal":
		ok = true // the new term is over by now
	case f.flow == "desk":
		ok = !v.staff[f.place][who]
	}
	if !ok {
		v.rt.Fatalf("%s is refused without a reason: %s", townNames[who], problem)
	}
	v.givesUp(who, f)
}

func (v *town) givesUp(who int64, f *openForm) {
	v.says(who, "取消")
	v.says(who, "放弃")
	v.ended(who, f)
}

// lapsed reports whether a form is about what the person may no longer see.
func (v *town) lapsed(who int64, f *openForm) bool {
	switch f.flow {
	case "returning", "rejecting":
		return !v.staffs(f.about, who)
	case "ending", "filed":
		return !v.sees(f.about, who)
	}
	return false
}

// notices lets a person whose role was taken find out that their form has ended.
func (v *town) notices(who int64) {
	if f := v.forms[who]; f != nil && v.lapsed(who, f) {
		v.says(who, "选好了")
		v.forbidden(who)
		v.forms[who] = nil
	}
}

func (v *town) forbidden(who int64) {
	if !strings.Contains(v.last(who).Text, "这个操作您不能用") {
		v.rt.Fatalf("%s is not told that it is forbidden:\n%s", townNames[who], v.as(who).chat())
	}
}

// filling is somebody with a form.
func (v *town) filling() int64 {
	var who []int64
	for id := range maps.Keys(v.forms) {
		if v.forms[id] != nil {
			who = append(who, id)
		}
	}
	if len(who) == 0 {
		v.rt.Skip("nobody fills in a form")
	}
	slices.Sort(who)
	return pick(v, "who", who...)
}

// leaves makes somebody put a form aside or drop it.
func (v *town) leaves() int64 {
	who := v.filling()
	f := v.forms[who]
	if pick(v, "keep", true, true, false) {
		v.says(who, "暂存")
		v.saved(who, f)
		v.forms[who] = nil
		return who
	}
	v.givesUp(who, f)
	return who
}

// resumes makes somebody take a draft up again, or see the question once more.
func (v *town) resumes() int64 {
	who := v.somebody()
	v.says(who, "/resume")
	switch kept := slices.Collect(maps.Keys(v.drafts[who])); {
	case v.forms[who] != nil:
		if v.question(who).ID != v.last(who).ID {
			v.rt.Fatalf("%s does not see the question:\n%s", townNames[who], v.as(who).chat())
		}
	case len(kept) == 0:
		if !strings.Contains(v.last(who).Text, "没有没填完的草稿") {
			v.rt.Fatalf("%s has no draft and sees:\n%s", townNames[who], v.last(who).Text)
		}
	case len(kept) == 1 && v.lapsed(who, kept[0]):
		v.forbidden(who)
	case len(kept) == 1:
		v.forms[who] = kept[0]
		kept[0].touched = v.now.Now()
	default:
		if !strings.Contains(v.last(who).Text, "您有几份草稿") || len(v.last(who).Inline) != len(kept) {
			v.rt.Fatalf("%s has %d drafts and sees:\n%s", townNames[who], len(kept), v.as(who).chat())
		}
	}
	return who
}

// pressesFirst presses the button of the open question whose label begins so.
func (v *town) pressesFirst(who int64, label string) {
	m := v.question(who)
	for _, row := range m.Inline {
		for _, k := range row {
			if strings.HasPrefix(k.Text, label) {
				v.acts(who, "["+k.Text+"]")
				_, err := v.as(who).app.Press(0, m.ID, k.Data)
				v.as(who).must(0, err)
				v.calm()
				return
			}
		}
	}
	v.rt.Fatalf("%s has no button %s", townNames[who], label)
}
