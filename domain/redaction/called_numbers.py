"""Numbers known by what they are called: of papers, accounts and customers, in whatever shape."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.redaction.spans import RedactionKind

Found = tuple[int, int, RedactionKind]

_LINK = (
    r"(?:号码|编号|号|账号|卡号|户号|后面|全号|[Nn]o\.?|[Nn]umbers?|is|were|was|也?是|为|叫|"
    r"[:\s(\[\"'“=]){0,6}"
)
_PAPER = re.compile(
    r"(?:护照|签证|[通同]行证|居留(?:身份)?证|居留卡|[居暂]住证|回乡证|台胞证|返乡证|军官证|"
    r"士官证|士兵证|警官证|文职证|军人证|"
    r"退[役伍]证|学生证|残疾人?证|驾驶证|驾照|老年证|优待证|[结离]婚证|出生医学证明|出生证|"
    r"身[份分]证|证件|港澳证|学籍|永居卡?|"
    r"[Pp]assport|PASSPORT|[Pp]ermit|ID card|\bID\b|[Ll]icen[cs]e)" + _LINK
)
_ACCOUNT = re.compile(
    r"(?:[账帐户折卡]号|卡|账户|帐户|户头|存折|折子|存单|一卡通|[社医]保|个人编号|参保号|保险号|保单|"
    r"公积金|缴费|缴存|[客用]户(?:编号|代码|号)|"
    r"(?:燃气|电力|供水|水表|电表|气表|供暖|用水|用电|用气)编?号|表号|会员号|ETC|etc|宽带|"
    r"银行|"
    r"[Aa]ccount|[Cc]ard)" + _LINK
)
_SHORT = re.compile(r"(?:短号|亲情号|集团号|虚拟网?号)码?[:是为\s(]{0,3}([0-9]{3,8})(?![0-9])")
"""A telephone's number within a group of subscribers."""
_SOLDIER = re.compile(r"[\u4e00-\u9fff]{1,3}(?:字第?|公|警)\s?[0-9]{5,10}号?")
_NUMBER = re.compile(
    r"[A-Za-z]{0,4}[-: ]?[0-9][0-9A-Za-z]{0,23}"
    r"(?:[ .·_/()\[\]-]{1,3}[A-Za-z]?[0-9][0-9A-Za-z]{0,19}){0,7}"
)
_IBAN = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])"
)
"""An account abroad (ISO 13616)."""
_DATE = re.compile(r"(?:19|20)[0-9]{2}(?:[-./年]|[01][0-9][0-3][0-9](?![0-9]))")
_COUNTED = re.compile(
    r"\s?(?:\.[0-9]|[余多]?[元万亿块年月日天个人次张分岁%℃]|[栋幢座楼]|单元|工作日)"
)
_LEAST = 5
HOTLINE = re.compile(r"1[0-9]{4}|9[56][0-9]{3,4}|[48]00[- ]?[0-9]{3,4}[- ]?[0-9]{3,4}")
_OFFICIAL = re.compile(
    r"(?:(?:工单|受理|信访|办件|诉求|(?<!档)案件?|合同|项目|报告|检测|备案|批复|许可证?|预售|招标|标段|"
    r"专利|信用|小票|公告|回执|登记|产品|生产|设备)(?:编号|单号|号|代码|编码|号码)|"
    r"发票代码|条形?码|准字|[文批型货版]号|序列号|(?<!字)第|"
    r"(?<![客用]户)(?<!个人)(?<!档案)(?<![燃电水暖气力证书员])编[号码])[:是为\s(]{0,3}[A-Za-z0-9-]{0,10}$"
)
_OWN = re.compile(r"20[0-9]{6}-[0-9]{6}-[0-9]")
_FAR = 26


def find_called_numbers(text: str) -> Iterator[Found]:
    """Numbers of papers and accounts in plain signs, behind the words that call them so."""
    for rule, kind in (
        (_PAPER, RedactionKind.IDENTITY_CARD),
        (_ACCOUNT, RedactionKind.ACCOUNT),
    ):
        for called in rule.finditer(text):
            soldiers = kind is RedactionKind.IDENTITY_CARD and _SOLDIER.match(text, called.end())
            number = soldiers or _NUMBER.match(text, called.end())
            if number and (soldiers or _is_somebodys(text, number)):
                yield *number.span(), kind
    yield from _find_by_build(text)


def _find_by_build(text: str) -> Iterator[Found]:
    """Short numbers of telephones, and accounts abroad."""
    for short in _SHORT.finditer(text):
        if not HOTLINE.fullmatch(short[1]):
            yield *short.span(1), RedactionKind.TELEPHONE
    for account in _IBAN.finditer(text):
        digits = sum(map(str.isdigit, account.group()))
        if digits > 2 * _LEAST and not is_official(text, account.start()):
            yield *account.span(), RedactionKind.ACCOUNT


def _is_somebodys(text: str, number: re.Match[str]) -> bool:
    digits = sum(map(str.isdigit, number.group()))
    if digits < _LEAST or _DATE.match(number.group()) or HOTLINE.fullmatch(number.group()):
        return False
    return digits > 2 * _LEAST or not _COUNTED.match(text, number.end())


def is_official(text: str, start: int) -> bool:
    """Whether the number that begins here is a document's or a procedure's, and nobody's.

    A letter's own number is told nowhere: it would link a page to what somebody has seen elsewhere.
    """
    before = text[max(0, start - _FAR) : start]
    return bool(_OFFICIAL.search(before)) and not _OWN.match(text, start)
