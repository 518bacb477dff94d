package service_test

import (
	"context"
	"strings"
	"testing"

	"zuji/internal/tenancy"
)

// asks gives the compound the questions of the transcripts.
func (w *world) asks() {
	w.t.Helper()
	for i, q := range []tenancy.Question{
		{Kind: tenancy.AsksChoice, Label: "养宠物吗？", Help: "养犬请先到派出所办证", Options: []string{"养狗", "养猫", "不养"}},
		{Kind: tenancy.AsksText, Label: "车位 & 车牌号是多少？", Optional: true},
		{Kind: tenancy.AsksNumber, Label: "交接了几把钥匙？"},
		{Kind: tenancy.AsksDate, Label: "哪天交房", Optional: true},
	} {
		if _, err := w.zuji.Registry.AddQuestion(context.Background(), "question"+string(rune('0'+i)), manager, w.compound.ID, q); err != nil {
			w.t.Fatal(err)
		}
	}
}

// upToQuestions answers a registration up to the compound's own questions.
func (p *person) upToQuestions(unit string) {
	p.w.t.Helper()
	p.says("/register")
	p.asked("哪一栋")
	p.says(unit)
	p.asked("租客叫什么名字")
	p.says("李雷")
	p.asked("证件号码")
	p.says("119999199001010012")
	p.asked("李雷的手机号")
	p.says("13900139000")
	p.presses("没有了")
	p.asked("从哪天开始租")
	p.says("明天")
	p.presses("12 个月")
}

// A manager adds a question, the landlord who had begun before meets it, the
// answer stands on the review card and can be returned, and outlives the
// question.
func TestQuestions_FromManagerToRecord(t *testing.T) {
	w := newWorld(t, nil)
	w.register()
	wang, li := w.as(landlord), w.as(manager)
	wang.upToQuestions("3-1-601")
	wang.sees("请核对")

	li.says("/questions")
	li.sees("附加问题 0/10")
	li.presses("➕ 加一个问题")
	li.asked("想问房东什么")
	li.says("有没有怀孕的？")
	li.asked("不能问「怀孕」")
	li.says("养<b>宠物</b>吗？")
	li.presses("选择")
	li.asked("有哪些选项")
	li.says("养狗&猫、不养")
	li.presses("⏭ 跳过")
	li.presses("必须回答")
	li.sees("养<b>宠物</b>吗？")
	li.presses("✅ 添加")
	li.sees("以后会问「养<b>宠物</b>吗」")

	wang.presses("✅ 属实，提交")
	wang.asked("养<b>宠物</b>吗？")
	wang.presses("养狗&猫")
	wang.asked("养<b>宠物</b>吗：养狗&猫")
	wang.presses("✅ 属实，提交")
	wang.sees("已提交给物业")
	li.sees("养<b>宠物</b>吗：养狗&猫")
	li.presses("↩️ 退回")
	li.presses("养宠物吗：养狗&猫")
	li.offered("☑️ 养宠物吗：养狗&猫")
	li.presses("选好了 ▶️")
	li.presses("看不清、不完整")
	li.sees("退回给房东更正")
	li.presses("↩️ 退回")
	li.sees("已退回")
	wang.sees("养<b>宠物</b>吗：养狗&猫")
	wang.presses("✏️ 现在更正")
	wang.asked("物业说明：看不清、不完整")
	wang.says("不养")
	wang.presses("✅ 属实，提交")
	li.sees("养<b>宠物</b>吗：不养")

	li.says("/questions")
	li.presses("🗑 1")
	li.sees("停用「养<b>宠物</b>吗」吗？")
	li.presses("🗑 停用")
	li.sees("还没有。您可以加")
	wang.says("/my")
	wang.presses("3栋1单元601室")
	wang.sees("状态：等物业受理")
	if card := wang.sees("编号"); !strings.Contains(card.Text, "养<b>宠物</b>吗：不养") {
		t.Errorf("the record lost the answer: %s", card.Text)
	}
	wang.upToQuestions("3-1-602")
	wang.asked("请核对")
}

func TestQuestions_ListIsManaged(t *testing.T) {
	w := newWorld(t, nil)
	w.asks()
	li := w.as(manager)
	li.says("/questions")
	li.sees("1. 养宠物吗？（选择：养狗、养猫、不养）\n2. 车位 & 车牌号是多少？（文字，可跳过）")
	li.presses("⬆️ 3")
	li.sees("2. 交接了几把钥匙？（数字）\n3. 车位 & 车牌号")
	li.presses("🗑 1")
	li.sees("停用「养宠物吗」吗？")
	li.presses("↩️ 不停用")
	li.sees("附加问题 4/10")
	for i := range 6 {
		q := tenancy.Question{Kind: tenancy.AsksText, Label: "再问" + string(rune('一'+i))}
		if _, err := w.zuji.Registry.AddQuestion(context.Background(), "more"+string(rune('0'+i)), manager, w.compound.ID, q); err != nil {
			t.Fatal(err)
		}
	}
	li.says("/questions")
	li.sees("附加问题 10/10")
	li.presses("➕ 加一个问题")
	li.asked("附加问题最多 10 个")

	other := w.as(stranger)
	other.says("/questions")
	other.sees("这个操作您不能用")
	boss := w.as(admin)
	boss.says("/questions")
	boss.sees("这个操作您不能用")
}

// The longest card with the longest answers is longer than a message: it comes
// in two, the buttons under the second.
func TestQuestions_LongestCardIsShown(t *testing.T) {
	w := newWorld(t, nil)
	w.register()
	one, err := w.zuji.Registry.Tenancy(context.Background(), "T1")
	if err != nil {
		t.Fatal(err)
	}
	for i := range tenancy.MaxQuestions {
		q := tenancy.Question{Kind: tenancy.AsksText, Label: string(rune('0'+i)) + strings.Repeat("问", tenancy.MaxQuestionLabel-1)}
		if q, err = w.zuji.Registry.AddQuestion(context.Background(), "question"+string(rune('0'+i)), manager, w.compound.ID, q); err != nil {
			t.Fatal(err)
		}
		one.Extra = one.Extra.With(q.ID, strings.Repeat("答", tenancy.MaxAnswer))
	}
	first := one.People[0]
	for i := 1; i < tenancy.MaxPeople; i++ {
		one.People[i-1].Next = tenancy.MoreTenant
		first.Item = string(rune('a' + i))
		one.People = append(one.People, first)
	}
	one.ID, one.Receipt, one.State, one.Unit.Room = "T2", "", tenancy.Draft, "601"
	if _, err := w.zuji.Registry.Submit(context.Background(), one); err != nil {
		t.Fatal(err)
	}
	li := w.as(manager)
	li.sees("3栋1单元601室")
	li.sees("9问")
	li.presses("✅ 受理")
	w.as(landlord).sees("登记回执")
}

// Buttons forged by people who do not manage the compound change nothing.
func TestQuestions_ForgedButtonsChangeNothing(t *testing.T) {
	w := newWorld(t, nil)
	w.asks()
	for _, who := range []int64{stranger, admin} {
		p := w.as(who)
		p.start("")
		p.sees("租记")
		for _, verb := range []string{"qadd", "qlist", "qmove", "qend", "qends"} {
			for _, arg := range []string{w.compound.ID, w.compound.ID + ".question0.1", w.compound.ID + ".question0.x", "..", ""} {
				p.forges("a:" + verb + ":" + arg)
			}
		}
		if chat := p.chat(); strings.Contains(chat, "宠物") || strings.Contains(chat, "想问房东什么") {
			t.Errorf("%d sees the questions: %s", who, chat)
		}
	}
	c, _ := w.zuji.Registry.Compound(w.compound.ID)
	if asked := c.Asked(); len(asked) != 4 || asked[0].ID != "question0" {
		t.Errorf("the questions are now %+v", asked)
	}
	li := w.as(manager)
	li.start("")
	li.sees("租记")
	for _, arg := range []string{".question9.1", ".question0.99", ".question0.-1", ".question0.x", ""} {
		li.forges("a:qmove:" + w.compound.ID + arg)
		li.sees("附加问题 4/10")
	}
}
