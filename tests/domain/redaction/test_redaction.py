"""What the rules find that is personal, and what stays as it was."""

from __future__ import annotations

import re
import unicodedata
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.redaction import (
    MARK,
    RedactionKind,
    hidden_by_hand,
    hide,
    is_identity_number,
    is_redaction_of,
    redact_title,
    redacted,
    redactions_of,
)

pytestmark = pytest.mark.ring("test")

HIDDEN = [
    # text, kind, what is hidden
    ("请打13800138000联系", "TELEPHONE", "13800138000"),
    ("请打138 0013 8000联系", "TELEPHONE", "138 0013 8000"),
    ("请打138-0013-8000联系", "TELEPHONE", "138-0013-8000"),
    ("请打１３８００１３８０００联系", "TELEPHONE", "１３８００１３８０００"),
    ("请打+86 13800138000", "TELEPHONE", "+86 13800138000"),
    ("请打028-86123456", "TELEPHONE", "028-86123456"),
    ("请打(028)86123456", "TELEPHONE", "(028)86123456"),
    ("电话一三八零零一三八零零零。", "TELEPHONE", "一三八零零一三八零零零"),
    ("证号11010519491231002X。", "IDENTITY_CARD", "11010519491231002X"),
    ("证号110105194912310021。", "ACCOUNT", "110105194912310021"),
    ("证号110105491231002。", "IDENTITY_CARD", "110105491231002"),
    ("卡号6222 0212 3456 7890 123", "ACCOUNT", "6222 0212 3456 7890 123"),
    ("车牌川A12345违停", "PLATE", "川A12345"),
    ("车牌川A·D12345违停", "PLATE", "川A·D12345"),
    ("写信到zhang.san@example.com吧", "MAIL", "zhang.san@example.com"),
    ("微信号:zhang_san88", "HANDLE", "zhang_san88"),
    ("QQ123456", "HANDLE", "123456"),
    ("住在锦绣花园3栋2单元501室", "ADDRESS", "3栋2单元501室"),
    ("住在锦绣花园三号楼", "ADDRESS", "三号楼"),
    ("住在人民路12号", "ADDRESS", "12号"),
    ("我叫张小明", "NAME", "张小明"),
    ("物业的王小二先生", "NAME", "王小二"),
    ("联系人：赵大宝，谢谢", "NAME", "赵大宝"),
    ("打138·0013，8000", "TELEPHONE", "138·0013，8000"),
    ("打138（0013）8000", "TELEPHONE", "138（0013）8000"),
    ("打①③⑧⓪⓪①③⑧⓪⓪⓪", "TELEPHONE", "①③⑧⓪⓪①③⑧⓪⓪⓪"),
    ("打１3٨०𝟎1️⃣3⁸000吧", "TELEPHONE", "１3٨०𝟎1️⃣3⁸000"),
    ("打一三八 零零一三 八零零零", "TELEPHONE", "一三八 零零一三 八零零零"),
    ("打13800138000一直不通", "TELEPHONE", "13800138000"),
    ("打l38OO138OOO", "TELEPHONE", "l38OO138OOO"),
    ("打+852 9123 4567", "TELEPHONE", "+852 9123 4567"),
    ("证件A123456(7)", "IDENTITY_CARD", "A123456(7)"),
    ("证号11010519491231002 X", "IDENTITY_CARD", "11010519491231002 X"),
    ("编号20261201-000089-3", "ACCOUNT", "20261201-000089-3"),
    ("车牌川 A12345", "PLATE", "川 A12345"),
    ("车牌川A-123-45", "PLATE", "川A-123-45"),
    ("写信wang(at)example.com", "MAIL", "wang(at)example.com"),
    ("住锦华路八十八号", "ADDRESS", "八十八号"),
    ("住锦绣苑3#2-1501", "ADDRESS", "3#2-1501"),
    ("住锦绣苑A座1501", "ADDRESS", "A座1501"),
    ("我叫：王小明", "NAME", "王小明"),
    ("联系人 李秀英 电话", "NAME", "李秀英"),
    ("姓名：王小明电话", "NAME", "王小明"),
    ("我是张三", "NAME", "张三"),
    ("我叫阿卜杜拉·买买提", "NAME", "阿卜杜拉·买买提"),
    ("您好，罗敏，住在城东", "NAME", "罗敏"),
    ("去年鲍春林把路堵了", "NAME", "鲍春林"),
    ("汪雨桐的学籍已转入", "NAME", "汪雨桐"),
    ("户名吉克阿各，请查", "NAME", "吉克阿各"),
    ("小王说领导出差了", "NAME", "小王"),
    ("Priya Raman, tel me", "NAME", "Priya Raman"),
    ("加V信tt_sleepless索取", "HANDLE", "tt_sleepless"),
    ("扣扣 1 0 4 7 3 3 8 2 9，加", "HANDLE", "1 0 4 7 3 3 8 2 9"),
    ("请加ye_zi_0328（微信）", "HANDLE", "ye_zi_0328"),
    ("微信同手机，或搜momo-yangyang。", "HANDLE", "momo-yangyang"),
    ("盛和一路十八号", "ADDRESS", "十八号"),
    ("桂溪苑B区#5-302", "ADDRESS", "#5-302"),
    ("清江中路 51 号 3 — 2 — 6", "ADDRESS", "51 号 3 — 2 — 6"),
    ("沙湾村四社19号", "ADDRESS", "四社19号"),
    ("正街⑯号⑤栋", "ADDRESS", "⑯号⑤栋"),
    ("Apt 4B please", "ADDRESS", "Apt 4B"),
    ("小车川A叁柒K陆贰", "PLATE", "川A叁柒K陆贰"),
    ("使馆车使014578在", "PLATE", "使014578"),
    ("银行卡622202 4402 0519 3847 4", "ACCOUNT", "622202 4402 0519 3847 4"),
    ("marta.k [at] wp [dot] pl", "MAIL", "marta.k [at] wp [dot] pl"),
    ("请打(852) 2736 4190", "TELEPHONE", "(852) 2736 4190"),
    ("前三位139，中间四位8062，最后四位7715，好", "TELEPHONE", "139，中间四位8062，最后四位7715"),
    ("打⑬⑤⑨⑧①④⑦⓪③⑥", "TELEPHONE", "⑬⑤⑨⑧①④⑦⓪③⑥"),
    ("军官证号：南字第0817264号，退役", "IDENTITY_CARD", "南字第0817264号"),
    ("居留证：USA110089041907，换证", "IDENTITY_CARD", "USA110089041907"),
    ("passport C4XK7P201, expired", "IDENTITY_CARD", "C4XK7P201"),
    ("银行账号 22—903101040017482", "ACCOUNT", "22—903101040017482"),
    ("存折号：130 274 816 009 53，消磁", "ACCOUNT", "130 274 816 009 53"),
    ("驾驶证（档案编号：510012345678）", "ACCOUNT", "510012345678"),
    ("宽带账号cd02886403917掉线", "ACCOUNT", "cd02886403917"),
    ("苏E[58J0M占位", "PLATE", "苏E[58J0M"),
    ("邮箱li na 88 @ 163 . com", "MAIL", "li na 88 @ 163 . com"),
    ("邮箱t i g e r @ 1 2 6 . c o m", "MAIL", "t i g e r @ 1 2 6 . c o m"),
    ("发na.bak@gmail.com两处", "MAIL", "na.bak@gmail.com"),
    ("微博@蓉城小巷烟火气，私信", "HANDLE", "蓉城小巷烟火气"),
    ("Skype: live:mei.chan_62", "HANDLE", "live:mei.chan_62"),
    ("花土社区九组的路", "ADDRESS", "九组"),
    ("仁和镇13村民小组修路", "ADDRESS", "13村民小组"),
    ("和美西路120号（3期）5栋B单元2203，吵", "ADDRESS", "120号（3期）5栋B单元2203"),
    ("槐树村第四排6号，黄", "ADDRESS", "第四排6号"),
    ("新村八巷15號之二 3樓，窄", "ADDRESS", "八巷15號之二 3樓"),
    ("晶蓝半岛1期 | 7幢 | 1单元 | 3301，困", "ADDRESS", "1期 | 7幢 | 1单元 | 3301"),
    ("请为臧 克 勤老人解决", "NAME", "臧 克 勤"),
    ("我是喻 婷，上周来过", "NAME", "喻 婷"),
    ("求助人邓春桃，要求", "NAME", "邓春桃"),
    ("楼上那家女的叫江月，天天吵", "NAME", "江月"),
    ("段誉坤状告物业", "NAME", "段誉坤"),
    ("本人哈力克，留学生", "NAME", "哈力克"),
    ("Zhang Weiqi（拼音）", "NAME", "Zhang Weiqi"),
    ("Tran Thi Lan嫁到本村", "NAME", "Tran Thi Lan"),
    ("这位护士叫鄭詠欣，很细心", "NAME", "鄭詠欣"),
    ("俺爹茹满仓，八十了", "NAME", "茹满仓"),
    ("实名：【于海】", "NAME", "于海"),
    ("教练栾·志·刚收红包", "NAME", "栾·志·刚"),
    ("联系人麻Y亮，字打不出", "NAME", "麻Y亮"),
    ("司机努尔兰·艾拜都收钱", "NAME", "努尔兰·艾拜都"),
    ("昨天柳玉兰来我家砸门", "NAME", "柳玉兰"),
    ("听范雪梅说要拆", "NAME", "范雪梅"),
    ("当时陈桂花在场", "NAME", "陈桂花"),
    ("环卫工人单玉华扫街", "NAME", "单玉华"),
    ("文昌路56号院3号楼2门401，返味", "ADDRESS", "56号院3号楼2门401"),
    ("金桂苑5#2单元1104天天装修", "ADDRESS", "5#2单元1104"),
    ("东大街77号.3栋.1204房", "ADDRESS", "77号.3栋.1204房"),
    ("幸福里壹栋贰单元", "ADDRESS", "壹栋贰单元"),
    ("石榴园二期9号楼东单元302，冷", "ADDRESS", "二期9号楼东单元302"),
    ("荔湾路32号之二402，吵", "ADDRESS", "32号之二402"),
    ("在2号楼~4单元~701，交税", "ADDRESS", "2号楼~4单元~701"),
    ("新华路106号早餐店占道", "ADDRESS", "106号"),
    ("交叉口109号小卖部占道", "ADDRESS", "109号"),
    ("张家坡8组滑坡", "ADDRESS", "8组"),
    ("花园小区一门洞402", "ADDRESS", "一门洞402"),
    ("中环大厦15F-03漏水", "ADDRESS", "15F-03"),
    ("xingfu lu 88 hao 3 dong 501，没水", "ADDRESS", "88 hao 3 dong 501"),
    ("水岸花都小区5-1-3-2，漏水", "ADDRESS", "5-1-3-2"),
    ("十字街口12号，堵", "ADDRESS", "12号"),
    ("旺旺：爱吃糖的猫88", "HANDLE", "爱吃糖的猫88"),
    ("找管理员laowu_2019xz要", "HANDLE", "laowu_2019xz"),
    ("我旺旺朵朵妈妈1314，卖家", "HANDLE", "朵朵妈妈1314"),
    ("微信号前四个字母加数字：abcd加0729，连", "HANDLE", "abcd加0729"),
    ("微信号：字母q开头，q-7-3-0-x，", "HANDLE", "q-7-3-0-x"),
    ("薇信:li(zi)0610，好", "HANDLE", "li(zi)0610"),
    ("我Q30七18四926，混着写", "HANDLE", "30七18四926"),
    ("QQ群主66 3820 174核实", "HANDLE", "66 3820 174"),
    ("知乎用户li-da-chou-85公开", "HANDLE", "li-da-chou-85"),
    ("工行【6212】2640【0037】1958【426】", "ACCOUNT", "6212】2640【0037】1958【426"),
    ("卡621700301004【后九位】827364519", "ACCOUNT", "621700301004【后九位】827364519"),
    ("退回621483.55.1027.4963吧", "ACCOUNT", "621483.55.1027.4963"),
    ("汇到GB29 NWBK 6016 1331 9268 19", "ACCOUNT", "GB29 NWBK 6016 1331 9268 19"),
    ("饭卡003 82 74 615充了", "ACCOUNT", "003 82 74 615"),
    ("折子号17-204800460038261，没有", "ACCOUNT", "17-204800460038261"),
    ("破车豫L,K6204报废", "PLATE", "豫L,K6204"),
    ("邮箱bai.yun★163.com", "MAIL", "bai.yun★163.com"),
    ("打单位86547231转305，没人接", "TELEPHONE", "86547231转305"),
    ("我短号66325，同事都有", "TELEPHONE", "66325"),
    ("拖拉机川08·31745翻了", "PLATE", "川08·31745"),
    ("电动车车牌号成都D382915被偷", "PLATE", "成都D382915"),
    ("发到lihong88 #at# sohu.com吧", "MAIL", "lihong88 #at# sohu.com"),
    ("发到liu_yang|at|foxmail|dot|com吧", "MAIL", "liu_yang|at|foxmail|dot|com"),
    ("群友“今天不想上班”在群里发的", "HANDLE", "今天不想上班"),
    ("抖音成都慢生活_拍过", "HANDLE", "成都慢生活_"),
    ("快手叫巴适得板520，天天播", "HANDLE", "巴适得板520"),
    ("微信转给b77203lan，没退", "HANDLE", "b77203lan"),
    ("俺庄（三队）缺水", "ADDRESS", "三队"),
    ("他住七社，我不认识", "ADDRESS", "七社"),
    ("在六组的田里打井", "ADDRESS", "六组"),
    ("对面36号的空调滴水", "ADDRESS", "36号"),
    ("3号的住户都没收到", "ADDRESS", "3号"),
    ("楼上1602天天跳绳", "ADDRESS", "1602"),
    ("温江波说他会修", "NAME", "温江波"),
    ("夏天宇是我邻居", "NAME", "夏天宇"),
    ("高兴旺，男，五十岁", "NAME", "高兴旺"),
    ("索日草，藏族，做生意", "NAME", "索日草"),
    ("“向前红”是我的真名", "NAME", "向前红"),
    ("金王子涵这个名字太长", "NAME", "金王子涵"),
    ("名字登记成“严肃”，请改", "NAME", "严肃"),
    ("户口本上党建民，对不上", "NAME", "党建民"),
    ("给娃取名云朗，行不行", "NAME", "云朗"),
    ("门卫江涛，很热心", "NAME", "江涛"),
    ("这位高远医师收费高", "NAME", "高远"),
    ("谢谢柴敬民区长关心", "NAME", "柴敬民"),
    ("经胡志强副局长批示", "NAME", "胡志强"),
    ("请找教务处满文斌老师", "NAME", "满文斌"),
    ("审批局岳明霞窗口排长队", "NAME", "岳明霞"),
    ("我嬢嬢游素芬，耳背", "NAME", "游素芬"),
    ("台胞簡志華，要讀書", "NAME", "簡志華"),
    ("楼上路遥远家天天吵", "NAME", "路遥远"),
    ("黄国富屋头漏雨", "NAME", "黄国富"),
    ("法人危向荣失联", "NAME", "危向荣"),
    ("老汉叫毕全有，没评上", "NAME", "毕全有"),
    ("真名石开元，请查", "NAME", "石开元"),
    ("我舅公万淑芳1951年生", "NAME", "万淑芳"),
    ("关于向国庆一家的困难", "NAME", "向国庆"),
    ("皮特·汉斯是我的外教", "NAME", "皮特·汉斯"),
    ("人事Vivian陈让我签字", "NAME", "Vivian陈"),
    ("登记的是Ito Takashi，退押金", "NAME", "Ito Takashi"),
    ("请寄给陈映雪收。", "NAME", "陈映雪"),
]


@pytest.mark.parametrize(("text", "kind", "hidden"), HIDDEN)
def test_what_is_personal_is_hidden_sign_by_sign(text: str, kind: str, hidden: str) -> None:
    (found,) = redactions_of(text)
    assert (found.kind, text[found.start : found.end]) == (RedactionKind[kind], hidden)
    assert redacted(text) == text.replace(hidden, MARK * len(hidden))


@pytest.mark.parametrize(
    "text",
    [
        "拨打12345和110都没有用",
        "2017年1月3日起，每月收费1200元，共36个月",
        "三室一厅，面积89.5平米，2016-2017年度",
        "3号线二期，1号公告，第5条",
        "请主任和局长过问，办公室在一楼",
        "欠薪5000-8000元，总投资13,800,138,000元",
        "2019-04-25 10:15:30提交，20190509答复",
        "GB 3096-2008，成办函〔2018〕123号",
        "115、123、204、808、809、202路公交",
        "小区共有3栋楼，12号停水",
        "儿童较多，施工太吵，黄龙溪和王府井",
        "到3楼302室办理，共12345678.90元",
        "热线400-820-1234占线，社保卡12333打不通，公积金12329热线也是",
        "工单编号20240315001287和合同编号CDZF-2020-118837",
        "三年级二组，2社区合并，第九组数据",
        "学习雷锋，鲁迅先生说过",
        "微信号跟QQ一样",
        "昵称不知道，打4008123123报修",
        "发票代码044001900211，条码6923450657713，国药准字H20064318",
        "不动产权第0038461号，变压器S11-400kVA",
        "落款：退休教师，经办人是大厅7号窗口",
        "我从老家来，居民都强烈反对，业主家常常被偷",
        "烟气含CO、H_2S、NH_3，照片IMG_20240501",
        "302室友天天打游戏，2F-3F之间漏水",
        "小票号0038271，鲁能的盘，解放军叔叔抗洪",
        "楼上100米处，楼下202路公交，对面28号开工",
        "高中生是学生，年龄，民族，职业等，2018年执业医师考试，荣获2014年先进",
        "居民区多是老人，翡翠华庭2015年交房",
        "扶贫队长说，养殖场老板说，县长期缺水，杨浦区长阳路口",
    ],
)
def test_what_is_nobodys_stays(text: str) -> None:
    assert redacted(text) == text


def test_people_who_are_listed_and_counted_are_named() -> None:
    assert redacted("方正、高峰、平凡三位邻居作证") == "■■、■■、■■三位邻居作证"
    assert redacted("常小青和武林两个娃打架") == "■■■和■■两个娃打架"
    assert redacted("还有曾海燕、彭丽两家，没证") == "还有■■■、■■两家，没证"


def test_the_writers_name_is_hidden_wherever_it_stands() -> None:
    assert redacted("陈小禾说，陈小禾的家", ("陈小禾",)) == "■■■说，■■■的家"


def test_who_holds_the_office_is_named() -> None:
    assert redacted("请李江河主任过问", keep=("李江河",)) == "请李江河主任过问"
    assert redacted("请李江河主任过问") == "请■■■主任过问"


def test_the_check_sign_decides_what_an_identity_number_is() -> None:
    assert is_identity_number("11010519491231002x")
    assert not is_identity_number("110105194912310020")


def test_a_title_has_two_marks_for_each_place() -> None:
    assert redact_title("李四四被打，13800138000") == "■■被打，■■"
    assert redact_title("锦绣花园3栋2单元漏水") == "锦绣花园■■漏水"


def test_only_marks_in_the_place_of_signs_are_a_redaction() -> None:
    assert is_redaction_of("甲■丙", "甲乙丙")
    for other in ("甲丁丙", "甲■■丙", "甲丙", "甲乙丙■"):
        assert not is_redaction_of(other, "甲乙丙")


def test_what_a_person_hid_beside_the_rules_is_told_in_spans() -> None:
    spans = hidden_by_hand("■■丙■", "甲乙丙丁")
    assert [(one.start, one.end) for one in spans] == [(0, 2), (3, 4)]
    assert hidden_by_hand("甲", "甲") == ()


_SIGNS = st.text(
    st.sampled_from("一二三栋单元室号路川A1380- ·.@xX王先生我叫本人省QQ:微信■\n１３"), max_size=60
)
_PHONES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
_GAPS = st.sampled_from(("", " ", "-", "—", "·", " - ", "\u200b"))


@given(_SIGNS)
def test_a_text_keeps_its_length_and_hiding_again_changes_nothing(text: str) -> None:
    once = redacted(text)
    assert is_redaction_of(once, text)
    assert redacted(once) == once
    assert hide(text, redactions_of(text)) == once


@given(_SIGNS, _PHONES, _GAPS, _SIGNS, st.booleans())
def test_no_telephone_number_survives(
    before: str, phone: str, gap: str, after: str, full_width: bool
) -> None:
    written = gap.join((phone[:3], phone[3:7], phone[7:]))
    if full_width:
        written = "".join(chr(ord(one) + 0xFEE0) if one.isdigit() else one for one in written)
    text = f"{before}，{written}，{after}"
    kept = unicodedata.normalize("NFKC", redacted(text)[len(before) + 1 :][: len(written)])
    assert not re.search(r"\d", kept)


@given(_SIGNS, st.from_regex(r"[1-6][0-9]{16}[0-9X]", fullmatch=True), _SIGNS)
def test_no_identity_number_survives(before: str, card: str, after: str) -> None:
    text = f"{before}{card}{after}"
    place = len(before)
    assert redacted(text)[place : place + 17] == MARK * 17


@pytest.mark.parametrize(
    "stretch",
    [
        "1-",
        "138 0013 ",
        "3-1-",
        "1301、",
        "a.",
        "a@",
        "川A1",
        "姓名",
        "我叫张",
        "张先生",
        "阿·",
        "号",
    ],
)
def test_ten_times_the_text_takes_about_ten_times_as_long(stretch: str) -> None:
    short, long = (measure(stretch * (signs // len(stretch))) for signs in (1_000, 10_000))
    assert long < 40 * short


def measure(text: str) -> float:
    """Seconds of this processor, the best of two."""
    times = []
    for _ in range(2):
        began = process_time()
        redactions_of(text)
        times.append(process_time() - began)
    return min(times)
