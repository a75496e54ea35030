"""What is shown of a picture looks like what was sent, whatever its mode, and costs little."""

from __future__ import annotations

import struct
import time
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from domain.refusals import InvalidInput
from services.attachments.pictures import made_of
from tests.services.attachments import files
from tests.services.attachments.files import chunk, noise, opened, png, written

pytestmark = pytest.mark.ring("test")
JPEG, PNG, WEBP, PDF = "image/jpeg", "image/png", "image/webp", "application/pdf"
LIGHT, DARK = (230, 230, 230, 255), (25, 25, 25, 255)
DOCUMENT = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


def halves(mode: str) -> Image.Image:
    """Light on the left, dark on the right."""
    picture = Image.new("RGBA", (400, 300), LIGHT)
    picture.paste(DARK, (200, 0, 400, 300))
    if mode == "I;16":
        deep = Image.new("I;16", picture.size, LIGHT[0] * 257)
        deep.paste(DARK[0] * 257, (200, 0, 400, 300))
        return deep
    if mode == "P":
        return picture.convert("RGB").quantize(8)
    return picture if mode == "RGBA" else picture.convert("RGB").convert(mode)


def seen(picture: Image.Image) -> list[tuple[int, ...]]:
    """The colours of the left and of the right half."""
    whole = picture.convert("RGBA")
    return [
        tuple(int(band) for band in pixel)
        for x in (whole.width // 4, 3 * whole.width // 4)
        if isinstance(pixel := whole.getpixel((x, whole.height // 2)), tuple)
    ]


SENT: dict[str, tuple[Image.Image, str, dict[str, Any]]] = {
    **{f"a PNG of mode {mode}": (halves(mode), "PNG", {}) for mode in ("L", "P", "RGB", "I;16")},
    "a PNG with alpha": (halves("RGBA"), "PNG", {}),
    "a gray PNG with alpha": (halves("RGBA").convert("LA"), "PNG", {}),
    **{f"a JPEG of mode {mode}": (halves(mode), "JPEG", {}) for mode in ("L", "RGB", "CMYK")},
    "a progressive JPEG": (halves("RGB"), "JPEG", {"progressive": True}),
    "a WebP": (halves("RGB"), "WEBP", {}),
    "a lossless WebP with alpha": (halves("RGBA"), "WEBP", {"lossless": True}),
    "a moving WebP": (
        halves("RGB"),
        "WEBP",
        {"save_all": True, "append_images": [Image.new("RGB", (400, 300), "red")]},
    ),
    "a moving PNG": (
        halves("RGB"),
        "PNG",
        {"save_all": True, "append_images": [Image.new("RGB", (400, 300), "red")]},
    ),
}


@pytest.mark.parametrize("what", SENT)
def test_a_picture_of_any_mode_looks_as_it_was_sent(what: str) -> None:
    picture, kind, options = SENT[what]
    made = made_of(written(picture, kind, **options), f"image/{kind.lower()}")
    assert made.thumbnail is not None
    for one in (made.shown, made.thumbnail):
        for found, sent in zip(seen(opened(one)), (LIGHT, DARK), strict=True):
            assert max(abs(a - b) for a, b in zip(found, sent, strict=True)) <= 6, (found, sent)


def test_black_and_white_stays_black_and_white() -> None:
    shown = opened(
        made_of(written(halves("L").convert("1", dither=Image.Dither.NONE), "PNG"), PNG).shown
    )
    assert seen(shown) == [(255, 255, 255, 255), (0, 0, 0, 255)]


def _gray(depth: int, value: int) -> bytes:
    """Of one gray, which is said to be transparent."""
    width, bits = 64, f"{value:0{depth}b}" * 64
    row = b"\0" + int(bits, 2).to_bytes(len(bits) // 8, "big")
    pixels = zlib.compress(row * 4)
    header = struct.pack(">IIBBBBB", width, 4, depth, 0, 0, 0, 0)
    chunks = (
        (b"IHDR", header),
        (b"tRNS", struct.pack(">H", value)),
        (b"IDAT", pixels),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*one) for one in chunks)


@pytest.mark.parametrize(
    ("depth", "value"), [(1, 1), (2, 2), (4, 9), (8, 130), (16, 30_000), (16, 65_535)]
)
def test_a_gray_that_is_transparent_is_so_at_every_depth(depth: int, value: int) -> None:
    shown = opened(made_of(_gray(depth, value), PNG).shown)
    gray = round(value * 255 / ((1 << depth) - 1))
    assert all(abs(band - gray) <= 1 for band in seen(shown)[0][:3])
    assert seen(shown)[0][3] == 0


@pytest.mark.parametrize("colour", [(9, 8, 7), (200, 100, 50)])
def test_a_colour_that_is_transparent_is_so(colour: tuple[int, int, int]) -> None:
    data = written(Image.new("RGB", (50, 50), colour), "PNG", transparency=colour)
    assert seen(opened(made_of(data, PNG).shown))[0][3] == 0
    indexed = Image.new("P", (50, 50), 0)
    indexed.putpalette(colour * 256)
    data = written(indexed, "PNG", transparency=bytes([0, 255]))
    assert seen(opened(made_of(data, PNG).shown))[0][3] == 0


HELD = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How a picture is stored that EXIF says to be of this orientation."""


@pytest.mark.parametrize("orientation", HELD)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_it_is_shown_upright_however_the_camera_was_held(kind: str, orientation: int) -> None:
    upright = Image.new("RGB", (90, 60), "white")
    upright.paste((250, 0, 0), (0, 0, 30, 20))  # a mark in its upper left corner
    turn = HELD[orientation]
    held = upright if turn is None else upright.transpose(turn)
    data = written(held, kind, exif=b"Exif\0\0" + files.exif(orientation))
    shown = opened(made_of(data, f"image/{kind.lower()}").shown).convert("RGB")
    assert shown.size == upright.size
    red, green, _, _ = seen(shown.crop((0, 0, 30, 20)))[0]
    assert red > 200
    assert green < 60


@pytest.mark.parametrize("tail", [b"", b"\n" * 3, bytes(8_192), b"<script></script>" * 3_000])
@pytest.mark.parametrize("head", [b"", b"\xef\xbb\xbf", b"junk " * 100])
def test_a_document_may_have_something_before_and_behind_it(head: bytes, tail: bytes) -> None:
    whole = head + DOCUMENT + tail
    assert made_of(whole, PDF).shown == whole


NO_DOCUMENTS = {
    "cut off": DOCUMENT[:-8],
    "an end alone": b"%%EOF",
    "the end far from its end": DOCUMENT + bytes(100_000),
    "the beginning far from its beginning": bytes(2_000) + DOCUMENT,
    "a picture": b"\xff\xd8\xff%%EOF",
}


@pytest.mark.parametrize("what", NO_DOCUMENTS)
def test_what_is_no_whole_document_is_refused(what: str) -> None:
    with pytest.raises(InvalidInput, match="damaged"):
        made_of(NO_DOCUMENTS[what], PDF)


def _sides(length: int) -> bytes:
    """How the frame of a JPEG says that it is a square."""
    return struct.pack(">HH", length, length)


def _many(part: bytes, count: int) -> bytes:
    return part * count


TEXT_BOMB = b"k\0\0" + zlib.compress(bytes(60_000_000), 9)
PROFILE_BOMB = b"icc\0\0" + zlib.compress(bytes(60_000_000), 9)
CHEAP = {
    "texts that unfold to gigabytes": lambda: (
        png(60, 60, 8, 2, [chunk(b"zTXt", TEXT_BOMB)] * 100),
        PNG,
    ),
    "profiles that unfold to gigabytes": lambda: (
        png(60, 60, 8, 2, [chunk(b"iCCP", PROFILE_BOMB)] * 100),
        PNG,
    ),
    "EXIF that unfolds": lambda: (
        png(60, 60, 8, 2, [chunk(b"eXIf", files.exif(1, 60_000) + bytes(5_000_000))]),
        PNG,
    ),
    "pixels that unfold beyond the picture": lambda: (
        png(60, 60, 8, 2)[:-12]
        + chunk(b"IDAT", zlib.compress(bytes(60_000_000)))
        + chunk(b"IEND", b""),
        PNG,
    ),
    "a thousand comments": lambda: (
        b"\xff\xd8" + files.segment(0xFE, bytes(60_000)) * 160 + written(noise(60, 60), "JPEG")[2:],
        JPEG,
    ),
}
"""What is taken, because nobody looks at what would cost."""


@pytest.mark.parametrize("what", CHEAP)
def test_what_lies_beside_the_pixels_costs_nothing(what: str) -> None:
    data, content_type = CHEAP[what]()
    began = time.process_time()
    assert opened(made_of(data, content_type).shown).size == (60, 60)
    assert time.process_time() - began < 1


COSTLY: dict[str, Callable[[], tuple[bytes, str]]] = {
    "scans": lambda: (files.jpeg_of_scans(2_000, 2_000, 17_287), JPEG),
    "few scans over many pixels": lambda: (
        files.jpeg_of_scans(72, 72, 30).replace(_sides(72), _sides(7_000)),
        JPEG,
    ),
    "segments": lambda: (b"\xff\xd8" + _many(files.segment(0xDD, b"\0\0"), 1_500_000), JPEG),
    "empty segments": lambda: (b"\xff\xd8" + _many(b"\xff\xfe\0\2", 2_500_000), JPEG),
    "bytes that fill": lambda: (b"\xff\xd8" + _many(b"\xff", 10_000_000), JPEG),
    "pixels of a JPEG": lambda: (
        written(noise(72, 72), "JPEG").replace(_sides(72), _sides(60_000)),
        JPEG,
    ),
    "pixels of a PNG": lambda: (png(60_000, 60_000, 8, 2), PNG),
    "chunks": lambda: (png(60, 60, 8, 2, [_many(chunk(b"tEXt", b""), 800_000)]), PNG),
    "chunks of pixels": lambda: (png(60, 60, 8, 2, [_many(chunk(b"IDAT", b""), 800_000)]), PNG),
    "pixels of a WebP": lambda: (
        files.riff(
            b"RIFF",
            b"WEBP"
            + files.riff(b"VP8X", bytes(4) + b"\xfe\x3f\0" * 2)
            + files.riff(b"VP8L", b"\x2f" + bytes(50)),
        ),
        WEBP,
    ),
    "frames": lambda: (
        files.riff(b"RIFF", b"WEBP" + _many(files.riff(b"ANMF", b""), 1_200_000)),
        WEBP,
    ),
}


@pytest.mark.parametrize("what", COSTLY)
def test_a_file_that_would_cost_much_is_refused_at_once(what: str) -> None:
    data, content_type = COSTLY[what]()
    began = time.process_time()
    with pytest.raises(InvalidInput):
        made_of(data, content_type)
    assert time.process_time() - began < 1


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_file_that_is_cut_off_or_changed_ends_in_a_picture_or_a_refusal(kind: str) -> None:
    data = written(noise(40, 30), kind)
    for at in range(0, len(data), max(1, len(data) // 150)):
        for bad in (data[:at], data[:at] + b"\xff" + data[at + 1 :], data[:at] + data[at + 1 :]):
            try:
                assert made_of(bad, f"image/{kind.lower()}").shown
            except InvalidInput:
                continue
