"""Hot issues of real letters: imported by the command, asked for over HTTP.

``HALF_YEAR`` names the file. Counts are held against the file's own lines; that an issue's letters
are of one matter is for people to read: the test prints them (``-s``).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.words import Role
from tests.durability.product import Product, asked

LETTERS = Path(os.environ.get("HALF_YEAR", ""))
ISSUES = """query ($from: Date!, $to: Date!) { hotIssues(from: $from, to: $to, first: 20) {
    edges { node { title letters writers trend firstSeenAt lastSeenAt places keywords
        cases(first: 100) { edges { node { title submittedAt } } } } } } }"""
pytestmark = [pytest.mark.ring("all"), pytest.mark.database]


@pytest.fixture(scope="module")
def product(
    tmp_path_factory: pytest.TempPathFactory, unused_tcp_port_factory: Any
) -> Iterator[Product]:
    """A server with all letters of the file."""
    product = Product(tmp_path_factory.mktemp("issues"), unused_tcp_port_factory())
    product.start()
    try:
        status, said = product.command("import", str(LETTERS))
        assert status == 0, said
        yield product
    finally:
        product.remove()


def lines() -> list[dict[str, Any]]:
    with LETTERS.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def issues(product: Product, token: dict[str, str] | None) -> list[dict[str, Any]]:
    days = sorted(one["submitted_at"][:10] for one in lines())
    middle = days[len(days) // 2]
    span = {
        "from": f"{int(middle[:4]) - 1}{middle[4:]}",
        "to": f"{int(middle[:4]) + 1}{middle[4:]}",
    }
    with product.client() as client:
        found = asked(client, ISSUES, token, **span)["data"]["hotIssues"]["edges"]
    return [one["node"] for one in found]


def test_hot_issues_count_the_writers_of_their_letters(product: Product) -> None:
    found = issues(product, product.token(Role.REVIEWER))
    assert found
    users: dict[str, set[str]] = {}
    for line in lines():
        users.setdefault(line["title"].strip(), set()).add(line["user"])
    for one in found:
        titles = [edge["node"]["title"] for edge in one["cases"]["edges"]]
        told = f"{one['writers']}/{one['letters']} {one['title']} {one['keywords']}\n"
        sys.stdout.write(told + "".join(f"    {title}\n" for title in titles))
        assert len(titles) == one["letters"]
        assert 3 <= one["writers"] <= len(set().union(*(users[title] for title in titles)))
    writers = [one["writers"] for one in found]
    assert writers == sorted(writers, reverse=True)


def test_the_public_reads_the_same_issues_and_none_of_the_letters(product: Product) -> None:
    public = issues(product, None)
    staff = issues(product, product.token(Role.REVIEWER))
    assert [one["title"] for one in public] == [one["title"] for one in staff]
    assert all(one["cases"]["edges"] == [] for one in public)
