"""What every kind of file has: pixels, parts, and the way the camera was held."""

from __future__ import annotations

from dataclasses import dataclass

from domain.refusals import InvalidInput

MOST_PARTS = 20_000
"""Segments or chunks of one file: a step of the walk takes about a microsecond."""
UPRIGHT = 1
_ORIENTATION, _SHORT, _ENTRY = 0x0112, 3, 12


@dataclass(frozen=True, slots=True)
class Container:
    """A picture as a decoder gets it.

    Width and height are in pixels, as they are stored; ``orientation`` is EXIF's, 1 to 8.
    """

    data: bytes
    width: int
    height: int
    orientation: int = UPRIGHT


def too_costly() -> InvalidInput:
    """For a file that would take more time or memory than any photograph needs."""
    return InvalidInput(
        "该文件解码所需的处理量过大，请重新导出图片后再上传。",
        "Decoding this file takes too much work. Export the picture again and send that.",
        "attachments",
    )


def read_orientation(exif: bytes) -> int:
    """The orientation in the first directory of EXIF's TIFF structure (CIPA DC-008, 4.6.2)."""
    order = {b"II*\0": "little", b"MM\0*": "big"}.get(exif[:4])
    if order is None:
        return UPRIGHT

    def number(at: int, size: int) -> int:
        return int.from_bytes(exif[at : at + size], "little" if order == "little" else "big")

    directory = number(4, 4)
    entries = range(directory + 2, directory + 2 + number(directory, 2) * _ENTRY, _ENTRY)
    for entry in entries:
        if (number(entry, 2), number(entry + 2, 2)) == (_ORIENTATION, _SHORT):
            found = number(entry + 8, 2)
            return found if 1 <= found <= 8 else UPRIGHT
    return UPRIGHT
