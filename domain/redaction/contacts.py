"""Mail addresses, and names at messengers, which are told by the words before them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.redaction.signs import SPOKEN, is_latin
from domain.redaction.spans import RedactionKind

Found = tuple[int, int, RedactionKind]

_MOST_LOCAL = 64  # RFC 5321, 4.5.3.1.1
_LOCAL = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.+-")
_HOST = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.")
_AT = re.compile(
    r"\s{0,2}(?:@|[(\[{【<]\s?(?:[Aa][Tt]|@|艾特)\s?[)\]}】>]|艾特|圈[aA](?![A-Za-z]{2})|#(?=[A-Za-z0-9]))\s{0,2}|\s[Aa][Tt]\s"
)
_DOT = re.compile(
    r"\s?[(\[{【<]\s?(?:dot|DOT|Dot|点|\.)\s?[)\]}】>]\s?|\s(?:dot|DOT)\s|点|。|\s\.\s?"
)
_TOP = re.compile(
    r"(?:com|cn|net|org|edu|gov|hk|tw|mo|io|me|cc|vip|top)(?![A-Za-z0-9-])", re.IGNORECASE
)
_PROVIDER = re.compile(
    r"(?:qq|163|126|139|189|sina|sohu|gmail|outlook|hotmail|foxmail|yeah|aliyun|icloud|yahoo|tom)"
    r"(?![A-Za-z0-9-])",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"(?:[微薇威v][信❤♥]|卫星(?=号)|weixin|wechat|[vw]x|加(?:我|个)?\s?(?:[vV](?![a-z])|[微薇](?!信))|q\s?q|q(?=号)|扣扣|企鹅|抖音|快手|小红书|微博|支付宝|陌陌|"
    r"[tT]elegram|whatsapp|line(?=\s?(?:id|ID|号|:)))",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"(?:[账帐号码群是为叫就的在:=()\[\]{}<>“”\"'‘’「」《》【】—~→、,，\s我他她名昵称联系方式加搜-]"
    r"|[Ii][Dd](?![A-Za-z0-9])){0,8}"
)
_PUBLIC = ("公众", "公号", "小程序", "服务号", "订阅", "支付", "平台")
_ID = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
_LEAST, _MOST = 5, 24
_SPACED = re.compile(r"[0-9]{2,6}(?:[ .·\-][0-9]{2,6}){1,4}(?![0-9])")


def find_mail(text: str) -> Iterator[Found]:
    """Mail addresses in plain signs, also with (at) and "dot"."""
    begins = 0
    text = text.translate(SPOKEN)
    for at in _AT.finditer(text):
        start = _local_part(text, begins, at.start())
        begins = at.end()
        end = _host(text, at.end(), at.group().strip() == "#")
        if start < at.start() and end > at.end():
            yield start, end, RedactionKind.MAIL


def _local_part(text: str, least: int, end: int) -> int:
    start = end
    while start > max(least, end - _MOST_LOCAL) and text[start - 1] in _LOCAL:
        start -= 1
    return start


def _host(text: str, start: int, is_odd: bool) -> int:
    """To where a host's name goes on; ``start`` when it is none."""
    label = _run(text, start)
    if is_odd and not _PROVIDER.match(text, start):
        return start
    name = text[start:label].rstrip(".-")
    if "." in name and is_latin(name[-1]):
        return start + len(name)
    dot = _DOT.match(text, start + len(name)) or _DOT.match(text, label)
    if name and dot and (top := _TOP.match(text, dot.end())):
        return top.end()
    return start + len(name) if _PROVIDER.fullmatch(name) else start


def _run(text: str, start: int) -> int:
    end = start
    while end < len(text) and text[end] in _HOST:
        end += 1
    return end


def find_handles(text: str) -> Iterator[Found]:
    """Names at messengers in plain signs, behind words that tell them."""
    numerals = text.translate(SPOKEN)
    for called in _CALLED.finditer(text):
        before = text[max(0, called.start() - 1) : called.start()]
        if is_latin(before) and is_latin(called.group()[0]):
            continue
        if text.startswith(_PUBLIC, called.end()):
            continue
        start = _after(_BETWEEN, text, called.end())
        end = _end(numerals, start)
        if _is_handle(text[called.end() : start], numerals[start:end]):
            yield start, end, RedactionKind.HANDLE


def _after(rule: re.Pattern[str], text: str, at: int) -> int:
    found = rule.match(text, at)
    return found.end() if found else at


def _end(numerals: str, start: int) -> int:
    if spaced := _SPACED.match(numerals, start):
        return spaced.end()
    end = start
    while end < min(len(numerals), start + _MOST) and numerals[end] in _ID:
        end += 1
    return end


def _is_handle(between: str, name: str) -> bool:
    """Long enough; a word of letters only where it is called an id."""
    digits = sum(one.isdigit() for one in name)
    if name[:1] in ("-", "_", "") or len(name) < _LEAST:
        return False
    return digits > 0 or "_" in name or any(one in between for one in "号:=叫码是为")
