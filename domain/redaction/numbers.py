"""Numbers of persons: telephones, identity cards and passports, bank cards, long numbers.

A number is made of whole groups of digits and known by its digits and by what stands around it.
What nothing else in a text has, as a mobile telephone's eleven digits, is looked for first, so that
no weaker guess takes a part of it away.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from domain.redaction.called_numbers import HOTLINE, is_official
from domain.redaction.digits import Group, Window, digit_runs, windows
from domain.redaction.signs import SPOKEN, is_latin, read_signs
from domain.redaction.spans import RedactionKind

Found = tuple[int, int, RedactionKind]
Reader = Callable[[str, Window], RedactionKind | None]

SOLID = 7
"""So many digits without a gap are hidden, whatever they count."""
LEAST = 6
"""Fewer digits than these are no person's number."""
MOST_OF_AMOUNT = 13
"""What has more digits is no amount, whatever unit follows."""
BEFORE = 12
"""So many signs before a number say what it is."""
_EXTENSION = re.compile(r"\s?(?:再?转|分机号?|内线|-)\s?[0-9]{1,5}(?![0-9])")
_CALLED = re.compile(r"电话|座机|手机|手提|致电|来电|拨打|号码|联系|传真|短信|[Tt][Ee][Ll]|打")
_PAPER = re.compile(r"护照|证|[Pp]assport|[Ii][Dd]")
_UNIT = re.compile(
    r"(?:\.[0-9]{1,2})?\s?(?:[余多]?[元万亿块吨件份辆度平米㎡%‰立]|公里|公斤|千瓦|人次|"
    r"[美港欧日]元|人(?![民员家]))"
)
_MONEY = re.compile(r"[万亿]?元")
_SIGN = re.compile(r"[-\s]?[Xx×*](?![A-Za-z0-9])")
_BRACKETED = re.compile(r"\s?\([0-9A]\)")
_AREA = re.compile(r"(?:0{0,2}86)?0(?:10|2[0-9]|[3-9][0-9]{2})[2-8][0-9]{6,7}")
_MOBILE = re.compile(r"(?:0{0,2}86|0)?1[3-9][0-9]{9}")
_MOBILE_WITHIN = re.compile(r"1[3-9][0-9]{9}")
_FIXED = re.compile(r"(?:0(?:10|2[0-9]|[3-9][0-9]{2})[2-8][0-9]{6,7}|[2-9][0-9]{6,7})[0-9]{0,5}")
_ABROAD = re.compile(
    r"(?:00)?(?:85[23][2-9][0-9]{7}|8860?[0-9]{8,9}|86[0-9]{10,11}|1[2-9][0-9]{9}|44[0-9]{10}"
    r"|8[12][0-9]{9,10}|6[15][0-9]{8,9})"
)
_CARD = re.compile(r"[3-9][0-9]{15,18}")
_CARD_IN_FOURS = re.compile(r"[3-9][0-9]{15,20}")
_UNION_PAY = "62"
_BANK = re.compile(r"[卡账帐户]|存折|银行|[工农建中招]行")


def find_numbers(text: str) -> Iterator[Found]:
    """Numbers of persons in plain signs."""
    for run in digit_runs(text):
        if sum(len(group.digits) for group in run) < LEAST:
            continue
        rest: list[Group] = []
        for group in _searched(text, run, _sure_kind):
            if isinstance(group, Group):
                rest.append(group)
                continue
            yield group
            yield from _rest(text, rest)
            rest = []
        yield from _rest(text, rest)


def is_identity_number(digits: str) -> bool:
    """Whether the last of 18 signs is the check sign of the others (GB 11643-1999)."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    whole = sum(int(digit) * weight for digit, weight in zip(digits[:17], weights, strict=True))
    return "10X98765432"[whole % 11] == digits[17].upper()


def is_fixed_telephone(number: str) -> bool:
    """Whether it is a fixed telephone's or a hotline's number, with or without an extension."""
    digits = digits_of(number)
    return not _MOBILE_WITHIN.search(digits) and bool(_FIXED.fullmatch(digits))


def digits_of(number: str) -> str:
    """Its digits as 0 to 9, of whatever script they are and whatever stands between them."""
    return "".join(filter(str.isdigit, read_signs(number).text.translate(SPOKEN)))


def _rest(text: str, run: Sequence[Group]) -> Iterator[Found]:
    for group in _searched(text, run, _likely_kind):
        found = _solid(text, group) if isinstance(group, Group) else group
        if found:
            yield found


def _searched(text: str, run: Sequence[Group], reader: Reader) -> Iterator[Found | Group]:
    """What ``reader`` knows, the longest first, and each group that is in none of it."""
    at = 0
    while at < len(run):
        best = None
        for window in windows(text, run[at : at + 2 * BEFORE]):
            if window.is_likely and (kind := reader(text, window)) is not None:
                best = window, kind
        if best is None:
            yield run[at]
            at += 1
        else:
            yield _with_signs_around(text, *best)
            at += len(best[0].groups)


def _sure_kind(text: str, window: Window) -> RedactionKind | None:
    """Identity cards, mobile telephones, telephones with an area's or a country's number, cards."""
    if (kind := _identity(text, window)) is not None:
        return kind
    before = text[max(0, window.start - BEFORE) : window.start]
    if _MOBILE.fullmatch(window.digits):
        return None if _MONEY.match(text, window.end) else RedactionKind.TELEPHONE
    if _AREA.fullmatch(window.digits) or _is_abroad(window.digits, before):
        return RedactionKind.TELEPHONE
    return RedactionKind.ACCOUNT if _is_card(window) and not _counts(text, window) else None


def _is_card(window: Window) -> bool:
    """By the way it is parted, its issuer, or its check digit (ISO/IEC 7812-1)."""
    sizes = window.sizes
    is_usual = len(sizes) > 3 and set(sizes[:-1]) == {4} and len(set(window.gaps)) == 1
    is_told = any(map(str.isalpha, "".join(window.gaps)))
    if (is_usual or is_told) and _CARD_IN_FOURS.fullmatch(window.digits):
        return True
    if not _CARD.fullmatch(window.digits):
        return False
    if window.digits.startswith(_UNION_PAY) and len(sizes) > 1 and len(set(window.gaps)) == 1:
        return True
    is_parted_so = len(sizes) <= 3 or set(sizes[:-1]) == {4} or set(sizes) == {1}
    return is_parted_so and _is_luhn(window.digits)


def _identity(text: str, window: Window) -> RedactionKind | None:
    """Mainland: six digits of a place, the date of birth, a serial number, in newer ones a sign."""
    digits = window.digits
    if len(digits) == 17 and _SIGN.match(text, window.end):
        digits += "X"
    if len(digits) == 18 and _is_date(digits[6:14], ("18", "19", "20")):
        return RedactionKind.IDENTITY_CARD if is_identity_number(digits) else RedactionKind.ACCOUNT
    if len(digits) == 15 and digits[0] in "12345678" and _is_date("19" + digits[6:12], ("19",)):
        return RedactionKind.IDENTITY_CARD
    is_of_macau = window.sizes == (1, 6, 1) and set(window.gaps) == {"/"}
    return RedactionKind.IDENTITY_CARD if is_of_macau else None


def _is_abroad(digits: str, before: str) -> bool:
    has_plus = before.endswith("+")
    if not (has_plus or before.endswith("(") or digits.startswith("00") or _CALLED.search(before)):
        return False
    is_unknown = has_plus and 9 <= len(digits) <= 13 and digits[0] != "0"
    return is_unknown or bool(_ABROAD.fullmatch(digits))


def _likely_kind(text: str, window: Window) -> RedactionKind | None:
    """Telephones without an area's number; numbers in fours; a case's or an order's."""
    if len(window.groups) == 1 and len(window.digits) != 10:
        return None
    if not window.is_sure or _counts(text, window) or is_official(text, window.start):
        return None
    before = text[max(0, window.start - BEFORE) : window.start]
    if _is_local(window, before):
        return RedactionKind.TELEPHONE
    *fours, last = window.sizes
    in_fours = len(fours) > 1 and set(fours) == {4} and last <= 4 and len(set(window.gaps)) == 1
    is_serial = window.sizes[0] == 8 and len(window.sizes) > 1 and window.sizes[1] >= 4
    is_card = bool(_CARD.fullmatch(window.digits)) and bool(_BANK.search(before))
    is_account = is_card or (in_fours and window.gaps[0] in ("", "-", "·", "_", ".")) or is_serial
    return RedactionKind.ACCOUNT if is_account else None


def _is_local(window: Window, before: str) -> bool:
    digits = window.digits
    if len(digits) == 10:
        return False
    is_parted_so = len(window.groups) <= 4 or set(window.sizes) == {1}
    if len(digits) not in (7, 8) or digits[0] not in "23456789" or not is_parted_so:
        return False
    is_usual = window.sizes == (4, 4) and window.gaps[0] in ("", "-", "·")
    has_year = any(one.digits[:2] in ("19", "20") for one in window.groups)
    return (is_usual and not has_year) or bool(_CALLED.search(before))


def _counts(text: str, window: Window) -> bool:
    """Whether it is an amount or a range of them, or years."""
    is_round = all(
        one.digits.endswith("00") or (len(one.digits) == 4 and one.digits[:2] in ("19", "20"))
        for one in window.groups
    )
    return is_round or bool(_UNIT.match(text, window.end))


def _is_luhn(digits: str) -> bool:
    signs = enumerate(map(int, reversed(digits)))
    return sum(sum(divmod(2 * one, 10)) if at % 2 else one for at, one in signs) % 10 == 0


def _with_signs_around(text: str, window: Window, kind: RedactionKind) -> Found:
    """With the plus or bracket before it, and the sign or extension behind it."""
    start, end = window.start, window.end
    if kind is not RedactionKind.TELEPHONE:
        sign = _SIGN.match(text, end) if len(window.digits) == 17 else None
        return start, sign.end() if sign else end, kind
    if text[max(0, start - 1) : start] in ("(", "+"):
        start -= 1
    extension = _EXTENSION.match(text, end)
    return start, extension.end() if extension else end, kind


def _solid(text: str, group: Group) -> Found | None:
    """One group by itself: long enough, or letters, six digits and one in brackets."""
    gap = text[max(0, group.start - 1) : group.start] in (" ", "-")
    letters = _letters_before(text, group.start) or (gap and _letters_before(text, group.start - 1))
    bracketed = _BRACKETED.match(text, group.end)
    if bracketed and len(group.digits) == (6 if letters else 7):
        start = group.start - letters - (gap and letters > 0)
        return start, bracketed.end(), RedactionKind.IDENTITY_CARD
    letters = 0 if gap else letters
    start = group.start - letters
    before = text[max(0, start - BEFORE) : start]
    is_spoken = not text[group.start].isascii() and not text[group.end - 1].isascii()
    if len(group.digits) < SOLID or (not is_spoken and _is_nobodys(text, group, before)):
        return None
    if is_official(text, group.start) or HOTLINE.fullmatch(group.digits):
        return None
    sign = _SIGN.match(text, group.end) if len(group.digits) >= 17 else None
    end = sign.end() if sign else group.end
    if letters:
        return start, end, _kind_with_letters(before)
    is_short = len(group.digits) <= 8
    extension = _EXTENSION.match(text, end) if is_short else None
    end = extension.end() if extension else end
    is_local = is_short and bool(extension or _CALLED.search(before))
    return start, end, RedactionKind.TELEPHONE if is_spoken or is_local else RedactionKind.ACCOUNT


def _kind_with_letters(before: str) -> RedactionKind:
    return RedactionKind.IDENTITY_CARD if _PAPER.search(before) else RedactionKind.ACCOUNT


def _is_nobodys(text: str, group: Group, before: str) -> bool:
    """A date in eight digits, unless it is called a telephone; an amount."""
    if len(group.digits) == 8 and _is_date(group.digits, ("19", "20")):
        return not _CALLED.search(before)
    is_amount = before.endswith(("¥", "$", "€", "£")) or bool(_UNIT.match(text, group.end))
    return is_amount and len(group.digits) <= MOST_OF_AMOUNT


def _letters_before(text: str, start: int) -> int:
    """How many letters begin a number, as a passport's: none to two."""
    for size in (4, 3, 2, 1):
        word = text[max(0, start - size) : start]
        before = text[max(0, start - size - 1) : max(0, start - size)]
        if len(word) == size and all(map(is_latin, word)) and not is_latin(before):
            return size
    return 0


def _is_date(digits: str, centuries: tuple[str, ...]) -> bool:
    """Year, month and day in eight digits."""
    month, day = int(digits[4:6]), int(digits[6:8])
    return digits[:2] in centuries and 1 <= month <= 12 and 1 <= day <= 31
