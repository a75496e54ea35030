"""Fifty people want the same thing at the same moment, over HTTP, of a running server."""

from __future__ import annotations

from functools import partial

import pytest

from domain.words import Role
from tests.durability.letters import (
    ACCEPT,
    Receipt,
    acted,
    all_at_once,
    cases,
    first_mailbox,
    letter,
    missing,
    sent_again,
    submit,
)
from tests.durability.product import Product, asked

pytestmark = [pytest.mark.ring("all"), pytest.mark.database]

CLIENTS = 50
RETURN = """
mutation ($input: ReturnToIntakeInput!) {
  done: returnToIntake(input: $input) { case { version } errors { code field message } }
}
"""
HISTORY = """
query ($number: String!) { case(number: $number) { version history { action seal } } }
"""


@pytest.fixture(scope="module")
def mailbox(running: Product) -> str:
    with running.client() as client:
        return first_mailbox(client)


def test_the_first_letters_of_a_day_all_get_numbers_of_their_own(
    running: Product, mailbox: str
) -> None:
    letters = [letter("first", number) for number in range(CLIENTS)]
    told = all_at_once(running, [partial(submit, mailbox=mailbox, sent=sent) for sent in letters])
    receipts = [one for one in told if isinstance(one, Receipt)]
    assert len({receipt.number for receipt in receipts}) == CLIENTS, told
    assert missing(running, receipts) == []


def test_one_letter_sent_by_an_impatient_client_is_one_case(running: Product, mailbox: str) -> None:
    before = cases(running)
    sent = letter("impatient", 1)
    told = all_at_once(running, [partial(submit, mailbox=mailbox, sent=sent)] * CLIENTS)
    assert isinstance(told[0], Receipt)
    assert told == [told[0]] * CLIENTS
    assert cases(running) == before + 1


def test_one_of_fifty_wins_the_race_for_an_action(running: Product) -> None:
    receipt = sent_again(running, [letter("race", 1)])[0]
    assert isinstance(receipt, Receipt)
    accept = partial(acted, document=ACCEPT, headers=running.token(Role.INTAKE))
    give_back = partial(acted, document=RETURN, headers=running.token(Role.REVIEWER))

    for version, action in ((2, partial(accept, version=1)), (3, give_back)):
        told = all_at_once(running, [partial(action, caseId=receipt.case_id)] * CLIENTS)
        assert told.count(version) == 1
        refused = told.count("STALE_CASE") + told.count("ACTION_NOT_ALLOWED")
        assert refused == CLIENTS - 1, told
    check_history(running, receipt.number, [None, "ACCEPT", "RETURN_TO_INTAKE"])


def check_history(product: Product, number: str, actions: list[str | None]) -> None:
    """Each entry once, and all of them sealed as they were made."""
    with product.client() as client:
        answer = asked(client, HISTORY, product.token(Role.SUPERVISOR), number=number)
    case = answer["data"]["case"]
    assert [entry["action"] for entry in case["history"]] == actions
    assert len({entry["seal"] for entry in case["history"]}) == case["version"] == len(actions)
    assert product.command("verify", number) == (0, f"{number}: whole\n")
