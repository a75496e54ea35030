"""A sweep or a callback that is killed is completed by the next: nobody is told twice or not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from infra.process import wait_until
from storage import mongo
from tests.durability.product import Product

pytestmark = [pytest.mark.ring("release"), pytest.mark.database]

OF_EACH = 450
AS_OF = "2017-03-13T11:00"
AT = {"overdue_sweep": "2017-06-01T12:00", "satisfaction_callback": "2017-03-13T12:00"}
SIGNS: Mapping[str, mongo.Document] = {
    "overdue_sweep": {"history.action": "SUPERVISE"},
    "satisfaction_callback": {"asking.asked.0": {"$exists": True}},
}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Letters that nobody has answered, and letters that were answered on Friday."""
    lines = []
    for number in range(2 * OF_EACH):
        line = {
            "id": f"old-{number}",
            "user": f"李写信{number}",
            "place": "A",
            "title": f"油烟扰民第{number}次投诉",
            "body": f"楼下餐馆第{number}天排放油烟，晚上无法开窗。",
            "submitted_at": f"2017-02-20T10:{number // 60 % 60:02d}:{number % 60:02d}+08:00",
        }
        if number % 2:
            line |= {"reply": "已责令整改。", "replied_at": "2017-03-10T09:00:00+08:00"}
        lines.append(line)
    path = tmp_path_factory.mktemp("letters") / "old.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def expected(
    file: Path, tmp_path_factory: pytest.TempPathFactory, unused_tcp_port_factory: Any
) -> Iterator[Mapping[str, Any]]:
    """What a quiet day makes of them."""
    product = Product(tmp_path_factory.mktemp("quiet"), unused_tcp_port_factory())
    try:
        start(product)
        bring_in(product, file)
        for name in AT:
            assert carried_out(product, name)[0] == 0
        yield product.in_database(stand)
    finally:
        product.remove()


def start(product: Product) -> None:
    """Without its own clockwork: the functions run when the test says so."""
    product.told(FUNCTIONS="0")
    product.start()


def bring_in(product: Product, file: Path) -> None:
    status, said = product.command("import", str(file), "--as-of", AS_OF)
    assert status == 0, said


def carried_out(product: Product, name: str) -> tuple[int, str]:
    return product.command("function", name, "--at", AT[name])


async def stand(database: mongo.Database) -> Mapping[str, Any]:
    """How each case stands, by its id: what happened, what was marked, who is told."""
    return {
        one["_id"]: (
            one["stage"],
            # The first entry holds salted commitments: no two imports have the same.
            [(entry["action"], entry["at"], entry["details"]) for entry in one["history"][1:]],
            one["watch"],
            one["asking"],
            [(notice["id"], notice["queued_at"]) for notice in one["notices"]],
            (one["wake_at"], one["ask_at"]),
            len(one["keys"]),
        )
        async for one in database["cases"].find()
    }


@pytest.mark.parametrize("victims", [("api",), ("database", "api")], ids=["process", "both"])
def test_a_kill_in_the_middle_changes_nothing_of_the_end(
    product: Product, file: Path, expected: Mapping[str, Any], victims: tuple[str, ...]
) -> None:
    start(product)
    bring_in(product, file)
    product.stop()
    for name, sign in SIGNS.items():

        async def touched(database: mongo.Database, sign: mongo.Document = sign) -> int:
            return await database["cases"].count_documents(sign, limit=1)

        product.launch("function", name, "--at", AT[name])
        assert wait_until(
            lambda: not product.has_no_database() and product.in_database(touched) > 0, timeout=60
        ), product.said()
        product.kill(*victims)
        assert "SUCCEEDED" not in product.said(), "it was over before anybody was killed"
        status, said = carried_out(product, name)
        assert status == 0, said
    start(product)
    found = product.in_database(stand)
    ids = [notice for case in found.values() for notice, _ in case[4]]
    assert len(ids) == len(set(ids))
    assert found.keys() == expected.keys()
    assert [case for key, case in found.items() if case != expected[key]][:3] == []
    assert product.command("verify", "--all")[0] == 0
