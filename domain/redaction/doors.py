"""Doors that their build gives away: 3-1-1502, A座1501, 5#302, Room 4B, 2 dong 301."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.redaction.spans import RedactionKind
from domain.redaction.surnames import SURNAMES

Found = tuple[int, int, RedactionKind]

ESTATES = (*"苑园庭郡院府居邸期区城湾轩墅寓厦村家住在舍", "小区", "广场", "中心")
"""Behind these words a building of an estate is told."""
_CHAIN = re.compile(
    r"[0-9A-Z](?<![0-9A-Za-z.-].)[0-9A-Z]{0,2}-[0-9]{1,2}-[0-9]{2,4}(?![0-9.-])(?!\s?[年月日元])"
)
_PAIR = re.compile(
    r"(?<![0-9A-Za-z.-])(?:(?:[0-9]{1,2}|[A-Z][0-9]?)-[1-9][0-9]{2,3}"
    r"|[0-9]{1,2}(?:[-/][0-9]{1,2}){1,2}[-/][0-9]{1,4})(?![0-9./-])"
)
_LETTER_PAIR = re.compile(
    r"(?<=[\u4e00-\u9fff])(?<![号型款第准图表件案组批次线路])[A-Z][0-9]{0,2}-[1-9][0-9]?[0-2][0-9](?![0-9A-Za-z./-])"
)
_NO_PAIR = re.compile(r"\s?(?:[年月日元米平人户㎡%个度天吨]|公里|路|线|号线)")
_LETTERED = re.compile(
    r"(?<![0-9A-Za-z])[A-Z][0-9]?(?:座|栋|幢|馆)\s?-?[0-9]{3,4}(?:室|号|房|户)?(?![0-9])"
    r"|(?<![0-9A-Za-z])[0-9]{1,2}F-?[0-9]{1,4}(?![0-9A-Za-z])"
)
_HASHED = re.compile(
    r"[0-9]{1,3}#\s?-?[0-9]{1,2}-[0-9]{2,4}|[0-9]{1,3}#-?[0-9]{3,4}(?![0-9])"
    r"|#\s?[0-9]{1,3}(?:-[0-9]{1,4}){1,2}(?![0-9])"
    r"|(?<=[路街巷道段里弄])\s?(?:[0-9]{1,4}#|[Nn][Oo]\.?\s?[0-9]{1,4}(?:-[0-9]{1,4}){0,3}|"
    r"[0-9]{1,4}-[0-9]{1,3}号)"
)
_DOOR = re.compile(
    r"(?<=门牌)号?[:为是]?\s?[0-9]{1,5}|附\s?[0-9一二三四五六七八九十]{1,4}\s?号"
    r"|(?<![0-9A-Za-z])[A-Z]{0,2}-?[0-9]{1,4}(?:-[0-9]{1,4})?号(?:车位|铺位|摊位|档口|商铺|铺面|"
    r"铺|床)"
    r"|(?<![0-9A-Za-z])[A-Z]{1,2}-?[0-9]{2,4}(?=号?(?:车位|铺位|摊位|档口|商铺))"
    r"|(?:车位|铺位|摊位|床位)号?[:是为]?\s?(?:[A-Z]{1,2}-?[0-9]{2,4}|[0-9]{1,2}-[0-9]{2,4}|"
    r"[0-9]{2,4}号)"
    r"|(?<![0-9共有约近达])[1-9][0-9]?[01][0-9](?=住户|业主|租户|租客|邻居)"
)
_ABOVE = re.compile(
    r"楼[上下]([1-9][0-9]?[01][0-9])(?![0-9.-])"
    r"(?!\s?(?:[年月元块平人户㎡%个度吨多余来路号医]|[米日天](?!天)))"
)
_TENANT = re.compile(
    rf"(?<=[,。;:、(])[1-9][0-9]?0[1-9](?=的[{''.join(sorted(SURNAMES))}][\u4e00-\u9fff])"
)
"""A room by who lives there: 101的…."""
_BARE = re.compile(
    r"(?<![0-9-])(?!20[0-9]{2}|19[0-9]{2})[0-9]{3,4}(?=住户|业主|租户|租客|邻居|室|房|"
    r"[,。;!?)\s]|$)"
)
_LABELLED = re.compile(
    r"(?:楼栋号?|栋号|房号|房间号?|室号|单元号|户号)[:为是\s]{1,2}(?=[0-9A-Z])[0-9A-Z-]{1,9}"
)
_PINYIN = re.compile(
    r"(?<![0-9A-Za-z])[0-9]{1,4} ?(?:hao|dong|zhuang|danyuan|lou|shi)(?![a-z])"
    r"(?: ?(?:[0-9]{1,4} ?(?:hao|dong|zhuang|danyuan|lou|shi)(?![a-z])|[0-9]{3,4}(?![0-9]))){0,4}"
)
_WEST = re.compile(
    r"(?<![A-Za-z])(?:Room|Rm|Unit|Apt|Apartment|Flat|Building|Bldg|Block|"
    r"Suite)\.?\s?[#0-9][0-9A-Z-]{0,5}"
    r"|(?:\b[Nn]o\.?\s?)?(?<![0-9])[0-9]{1,4}[A-Z]?,?\s(?:[A-Z][A-Za-z]{1,15}\s){1,4}"
    r"(?:Road|Street|Avenue|Lane|Boulevard|Alley|Rd|St|Ave)(?![a-z])"
)
_BUILT = frozenset("栋幢楼梯")
_NEAR = 30
_RULES = (_ABOVE, _CHAIN, _LETTERED, _LETTER_PAIR, _HASHED, _DOOR, _LABELLED, _PINYIN, _WEST)


def find_doors(text: str) -> Iterator[Found]:
    """Houses, buildings and rooms in plain signs, by how their numbers are built."""
    for rule in _RULES:
        for found in rule.finditer(text):
            yield *found.span(rule.groups), RedactionKind.ADDRESS
    for tenant in _TENANT.finditer(text):
        if not _BUILT.isdisjoint(text[max(0, tenant.start() - _NEAR) : tenant.start()]):
            yield *tenant.span(), RedactionKind.ADDRESS
    yield from _behind_estates(text)


def _behind_estates(text: str) -> Iterator[Found]:
    """Building and room, as 3-1501, or a room alone, behind an estate's name."""
    for rule in (_PAIR, _BARE):
        for found in rule.finditer(text):
            before = text[max(0, found.start() - 4) : found.start()].rstrip()
            if before.endswith(ESTATES) and not _NO_PAIR.match(text, found.end()):
                yield *found.span(), RedactionKind.ADDRESS
