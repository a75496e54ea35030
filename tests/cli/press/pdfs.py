"""What can be read out of a PDF without a reader of PDF: its fonts, and the signs they have."""

from __future__ import annotations

import re
import zlib


def fonts_of(pdf: bytes) -> list[bytes]:
    """The objects that describe a font, each."""
    objects = re.findall(rb"obj\n(.*?)endobj", pdf, re.DOTALL)
    return [one for one in objects if re.search(rb"/Type /Font\s", one)]


def signs_of(pdf: bytes) -> set[str]:
    """Every sign that a reader finds or copies, by the fonts' own tables."""
    streams = re.findall(rb"/Filter \[ /FlateDecode \].*?stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    texts = [zlib.decompressobj().decompress(one) for one in streams]
    found = [re.findall(rb"<[0-9A-F]{2}> <([0-9A-F]{4})>", one) for one in texts]
    return {chr(int(one, 16)) for some in found for one in some} - {"\0"}
