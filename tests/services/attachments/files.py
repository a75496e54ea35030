"""Files as telephones, programs and attackers make them."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable
from typing import Any

from PIL import Image

ORIENTATION = 0x0112


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """A picture that no coder makes small."""
    return Image.effect_noise((width, height), 60).convert("RGB").convert(mode)


def written(picture: Image.Image, kind: str, **options: Any) -> bytes:
    """As a file."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    """Decoded, whole."""
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def jpeg_of_scans(width: int, height: int, scans: int) -> bytes:
    """A progressive JPEG in which one scan that says nothing new is repeated: 17 bytes each."""
    data = written(Image.new("RGB", (width, height), "gray"), "JPEG", progressive=True)
    parts = _jpeg_parts(data)
    at = [index for index, part in enumerate(parts) if part[1] == 0xDA][1]
    return b"".join((*parts[: at + 1], parts[at] * (scans - 2), b"\xff\xd9"))


def _jpeg_parts(data: bytes) -> list[bytes]:
    """The start, then each segment with what follows it, without the end."""
    parts, at = [data[:2]], 2
    while data[at + 1] != 0xD9:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at + 1] == 0xDA:
            while data[end] != 0xFF or data[end + 1] == 0:
                end += 1
        parts.append(data[at:end])
        at = end
    return parts


def segment(marker: int, body: bytes) -> bytes:
    """One of a JPEG."""
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def chunk(kind: bytes, body: bytes) -> bytes:
    """One of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, depth: int, colours: int, between: Iterable[bytes] = ()) -> bytes:
    """Of nothing but zeros, with chunks before its pixels; they need not be enough."""
    header = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0)
    pixels = zlib.compress(bytes(min(width * height * 8 + height, 1_000_000)))
    chunks = (chunk(b"IHDR", header), *between, chunk(b"IDAT", pixels), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def riff(kind: bytes, body: bytes) -> bytes:
    """A chunk of a WebP, or the whole of it."""
    return kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def exif(orientation: int, entries: int = 1) -> bytes:
    """EXIF with as many entries, of which the last is the orientation."""
    others = b"".join(struct.pack(">HHII", 0x9286, 5, 2**20, 8) for _ in range(entries - 1))
    last = struct.pack(">HHIHH", ORIENTATION, 3, 1, orientation, 0)
    return b"MM\0*" + struct.pack(">IH", 8, entries) + others + last + bytes(4)
