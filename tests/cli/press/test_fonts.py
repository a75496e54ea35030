"""Whatever font it is: what is printed is in the PDF, or the sign that the font lacks is named."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.ttLib.ttCollection import TTCollection
from pylopdf_fonts_zh_cn import sans_path, serif_path

from cli.press.amounts import change_told
from cli.press.fonts import UnusableFont, embed_font
from cli.press.sheet import as_pdf
from cli.press.story import changes, headline, sentences, standing
from tests.cli.press.papers import REVISION, paper
from tests.cli.press.pdfs import fonts_of, signs_of

pytestmark = pytest.mark.ring("test")

SIGNS = "0123456789.−来信"


@pytest.fixture(scope="session")
def faces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A collection as Debian has them: PostScript's outlines, several faces in one file."""
    collection = TTCollection()
    for name, path in (("Face JP", serif_path()), ("Face SC", sans_path())):
        font = TTFont(io.BytesIO(path.read_bytes()), lazy=True)
        subsetter = subset.Subsetter()
        subsetter.populate(text=SIGNS)
        subsetter.subset(font)
        font["name"].setName(name, 4, 3, 1, 0x409)
        font["name"].setName(name.replace(" ", ""), 6, 3, 1, 0x409)
        collection.fonts.append(font)
    file = tmp_path_factory.mktemp("fonts") / "faces.ttc"
    collection.save(file)
    return file


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_said_is_in_the_pdf_with_its_font(language: str) -> None:
    shown = paper(revision=REVISION, edition=2)
    pdf = as_pdf(shown, language)
    fonts = fonts_of(pdf)
    assert fonts
    assert [one for one in fonts if not re.search(rb"/BaseFont /[A-Z]{6}\+", one)] == []
    assert pdf.count(b"/FontFile2") == len(fonts)
    texts = [headline(shown), standing(shown), *sentences(shown), *changes(shown)]
    moves = [change_told(one, language) for one in shown.told.figures]
    said = set("".join([*(one.spoken(language) for one in texts), *moves]))
    assert "−" in said
    assert said - signs_of(pdf) == set()


def test_of_a_collection_the_face_with_chinas_shapes_is_taken(faces: Path) -> None:
    name = embed_font(SIGNS, faces)
    assert name == embed_font(SIGNS, faces)
    assert name != embed_font(SIGNS[:-1], faces)


def test_a_font_that_lacks_a_sign_is_refused_by_the_signs_name(faces: Path) -> None:
    with pytest.raises(UnusableFont, match=r"has no 办 \(U\+529E .*\)$"):
        embed_font(SIGNS + "办", faces)
    with pytest.raises(UnusableFont, match="and 2 more signs"):
        embed_font("abcde", faces)


def test_what_is_no_font_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "letter.ttf"
    file.write_text("no font")
    with pytest.raises(UnusableFont, match=r"letter\.ttf cannot be embedded"):
        embed_font(SIGNS, file)
