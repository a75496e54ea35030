"""Mail addresses, and names at messengers, which are told by the words before them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.redaction.called_numbers import is_official
from domain.redaction.signs import SPOKEN, is_latin
from domain.redaction.spans import RedactionKind

Found = tuple[int, int, RedactionKind]

_MOST_LOCAL = 64  # RFC 5321, 4.5.3.1.1
_MOST_PARTS = 3
_LOCAL = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.+-*&=~")
_HOST = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.")
_AT = re.compile(
    r"\s{0,2}(?:@|[(\[{【<]\s?(?:[Aa][Tt]?|@|艾特)\s?[)\]}】>]|"
    r"[#*_~|/\\^=+-]{1,2}\s?(?:[Aa][Tt]|@)\s?[#*_~|/\\^=+-]{1,2}|[艾爱]特|小老鼠|圈[aA](?![A-Za-z]{2})|"
    r"[#★☆◎※&$](?=[A-Za-z0-9]))\s{0,2}|\s[Aa][Tt]\s"
)
_DOT = re.compile(
    r"\.\s|\s?[(\[{【<]\s?(?:dot|DOT|Dot|点|\.)\s?[)\]}】>]\s?|"
    r"[#*_~|/\\^=+-](?:dot|DOT)[#*_~|/\\^=+-]|\s(?:dot|DOT)\s|点|。|\s\.\s?"
)
_TOP = re.compile(
    r"(?:com|cn|net|org|edu|gov|hk|tw|mo|io|me|cc|vip|top|info|biz|[a-z]{2})(?![A-Za-z0-9-])",
    re.IGNORECASE,
)
_PROVIDER = re.compile(
    r"(?:qq|163|126|139|189|sina|sohu|gmail|outlook|hotmail|foxmail|yeah|aliyun|icloud|yahoo|tom)"
    r"(?![A-Za-z0-9-])",
    re.IGNORECASE,
)
_FIRST = (
    "微薇威维围徽溦卫v加十➕+我的他她q扣叩企抖快小支陌钉闲咸贴旺知b哔豆飞绿探sdzt"
    "淘天京转拼美游直5头百虎斗电推脸fwikl"
)
"""With these signs the words below begin; to look for them first takes a tenth of the time."""
_CALLED = re.compile(
    rf"(?=[{_FIRST}])"
    r"(?:(?:(?:[微薇威维围v]|wei)\s?(?:[信❤♥]|xin)|[微徽溦]\s?[信号]|卫星(?=号)|wechat|[vw]x|v\s?号|"
    r"(?:加|[+➕十])\s?(?:我|个)?\s?(?:的)?\s?(?:[vV](?![a-z信])|[微薇](?!信)|[wW](?![a-z]))|"
    r"v(?=\s?:)|[我的]v(?=[\s是])|q\s?q|q(?=\s?[号:])|(?<=[我的加他她])q(?=\s?[0-9是])|扣扣|叩叩|企鹅|抖音|快手|小红书|微博|"
    r"支付宝|陌陌|钉钉|[闲咸]鱼|贴吧|旺旺|知乎|[b哔]站|豆瓣|飞书|企微|绿泡泡|探探|soul(?![a-z])|"
    r"discord|viber|zalo|tiktok|"
    r"(?:淘宝|天猫|京东|转转|拼多多|美团|游戏|直播|58(?:同城)?|头条|百度|虎牙|斗鱼)"
    r"(?=[上里的]{0,2}(?:[账帐]号|id|用户|昵称|号|名))|"
    r"telegram|fb(?=[\s:号])|电报|whats\s?app|instagram|facebook|脸书|skype|推特|twitter|kakao\s?talk|"
    r"tg(?=[\s号:])|ins(?=[号:])|line(?=\s?(?:id|号|:))))",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"(?:[账帐号码群是为叫就的在:=()\[\]{}<>“”\"'‘’「」《》【】—~→、,，\s我他她你们名昵称联系方式加搜索添另用也同或-]"
    r"|手机号?|邮箱|[Ii][Dd](?![A-Za-z0-9])|is(?=\s)|@|主播?|博主|管理员|客服|[卖店买]家|店主|老板|老师|"
    r"顾问|经理|注册|绑定|本人|个人){0,10}"
)
_PUBLIC = ("公众", "公号", "小程序", "服务号", "订阅", "支付", "平台")
_ID = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.")
_LEAST, _MOST = 5, 24
_SKYPE = "live:"
_SPACED = re.compile(
    r"[0-9]{2,6}(?:[ .·\-][0-9]{2,6}){1,4}(?![0-9])"
    r"|[0-9A-Za-z_](?:[ .·,、\-]{1,2}[0-9A-Za-z_](?![0-9A-Za-z_])){4,23}"
)
_SHAPED = re.compile(
    r"(?<![0-9A-Za-z_.@-])(?=[A-Za-z0-9-]{0,23}_|[A-Za-z]{2,20}-?[0-9]|[A-Za-z]{1,12}-[a-z]|"
    r"[A-Za-z][0-9]{2,12}[A-Za-z]{2}|[a-z][0-9]{5})"
    r"[A-Za-z][A-Za-z0-9_-]{4,23}(?![A-Za-z0-9_.@-])"
)
"""What looks like a name at a messenger by itself."""
_JOINED = re.compile(
    r"(?<![0-9A-Za-z_])(?=[0-9]{0,11}[A-Za-z])[A-Za-z0-9]{1,12}"
    r"(?:(?:加|下划线|下横线|[横中]杠|[横中]?横线|减号|杠|点)[A-Za-z0-9_]{1,12}){1,4}"
)
"""A name whose signs are told: abc下划线88."""
_SINGLES = re.compile(
    r"(?<![0-9A-Za-z_])[0-9A-Za-z_](?:[ .·,、\-]{1,2}[0-9A-Za-z_](?![0-9A-Za-z_])){4,23}"
)
_LOOKS_SO = (_SHAPED, _JOINED, _SINGLES)
_LOW_LINED = re.compile(
    r"(?<![A-Za-z0-9_./@-])(?!(?:IMG|VID|DSC|MVIMG|img|mmexport|Screenshot|wx_camera|photo|video)_)"
    r"(?=[A-Za-z0-9_-]{6})[A-Za-z][A-Za-z0-9-]{0,20}(?:_[A-Za-z0-9-]{1,20}){1,4}(?![A-Za-z0-9_@/]|\.[A-Za-z0-9])"
)
"""A name at some messenger, whatever stands around it; no file's."""
_BRACKETED = re.compile(r"\([A-Za-z0-9]{1,8}\)[A-Za-z0-9_-]{0,12}")
_BEHIND = re.compile(
    r"[\s()\[,、]{0,3}(?:这?是?我?的?)(?:[微薇威v]信|wechat|[vw]x|q\s?q|抖音|扣扣)", re.IGNORECASE
)
_MIXED = re.compile(
    r"(?:[账帐]号|昵称|网名|用户名?|旺旺|[Ii][Dd]|[抖音快手微博闲鱼]{2}[号名])[\s:是叫为“\"]{0,2}"
    r"([A-Za-z0-9]{0,8}[\u4e00-\u9fff]{2,8}[A-Za-z0-9_]{2,8})(?![A-Za-z0-9元年月日次天人个])"
)
_NO_NICK = re.compile(r"[被在了的是有没不转充扣付交欠给从到和就也都号]|电话|手机|登录|密码")
_NICK = re.compile(
    r"(?:账号|[号名]|昵称|网名|用户名?|博主|主播|群|里|上|搜索?|叫做?|是|为|"
    r"[:\s]){0,4}(?:[@“\"「【]{1,2}|(?:昵称|网名|名字?叫|名字?:):?)"
    r"(?!不[知详清明会是]|没有|未[知填]|[忘改换][了记成]|已|同|见|就|跟)([\u4e00-\u9fffA-Za-z0-9_·-]{2,16})(?=[”\"」】,。;!?、()\s]|$)"
)
"""A name in Chinese signs, set apart: 微博@…, 抖音“…”."""
_MIXED_BEHIND = re.compile(
    r"(?:[账帐]号|昵称|名字?|[号是叫为:\s]){0,4}"
    r"([\u4e00-\u9fff]{2,8}_[A-Za-z0-9_]{0,12}|(?<=[叫名称:])[\u4e00-\u9fff]{2,8}[0-9]{2,6})"
    r"(?![0-9元年月日次天人个万块多])"
)
"""A messenger's name before, and so it may be told less clearly: 微博…_, 抖音叫…777."""
_QUOTED = re.compile(
    r"(?:网友|网民|楼主|群友|粉丝|博主|主播|up主)[“\"「]([^“”\"「」]{2,16})[”\"」]"
    r"(?=[在从]?(?:微博|抖音|快手|小红书|贴吧|知乎|论坛|群|微信|b站))",
    re.IGNORECASE,
)
_VERSION = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,3}){1,3}")
_NEAR = 24
"""So many signs behind a messenger's name, in one sentence, something may be a name there."""
_OVER = re.compile(r"[。!?;\n]")


def find_mail(text: str) -> Iterator[Found]:
    """Mail addresses in plain signs, also with (at) and "dot"."""
    begins = 0
    numerals = text.translate(SPOKEN)
    for at in _AT.finditer(text):
        start = _local_part(numerals, begins, at.start())
        if at.group().endswith(" ") and text[at.start() - 1 : at.start()].isascii():
            start = _apart(text, begins, start)
        begins = at.end()
        is_odd = at.group().strip() == "#"
        end = max(_host(one, at.end(), is_odd) for one in (text, numerals))
        if start < at.start() and end > at.end():
            yield start, end, RedactionKind.MAIL


def _local_part(text: str, least: int, end: int) -> int:
    start = end
    while start > max(least, end - _MOST_LOCAL) and text[start - 1] in _LOCAL:
        start -= 1
    return start


def _apart(text: str, least: int, start: int) -> int:
    """Before the parts of a local part that stand apart, as in "li na 88 @ qq.com"."""
    for _ in range(_MOST_PARTS):
        part = _local_part(text, least, start - 1) if text[start - 1 : start] == " " else start
        if part >= start - 1:
            break
        start = part
    return start


def _host(text: str, start: int, is_odd: bool) -> int:
    """To where a host's name goes on; ``start`` when it is none."""
    label = _run(text, start)
    if is_odd and not _PROVIDER.match(text, start):
        return start
    name = text[start:label].rstrip(".-")
    if "." in name and is_latin(name[-1]):
        return start + len(name)
    end = start + len(name)
    while name and (dot := _DOT.match(text, end) or _DOT.match(text, label)):
        top = _TOP.match(text, dot.end())
        label = top.end() if top else _run(text, dot.end())
        if top is None and not _DOT.match(text, label):
            break
        end = label
    is_known = end > start + len(name) or _PROVIDER.fullmatch(name)
    return end if is_known else start


def _run(text: str, start: int) -> int:
    end = start
    while end < len(text) and text[end] in _HOST:
        end += 1
    return end


def find_handles(text: str) -> Iterator[Found]:
    """Names at messengers in plain signs, beside words that tell them."""
    numerals = text.translate(SPOKEN)
    for called in _CALLED.finditer(text):
        if _is_no_messenger(text, called):
            continue
        start = _after(_BETWEEN, text, called.end())
        end = _end(numerals, start)
        if _is_handle(text[called.end() : start], numerals[start:end]):
            yield start, end, RedactionKind.HANDLE
        yield from _near(text, called.end())
        if nick := _NICK.match(text, called.end()):
            yield *nick.span(1), RedactionKind.HANDLE
        mixed = _MIXED_BEHIND.match(text, called.end())
        if mixed and ("_" in mixed[1] or not _NO_NICK.search(mixed[1])):
            yield *mixed.span(1), RedactionKind.HANDLE
    yield from _before_messengers(text)
    yield from _alone(text)


def _is_no_messenger(text: str, called: re.Match[str]) -> bool:
    before = text[max(0, called.start() - 1) : called.start()]
    is_in_a_word = is_latin(before) and is_latin(called.group()[0])
    is_public = text.startswith(_PUBLIC, called.end())
    return is_in_a_word or is_public or is_official(text, called.start())


def _alone(text: str) -> Iterator[Found]:
    """What is built as a name at a messenger, whichever it is."""
    for name in _LOW_LINED.finditer(text) if "_" in text else ():
        yield *name.span(), RedactionKind.HANDLE
    for quoted in _QUOTED.finditer(text):
        yield *quoted.span(1), RedactionKind.HANDLE
    for mixed in _MIXED.finditer(text):
        if ":" in mixed.group() or not _NO_NICK.search(mixed[1]):
            yield *mixed.span(1), RedactionKind.HANDLE


def _before_messengers(text: str) -> Iterator[Found]:
    for shaped in _SHAPED.finditer(text):
        if _BEHIND.match(text, shaped.end()):
            yield *shaped.span(), RedactionKind.HANDLE


def _near(text: str, start: int) -> Iterator[Found]:
    over = _OVER.search(text, start, start + _NEAR)
    last = over.start() if over else start + _NEAR
    for rule in _LOOKS_SO:
        for shaped in rule.finditer(text, start, start + _NEAR + _MOST):
            if shaped.start() < last:
                yield *shaped.span(), RedactionKind.HANDLE


def _after(rule: re.Pattern[str], text: str, at: int) -> int:
    found = rule.match(text, at)
    return found.end() if found else at


def _end(numerals: str, start: int) -> int:
    if spaced := _SPACED.match(numerals, start):
        return spaced.end()
    end = start + len(_SKYPE) * numerals.startswith(_SKYPE, start)
    while end < min(len(numerals), start + _MOST) and numerals[end] in _ID:
        end += 1
    while end > start and numerals[end - 1] in ".-":
        end -= 1
    bracketed = _BRACKETED.match(numerals, end) if end > start else None
    return bracketed.end() if bracketed else end


def _is_handle(between: str, name: str) -> bool:
    """Long enough and no version; a word of letters only where it is called an id."""
    digits = sum(one.isdigit() for one in name)
    if name[:1] in ("-", "_", ".", "") or len(name) < _LEAST or _VERSION.fullmatch(name):
        return False
    is_called = any(one in between for one in "号:=叫码是为加搜") or "id" in between.lower()
    return digits > 0 or "_" in name or is_called
