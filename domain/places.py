"""Which names in letters are places, and where such a name ends.

A run of naming words may be a place, a firm, a rule or half a sentence. It is a place up to the
last word that places are called by (小区, 路, 医院 …), if what stands before that word names
something; or if it is known: a division of the directory, or a name behind which a title of the
same letters says 小区, 二期 or 3栋.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable

from domain.ordinary_words import EMPTY, ORDINARY, PLAIN

LEAST_STEM = 2
"""So many signs name a place, beside what kind of place it is."""
_END = re.compile(
    r"小区|花园|公寓|家园|社区|街道|大道|学校|小学|中学|学院|大学|幼儿园|医院|保健院|广场|市场|车站|南站|北站|东站|西站|"
    r"公园|大厦|酒店|新城|新村|山庄|庄园|半岛|片区|园区|开发区|工业园|国际|明珠|名邸|雅居|家苑|地铁站|水库|"
    r"[苑府路街巷镇乡村城湾园湖山桥郡庭岛都]"
)
_GENERIC = frozenset(
    """
    国际 中心 安置 老旧 附近 周边 本 整个 商业 各 所有 居民 住宅 农贸 综合 批发 民办 私立 公立 重点
    高等 职业 技术 实验 人民 妇幼 保健 县 市 区 省 镇 乡 村 第一 第二 第三 中医 附属 公办 配套 新建
    在建 步行 美食 主 次 干 支 高速 公 铁 马 道 线 政 学 城 全 老 新 大 小 高铁 火车 汽车 公交 地铁
    农 城中 棚户 城郊 郊区 山 湖 产业 工业 科技 软件 物流 创业 休闲 文化 体育
    """.split()  # noqa: SIM905  # read as words
)
"""Words before the kind of a place that do not tell which one it is."""
_NO_STEM = re.compile(
    r"[的了是在有和与不没被把要能会请吗呢吧我你他她它这那哪什怎么管过为对从到给让将就都也还很太更最]|"
    r"[得着类若如果因所以但]"
)
_NO_PLACE = re.compile(
    r"政府|线路|公路|道路|马路|铁路|[0-9]路|一路上|走路|上路|修路|出路|思路|网络|首都|成都|全都|大都"
)
_KNOWN_BY = re.compile(
    r"小区|社区|楼盘|项目|片区|地块|[一二三四五六七八九十0-9]{1,2}期|[0-9a-z]{1,3}(?:栋|幢|#|号楼)|业主|交房"
)
_WORDS = PLAIN | EMPTY | ORDINARY | _GENERIC
_LONGEST_WORD = 6


def find_place(name: str, titles: Iterable[str], divisions: Collection[str]) -> str | None:
    """The place that ``name`` is or begins with; None when it is none.

    ``name`` and ``titles`` are in lower case, folded, without blanks.
    """
    for division in divisions:
        if name.endswith(division):
            return name
    for end in reversed(list(_END.finditer(name))):
        place, stem = name[: end.end()], name[: end.start()]
        if _names(stem) and not _NO_PLACE.search(name[max(0, end.start() - 2) : end.end()]):
            return place
    return name if _names(name) and _is_known(name, titles) else None


def fold(text: str) -> str:
    """As names are kept: folded, in lower case, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def _names(stem: str) -> bool:
    """Whether it names something: long enough, part of no sentence, not of ordinary words alone."""
    chinese = sum("\u4e00" <= sign <= "\u9fff" for sign in stem)
    return chinese >= LEAST_STEM and not _NO_STEM.search(stem) and not _is_ordinary(stem)


def _is_ordinary(stem: str) -> bool:
    """Whether ordinary words make it up, read from the left, the longest first."""
    at = 0
    while at < len(stem):
        sizes = range(min(_LONGEST_WORD, len(stem) - at), 0, -1)
        size = next((size for size in sizes if stem[at : at + size] in _WORDS), 0)
        if not size:
            return False
        at += size
    return True


def _is_known(name: str, titles: Iterable[str]) -> bool:
    places = ((title, title.find(name)) for title in titles)
    return any(at >= 0 and _KNOWN_BY.match(title, at + len(name)) for title, at in places)
