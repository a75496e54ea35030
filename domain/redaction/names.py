"""Names of persons, by the words before or behind them and by lists of surnames.

A name after words that ask for one (我叫, 姓名, 联系人：) may be any; after words that only may be
followed by one (我是, 业主) it needs a surname, signs that people are named with and an end. In
front of a title (先生, 老师) it is read backwards. Each place is looked at once, a few signs far.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from domain.redaction.introduced import find_introduced
from domain.redaction.likely_names import find_likely_names
from domain.redaction.name_ends import (
    end_from_abroad,
    end_of_any,
    end_of_spaced,
    is_abroad,
    is_given,
    is_spaced,
    trimmed,
)
from domain.redaction.named import find_named
from domain.redaction.roles import FAMOUS, PLACES, ROLES
from domain.redaction.signs import is_chinese, read_signs
from domain.redaction.surnames import (
    COMPOUND,
    FOLLOWERS,
    GIVEN,
    NO_GIVEN,
    ODD,
    ORDINARY,
    OVERLAPPING,
    RARE,
    SOUNDS,
    SURNAMES,
)
from domain.redaction.western_names import WESTERN, WESTERN_ALONE, find_western_names

Stretch = tuple[int, int]

_LINK = r"[\s:,,是叫为就“”\"'‘’(\[【「=_-]{0,4}"
_ASKS = re.compile(
    r"(?:(?:我|本人|他|她|孩子|儿子|女儿|父亲|母亲|爸爸|妈妈|老公|老婆|名字|丈夫|妻子|爱人|"
    r"学生)(?:名|的名字)?叫(?:做)?|名叫|"
    r"(?:姓\s{0,4}名|名字|联\s?系\s?人|来信人|投诉人|申请人|反映人|举报人|信访人|诉求人|署名|"
    r"落款|实名|真名|本名|全名|经办人|承办人|收件人|收货人|"
    r"当事人|委托人|法定代表人|负责人|户主|户名|持卡人|开户人|报警人|受害人|死者|伤者|患者|"
    r"监护人|写信人|留言人|签名|签字|"
    r"致电人|接待人|承办人员|工作人员|办案民警|租客|租户|房东|产权人|买受人|购房人|被执行人|"
    r"负责同志)(?:及(?:联系)?(?:电话|方式|号码))?(?=[\s:是为叫(]))" + _LINK
)
_MAY = re.compile(
    r"(?:我是|本人是|我名|本人|业主|户主|联系人|来信人|投诉人|申请人|反映人|举报人|当事人|经办人|"
    r"承办人|居民|村民|市民|网友|"
    r"老公|老婆|丈夫|妻子|爱人|父亲|母亲|儿子|女儿|弟弟|哥哥|姐姐|妹妹|邻居|房东|租客|同学|学生|"
    r"患者|死者|员工|职工|股东|店主|"
    r"老板|法人|司机|民警|代理人|经纪人|负责人|被告|原告|受害人|中介|致电|联系|找到|敬礼|此致|"
    r"医生|教师|老师|工作人员|支书|社长|"
    r"骗子|包工头|会计|科员|网格员|楼长|物管|保安|销售|顾问|置业顾问|客服|我叫|谢谢|落款|对接人|"
    r"经理|主任|组长|队长)[\s:!,—-]{0,3}"
)
_NO_CHIEF = r"[期时年达江大效远热信公]|[\u4e00-\u9fff]{0,2}[路街]"
_TITLE = re.compile(
    r"先生|女士|小姐|同志|老师|师傅|医生|医师|药师|大夫|护士|律师|警官|法官|校长|队长|主任|副主任|"
    r"副局长|副所长|副科长|副处长|副县长|副区长|副镇长|副乡长|"
    rf"区长(?!{_NO_CHIEF})|县长(?!{_NO_CHIEF})|市长(?!{_NO_CHIEF})|镇长(?!{_NO_CHIEF})|乡长(?!{_NO_CHIEF})|"
    r"阿姨|大爷|大妈|大叔|大娘|大婶|婆婆|爷爷|奶奶|叔叔|伯伯|太婆|教练|老板|太太|大姐|大哥|嬢嬢|同学|"
    r"老人|夫妇|夫妻|经理|科长|支书|村长|厂长|故意|诈骗案|伤害|涉嫌|殴打|打人|被打|被害|受贿|贪污"
)
_DATA = re.compile(
    r"[,(、\s]{1,2}[男女](?=[,、)\s;。])|[\s(:,]{1,2}"
    r"(?=\+?(?:86)?1[3-9][0-9*]{5}|[1-9][0-9]{5}(?:19|20)[0-9]{2}|身份证)"
)
_SINGLE = re.compile(
    r"先生|女士|小姐|老师|师傅|医生|大夫|护士|律师|警官|阿姨|大爷|大妈|大叔|大娘|大婶|婆婆|爷爷|"
    r"奶奶|叔叔|"
    r"伯伯|太婆|大姐|大哥|嬢嬢|同学|老人|夫妇|教练|老板|太太"
)
_DOTTED = re.compile(r"[\u4e00-\u9fff]{1,9}(?:[·.][\u4e00-\u9fff]{1,9}){1,3}")
_HALF_LATIN = re.compile(r"[\u4e00-\u9fff][A-Za-z]([\u4e00-\u9fff])(?![A-Za-z0-9])")
"""A name with a sign that its writer could not type."""
_DOT = re.compile(r"(?<=[\u4e00-\u9fff])[·.](?=[\u4e00-\u9fff])")
_SIGNED = re.compile(
    r"(?:^|\n|--|\()[ \t]{0,8}"
    r"(?=[\u4e00-\u9fff]{2,4}[ \t]{0,4}(?:\n|$|,?(?:您好|你好)|:|20[0-9]{2}))"
    r"|\((?=[\u4e00-\u9fff]{3}\))"
)
_ALIAS = re.compile(r"姓(?=[\u4e00-\u9fff](?![\u4e00-\u9fff])|[\u4e00-\u9fff][先女的])")
_AND = re.compile(r"\s?[、和及与跟/&]\s?")
_BEFORE = frozenset(
    "的是和谢请找由向给对与及跟到让被叫为说问托带称因该致位名如经像据告诉骂把将以陪而替帮同从后前"
    "师家院"
)
_LONGEST_PART = 9
_USUAL_SIZE = 3
_MOST_LISTED = 20


def find_known_names(text: str, names: Collection[str]) -> Iterator[Stretch]:
    """Where these names stand in plain signs."""
    for name in {read_signs(name).text.strip() for name in names}:
        at = text.find(name) if len(name) > 1 else -1
        while at >= 0:
            yield at, at + len(name)
            at = text.find(name, at + len(name))


def find_names(text: str, keep: Collection[str]) -> Iterator[Stretch]:
    """Names of persons in plain signs; who is in ``keep`` is named."""
    for finder in _FINDERS:
        for start, end in finder(text):
            if (
                start < end
                and text[start:end] not in FAMOUS
                and not any(
                    text[start:end] in name or text.startswith(name, start) for name in keep
                )
            ):
                yield start, end


def _after_words(text: str) -> Iterator[Stretch]:
    for rule, is_asked in ((_ASKS, True), (_MAY, False)):
        for found in rule.finditer(text):
            yield from _listed(text, found.end(), is_asked=is_asked)
    for found in _ALIAS.finditer(text):
        if text[found.end()] in SURNAMES:
            yield found.end(), found.end() + 1


def _on_lines_of_their_own(text: str) -> Iterator[Stretch]:
    """Whom a reply greets, and who has signed."""
    for found in _SIGNED.finditer(text):
        end = _name_end(text, found.end(), is_asked=False)
        if text[end - 1] not in "路街巷道" and set(text[found.end() + 1 : end]) <= GIVEN:
            yield found.end(), end


def _listed(text: str, start: int, *, is_asked: bool) -> Iterator[Stretch]:
    """The name that begins here, and those that follow it in a list."""
    for _ in range(_MOST_LISTED):
        end = _name_end(text, start, is_asked=is_asked)
        if end == start:
            return
        yield start, end
        link = _AND.match(text, end)
        if link is None:
            return
        start, is_asked = link.end(), False


def _name_end(text: str, start: int, *, is_asked: bool) -> int:
    """Where the name that begins here ends; ``start`` when there is none."""
    dotted = _DOTTED.match(text, start)
    if dotted and (is_asked or is_abroad(dotted.group())):
        return trimmed(text, start, dotted.end())
    if latin := (WESTERN if is_asked else WESTERN_ALONE).match(text, start):
        return latin.end()
    surname = _surname_size(text, start)
    half = _HALF_LATIN.match(text, start) if surname else None
    if half and half[1] in GIVEN:
        return half.end()
    if surname:
        return _with_given(text, start, surname, is_asked=is_asked)
    return end_of_any(text, start) if is_asked else end_from_abroad(text, start)


def _surname_size(text: str, start: int) -> int:
    if text.startswith(COMPOUND, start):
        return 2
    return int(text[start : start + 1] in SURNAMES)


def _with_given(text: str, start: int, surname: int, *, is_asked: bool) -> int:
    first = end = start + surname
    if is_spaced(text, first, is_asked=is_asked):
        return end_of_spaced(text, start, first)
    while end < first + 2 and is_given(text, end) and not text.startswith(FOLLOWERS, end):
        end += 1
    if end == first or {text[start : start + 2], text[first:end]} & ORDINARY:
        return start
    if is_asked:
        is_longer = surname == 1 and end == start + 3 and is_given(text, end)
        return end + (is_longer and not is_chinese(text[end + 1 : end + 2]))
    ends = () if text.startswith(PLACES, end) else range(end, first, -1)
    return next((one for one in ends if _is_surely(text, start, first, one)), start)


def _is_surely(text: str, start: int, first: int, end: int) -> bool:
    """Whether it is a name without being asked for: its signs are names', and it ends there."""
    is_common = all(sign in GIVEN for sign in text[first:end])
    if not is_common and text[start] in RARE:
        return False
    if not is_chinese(text[end : end + 1]):
        return True
    if end - first == 2 and text[start] not in RARE:
        return is_common
    return is_common and text.startswith(FOLLOWERS, end) and text[start] not in RARE


def _before_titles(text: str) -> Iterator[Stretch]:
    for title in _TITLE.finditer(text):
        end = title.start()
        for size in (4, 3, 2, 1):
            start = end - size
            if start >= 0 and _is_titled(text, start, end, title.group()):
                yield start, end
                break


def _before_data(text: str) -> Iterator[Stretch]:
    """Before somebody's sex or mobile telephone."""
    for data in _DATA.finditer(text):
        end = data.start()
        for size in (4, 3, 2):
            start = end - size
            if start >= 0 and _is_titled(text, start, end, "") and _is_apart(text, start):
                yield start, end
                break


def _is_titled(text: str, start: int, end: int, title: str) -> bool:
    is_odd = bool(title) and _is_odd_name(text, start, end)
    surname = _surname_size(text, start) or is_odd
    given = text[start + surname : end]
    whole = text[start:end]
    if not surname or len(given) > 2 or not ORDINARY.isdisjoint((whole, whole[:2], given)):
        return False
    if not given:
        is_behind_a_role = text[max(0, start - 4) : start].endswith(ROLES)
        return bool(_SINGLE.fullmatch(title)) and (
            is_behind_a_role or _begins(text, start, is_alone=True)
        )
    if any(sign in NO_GIVEN or not is_chinese(sign) for sign in given):
        return False
    return _begins(text, start, is_alone=False) and (
        all(sign in GIVEN for sign in given) or (text[start] not in RARE and _is_apart(text, start))
    )


def _is_odd_name(text: str, start: int, end: int) -> bool:
    """Whether it is an odd surname with a given name of two signs, where one is expected."""
    is_odd = end - start == _USUAL_SIZE and text[start] in ODD | RARE and text[start + 1] != "家"
    is_apart = text[max(0, start - 1) : start] in ("", *"的处局所科,。请找")
    return is_odd and is_apart and set(text[start + 1 : end]) <= GIVEN


def _begins(text: str, start: int, *, is_alone: bool) -> bool:
    """Whether a name may begin here: no word of two signs reaches over its beginning."""
    word = text[max(0, start - 1) : start + 1]
    if len(word) < 2 or not is_chinese(word[0]):
        return not (is_alone and word[-1] in RARE and word[0].isalnum())
    return word not in OVERLAPPING and (not is_alone or word[1] not in RARE or word[0] in _BEFORE)


def _is_apart(text: str, start: int) -> bool:
    before = text[max(0, start - 1) : start]
    return not is_chinese(before) or before in _BEFORE


def _in_parts(text: str) -> Iterator[Stretch]:
    """Names around a point whose signs are such names'."""
    for dot in _DOT.finditer(text):
        start, end = dot.span()
        while start > max(0, dot.start() - _LONGEST_PART) and text[start - 1] in SOUNDS:
            start -= 1
        while end < min(len(text), dot.end() + _LONGEST_PART) and text[end] in SOUNDS:
            end += 1
        if start < dot.start() - 1 and end > dot.end() + 1:
            yield start, end


_FINDERS = (
    _after_words,
    _on_lines_of_their_own,
    _before_titles,
    _before_data,
    _in_parts,
    find_western_names,
    find_likely_names,
    find_named,
    find_introduced,
)
