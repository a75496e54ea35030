"""Pictures as they are shown: decoded and made anew, so that nothing else comes along."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from domain.attachments import DOCUMENT
from domain.refusals import InvalidInput
from services.attachments.desk import Made

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS = {"JPEG": 50_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
"""So that six of them are looked at in time: about a second each, and 250 MB at most."""
SHOWN, THUMBNAIL = 2048, 320
"""Pixels of the longer side."""
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_HEAD = 4096


def made_of(data: bytes, content_type: str) -> Made:
    """What is shown of a file. It takes time: up to a second of one processor.

    Raises ``InvalidInput`` for a file that is not what it was announced as, that is damaged, or
    that would unfold to too many pixels.
    """
    if content_type not in _kinds(data):
        raise _refused()
    if content_type == DOCUMENT:
        if b"%%EOF" not in data[-_HEAD:]:
            raise _refused()
        return Made(data, None)
    try:
        return _pictures(data, _FORMATS[content_type])
    except InvalidInput:
        raise
    except Exception as error:  # of a decoder that was handed anything at all
        raise _refused() from error


def _kinds(data: bytes) -> set[str]:
    """The media types that the first bytes speak of."""
    import puremagic

    try:
        return {found.mime_type for found in puremagic.magic_string(data[:_HEAD])}
    except (puremagic.PureError, ValueError):
        return set()


def _pictures(data: bytes, kind: str) -> Made:
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data), formats=(kind,)) as opened:
        most = MOST_PIXELS[kind]
        if opened.width * opened.height > most:
            raise InvalidInput(
                f"图片不得超过{most // 10**6}百万像素。",
                f"A {kind} picture has at most {most // 10**6} million pixels.",
                "attachments",
            )
        small = _within(opened, SHOWN)  # first, so that one copy of all pixels is enough
        large = _anew(ImageOps.exif_transpose(small))
    return Made(_written(large, kind), _written(_within(large, THUMBNAIL), kind))


def _within(picture: Image.Image, side: int) -> Image.Image:
    """At most so many pixels long; a JPEG is decoded no larger than it is needed."""
    if picture.mode not in ("RGB", "RGBA"):
        has_alpha = picture.mode in ("LA", "PA") or "transparency" in picture.info
        picture = picture.convert("RGBA" if has_alpha else "RGB")
    picture.thumbnail((side, side))
    return picture


def _anew(picture: Image.Image) -> Image.Image:
    """The pixels alone, on a new sheet: no EXIF, no profile, no comment, no second frame."""
    from PIL import Image

    sheet = Image.new(picture.mode, picture.size)
    sheet.paste(picture)
    return sheet


def _written(picture: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    picture.convert("RGB" if kind == "JPEG" else picture.mode).save(out, kind)
    return out.getvalue()


def _refused() -> InvalidInput:
    return InvalidInput(
        "文件已损坏，或与其声明的类型不符。",
        "This file is damaged, or not of the kind that it was announced as.",
        "attachments",
    )
