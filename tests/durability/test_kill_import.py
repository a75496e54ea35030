"""An import that is killed is completed by the next one, and every query code opens its case."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from infra.process import wait_until
from tests.durability.letters import TRACK
from tests.durability.product import Product, asked

pytestmark = [pytest.mark.ring("release"), pytest.mark.database]

LETTERS = 250
SOME = 100


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Letters of the seventh of January 2017, answered three days later."""
    lines = [
        {
            "id": f"old-{number}",
            "user": f"李写信{number}",
            "place": "A",
            "title": f"油烟扰民第{number}次投诉",
            "body": f"楼下餐馆第{number}天排放油烟，晚上无法开窗。",
            "submitted_at": f"2017-01-07T10:{number // 60:02d}:{number % 60:02d}+08:00",
            "reply": f"已第{number}次责令整改。",
            "replied_at": "2017-01-10T09:00:00+08:00",
        }
        for number in range(LETTERS)
    ]
    path = tmp_path / "old.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_an_import_that_is_killed_is_completed_by_the_next(product: Product, file: Path) -> None:
    product.launch("import", str(file))
    assert wait_until(
        lambda: "Filling" in product.said() and product.holds("cases", SOME), timeout=60
    )
    product.kill_what_runs()

    status, said = product.command("import", str(file))
    assert status == 0, said
    assert product.command("verify", "--all") == (
        0,
        f"{LETTERS} cases: {LETTERS} whole, 0 broken\n",
    )

    product.start()
    codes = latest_codes(product)
    assert sorted(codes) == sorted(f"old-{number}" for number in range(LETTERS))
    with product.client() as client:
        for number, code in codes.values():
            found = asked(client, TRACK, number=number, queryCode=code)["data"]["trackedCase"]
            assert found["number"] == number


def latest_codes(product: Product) -> dict[str, tuple[str, str]]:
    """Number and query code by the letter's id; of several lines of an id the last one counts."""
    with (product.data_dir / "imports" / "old.codes.csv").open(
        encoding="utf-8", newline=""
    ) as text:
        return {one["id"]: (one["number"], one["query_code"]) for one in csv.DictReader(text)}
