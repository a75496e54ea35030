"""JPEG (ITU T.81, annex B): a chain of segments, between them the data of scans."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator

from services.attachments.containers.container import (
    MOST_PARTS,
    Container,
    read_orientation,
    too_costly,
)

MOST_SCANS = 100
"""Cameras and optimisers write 1 to 20."""
MOST_SCANNED = 800_000_000
"""Pixels, times the components that all scans together go over: each takes 1 to 2 ns. A usual
progressive picture of 50 million pixels has 700 million."""

_START, _END, _SCAN = b"\xff\xd8", 0xD9, 0xDA
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
"""Huffman-coded: baseline, extended, progressive."""
_TABLES = frozenset({0xC4, 0xDB, 0xDD})
_OTHER_CODING = frozenset(range(0xC3, 0xD0)) - _TABLES
"""Lossless, hierarchical, arithmetic: no camera writes them, and some cost far more."""
_COLOURS = {0xE0: b"JFIF\0", 0xEE: b"Adobe"}
"""What says how components become colours."""
_EXIF = b"Exif\0\0"
_MARKER = re.compile(rb"\xff[^\x00\x01\xff\xd0-\xd7]")
"""Neither an escaped 0xFF, nor one that fills, nor a marker that stands alone in a scan's data."""


def read(data: bytes) -> Container:
    """The picture without anything but its frame, tables and scans.

    Raises ``InvalidInput`` for too many scans, and ``ValueError``, ``IndexError`` or
    ``struct.error`` for what is no whole JPEG.
    """
    segments = list(_segments(data))
    ((height, width),) = (
        struct.unpack_from(">HH", body, 1) for marker, body, _ in segments if marker in _FRAMES
    )
    scans = [body[0] for marker, body, _ in segments if marker == _SCAN]
    if len(scans) > MOST_SCANS or sum(scans) * width * height > MOST_SCANNED:
        raise too_costly()
    kept = (whole for marker, body, whole in segments if _is_needed(marker, body))
    whole = b"".join((_START, *kept, bytes((0xFF, _END))))
    return Container(whole, width, height, _orientation(segments))


def _orientation(segments: Iterable[tuple[int, bytes, bytes]]) -> int:
    exif = (body for marker, body, _ in segments if marker == 0xE1 and body.startswith(_EXIF))
    return read_orientation(next(exif, b"").removeprefix(_EXIF))


def _is_needed(marker: int, body: bytes) -> bool:
    if marker in _COLOURS:
        return body.startswith(_COLOURS[marker])
    return marker == _SCAN or marker in _TABLES or marker in _FRAMES


def _segments(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Marker, what the segment says, and all of it, with the data behind a scan's."""
    if not data.startswith(_START):
        raise ValueError("no JPEG")
    found = _MARKER.search(data, len(_START))
    for _ in range(MOST_PARTS):
        if found is None or data[found.end() - 1] in _OTHER_CODING:
            raise ValueError("a JPEG without an end, or coded in another way")
        begin, marker = found.start(), data[found.end() - 1]
        if marker == _END:
            return
        end = found.end() + int.from_bytes(data[found.end() : found.end() + 2], "big")
        found = _MARKER.search(data, end)
        whole = data[begin : found.start() if found and marker == _SCAN else end]
        yield marker, data[begin + 4 : end], whole
    raise too_costly()
