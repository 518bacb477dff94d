package paste

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// surnames are the most frequent family names; without a label a word is a
// person's name only behind one of them.
const surnames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖萧田董袁潘蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏傅方邹熊白孟秦邱侯江尹薛闫阎段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝宁尚符舒阮柯纪梅童凌毕裴霍涂成苗谷盛曲翁冉骆蓝游辛靳管柴蒙鲍华喻祁蒲滕屈饶解牟艾尤阳穆农司卓古吉缪简车项芦麦褚娄窦戚岑景党宫卜冷晏席卫米柏宗瞿桂佟应臧闵苟邬边卞姬师仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘查麻苑迟邝封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺闻位厉伊仝区郜海阚权强帅屠豆朴盖练廉禹井祖漆巴丰卿国狄索宣晋云容敬扈晁芮普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿印逯隆茹战慕危玉银亢嵇公湛宾戎勾茅利於呼揭尉冶斯束檀衣阴昝智幸奉衡富尧闭"

// compoundNames are the family names of two characters.
var compoundNames = []string{"欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "令狐", "慕容", "司徒", "夏侯", "端木", "南宫"}

// noNames are words of such blocks that could be names.
var noNames = strings.Fields("谢谢 你好 您好 本人 自住 月付 季付 年付 整租 合租 个人 居住 起租 出租 登记 资料 信息 如下 合同 方便 安静 时间 明天 全款 连租 国庆 元旦 平米 平方 房间 单间 单元 和租 来电 来租 公寓 公司 信用 常住 管理 明年 明细 安排 范本 易租 米饭 支付 支付宝 阳台 向南 南向 南北 温馨 马上 高层 高楼 万科 白天 黄金 常年 安心 水电 宽带 金额 车位 空调 向阳 成都 贵阳 东西 管道 麻烦 严禁 阳光 严格 温暖 高档 高级 简装 简单 明亮 顾客 方位 方式 车库 车辆 雷同 常住 石材 沙发 马桶 冷气 白色 毛坯 古典 麦田 强电 齐全 成交 成功 安装 安全 左右 于今 任何 任意 应付 应收 尚可 尚未 封闭 申请 申报 利息 金融 阴面 巨大")

// looksLikeName reports whether an unlabelled word is probably a person's name.
func looksLikeName(s string) bool {
	if strings.Contains(s, "·") {
		return true
	}
	n := utf8.RuneCountInString(s)
	if n < 2 || n > 4 || strings.ContainsFunc(s, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) {
		return false
	}
	for _, double := range compoundNames {
		if strings.HasPrefix(s, double) {
			return n > 2
		}
	}
	first, _ := utf8.DecodeRuneInString(s)
	return n < 4 && strings.ContainsRune(surnames, first)
}
