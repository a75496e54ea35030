"""Fonts for paper: the signs that a document needs, cut out of any common font file.

A reader of PDF need not have Chinese fonts, so what is printed is put into the file. PDFs are
written with TrueType outlines; what has PostScript's (Noto CJK, Source Han) is redrawn in them.
"""

from __future__ import annotations

import hashlib
import io
import unicodedata
from collections.abc import Collection
from pathlib import Path

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, TTLibError, newTable
from fontTools.ttLib.ttCollection import TTCollection
from fontTools.varLib.instancer import instantiateVariableFont
from pylopdf_fonts_zh_cn import sans_path
from reportlab.pdfbase import pdfmetrics, ttfonts

LARGEST_ERROR = 0.001
"""Of a redrawn curve, as a part of the font's em."""
REGULAR = 400
"""The weight that is cut out of a font of all weights."""
SIMPLIFIED = (" SC", " CN", "-SC", "-CN")
"""In the name of the face of a collection that has China's shapes of the signs."""


class UnusableFont(ValueError):
    """A file that is no font, or none for this text; the message says which signs it lacks."""


def embed_font(text: str, file: Path | None = None) -> str:
    """The name of a font with the signs of ``text``, out of ``file`` or else Noto Sans SC.

    Raises ``UnusableFont``.
    """
    source = file or sans_path()
    try:
        made = _cut_out(source, {ord(sign) for sign in text if sign.isprintable()})
        name = hashlib.sha256(made).hexdigest()[:8]
        font = ttfonts.TTFont(name, io.BytesIO(made))
    except (TTLibError, ttfonts.TTFError, OSError) as error:
        raise UnusableFont(f"{source} cannot be embedded: {error}") from None
    font.face.name += b"-" + name.encode()  # fonts of one face's name would be the first of them
    pdfmetrics.registerFont(font)
    return name


def _cut_out(file: Path, signs: Collection[int]) -> bytes:
    """A TrueType file with these signs alone; the same input makes the same bytes."""
    font = _read(file.read_bytes())
    if missing := sorted(set(signs) - font.getBestCmap().keys()):
        raise UnusableFont(f"{file} has no {_named(missing)}")
    subsetter = subset.Subsetter(subset.Options(layout_features=[], notdef_outline=True))
    subsetter.populate(unicodes=signs)
    subsetter.subset(font)
    if "fvar" in font:
        axes = {one.axisTag: one.defaultValue for one in font["fvar"].axes}
        font = instantiateVariableFont(font, axes | ({"wght": REGULAR} if "wght" in axes else {}))
    if "glyf" not in font:
        _redraw(font)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def _read(body: bytes) -> TTFont:
    """The font, or the face of a collection that is China's, or its first."""
    number = -1
    if body.startswith(b"ttcf"):
        faces = TTCollection(io.BytesIO(body), lazy=True).fonts
        names = [one["name"].getBestFullName() or "" for one in faces]
        fit = [place for place, name in enumerate(names) if any(one in name for one in SIMPLIFIED)]
        number = (fit or [0])[0]
    return TTFont(io.BytesIO(body), lazy=True, recalcTimestamp=False, fontNumber=number)


def _redraw(font: TTFont) -> None:
    """PostScript's cubic curves as TrueType's quadratic ones."""
    glyphs, order = font.getGlyphSet(), font.getGlyphOrder()
    drawn = {}
    for name in order:
        pen = TTGlyphPen(None)
        error = LARGEST_ERROR * font["head"].unitsPerEm
        glyphs[name].draw(Cu2QuPen(pen, error, reverse_direction=True))
        drawn[name] = pen.glyph()
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = order, drawn
    for name, glyph in drawn.items():
        glyph.recalcBounds(font["glyf"])
        font["hmtx"][name] = (font["hmtx"][name][0], glyph.xMin)
    _describe_as_truetype(font)


def _describe_as_truetype(font: TTFont) -> None:
    for table in ("CFF ", "CFF2", "VORG"):
        if table in font:
            del font[table]
    maximum = font["maxp"]
    maximum.tableVersion, maximum.maxZones = 0x00010000, 1
    for name in (
        *("maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs"),
        *("maxStackElements", "maxSizeOfInstructions", "maxComponentElements"),
    ):
        setattr(maximum, name, 0)
    font["post"].formatType, font.sfntVersion = 3.0, "\x00\x01\x00\x00"


def _named(missing: Collection[int]) -> str:
    first = [f"{chr(one)} (U+{one:04X} {unicodedata.name(chr(one), '?')})" for one in missing][:3]
    return ", ".join(first) + (f" and {len(missing) - 3} more signs" if len(missing) > 3 else "")
