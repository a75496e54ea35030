"""`lizheng suggestions`: what it tells before and after something was learned."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage import mongo
from tests.cli.terminal import LETTER, file_of, lizheng

pytestmark = [pytest.mark.ring("test"), pytest.mark.usefixtures("environment", "database")]
SAID = {
    "环境保护": ("餐馆油烟扰民", "每天晚上油烟直接排到居民楼。"),
    "教育文体": ("小学补课收费", "老师在校外给学生补课，还要收费。"),
}


def letters(folder: Path, count: int) -> Path:
    """So many, of two categories in turn."""
    found = []
    for number in range(count):
        category = list(SAID)[number % 2]
        title, body = SAID[category]
        told = {"id": str(number), "title": title, "body": body, "category": category}
        found.append({**LETTER, **told})
    return file_of(folder, *found)


def test_before_anything_was_learned_it_says_how_to() -> None:
    result = lizheng("suggestions")
    assert result.exit_code == 0
    assert "lizheng function train_categories" in result.stdout


def test_too_few_letters_are_not_evaluated() -> None:
    result = lizheng("suggestions", "--evaluate")
    assert result.exit_code == 1
    assert result.stderr == "lizheng: too few: at least 20 reviewed letters are needed\n"


@pytest.mark.ring("all")
def test_the_model_and_its_figures_are_told(tmp_path: Path, database: mongo.Database) -> None:
    assert lizheng("import", letters(tmp_path, 24)).exit_code == 0
    assert lizheng("function", "train_categories").exit_code == 0
    model = lizheng("suggestions").stdout
    assert "macro-F1, held out    1.0000" in model
    assert "clerks agree          no data (0 of 0)" in model
    evaluated = lizheng("suggestions", "--evaluate").stdout
    assert "macro-F1, each        1.0000 1.0000 1.0000 1.0000 1.0000" in evaluated
    assert "      12  环境保护\n" in evaluated
