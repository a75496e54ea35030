"""`lizheng problems`: what jobs have put aside, listed and tried again."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.opening import with_database
from storage.mongo import Database
from tests.cli.terminal import REPLIED, file_of, lizheng

pytestmark = pytest.mark.ring("test")


async def damage(database: Database) -> str:
    """Makes one case of an older schema unreadable; its number."""
    found = await database["cases"].find_one_and_update(
        {}, {"$set": {"schema": 2, "history": "none"}}
    )
    assert found
    return str(found["number"])


def test_what_was_put_aside_is_listed_and_tried_again(environment: Path, tmp_path: Path) -> None:
    assert lizheng("import", file_of(tmp_path, REPLIED)).exit_code == 0
    assert lizheng("problems").stdout == "0 put aside\n"
    number = with_database(damage)
    assert "1 put aside: `lizheng problems` lists them" in lizheng("migrate").stdout
    listed = lizheng("problems").stdout
    assert f"  {number}  UNREADABLE  1 tries  since " in listed
    assert listed.endswith("1 put aside\n")
    assert lizheng("problems", "--retry", "all").stdout == "1 to be tried again\n"
    assert lizheng("problems", "--retry", "nothing").exit_code == 1
