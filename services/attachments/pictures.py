"""Pictures as they are shown: decoded and made anew, so that nothing else comes along."""

from __future__ import annotations

import io

from PIL import Image

from domain.attachments import DOCUMENT
from domain.refusals import InvalidInput
from services.attachments.containers import jpeg, png, webp
from services.attachments.containers.container import Container, too_costly
from services.attachments.desk import Made

MOST_PIXELS = {"JPEG": 50_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
"""So that six of them are looked at in time: about a second each."""
SHOWN, THUMBNAIL = 2048, 320
"""Pixels of the longer side."""
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_READERS = {"JPEG": jpeg.read, "PNG": png.read, "WEBP": webp.read}
_PDF_HEAD, _PDF_TAIL = 1024, 64 * 1024
"""Within so many bytes from either end a reader of PDF looks for its marks; the standard's own
notes say 1,024, and files that were sent by mail or form have more behind them."""
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes each of EXIF's orientations."""


def made_of(data: bytes, content_type: str) -> Made:
    """What is shown of a file. It takes time: up to a second or two of one processor.

    Raises ``InvalidInput`` for a file that is not what it was announced as, that is damaged, or
    that would take too much to decode.
    """
    if content_type == DOCUMENT:
        if b"%PDF-" not in data[:_PDF_HEAD] or b"%%EOF" not in data[-_PDF_TAIL:]:
            raise _refused()
        return Made(data, None)
    kind = _FORMATS[content_type]
    try:
        container = _READERS[kind](data)
        _check_pixels(container, kind)
        return _pictures(container, kind)
    except InvalidInput:
        raise
    except MemoryError as error:
        raise too_costly() from error
    except Exception as error:  # of a decoder that was handed anything at all
        raise _refused() from error


def _check_pixels(container: Container, kind: str) -> None:
    most = MOST_PIXELS[kind]
    if container.width * container.height > most:
        raise InvalidInput(
            f"图片不得超过{most // 10**6}百万像素。",
            f"A {kind} picture has at most {most // 10**6} million pixels.",
            "attachments",
        )


def _pictures(container: Container, kind: str) -> Made:
    with Image.open(io.BytesIO(container.data), formats=(kind,)) as opened:
        small = _within(opened, SHOWN)  # first, so that one copy of all pixels is enough
    if container.orientation in _UPRIGHT:
        small = small.transpose(_UPRIGHT[container.orientation])
    large = _anew(small)
    return Made(_written(large, kind), _written(_within(large, THUMBNAIL), kind))


def _within(picture: Image.Image, side: int) -> Image.Image:
    """At most so many pixels long, in colours; a JPEG is decoded no larger than it is needed."""
    scale = max(1.0, max(picture.size) / side)
    size = (max(1, round(picture.width / scale)), max(1, round(picture.height / scale)))
    picture.draft(picture.mode, size)
    coloured = _in_colours(picture)
    return coloured.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def _in_colours(picture: Image.Image) -> Image.Image:
    """In RGB, or RGBA where something shows through."""
    if picture.mode == "I;16":
        picture = picture.point(lambda sample: sample * (1 / 257)).convert("L")
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    return picture if picture.mode == mode else picture.convert(mode)


def _anew(picture: Image.Image) -> Image.Image:
    """The pixels alone, on a new sheet: no EXIF, no profile, no comment, no second frame."""
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
