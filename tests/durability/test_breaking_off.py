"""A command that is stopped, or whose disk is full, ends with one sentence: how far it came, and
how to go on.
"""

from __future__ import annotations

import json
import resource
import signal
from pathlib import Path

import pytest

from infra.embedded import EmbeddedDatabase
from infra.process import wait_until
from tests.durability.product import STOP_SECONDS, Product, without_progress

pytestmark = [pytest.mark.ring("release"), pytest.mark.database]

LETTERS, SOME = 600, 100
GO_ON = "Run the same command again: it goes on from there."
NO_ROOM = "lizheng: the database is out of reach, or there is no room on its disk."


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """More letters than are stored in a moment."""
    letter = {"user": "李写信", "place": "A", "title": "油烟扰民", "submitted_at": "2017-01-07"}
    lines = [{**letter, "id": f"{number}", "body": f"第{number}天"} for number in range(LETTERS)]
    path = tmp_path / "old.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def importing(product: Product, file: Path) -> None:
    begin(product, "import", str(file))


def begin(product: Product, *words: str) -> None:
    """Launches a command, and waits until it has stored letters and is at work on more."""
    product.launch(*words)
    assert wait_until(
        lambda: (
            product.api.poll() is not None
            or ("Filling" in product.said() and product.holds("cases", 2 * SOME))
        ),
        60,
    )
    assert product.api.poll() is None, product.said()


def last_words(product: Product, status: int) -> str:
    """The one sentence it ended with."""
    assert product.api.wait(STOP_SECONDS * 2) == status, product.said()
    (words,) = without_progress(product.said()).splitlines()
    return words


@pytest.mark.ring("all")
@pytest.mark.parametrize(
    "number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.ring("release"))]
)
def test_a_stopped_import_says_how_far_it_came_and_the_next_completes_it(
    product: Product, file: Path, number: signal.Signals
) -> None:
    importing(product, file)
    product.api.send_signal(number)
    words = last_words(product, 128 + number)
    stored = int(words.removeprefix("lizheng: stopped. At least ").partition(" ")[0])
    assert SOME <= stored < LETTERS
    assert str(product.data_dir / "imports" / "old.codes.csv") in words
    assert words.endswith(GO_ON)
    assert product.has_no_database()
    status, said = product.command("import", str(file))
    assert status == 0, said
    assert len((product.data_dir / "imports" / "old.codes.csv").read_text().splitlines()) > LETTERS
    assert f"{LETTERS} cases: {LETTERS} whole, 0 broken" in product.command("verify", "--all")[1]


def test_an_import_into_a_full_database_says_so(product: Product, file: Path) -> None:
    importing(product, file)
    resource.prlimit(product.database.pid, resource.RLIMIT_FSIZE, (4096, 4096))
    words = last_words(product, 1)
    assert words.startswith(NO_ROOM)
    assert words.endswith(GO_ON)
    status, said = product.command("import", str(file))
    assert status == 0, said


def test_an_import_without_room_for_its_query_codes_says_so(product: Product, file: Path) -> None:
    importing(product, file)
    resource.prlimit(product.api.pid, resource.RLIMIT_FSIZE, (4096, 4096))
    words = last_words(product, 1)
    assert words.startswith("lizheng: File too large. At least ")
    assert words.endswith(GO_ON)


def test_january_that_is_stopped_says_so(product: Product) -> None:
    begin(product, "january")
    product.api.send_signal(signal.SIGINT)
    words = last_words(product, 130)
    assert " of 6,796 letters are stored. " in words
    assert "run the same command again" in words


def test_a_backup_and_its_way_back_that_are_stopped_say_so(
    product: Product, other: Product, file: Path, tmp_path: Path
) -> None:
    status, said = product.command("import", str(file))
    assert status == 0, said
    backup = tmp_path / "backup.gz"
    product.launch("backup", str(backup))
    assert wait_until(lambda: any(tmp_path.glob(".backup.gz-*")), 60)
    product.api.send_signal(signal.SIGINT)
    assert "No backup was written" in last_words(product, 130)
    assert not [*tmp_path.glob("*backup*")]

    assert product.command("backup", str(backup))[0] == 0
    other.take_keys_of(product)
    other.launch("restore-backup", str(backup))
    assert wait_until(
        lambda: EmbeddedDatabase.running(other.data_dir) is not None and other.holds("cases", 1), 60
    )
    other.api.send_signal(signal.SIGINT)
    assert "run the same command with --replace" in last_words(other, 130)
    status, said = other.command("restore-backup", "--replace", str(backup))
    assert status == 0, said
