"""Real letters, imported by the command and asked for over HTTP, beside the file itself.

``LETTERS`` names the file. What is expected is computed here from its lines, with nothing of
the product's.
"""

from __future__ import annotations

import csv
import json
import os
import re
import statistics
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from unicodedata import category

import pytest

from domain.words import Role
from tests.durability.product import Product, asked

LETTERS = Path(os.environ.get("LETTERS", ""))
SHANGHAI = timezone(timedelta(hours=8))
AS_OF = "2019-09-01T00:00:00+08:00"
JOINERS = "\u061c\u200c\u200d\u200e\u200f"
DONE = ("CALLBACK", "CONCLUSION")
STATUS = """
query ($number: String!, $queryCode: String!) {
  trackedCase(number: $number, queryCode: $queryCode) {
    title body stage submittedAt reply { text sentAt }
  }
}
"""
COUNT = "query ($stages: [Stage!]) { cases(first: 1, filter: {stages: $stages}) { totalCount } }"
pytestmark = [pytest.mark.ring("all"), pytest.mark.database]


def lines() -> list[dict[str, Any]]:
    with LETTERS.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def imported(
    tmp_path_factory: pytest.TempPathFactory, unused_tcp_port_factory: Any
) -> Iterator[tuple[Product, str]]:
    """A server with all letters of the file, and what the import said."""
    product = Product(tmp_path_factory.mktemp("letters"), unused_tcp_port_factory())
    product.start()
    try:
        status, said = product.command("import", str(LETTERS))
        assert status == 0, said
        yield product, said
    finally:
        product.remove()


def codes(product: Product) -> dict[str, tuple[str, str]]:
    path = product.data_dir / "imports" / f"{LETTERS.stem}.codes.csv"
    with path.open(encoding="utf-8") as file:
        return {row["id"]: (row["number"], row["query_code"]) for row in csv.DictReader(file)}


def as_shown(text: str) -> str:
    """A file's text without zero-width spaces, byte order marks and the like."""
    shown = "".join(sign for sign in text if category(sign) != "Cf" or sign in JOINERS)
    return "\n".join(shown.splitlines()).strip()


def test_count_mean_and_median_are_those_of_the_file(imported: tuple[Product, str]) -> None:
    _, said = imported
    days = [
        (moment(one["replied_at"]) - moment(one["submitted_at"])) / timedelta(days=1)
        for one in lines()
        if one.get("reply")
    ]
    shown = dict(re.findall(r"^(.*?) {2,}([\d.]+)", said, re.MULTILINE))
    assert int(shown["stored"]) == len(lines())
    assert int(shown["replied"]) == len(days)
    assert float(shown["mean days to reply"]) == pytest.approx(statistics.mean(days), abs=1e-6)
    assert float(shown["median days to reply"]) == pytest.approx(statistics.median(days), abs=1e-6)


def test_every_letter_answers_by_number_and_query_code(imported: tuple[Product, str]) -> None:
    product, _ = imported
    opened = codes(product)
    with product.client() as client:
        for one in lines():
            number, code = opened[one["id"]]
            case = asked(client, STATUS, number=number, queryCode=code)["data"]["trackedCase"]
            assert case["title"] == as_shown(one["title"])
            assert case["body"] == as_shown(one["body"])
            assert datetime.fromisoformat(case["submittedAt"]) == moment(one["submitted_at"])
            assert case["stage"] in DONE
            assert case["reply"]["text"] == as_shown(one["reply"])
            assert datetime.fromisoformat(case["reply"]["sentAt"]) == moment(one["replied_at"])


def test_the_same_file_again_adds_nothing_and_all_is_whole(imported: tuple[Product, str]) -> None:
    product, _ = imported
    status, said = product.command("import", str(LETTERS))
    assert status == 0
    assert re.search(r"^stored +0$", said, re.MULTILINE), said
    status, said = product.command("verify", "--all")
    assert (status, f"{len(lines())} whole, 0 broken" in said) == (0, True), said


def test_as_of_a_day_the_letters_stand_where_their_dates_say(
    tmp_path: Path, unused_tcp_port: int
) -> None:
    at = datetime.fromisoformat(AS_OF)
    written = [one for one in lines() if moment(one["submitted_at"]) <= at]
    answered = [one for one in written if one.get("reply") and moment(one["replied_at"]) <= at]
    product = Product(tmp_path, unused_tcp_port)
    product.start()
    try:
        status, said = product.command("import", str(LETTERS), "--as-of", AS_OF)
        assert status == 0, said
        with product.client() as client:
            clerk = product.token(Role.SUPERVISOR)
            everything = asked(client, COUNT, clerk)["data"]["cases"]["totalCount"]
            done = asked(client, COUNT, clerk, stages=list(DONE))["data"]["cases"]["totalCount"]
    finally:
        product.remove()
    assert (everything, done) == (len(written), len(answered))
    assert 0 < len(answered) < len(written) < len(lines())
