"""PNG (W3C, third edition): a chain of chunks, each with its length and a checksum."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from services.attachments.containers.container import (
    MOST_PARTS,
    Container,
    read_orientation,
    too_costly,
)

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER, _PALETTE, _TRANSPARENT, _PIXELS, _EXIF, _END = (
    *(b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"eXIf", b"IEND"),
)
_NEEDED = frozenset({_HEADER, _PALETTE, _TRANSPARENT, _PIXELS, _EXIF})
_INDEXED = 3


def read(data: bytes) -> Container:
    """The picture without anything but its header, colours and pixels.

    Raises ``InvalidInput`` for too many chunks, and ``ValueError``, ``KeyError`` or
    ``struct.error`` for what is no whole PNG.
    """
    found: dict[bytes, list[bytes]] = {}
    for kind, body in _chunks(data):
        found.setdefault(kind, []).append(body)
    (header,) = found[_HEADER]
    width, height, depth, colours = struct.unpack_from(">IIBB", header)
    if _TRANSPARENT in found and colours != _INDEXED:
        found[_TRANSPARENT] = [_in_eight_bits(found[_TRANSPARENT][0], depth)]
    kinds = (_HEADER, _PALETTE, _TRANSPARENT, _PIXELS)
    chunks = (_chunk(kind, b"".join(found[kind])) for kind in kinds if kind in found)
    orientation = read_orientation(b"".join(found.get(_EXIF, ())))
    whole = b"".join((_SIGNATURE, *chunks, _chunk(_END, b"")))
    return Container(whole, width, height, orientation)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of those that matter, up to the end."""
    if not data.startswith(_SIGNATURE):
        raise ValueError("no PNG")
    at = len(_SIGNATURE)
    for _ in range(MOST_PARTS):
        size, kind = struct.unpack_from(">I4s", data, at)
        if kind == _END:
            return
        if kind in _NEEDED:
            yield kind, _checked(data, at, size)
        at += size + 12
    raise too_costly()


def _checked(data: bytes, at: int, size: int) -> bytes:
    """A chunk's content; raises ``ValueError`` when its checksum is another."""
    end = at + 8 + size
    if struct.unpack_from(">I", data, end)[0] != zlib.crc32(data[at + 4 : end]):
        raise ValueError("a damaged chunk")
    return data[at + 8 : end]


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _in_eight_bits(colour: bytes, depth: int) -> bytes:
    """The transparent colour as samples of eight bits, which all pixels become when decoded."""
    samples = struct.unpack(f">{len(colour) // 2}H", colour)
    most = (1 << depth) - 1
    return b"".join(struct.pack(">H", min(one, most) * 255 // most) for one in samples)
