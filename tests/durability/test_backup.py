"""A backup that is taken while people write, and what comes back out of it."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tests.durability.letters import Receipt, Rush, cases, letter, missing, sent_again
from tests.durability.product import Product

pytestmark = [pytest.mark.ring("all"), pytest.mark.database]

LETTERS = 40


@pytest.mark.ring("release")
def test_one_taken_under_load_brings_back_whole_cases(
    product: Product, other: Product, tmp_path: Path
) -> None:
    file = tmp_path / "lizheng.backup"
    product.start()
    rush = Rush(product, "backup")
    known: list[Receipt] = []
    with ThreadPoolExecutor(1) as pool:
        taken: list[Future[tuple[int, str]]] = []

        def begin() -> None:
            known.extend(rush.receipts.values())
            taken.append(pool.submit(product.command, "backup", str(file)))

        rush.write(LETTERS, begin)
        status, said = taken[0].result()
    assert status == 0, said
    assert file.stat().st_mode & 0o777 == 0o600
    assert product.status("/readyz") == 200

    other.take_keys_of(product)
    status, said = other.command("restore-backup", str(file))
    assert status == 0, said
    assert "0 broken" in said
    other.start()
    # Whoever was told before it began is in it; later steps may be in it or not.
    assert missing(other, [replace(one, accepted=None) for one in known]) == []
    found = cases(other)
    assert LETTERS <= found <= len(rush.receipts)
    # The others write again under their keys: everybody has one case, nobody another's number.
    again = sent_again(other, [one.sent for one in rush.receipts.values()])
    told = [one for one in again if isinstance(one, Receipt)]
    assert len({one.number for one in told}) == len(told) == len(rush.receipts) == cases(other)
    assert other.command("verify", "--all")[0] == 0


def test_a_restore_replaces_nothing_unasked_and_takes_nothing_damaged(
    product: Product, other: Product, tmp_path: Path
) -> None:
    file = tmp_path / "lizheng.backup"
    product.start()
    told = [one for one in written(product, "first", 5) if isinstance(one, Receipt)]
    assert product.command("backup", str(file))[0] == 0
    status, said = product.command("backup", str(file))
    assert (status, said) == (1, f"lizheng: {file} is there already\n")
    check_that_no_key_is_in(file, product)

    written(product, "second", 3)
    status, said = product.command("restore-backup", str(file))
    assert (status, "--replace" in said) == (1, True)
    for damaged in damages(file):
        status, said = product.command("restore-backup", str(damaged), "--replace")
        assert status == 1
        assert said.startswith(f"lizheng: {damaged}: "), said
    assert cases(product) == 8

    status, said = product.command("restore-backup", str(file), "--replace")
    told_of_files = "objects of attachments: 0\n"
    assert (status, said) == (0, f"{told_of_files}5 cases: 5 whole, 0 broken\n")
    assert cases(product) == 5
    assert missing(product, told) == []

    status, said = other.command("restore-backup", str(file))  # with keys of its own
    assert status == 1
    assert "written with another" in said


def written(product: Product, name: str, count: int) -> list[Receipt | str]:
    return sent_again(product, [letter(name, number) for number in range(count)])


def damages(file: Path) -> Iterator[Path]:
    """The end is missing; one byte is another; it is something else altogether."""
    data = file.read_bytes()
    bad = file.with_suffix(".bad")
    unpacked = gzip.decompress(data)
    middle = len(unpacked) // 2
    changed = unpacked[:middle] + bytes([unpacked[middle] ^ 1]) + unpacked[middle + 1 :]
    for what in (data[:-20], data[: len(data) // 2], gzip.compress(changed), b"{}", b""):
        bad.write_bytes(what)
        yield bad


def check_that_no_key_is_in(file: Path, product: Product) -> None:
    unpacked = gzip.decompress(file.read_bytes())
    for text in json.loads((product.data_dir / "secrets.json").read_text()).values():
        assert text.encode() not in unpacked
        assert base64.b64decode(text) not in unpacked
