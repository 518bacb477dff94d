package tenancy

import (
	"slices"
	"strings"
	"unicode"

	"zuji/internal/chinese"
)

// forbidden are the subjects that Zuji never asks for, stores or forwards. The
// rules that once asked for some of them were repealed in 2021 (流动人口计划生育
// 工作条例 and others), and 个人信息保护法 Art. 6 and 28 bar the rest. They are
// words, not single characters: 育 alone would hit 教育.
var forbidden = []string{
	"怀孕", "孕情", "孕检", "孕妇", "孕期", "环检", "避孕", "节育", "绝育", "生育", "计生", "计划生育", "流产", "婚育",
	"婚姻", "已婚", "未婚", "离异", "结婚证", "配偶", "子女", "孩子", "小孩", "性别", "民族", "少数民族", "宗教", "信仰",
	"政治面貌", "党员", "健康状况", "病史", "疾病", "残疾", "艾滋", "乙肝",
	"pregnan", "birth control", "birthcontrol", "contracep", "marital", "marriage", "married", "spouse", "children", "gender", "ethnic",
	"religio", "political", "health",
}

// Forbidden returns the forbidden subject that text names, or "".
func Forbidden(text string) string {
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	for _, word := range forbidden {
		if strings.Contains(text, word) {
			return word
		}
	}
	return ""
}

// unasked are words that make a question one about a forbidden subject, or ask
// for what a register of tenancies must not hold: health, family, faith, bank
// accounts, biometrics (个人信息保护法 Art. 28) and keys to somebody's doors. In an
// answer or an address they may well be innocent, as in 健康路.
var unasked = []string{
	"几胎", "二胎", "三胎", "产妇", "产检", "预产", "坐月子", "月经", "懷孕", "生娃", "二孩", "三孩",
	"结婚", "離婚", "结过婚", "离婚", "再婚", "婚否", "婚况", "丧偶", "单身", "老公", "老婆", "丈夫", "妻子", "爱人", "夫妻", "夫妇", "結婚",
	"宝宝", "婴儿", "儿童", "幼儿", "小朋友", "娃娃", "儿子", "女儿", "几个娃", "未成年",
	"男女", "女男", "男还是女", "女还是男", "女士", "男或女", "男性", "女性", "性別", "性取向",
	"哪个族", "哪一族", "什么族", "何族", "族别", "汉族", "回族", "藏族", "维吾尔", "维族", "蒙古族",
	"信教", "信佛", "信什么", "教徒", "基督", "天主教", "伊斯兰", "佛教", "道教", "清真", "做礼拜",
	"党派", "入党", "团员", "政治", "政见", "黨員",
	"健康", "生病", "患病", "得病", "什么病", "有病", "疾患", "传染病", "精神病", "体检", "疫苗", "核酸", "吃药", "服药", "住院", "残障", "血型",
	"银行卡", "银行账", "银行帐", "人脸", "指纹", "虹膜", "密码", "身份证照", "证件照", "举报", "可疑",
	"husband", "divorc", "birth", "newborn", "infant", "daughter", "maleorfemale", "mosque", "church", "muslim", "christian",
	"partymember", "disease", "illness", "disab", "vaccin", "medical", "bankaccount", "bankcard", "password", "fingerprint",
}

// unaskedWords are the same, where only the whole word counts.
var unaskedWords = []string{"sex", "male", "female", "wife", "baby", "babies", "kid", "kids", "child", "son", "sons", "race", "ill", "sick"}

// ForbiddenQuestion returns the forbidden subject that a manager's question, its
// help or an option of it names, or "". It is stricter than Forbidden, and
// blanks and signs between the characters do not hide a word.
func ForbiddenQuestion(text string) string {
	if word := Forbidden(text); word != "" {
		return word
	}
	words := strings.FieldsFunc(strings.ToLower(chinese.Normalise(text)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	joined := strings.Join(words, "")
	if word := Forbidden(joined); word != "" {
		return word
	}
	for _, word := range unasked {
		if strings.Contains(joined, word) {
			return word
		}
	}
	for _, word := range unaskedWords {
		if slices.Contains(words, word) {
			return word
		}
	}
	return ""
}

// telling are words that make a paragraph ask landlords to watch and report
// people. Zuji has no tip-off function: the standard text says 110.
var telling = []string{"举报", "检举", "揭发", "告密", "可疑", "tip-off", "tip off", "suspicious", "informant"}

// ForbiddenParagraph returns the forbidden subject that a manager's own paragraph
// names, or "". Blanks and signs between the characters do not hide a word.
func ForbiddenParagraph(text string) string {
	if word := Forbidden(text); word != "" {
		return word
	}
	joined := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
	if word := Forbidden(joined); word != "" {
		return word
	}
	if i := slices.IndexFunc(telling, func(word string) bool {
		return strings.Contains(joined, word) || strings.Contains(strings.ToLower(text), word)
	}); i >= 0 {
		return telling[i]
	}
	return ""
}
