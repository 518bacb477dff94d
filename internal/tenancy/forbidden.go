package tenancy

import "strings"

// forbidden are the subjects that Zuji never asks for, stores or forwards. The
// rules that once asked for some of them were repealed in 2021 (流动人口计划生育
// 工作条例 and others), and 个人信息保护法 Art. 6 and 28 bar the rest. They are
// words, not single characters: 育 alone would hit 教育.
var forbidden = []string{
	"怀孕", "孕情", "孕检", "孕妇", "孕期", "环检", "避孕", "节育", "绝育", "生育", "计生", "计划生育", "流产", "婚育",
	"婚姻", "已婚", "未婚", "离异", "结婚证", "配偶", "子女", "孩子", "小孩", "性别", "民族", "少数民族", "宗教", "信仰",
	"政治面貌", "党员", "健康状况", "病史", "疾病", "残疾", "艾滋", "乙肝",
	"pregnan", "birth control", "contracep", "marital", "married", "spouse", "children", "gender", "ethnic",
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
