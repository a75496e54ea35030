"""WebP (RFC 9649): a RIFF file of chunks, each with its length."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from services.attachments.containers.container import (
    MOST_PARTS,
    Container,
    read_orientation,
    too_costly,
)

_EXTENDED, _LOSSY, _LOSSLESS, _FRAME, _EXIF = b"VP8X", b"VP8 ", b"VP8L", b"ANMF", b"EXIF"
_NEEDED = frozenset({_EXTENDED, _LOSSY, _LOSSLESS, b"ALPH", b"ANIM", _FRAME, _EXIF})
_FLAGS = 0x12
"""Of those in the extended header: alpha and animation."""


def read(data: bytes) -> Container:
    """The picture, of several frames the first, without anything beside its pixels.

    Raises ``InvalidInput`` for too many chunks, and ``ValueError`` or ``struct.error`` for what is
    no whole WebP.
    """
    found: dict[bytes, bytes] = {}
    for kind, body in _chunks(data):
        found.setdefault(kind, body)
    exif = found.pop(_EXIF, b"").removeprefix(b"Exif\0\0")
    if _EXTENDED in found:
        header = found[_EXTENDED]
        found[_EXTENDED] = bytes((header[0] & _FLAGS,)) + header[1:]
    sizes = [size for kind, body in found.items() if (size := _pixels(kind, body))]
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    chunks = b"WEBP" + b"".join(_chunk(kind, body) for kind, body in found.items())
    return Container(_chunk(b"RIFF", chunks), width, height, read_orientation(exif))


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of those that matter; what hangs behind the file is not looked at."""
    form, size, kind = struct.unpack_from("<4sI4s", data)
    if (form, kind) != (b"RIFF", b"WEBP") or size + 8 > len(data) + 1:
        raise ValueError("no whole WebP")
    at, end = 12, size + 8
    for _ in range(MOST_PARTS):
        if at + 8 > end:
            return
        kind, size = struct.unpack_from("<4sI", data, at)
        if kind in _NEEDED:
            yield kind, data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    raise too_costly()


def _chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def _pixels(kind: bytes, body: bytes) -> tuple[int, int] | None:
    """Width and height in a header, of the canvas or of the picture itself."""
    if kind == _EXTENDED:
        whole = int.from_bytes(body[4:10], "little")
        return (whole & 0xFFFFFF) + 1, (whole >> 24) + 1
    if kind == _LOSSY:
        width, height = struct.unpack_from("<HH", body, 6)
        return width & 0x3FFF, height & 0x3FFF
    if kind == _LOSSLESS:
        (bits,) = struct.unpack_from("<I", body, 1)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return None
