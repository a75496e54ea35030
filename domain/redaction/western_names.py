"""Names in Latin letters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.redaction.surnames import COMMON, RARE, words

Stretch = tuple[int, int]

WESTERN = re.compile(
    r"[A-Z][A-Za-z'-]{0,19}(?:[ .·]{1,2}[A-Z][A-Za-z'-]{0,19}){0,3}(?![A-Za-z0-9])"
    r"|[A-Za-z]{2,20}(?: [A-Za-z]{2,20}){0,2}"
)
WESTERN_ALONE = re.compile(
    r"[A-Z][a-z]{2,19}(?: [A-Z][a-z]{1,19}){0,2}(?![A-Za-z0-9]|\s?[\u4e00-\u9fff])"
)
_LATIN = re.compile(r"[A-Za-z]{2}")
_BEFORE_DATA = re.compile(
    r"(?<![A-Za-z,] )(?<![A-Za-z])[A-Z][a-z]{1,19}(?: [A-Z][A-Za-z'-]{1,19}){1,3}"
    r"(?=(?:, |,| \(| )(?:tel|phone|mobile|cell|passport|e-?mail|aged|age|born|WeChat|\+?[0-9]{5}))"
)
_AFTER_TITLES = re.compile(
    r"(?<![A-Za-z])(?:Mrs|Mr|Ms|Miss|Dr|[Mm]y name is|I am|I'm|[Nn]ame:|[Pp]erson:|[Aa]pplicant:?|"
    r"[Tt]enant|[Aa]sk for|landlord|neighbou?r|wife|husband|son|daughter|mother|father|friend|"
    r"manager|driver|named|called|[Ss]igned|[Rr]egards|[Ss]incerely),?\.?\s(?=[A-Z])"
    r"|\b[Ww]o (?:jiao|shi) (?=[A-Za-z])"
    r"|(?:朋友|老师|同事|外教|房东|室友|同学|老板|邻居|丈夫|妻子|老公|老婆|经理|医生|教练|[他她的人]叫)"
    r"[ :]?(?=[A-Z][a-z]{2})"
)

_BEFORE_HAN = re.compile(
    rf"(?<![A-Za-z])([A-Z][a-z]{{1,9}})\s?[{''.join(sorted(COMMON - RARE))}]"
    r"(?![\u4e00-\u9fff]{2}[路街])"
)
"""A given name of one language and a surname of the other: Amy陈."""
_SURNAMES = frozenset(
    words(
        """
    zhao qian sun li zhou wu zheng wang feng chen chu wei jiang shen han yang zhu qin you xu he lv
    lyu shi zhang kong cao yan hua jin tao qi xie zou yu bai dou yun su pan ge fan peng lang lu
    chang ma miao fang ren yuan liu tang fei cen xue lei ni luo bi hao an fu kang gu meng huang mu
    xiao yin yao shao mao dai song xiong ji shu qu xiang dong liang du ruan lan jia tong guo lin
    zhong qiu gao xia cai tian hu ling wan ke mo ding deng hong cui gong cheng ye long duan hou
    nguyen tran pham hoang phan vu vo dang bui duong kim park choi jung kang cho yoon jang
    wen zhuang qiao tan zeng chan wong lee cheung lam leung ng ho chow kwok tsang ouyang
    """
    )
)
_GIVEN = re.compile(
    r"(?:(?:[zcstpk]h|tr|n[gh]|[bpmfdtnlgkhjqxzcsryw])?(?:[iu]?[aeou]|i|ia?o|[aeo]i|[ao]u|ui|iu)(?:ng|n)?){1,3}"
)
_TWO = re.compile(
    r"(?<![A-Za-z])(?<![A-Za-z] )([A-Z][A-Za-z]{1,8}),? (?:([A-Z][a-z]{1,8}) )?"
    r"([A-Z][A-Za-z'-]{1,14})"
    r"(?![A-Za-z0-9])(?! [A-Z])"
)
_GIVEN_NAMES = frozenset(
    words(
        """
    james john robert michael william david richard joseph thomas charles daniel matthew anthony
    mark paul steven andrew kenneth george kevin brian edward ronald timothy jason jeffrey ryan
    jacob gary nicholas eric jonathan stephen larry justin scott brandon benjamin samuel gregory
    frank alexander raymond patrick jack dennis jerry tyler aaron jose adam nathan henry douglas
    peter kyle walter oliver harry leo oscar lucas felix hans klaus pierre jean mary patricia
    jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty margaret sandra
    ashley kimberly emily donna michelle carol amanda melissa deborah stephanie rebecca laura
    sharon cynthia kathleen amy anna angela helen brenda pamela nicole emma olivia sophia isabella
    mia charlotte grace julia maria sofia elena irina olga natalia ivan dmitri sergei ahmed
    mohammed muhammad ali hassan fatima aisha yuki kenji hiroshi takashi akira haruka sakura naoko
    ken tony vivian cindy coco lily lucy alice jessie eva leon bella ivy fiona tina min-jun priya
    raj
    """
    )
)


def _in_two_words(text: str) -> Iterator[Stretch]:
    """A given name and a surname, or a Chinese name in Latin letters, in either order."""
    for found in _TWO.finditer(text):
        first, middle, second = (word.lower() for word in found.groups(""))
        is_western = not _GIVEN_NAMES.isdisjoint((first, second))
        is_chinese = any(
            surname in _SURNAMES and _GIVEN.fullmatch(given.replace("-", ""))
            for surname, given in ((first, middle + second), (second, first + middle))
        )
        if is_western or is_chinese:
            yield found.span()


def find_western_names(text: str) -> Iterator[Stretch]:
    """Names in plain signs, behind titles and before what is somebody's."""
    if _LATIN.search(text):
        yield from _behind_titles(text)
        yield from _beside_others(text)
        yield from _in_two_words(text)


def _behind_titles(text: str) -> Iterator[Stretch]:
    for title in _AFTER_TITLES.finditer(text):
        if name := WESTERN.match(text, title.end()):
            yield name.span()


def _beside_others(text: str) -> Iterator[Stretch]:
    """Before what is somebody's, or a surname of the other language."""
    for data in _BEFORE_DATA.finditer(text):
        yield data.span()
    for found in _BEFORE_HAN.finditer(text):
        if found[1].lower() in _GIVEN_NAMES:
            yield found.span()
