"""Nothing is lost: `kill -9` while people write, and whatever was acknowledged is there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from infra.process import wait_until
from tests.durability.letters import MAILBOXES, Receipt, Rush, cases, letter, missing, sent_again
from tests.durability.product import Product, asked

pytestmark = [pytest.mark.ring("all"), pytest.mark.database]

LETTERS = 40  # acknowledged before somebody is killed
BOTH = ("database", "api")
ANSWERS = {"api": "NO_ANSWER", "database": "UNAVAILABLE"}


@pytest.mark.parametrize(
    "rounds",
    [
        pytest.param((BOTH, BOTH, BOTH), id="both", marks=pytest.mark.ring("release")),
        pytest.param((("api",), ("database",), BOTH), id="in turn"),
    ],
)
def test_a_kill_under_load_loses_nothing_that_was_acknowledged(
    product: Product, rounds: tuple[tuple[str, ...], ...]
) -> None:
    told: list[Receipt] = []
    product.start()
    for number, victims in enumerate(rounds):
        rush = Rush(product, f"round {number}")
        rush.write(LETTERS, partial(product.kill, *victims))
        assert {code for _, code in rush.interrupted} <= {ANSWERS[victim] for victim in victims}
        if "api" in victims:
            assert rush.interrupted, "the rush was over before anybody was killed"
            product.start()
        else:
            product.see_it_ready()  # it brings the database back; some have not even noticed
        check_that_all_is_there(product, told, rush)
    status, said = product.command("verify", "--all")
    assert status == 0, said
    assert str(len(told)) in said


def test_a_signal_under_load_ends_it_in_time_and_loses_nothing(product: Product) -> None:
    product.start()
    rush = Rush(product, "last")
    rush.write(LETTERS, product.ask_to_stop)
    assert rush.interrupted
    product.see_it_stop()
    product.start()
    check_that_all_is_there(product, [], rush)
    assert product.command("verify", "--all")[0] == 0


def check_that_all_is_there(product: Product, told: list[Receipt], rush: Rush) -> None:
    """What people were told is true; whoever was interrupted writes again, and has one case."""
    told += rush.receipts.values()
    assert missing(product, told) == []
    letters = [sent for sent, _ in rush.interrupted]
    receipts = sent_again(product, letters)
    assert sent_again(product, letters) == receipts
    made_up = [receipt for receipt in receipts if isinstance(receipt, Receipt)]
    assert missing(product, made_up) == []
    told += made_up
    assert cases(product) == len(told)
    assert len(told) == len({receipt.number for receipt in told})


def has_secrets(product: Product) -> bool:
    return (product.data_dir / "secrets.json").exists()


def has_a_database(product: Product) -> bool:
    return (product.data_dir / "db.json").exists()


def fills_the_directory(product: Product) -> bool:
    return "Filling the directory" in product.said()


def has_some_mailboxes(product: Product) -> bool:
    return fills_the_directory(product) and product.holds("mailboxes", 1)


@pytest.mark.ring("release")
def test_a_first_start_that_is_killed_is_made_up_for_by_the_next(product: Product) -> None:
    moments: list[Callable[[Product], bool]] = [
        has_secrets,
        has_a_database,
        fills_the_directory,
        has_some_mailboxes,
    ]
    for moment in moments:
        product.launch()
        assert wait_until(partial(moment, product), timeout=60), product.said()
        product.kill_what_runs()

    product.start()
    with product.client() as client:
        assert asked(client, MAILBOXES)["data"]["mailboxes"]["totalCount"] == 2659
    told = [one for one in sent_again(product, [letter("first", 1)]) if isinstance(one, Receipt)]
    assert missing(product, told) == []
    assert cases(product) == len(told) == 1
