"""Houses, buildings and rooms: numbers by what they count, and where that is somebody's door.

Every unit (栋, 单元, 室, 号 …) is found once; the number before it, and what follows it, are at
most a few signs, so that the time is in proportion to the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.redaction.doors import ESTATES
from domain.redaction.signs import is_chinese, is_latin
from domain.redaction.spans import RedactionKind

Found = tuple[int, int, RedactionKind]

_SPOKEN = frozenset("一二三四五六七八九十百零〇○两廿壹贰叁肆伍陆柒捌玖拾佰幺")
_STEMS = frozenset("甲乙丙丁")
_COUNTS = "".join(sorted(_SPOKEN | _STEMS))
_UNIT = re.compile(
    rf"(?:(?<=[{_COUNTS}])|(?<![\u4e00-\u9fff]))"
    r"(?:号楼(?!道)|号院|号房|栋|幢|座|单元|梯|寝?室(?!友)|房|楼|层|户|门洞?|舍|"
    r"(?:村民)?小?组(?![织合建团成装])|社(?![会保团交区])|"
    r"队(?!伍)|支?弄|信箱|#楼|#|号|期|排|[支小]?巷|区(?![别分块]))"
)
"""Behind a number: what it counts."""
_BUILDINGS = frozenset(("号楼", "号院", "舍", "门洞", "栋", "幢", "座", "单元", "信箱", "#楼", "#"))
_ROOMS = frozenset(("室", "寝室", "房", "号房"))
_MOST_SIGNS = 6
_LINK = re.compile(
    r"[\s,/|()\[\]·.~_-]{0,3}(?:之[一二三四五六七八九十0-9]{1,2}\s?)?(?:院?内?附?|第|"
    r"[东西南北前后主副左右]楼|[东西南北中]单元)[\s-]?"
)
_WIDE = ("期", "排", "巷", "区", "小巷", "支巷")
_OPEN = ("楼", "层", "号", "弄", "梯", "门", "排")
"""A room may follow them without a unit."""
_MOST_RESTS = 2
_LONGEST_LINK = 8
_FAR = 14
_NO_ROOM = re.compile(r"[一二两三0-9]厅|[价子款贷屋地产租源改]")
_GROUPS = ("组", "小组", "村民小组", "村民组", "社", "队")
_VILLAGES = (
    *"村镇乡庄屯寨湾坝坡沟坪冲垭岭堡营集塘洼梁坎垸圩墩埠岗坳嘴滩场店桥塔庙井",
    "社区",
    "街道",
    "大队",
)
_LIVES = re.compile(r"(?:住在?|地址|住址|寄[到往]|位于|家在)[^,。;\s住院到了月日]{0,10}$")
_HOUSEHOLDS = re.compile(
    r"(?:[到至和与、-][0-9]{1,4}号){0,3}的?(?:住户|租户|租客|邻居|人家|业主(?!群|代表|委|大会))"
)
_BESIDE = ("对面", "隔壁", "对门")
_COUNTRY = re.compile(
    r"的(?:人[都家]|村民|社员|农户|晒坝|田|土|水渠|堰塘|[\u4e00-\u9fff]{2,3}[说家讲])|屋头"
)
"""Behind the number of a group that is a village's."""
_REST = re.compile(
    r"\s?[-|/~.]?\s?(?:[0-9]{1,2}-?[A-Z](?![0-9A-Za-z])|[0-9]{1,4}(?:\s?[-/]\s?[0-9]{1,4}){0,3}|"
    r"[A-Za-z]-?[0-9]{1,4}|[一二三四五六七八九零〇○壹贰叁肆伍陆柒捌玖幺]{3,4})(?![0-9])"
    r"\s?(?:号房?|室|房)?"
)
_SIDE = re.compile(
    r"(?:[东西南北左右中](?:边|侧|面|手边?)?(?:[一二0-9]?户|室|单元)|[左右](?=[,。;\s)]|$))|"
    r"之[一二三四五六七八九十0-9]{1,2}"
    r"|附\s?[0-9]{1,3}|[顶底]楼|[顶底]层|(?:负[一二]楼|地下室|阁楼|平房|底商|西楼|东楼|北楼|"
    r"南楼)(?:\s?[0-9]{1,4}(?:号|室)?)?"
)
_NO_REST = re.compile(
    r"\s?(?:[年月日时点分个万元米平名人户家次辆层楼小多余、%岁窗柜]|天(?!天))|办公|\.[0-9]"
)
_ROADS = (
    *"路街巷段里弄村组社队坊湾寨庄坝院",
    *(
        "大道",
        "巷道",
        "胡同",
        "门牌",
        "号附",
        "社区",
        "平房",
        "宿舍",
        "街口",
        "巷口",
        "商铺",
        "铺面",
        "门面",
    ),
)
_NO_ROADS = (
    *(
        "知道",
        "报道",
        "上路",
        "铁路",
        "线路",
        "公交",
        "车道",
        "通道",
        "跑道",
        "频道",
        "渠道",
    ),
    *("管道", "街道", "高速公路", "这里", "那里", "哪里", "公里", "家里", "小组", "公路", "人社"),
)
_NO_HOUSE = re.compile(
    r"线|洞|井|桩|坑|楼道|文|令|公告|站|口|车|出(?!租)|议案|提案|通知|机|工|码|称|召|-|~"
)
_DAY = re.compile(
    r"开[始工业盘学]|[动完竣]工|起|到|至|上午|下午|晚|早(?![餐点])|凌晨|中午|前(?!台)|后(?![门院])|左右|停|施工|、[0-9]{1,2}号"
)
_LAST_DAY = 31
_SHOP = re.compile(
    r"(?:小卖|便利|理发|餐|饭|面|药|五金|烟酒)[部店馆]|门市|商铺|铺面|门面|超市|大院|旁边|对面|隔壁|门口"
)
_NO_BRIDGE = re.compile(r"[^\u4e00-\u9fffA-Za-z·]|[到至和与及从的在是有被把了对找于为其共前后]")
_LONGEST_BRIDGE = 10
_OFFICE = re.compile(r".{0,3}(?:办公|办理|咨询|领取|开会|窗口|报名|提交|上课|候诊)")
_COUNTED = re.compile(
    r"楼(?![下上道顶])|电梯[房楼公]|[房建住居别商厂宿高小多老新危旧待]|民房|写字|公寓|安置|全部|左右|以上|桥|山|城市|塔"
)
_COUNTING = frozenset("共有这那建修盖约近各某几每余了下买卖剩另前后其拆仅只整多座第")


@dataclass(frozen=True, slots=True)
class _Part:
    """A number and what it counts."""

    start: int
    end: int
    number: str
    unit: str


def find_addresses(text: str) -> Iterator[Found]:
    """Houses, buildings and rooms in plain signs, by what they count."""
    first = last = 0
    for chain in _chains(_parts(text), text):
        start, end = chain[0].start, _with_rest(text, chain)
        is_somebodys = _is_somebodys(text, chain, end > chain[-1].end)
        if is_somebodys:
            start -= text[max(0, start - 1) : start] in ("第", "附")
            is_one = last > 0 and _is_bridge(text[last : chain[0].start])
            yield first if is_one else start, end, RedactionKind.ADDRESS
        is_house = is_somebodys or (chain[0].unit == "号" and _may_be_house(text, chain[0]))
        first, last = (start, end) if is_house and text[end - 1] in "号院箱" else (0, 0)


def _is_bridge(between: str) -> bool:
    """Whether an estate's name, and nothing else, stands between two numbers of one address."""
    return 0 < len(between) <= _LONGEST_BRIDGE and not _NO_BRIDGE.search(between)


def _parts(text: str) -> Iterator[_Part]:
    for unit in _UNIT.finditer(text):
        end = unit.start() - (text[unit.start() - 1 : unit.start()] == " ")
        start = _number_before(text, end)
        is_an_estate = text[start:end] == "壹" and unit.group()[0] == "号"
        if start < end and not is_an_estate:
            yield _Part(start, unit.end(), text[start:end], unit.group())


def _number_before(text: str, end: int) -> int:
    """Where a number that ends here begins: digits, a letter beside them, or numerals as said."""
    start, least = end, max(0, end - _MOST_SIGNS)
    while start > least and text[start - 1] in _SPOKEN:
        start -= 1
    if start < end:
        return start
    last = text[max(0, end - 1) : end]
    return end - 1 if last in _STEMS or _is_one_sign(last) else _digits_before(text, end)


def _digits_before(text: str, end: int) -> int:
    start, least = end, max(0, end - _MOST_SIGNS)
    while start > least and text[start - 1].isascii() and text[start - 1].isalnum():
        start -= 1
    word, before = text[start:end], text[max(0, start - 1) : start]
    if word.isdigit() and before in _STEMS:
        return start - 1
    letters = sum(map(is_latin, word))
    is_decimal = before == "." and text[max(0, start - 2) : start - 1].isdigit()
    if letters > 1 or is_decimal or (before.isascii() and before.isalnum()):
        return end
    return start


def _is_one_sign(sign: str) -> bool:
    """A number above nine in one sign, as in a circle."""
    return sign.isnumeric() and not sign.isdecimal() and unicodedata.category(sign) == "No"


def _chains(parts: Iterator[_Part], text: str) -> Iterator[list[_Part]]:
    chain: list[_Part] = []
    for part in parts:
        if chain and not _are_linked(chain[-1], text[chain[-1].end : part.start]):
            yield chain
            chain = []
        chain.append(part)
    if chain:
        yield chain


def _are_linked(before: _Part, between: str) -> bool:
    if before.unit in _WIDE and "," in between:
        return False
    return len(between) <= _LONGEST_LINK and _LINK.fullmatch(between) is not None


def _with_rest(text: str, chain: Sequence[_Part]) -> int:
    """Behind the room's number that follows without a unit."""
    last = chain[-1]
    end = last.end
    for _ in range(_MOST_RESTS):
        side = _SIDE.match(text, end)
        end = side.end() if side else end
        is_open = last.unit in _BUILDINGS or last.unit in _OPEN
        rest = _REST.match(text, end) if is_open else None
        if rest is None or _NO_REST.match(text, rest.end()):
            break
        end = rest.end()
    return end


def _is_somebodys(text: str, chain: Sequence[_Part], has_rest: bool) -> bool:
    units = {part.unit for part in chain}
    if not units & _BUILDINGS and not units & {"号", "门"} and _OFFICE.match(text, chain[-1].end):
        return False
    if len(chain) > 1 or has_rest:
        is_a_farm = "户" in units and not units.isdisjoint(_GROUPS)
        is_a_door = bool(units & (_BUILDINGS | _ROOMS | {"号"})) or is_a_farm
        return is_a_door or (has_rest and units == {"楼"})
    (part,) = chain
    if part.unit in ("号楼", "号院", "单元", "信箱", "#楼", "号房"):
        return True
    rule = _BY_UNIT.get(part.unit)
    return rule is not None and rule(text, part)


def _is_room(text: str, part: _Part) -> bool:
    is_number = part.number[:1].isdigit() and len(part.number) in (3, 4, 5)
    return is_number and not _NO_ROOM.match(text, part.end)


def _is_a_villages(text: str, part: _Part) -> bool:
    before = text[max(0, part.start - 3) : part.start].rstrip("第 (")
    if before.endswith((*_VILLAGES, "住")):
        return True
    is_apart = not is_chinese(before[-1:]) or before[-1] in "在是边"
    return is_apart and _COUNTRY.match(text, part.end) is not None


def _is_named_building(text: str, part: _Part) -> bool:
    """Whether it is told which building, and not how many there are."""
    before = text[max(0, part.start - 1) : part.start]
    if part.unit == "座" and part.number[:1] in _SPOKEN:
        return False
    if part.number == "两" or before in _COUNTING or before == "第":
        return before == "第"
    if _COUNTED.match(text, part.end):
        return is_latin(part.number[-1])
    return part.number not in ("一", "壹") or before.endswith(ESTATES)


def _is_house(text: str, part: _Part) -> bool:
    """Whether the number behind a road or a village is a house's, and no day of a month."""
    before = text[max(0, part.start - 4) : part.start].rstrip()
    is_households = _HOUSEHOLDS.match(text, part.end) and not before.endswith("月")
    if before.endswith("门牌") or is_households:
        return True
    is_a_road = before.endswith((*_ROADS, *_BESIDE)) and not before.endswith(_NO_ROADS)
    is_lived_in = _LIVES.search(text[max(0, part.start - _FAR) : part.start])
    is_a_shops = _is_no_day(part) and _SHOP.match(text, part.end)
    return bool(is_a_road or is_lived_in or is_a_shops) and _may_be_house(text, part)


def _may_be_house(text: str, part: _Part) -> bool:
    before = text[max(0, part.start - 1) : part.start]
    if before in ("月", "-", "/", ".", "第") or _NO_HOUSE.match(text, part.end):
        return False
    return _is_no_day(part) or not _DAY.match(text, part.end)


def _is_no_day(part: _Part) -> bool:
    return part.number.isdecimal() and int(part.number) > _LAST_DAY


_BY_UNIT: Mapping[str, Callable[[str, _Part], bool]] = {
    **dict.fromkeys(("栋", "幢", "座"), _is_named_building),
    **dict.fromkeys(("室", "寝室", "房"), _is_room),
    **dict.fromkeys(_GROUPS, _is_a_villages),
    "号": _is_house,
}
"""What a number before this unit alone has to be."""
