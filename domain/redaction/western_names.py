"""Names in Latin letters."""

from __future__ import annotations

import re
from collections.abc import Iterator

Stretch = tuple[int, int]

WESTERN = re.compile(
    r"[A-Z][A-Za-z'-]{0,19}(?:[ .·]{1,2}[A-Z][A-Za-z'-]{0,19}){0,3}"
    r"|[A-Za-z]{2,20}(?: [A-Za-z]{2,20}){0,2}"
)
WESTERN_ALONE = re.compile(
    r"[A-Z][a-z]{2,19}(?: [A-Z][a-z]{1,19}){0,2}(?![A-Za-z0-9]|\s?[\u4e00-\u9fff])"
)
_BEFORE_DATA = re.compile(
    r"(?<![A-Za-z,] )(?<![A-Za-z])[A-Z][a-z]{1,19}(?: [A-Z][A-Za-z'-]{1,19}){1,3}"
    r"(?=(?:, |,| \(| )(?:tel|phone|mobile|cell|passport|e-?mail|aged|age|born|WeChat|\+?[0-9]{5}))"
)
_AFTER_TITLES = re.compile(
    r"(?<![A-Za-z])(?:Mrs|Mr|Ms|Miss|Dr|[Mm]y name is|I am|I'm|[Nn]ame:|[Pp]erson:|[Aa]pplicant:?|"
    r"[Tt]enant|[Aa]sk for|landlord|neighbou?r|wife|husband|son|daughter|mother|father|friend|"
    r"manager|driver|named|called|[Ss]igned|[Rr]egards|[Ss]incerely),?\.?\s(?=[A-Z])"
)


def find_western_names(text: str) -> Iterator[Stretch]:
    """Names in plain signs, behind titles and before what is somebody's."""
    for title in _AFTER_TITLES.finditer(text):
        if name := WESTERN.match(text, title.end()):
            yield name.span()
    for data in _BEFORE_DATA.finditer(text):
        yield data.span()
