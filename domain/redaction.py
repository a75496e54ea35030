"""What is personal in a text, found by rules, and the text without it.

A text keeps its length: every sign of what is hidden becomes one ``■``, so that a span is at the
same place before and after. To hide what is hidden already changes nothing.

The rules err towards hiding: a number of seven digits or more is hidden whatever it counts. What
they cannot know is a name that stands alone; a person looks before anything is published.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from domain.words import Word

MARK = "■"
_NOT_SAID = MARK * 2


class RedactionKind(Word):
    """Why something is hidden."""

    TELEPHONE = "TELEPHONE", "电话号码", "Telephone number"
    IDENTITY_CARD = "IDENTITY_CARD", "身份证号", "Identity card number"
    ACCOUNT = "ACCOUNT", "账号、卡号", "Account or card number"
    PLATE = "PLATE", "车牌号", "Number plate"
    MAIL = "MAIL", "电子邮箱", "Mail address"
    HANDLE = "HANDLE", "微信号、QQ号", "WeChat or QQ name"
    ADDRESS = "ADDRESS", "门牌、楼栋、房号", "House, building or room number"
    NAME = "NAME", "姓名", "Name"
    BY_HAND = "BY_HAND", "人工隐去", "Hidden by a reviewer"


@dataclass(frozen=True, slots=True)
class Redaction:
    """``start`` to before ``end`` in Unicode signs, counted from 0."""

    start: int
    end: int
    kind: RedactionKind


SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜谢邹喻柏水窦章云苏潘葛范彭郎鲁韦马苗凤方"
    "俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅卞康伍余元顾孟黄穆萧尹姚邵汪祁毛狄米贝明臧戴宋庞熊纪舒"
    "屈项祝董梁杜阮蓝闵席季麻强贾路娄江童颜郭梅盛林钟徐邱骆高夏蔡田樊胡凌霍虞万柯卢莫房丁邓洪石崔龚程邢裴陆翁"
    "段侯武刘龙叶白赖乔谭温向易廖曾关聂欧"
)
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_SPOKEN = "〇○零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两"
_GAP = r"[-\s.·_/\u200b-\u200d\u2060\ufeff—–]*"  # what people put between digits
_NUMBER = r"(?:[0-9A-Za-z]{1,5}|[一二三四五六七八九十百零〇]{1,5})"
_PLACE = r"(?:号楼|栋|幢|单元|号院)"
_RULES: Sequence[tuple[RedactionKind, re.Pattern[str]]] = (
    (RedactionKind.MAIL, re.compile(r"[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")),
    (
        RedactionKind.HANDLE,
        re.compile(
            r"(?:微信|weixin|wechat|[vw]x|qq|扣扣|企鹅)(?:账号|号码|号|群)?[\s:是为(]{0,3}"
            r"(?P<hidden>[A-Za-z0-9][-A-Za-z0-9_]{4,19})",
            re.IGNORECASE,
        ),
    ),
    (
        RedactionKind.IDENTITY_CARD,
        re.compile(
            rf"(?<!\d)\d{{6}}{_GAP}(?:18|19|20)\d{{2}}{_GAP}[01]\d[0-3]\d{_GAP}\d{{3}}[\dXx](?!\d)"
            r"|(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)\d{15}(?!\d)"
        ),
    ),
    (
        RedactionKind.TELEPHONE,
        re.compile(
            rf"(?<!\d)(?:\+?(?:00)?86{_GAP})?1{_GAP}[3-9](?:{_GAP}\d){{9}}(?!\d)"
            rf"|(?<!\d)\(?0\d{{2,3}}\)?{_GAP}[2-9]\d{{2,3}}{_GAP}\d{{4}}(?!\d)"
            rf"|(?<!\d)[48]00[- ]?\d{{3}}[- ]?\d{{4}}(?!\d)|(?<!\d)[3-8]\d{{3}}[- ]\d{{4}}(?!\d)"
            rf"|[{_SPOKEN}0-9]{{0,15}}[{_SPOKEN}](?:[{_SPOKEN}0-9]){{6,}}"
        ),
    ),
    (RedactionKind.ACCOUNT, re.compile(r"(?<!\d)\d{4}(?:[ -]\d{4}){2,3}(?:[ -]?\d{1,3})?(?!\d)")),
    (RedactionKind.ACCOUNT, re.compile(r"\d{7,}[Xx]?")),
    (
        RedactionKind.PLATE,
        re.compile(
            rf"[{_PROVINCES}][A-Za-z][·.\- ]?"
            r"(?:[A-HJ-NP-Za-hj-np-z0-9]{6}|[A-HJ-NP-Za-hj-np-z0-9]{5}|"
            r"[A-HJ-NP-Za-hj-np-z0-9]{4}[学警港澳挂])"
        ),
    ),
    (
        RedactionKind.ADDRESS,
        re.compile(
            rf"{_NUMBER}{_PLACE}(?:{_NUMBER}(?:{_PLACE}|[层楼室号户]))*(?:\d{{1,4}}(?!\d)"
            r"(?![年月日时点分个万元米平名人户家次]))?"
            r"|(?<![\d.])\d{2,4}[A-Za-z]?(?:室|房)(?![一二两三\d]厅)"
            r"|(?<![\d-])\d{1,3}-\d{1,2}-\d{2,4}(?![\d-])"
            r"|(?<=[路街巷道段里弄])\d{1,4}号(?!线)(?:附\d{1,3}号)?"
        ),
    ),
)
_PERSON = re.compile(
    rf"[{SURNAMES}][一-鿿]{{1,2}}(?=先生|女士|同志|医生|律师|老师|校长|警官|法官|队长|主任|"
    r"故意|诈骗案|伤害|涉嫌|殴打|打人|被打|被害|受贿|贪污)"
    rf"|(?<=本人)[{SURNAMES}][一-鿿]{{1,2}}|(?<=我叫|名叫)[一-鿿]{{2,3}}"
)
_MORE_PERSONS = re.compile(
    rf"[{SURNAMES}](?=先生|女士)|(?:姓名|联系人|来信人|投诉人|署名|我是|户主|业主)(?:[:为是]\s*)"
    rf"(?P<hidden>[{SURNAMES}][一-鿿]{{1,2}})(?![一-鿿])"
)
_FOLDED = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}


def redactions_of(
    text: str, names: Collection[str] = (), keep: Collection[str] = ()
) -> tuple[Redaction, ...]:
    """What is to be hidden, in order, none over another.

    ``names`` are hidden wherever they stand; ``keep`` are not hidden as names: who holds an office
    is named with it.
    """
    found: list[Redaction] = []
    hidden = text
    # What is hidden can leave something beside it that is now a number of its own.
    while new := _merged(_found(hidden.translate(_FOLDED), names, keep)):
        found += new
        hidden = hide(hidden, new)
    return tuple(_merged(found))


def hide(text: str, redactions: Collection[Redaction]) -> str:
    """The text with a mark for every sign that is hidden."""
    signs = list(text)
    for one in redactions:
        signs[one.start : one.end] = MARK * len(signs[one.start : one.end])
    return "".join(signs)


def redacted(text: str, names: Collection[str] = (), keep: Collection[str] = ()) -> str:
    """The text without what the rules find."""
    return hide(text, redactions_of(text, names, keep))


def is_redaction_of(changed: str, original: str) -> bool:
    """Whether ``changed`` is ``original`` with marks in the place of signs, and nothing else."""
    return len(changed) == len(original) and all(
        new in (old, MARK) for new, old in zip(changed, original, strict=True)
    )


def hidden_by_hand(changed: str, automatic: str) -> tuple[Redaction, ...]:
    """Where ``changed`` hides what ``automatic``, of the same length, shows."""
    places = [
        place
        for place, (new, old) in enumerate(zip(changed, automatic, strict=True))
        if new != old and new == MARK
    ]
    if not places:
        return ()
    breaks = [after for before, after in pairwise(places) if after != before + 1]
    starts = [places[0], *breaks]
    ends = [place + 1 for place, after in pairwise(places) if after != place + 1]
    ends.append(places[-1] + 1)
    return tuple(
        Redaction(start, end, RedactionKind.BY_HAND)
        for start, end in zip(starts, ends, strict=True)
    )


def said(text: str) -> str:
    """A short text without persons and numbers of persons, ``■■`` for each; addresses stay."""
    for kind, rule in _RULES:
        if kind not in (RedactionKind.ADDRESS, RedactionKind.HANDLE):
            text = rule.sub(_NOT_SAID, text)
    return _PERSON.sub(_NOT_SAID, text)


def is_identity_number(digits: str) -> bool:
    """Whether the last of 18 signs is the check sign of the others (GB 11643-1999)."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    whole = sum(int(digit) * weight for digit, weight in zip(digits[:17], weights, strict=True))
    return "10X98765432"[whole % 11] == digits[17].upper()


def _found(text: str, names: Collection[str], keep: Collection[str]) -> Iterator[Redaction]:
    for name in filter(lambda name: len(name) > 1, names):
        for found in re.finditer(re.escape(name.translate(_FOLDED)), text):
            yield Redaction(*found.span(), RedactionKind.NAME)
    for kind, rule in _RULES:
        for found in rule.finditer(text):
            start, end = found.span(_hidden_group(found))
            yield Redaction(start, end, _kind_of(kind, text[start:end]))
    yield from _persons(text, keep)


def _persons(text: str, keep: Collection[str]) -> Iterator[Redaction]:
    for rule in (_PERSON, _MORE_PERSONS):
        for found in rule.finditer(text):
            start, end = found.span(_hidden_group(found))
            if not _is_kept(text, start, end, keep):
                yield Redaction(start, end, RedactionKind.NAME)


def _hidden_group(found: re.Match[str]) -> str | int:
    named = found.groupdict().get("hidden")
    return 0 if named is None else "hidden"


def _kind_of(kind: RedactionKind, hidden: str) -> RedactionKind:
    """Eighteen digits that are no identity number are those of a card."""
    digits = re.sub(r"[^\dXx]", "", hidden)
    if kind is RedactionKind.IDENTITY_CARD and len(digits) == 18:
        return kind if is_identity_number(digits) else RedactionKind.ACCOUNT
    return kind


def _is_kept(text: str, start: int, end: int, keep: Collection[str]) -> bool:
    return any(text[start:end] in name or text.startswith(name, start) for name in keep)


def _merged(found: Iterator[Redaction] | list[Redaction]) -> list[Redaction]:
    """One span for all that overlap; it is called what the first of them is."""
    merged: list[Redaction] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if merged and one.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = Redaction(last.start, max(last.end, one.end), last.kind)
        else:
            merged.append(one)
    return merged
