"""What an approver should look at before a reply goes out: hints from its words, never a gate.

The rules follow what the writer is owed: an answer to what was asked, by whom, what was done and
when, and where to ask on. They read signs of the text and understand nothing: a good reply may
break one, and a bad one none. The thresholds were set on real replies, so that what is warned of
is mostly right (docs/suggestions.md tells how often).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.refusals import Text
from domain.wording import terms
from domain.words import LetterKind, Word

FEWEST_SIGNS = 50
"""Of substance: letters and figures without greetings, thanks and the date at the end."""
MOST_COURTESY = 0.5
"""The share of a reply that may be stock phrases."""
MOST_REPEATED = 0.6
"""The share of a reply's substance that may be the letter's own words, eight signs at a time."""
FEWEST_OF_TITLE = 0.2
"""The share of the title's terms that a reply to it takes up …"""
FEWEST_OF_BODY = 5
"""… or else so many terms of the letter's text."""
_RUN = 8


class ReplyFlaw(Word):
    """What a reply seems to lack."""

    TOO_SHORT = "TOO_SHORT", "内容过短", "Too short"
    MOSTLY_COURTESY = "MOSTLY_COURTESY", "多为套话", "Mostly stock phrases"
    REPEATS_LETTER = "REPEATS_LETTER", "照抄来信", "Repeats the letter"
    NOT_TO_THE_POINT = "NOT_TO_THE_POINT", "答非所问", "Not to the point"
    NOBODY_NAMED = "NOBODY_NAMED", "未写明责任单位", "Nobody named"
    NOTHING_DONE = "NOTHING_DONE", "未写明办理措施", "Nothing done"
    NO_DATE = "NO_DATE", "未写明时间", "No date"
    NO_CONTACT = "NO_CONTACT", "未留联系方式", "No contact"


WARNINGS: dict[ReplyFlaw, Text] = {
    ReplyFlaw.TOO_SHORT: Text(
        f"除去问候和致谢，答复不足{FEWEST_SIGNS}字，恐未说清。",
        f"Without greeting and thanks it has fewer than {FEWEST_SIGNS} signs.",
    ),
    ReplyFlaw.MOSTLY_COURTESY: Text(
        "答复一半以上是套话。", "More than half of the reply is stock phrases."
    ),
    ReplyFlaw.REPEATS_LETTER: Text(
        "答复大部分是来信原文。", "Most of the reply repeats the letter's own text."
    ),
    ReplyFlaw.NOT_TO_THE_POINT: Text(
        "答复几乎没有提到来信所说的事。", "The reply hardly takes up what the letter is about."
    ),
    ReplyFlaw.NOBODY_NAMED: Text(
        "没有写明由哪个单位或谁负责。", "It names no unit or person in charge."
    ),
    ReplyFlaw.NOTHING_DONE: Text(
        "没有写明做了什么或将做什么。", "It does not say what was or will be done."
    ),
    ReplyFlaw.NO_DATE: Text(
        "没有写明何时办理或何时办结。", "It does not say when something was or will be done."
    ),
    ReplyFlaw.NO_CONTACT: Text(
        "没有留下可以继续询问的电话。", "It gives no telephone number for further questions."
    ),
}
"""What is said of each."""

_ANSWERED_IN_WORDS = (LetterKind.CONSULTATION, LetterKind.SUGGESTION, LetterKind.PRAISE)
"""What these letters want is said, not done."""

_COURTESIES = re.compile(
    r"""
    [“”"'‘’]?UU\d{1,12}[“”"'‘’]?
    |(?:尊敬的|亲爱的)?(?:各位)?(?:网友|网民|市民|群众|同志|朋友|业主|居民|先生|女士){1,3}(?:朋友)?
      (?=\s{0,3}[，,：:！!“”"‘’])
    |(?:您|你)们?好
    |[^。！!；;\n]{0,40}(?:来信|留言|帖文|帖子|信件|邮件|反映的(?:问题|情况))[^。！!；;，,\n]{0,6}
      (?:收悉|收到|知悉|获悉|已阅)
    |(?:现|特)?(?:将|就)?(?:有关|相关|具体|调查|核实|办理|处理|调查核实){0,3}(?:情况|内容|问题)?
      (?:向?您|向该网友)?(?:回复|答复|函复|回答)如下
    |(?:非常|衷心|再次|首先|十分|诚挚|真诚){0,3}(?:地)?(?:感谢|谢谢)[^。！!；;，,\n]{0,45}
    |祝(?:您|你|愿)[^。！!；;\n]{0,25}
    |(?:敬请|恳请|请)(?:您|你)?(?:予以)?(?:理解|谅解|支持|监督|关注)[^。！!；;，,\n]{0,12}
    |高度重视|特此(?:回复|答复|说明)|此复
    """,
    re.VERBOSE,
)
MOST_CLOSING = 80
"""Signs at the end of a reply in which its office and date are looked for."""
_CLOSING = re.compile(
    r"(?:^|(?<=[。！!？?；;，,\s谢持督解～~）)]))"
    r"(?:[一-鿿A-Z0-9]{0,18}[局委办府处站所队心厅镇乡道部院司会区县市校馆社]\s*)?"
    r"(?:\d{4}|二[〇○零]\S{2})\s*[年.\-/]"
    r"\s*[\d一二三四五六七八九十]{1,3}\s*[月.\-/]\s*[\d一二三四五六七八九十]{1,3}\s*日?\s*$"
)
_TITLES = re.compile(r"《[^《》]{1,60}》|〔\d{4}〕|[（(]\d{4}[)）]")
_ASKED_ON = re.compile(r"(?:您|你|网友|群众)[^。，,]{0,8}于[^。，,]{0,16}日")
_QUOTED = re.compile(r"[“\"‘《]([^”\"’》]{4,80})[”\"’》]")
_VAGUE = re.compile(
    r"(?:有关|相关|各|职能|主管|上级|当地|所在)(?:职能|主管)?(?:部门|单位|机关|政府)"
)
_ACTOR = re.compile(
    r"""
    (?:我|本|该|市|区|县|镇|乡|州|省)
      (?:局|委|办|院|所|站|队|厅|处|科|馆|会|校|司|市|区|县|镇|乡|村|街道|社区|中心|大队|支队|中队
      |单位|部|公司|分局|政府)
    |[一-鿿A-Z0-9](?:局|委员会|管委会|居委会|村委会|业委会|指挥部|办公室|办事处|街道|社区
      |分局|支队|大队|中队|派出所|中心|管理处|管理所|管理站|服务站|公司|集团|学院|学校|医院|法院
      |检察院|人民政府|县委|区委|市委|党委|政府|交警|城管|住建|物业|民政|教育|教体|人社|卫健
      |发改|国土|公安|社保|医保|水务|环保|信访办|法制办|工作组|专班|负责人|执法人员|工作人员
      |民警|专家组|执法队)
    """,
    re.VERBOSE,
)
_ACTION = re.compile(
    r"调查|核查|核实|查处|查看|查勘|勘查|踏勘|走访|排查|巡查|检查|抽查|督查|督促|督办|责令|要求|约谈"
    r"|整改|整治|整顿|处理|处置|处罚|立案|查封|拆除|清理|清运|清洗|修复|维修|修缮|抢修|更换|安装"
    r"|协调|联系|沟通|对接|组织|安排|召开|启动|开展|实施|施工|建设|改造|规划|设计|编制|完成|发放"
    r"|支付|退还|办理|解决|落实|解释|告知|移交|移送|取缔|劝导|疏导|增设|增加|调整|优化|推进|纳入"
    r"|申报|上报|申请|验收|招标|出台|下达|下发|签订|加强|加大|恢复|投入|征收|监测|检测|采取|研究"
)
_FORWARDED = re.compile(
    r"(?:已|现|将)?(?:经|由|予以)?(?:转|转交|交办|交由|批转|转由|转至|转给)[^。；;]{0,40}"
)
_GAP = r"\s{0,3}"
_NUMERAL = r"[\d一二两三四五六七八九十]{1,3}"
_WHEN = re.compile(
    rf"\d{{4}}{_GAP}[年.\-/]|{_NUMERAL}{_GAP}月(?:{_GAP}{_NUMERAL}{_GAP}[日号]|底|初|中|上旬|下旬|份|之?前|内)"
    rf"|\d{{1,2}}[.]\d{{1,2}}日|{_NUMERAL}{_GAP}[日号](?:上午|下午|晚|前|起|内)"
    rf"|{_NUMERAL}个?(?:工作日|天|日|周|星期|个月|月|小时)(?:之?内|前|左右|后)"
    r"|(?:今|明|去|本|当|次|上)(?:年|月|周|日|天)|昨[日天]|年底|年内|月底|年初|上半年|下半年"
    r"|[一二三四1234]季度|[上中下]旬|(?:春节|国庆|五一|元旦|暑假|寒假)(?:前|后|期间)"
)
_CONTACT = re.compile(
    rf"\d{{3,4}}{_GAP}[-—－–]{_GAP}\d{{7,8}}|\d{{4}}-\d{{4}}-\d{{7,8}}|(?<!\d)1[3-9]\d{{9}}(?!\d)"
    r"|(?<!\d)12\d{3}(?!\d)|(?:电话|热线|致电|来电|拨打|联系方式)[^。；;]{0,30}?\d{5}"
    r"|(?<!\d)\d{7,8}(?!\d)(?=[^\d元]|$)"
)
_SIGN = re.compile(r"[^\W_]")
_SAYS_NOTHING = re.compile(
    r"[的了是在我你您他有和与及就都也还很请把被对从到这那不没会能要为上下个吗呢a-z0-9]"
)
_ANY_LETTER = frozenset(
    terms(
        "反映 投诉 请求 咨询 建议 希望 关于 要求 举报 强烈 问题 情况 请问 尽快 解决 处理 领导 书记"
        " 市长 县长 政府 部门 相关 有关 如何 什么 为何 何时 小区 严重"
    )
)


@dataclass(frozen=True, slots=True)
class ReplyWarning:
    """A hint: which flaw, and what is said of it."""

    flaw: ReplyFlaw
    text: Text


def warnings_of(title: str, body: str, kind: LetterKind, reply: str) -> tuple[ReplyWarning, ...]:
    """What the reply to this letter seems to lack, in the order of `ReplyFlaw`; often nothing."""
    told = reply.strip()
    closing = _CLOSING.search(told, max(0, len(told) - MOST_CLOSING))
    told = told[: closing.start()] if closing else told
    substance = _COURTESIES.sub(" ", told)
    found = {
        ReplyFlaw.TOO_SHORT: _signs(substance) < FEWEST_SIGNS,
        ReplyFlaw.MOSTLY_COURTESY: _signs(substance) < _signs(told) * (1 - MOST_COURTESY),
        ReplyFlaw.REPEATS_LETTER: _repeated(substance, title + body) > MOST_REPEATED,
        ReplyFlaw.NOT_TO_THE_POINT: not _takes_up(substance, title, body),
        ReplyFlaw.NOBODY_NAMED: not _ACTOR.search(_VAGUE.sub(" ", substance)),
        ReplyFlaw.NO_CONTACT: not _CONTACT.search(reply),
    }
    if kind not in _ANSWERED_IN_WORDS:
        found[ReplyFlaw.NOTHING_DONE] = not _ACTION.search(_FORWARDED.sub(" ", substance))
        found[ReplyFlaw.NO_DATE] = not _says_when(substance)
    return tuple(ReplyWarning(flaw, WARNINGS[flaw]) for flaw in ReplyFlaw if found.get(flaw))


def _says_when(substance: str) -> bool:
    """A date of the matter: not a law's, and not the letter's own."""
    return bool(_WHEN.search(_ASKED_ON.sub(" ", _TITLES.sub(" ", substance))))


def _takes_up(substance: str, title: str, body: str) -> bool:
    """Whether the reply speaks of the letter's matter, beside quoting its title."""
    said = set(terms(_without_quotes(substance, title)))
    asked = _matter(title)
    of_title = len(asked & said) / len(asked) if asked else 1.0
    return of_title >= FEWEST_OF_TITLE or len(_matter(body) & said) >= FEWEST_OF_BODY


def _without_quotes(substance: str, title: str) -> str:
    asked = frozenset(terms(title))

    def kept(quote: re.Match[str]) -> str:
        quoted = frozenset(terms(quote[1]))
        return " " if len(quoted & asked) > len(quoted) / 2 else quote[0]

    return _QUOTED.sub(kept, substance)


def _matter(text: str) -> set[str]:
    return {
        term for term in terms(text) if term not in _ANY_LETTER and not _SAYS_NOTHING.search(term)
    }


def _repeated(substance: str, letter: str) -> float:
    """The share of the substance's runs of eight signs that stand in the letter."""
    said, asked = "".join(_SIGN.findall(substance)), "".join(_SIGN.findall(letter))
    runs = [said[start : start + _RUN] for start in range(len(said) - _RUN + 1)]
    known = {asked[start : start + _RUN] for start in range(len(asked) - _RUN + 1)}
    return sum(run in known for run in runs) / len(runs) if runs else 0.0


def _signs(text: str) -> int:
    return len(_SIGN.findall(text))
