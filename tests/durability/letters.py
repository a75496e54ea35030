"""Citizens who write, and clerks who accept, at full speed; and what they were told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from queue import SimpleQueue
from threading import Barrier, Lock
from typing import Any

import httpx

from domain.words import Role
from tests.durability.product import ANSWER_SECONDS, Product, asked

WRITERS = 8
MOST_LETTERS = 500  # of one writer in one rush, which ends long before
MORE = 40  # written after that, by whoever can
PATIENCE_SECONDS = 60
MAILBOXES = "{ mailboxes(first: 1) { totalCount edges { node { id } } } }"
CASES = "{ cases(first: 1) { totalCount } }"
SUBMIT = """
mutation ($input: SubmitLetterInput!) {
  submitLetter(input: $input) { case { id number } queryCode errors { code field message } }
}
"""
ACCEPT = """
mutation ($input: AcceptCaseInput!) {
  done: acceptCase(input: $input) { case { version } errors { code field message } }
}
"""
TRACK = """
query ($number: String!, $queryCode: String!) {
  trackedCase(number: $number, queryCode: $queryCode) {
    number title body stage version
    writer { name phone anonymous } place { address }
    timeline { action stage }
  }
}
"""
WAY: list[dict[str, str | None]] = [
    {"action": None, "stage": "ACCEPTANCE"},
    {"action": "ACCEPT", "stage": "REVIEW"},
]


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter as its writer has it; no two are alike."""

    key: str
    title: str
    body: str
    name: str
    phone: str
    address: str

    def input(self, mailbox: str) -> dict[str, Any]:
        """What a client sends."""
        return {
            "mailboxId": mailbox,
            "kind": "COMPLAINT",
            "title": self.title,
            "body": self.body,
            "writer": {"name": self.name, "phone": self.phone},
            "channel": "WEB",
            "place": {"address": self.address},
            "idempotencyKey": self.key,
        }


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a writer was told about a letter.

    ``accepted`` is what the clerk was told: True when it is done, None when there was no answer.
    """

    sent: Sent
    case_id: str
    number: str
    query_code: str
    accepted: bool | None = False

    def fits(self, case: object) -> bool:
        """Whether a case is what was written, and what was done with it."""
        possible = {False: (1,), True: (2,), None: (1, 2)}[self.accepted]
        return case in [self._case(version) for version in possible]

    def _case(self, version: int) -> dict[str, object]:
        return {
            "number": self.number,
            "title": self.sent.title,
            "body": self.sent.body,
            "stage": WAY[version - 1]["stage"],
            "version": version,
            "writer": {"name": self.sent.name, "phone": self.sent.phone, "anonymous": False},
            "place": {"address": self.sent.address},
            "timeline": WAY[:version],
        }


def letter(rush: str, number: int) -> Sent:
    """The letter of this number in this rush: long enough to show when its end is missing."""
    return Sent(
        key=f"{rush}/{number}",
        title=f"油烟扰民第{number}次投诉（{rush}）",
        body=f"楼下餐馆第{number}天排放油烟，晚上无法开窗。" * 20 + f"完毕：{rush}/{number}",
        name=f"李写信{number}",
        phone=f"+86138{number:08d}",
        address=f"锦江区书院街{number}号",
    )


def first_mailbox(client: httpx.Client) -> str:
    """The global id of a mailbox to write to."""
    return str(asked(client, MAILBOXES)["data"]["mailboxes"]["edges"][0]["node"]["id"])


def submit(client: httpx.Client, mailbox: str, sent: Sent) -> Receipt | str:
    """The receipt, or the code of what kept it from the client."""
    payload = _payload(client, SUBMIT, "submitLetter", sent.input(mailbox))
    if isinstance(payload, str):
        return payload
    return Receipt(sent, payload["case"]["id"], payload["case"]["number"], payload["queryCode"])


def acted(
    client: httpx.Client, document: str, headers: dict[str, str], **given: object
) -> int | str:
    """The case's version after a staff action called ``done``, or the code of what kept it."""
    payload = _payload(client, document, "done", given, headers)
    return payload if isinstance(payload, str) else int(payload["case"]["version"])


def _payload(
    client: httpx.Client,
    document: str,
    name: str,
    given: dict[str, Any],
    headers: dict[str, str] | None = None,
) -> dict[str, Any] | str:
    try:
        answer = asked(client, document, headers, input=given)
    except httpx.TransportError:
        return "NO_ANSWER"
    if "errors" in answer:
        return str(answer["errors"][0]["extensions"]["code"])
    payload: dict[str, Any] = answer["data"][name]
    return str(payload["errors"][0]["code"]) if payload["errors"] else payload


@dataclass
class Rush:
    """Writers at full speed, and a clerk who accepts what they wrote.

    Each of them stops at the first answer that is not the one they hoped for; ``interrupted``
    has the letters that this was the answer to.
    """

    product: Product
    name: str
    receipts: dict[str, Receipt] = field(default_factory=dict)
    interrupted: list[tuple[Sent, str]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)
    _desk: SimpleQueue[Receipt | None] = field(default_factory=SimpleQueue)

    def write(self, count: int, then: Callable[[], None]) -> None:
        """Whoever gets the receipt number ``count`` does ``then``, there and then."""
        with self.product.client() as client:
            mailbox = first_mailbox(client)
        with ThreadPoolExecutor(WRITERS + 1) as pool:
            clerk = pool.submit(self._clerk)
            try:
                firsts = range(WRITERS)
                list(pool.map(lambda first: self._writer(first, mailbox, count, then), firsts))
            finally:
                self._desk.put(None)
            clerk.result()
        assert len(self.receipts) >= count, self.interrupted

    def _writer(self, first: int, mailbox: str, count: int, then: Callable[[], None]) -> None:
        with self.product.client() as client:
            for number in range(first, WRITERS * MOST_LETTERS, WRITERS):
                sent = letter(self.name, number)
                told = submit(client, mailbox, sent)
                if isinstance(told, str):
                    self.interrupted.append((sent, told))
                    return
                with self._lock:
                    self.receipts[sent.key] = told
                    self._desk.put(told)
                    if len(self.receipts) == count:
                        then()
                    if len(self.receipts) >= count + MORE:
                        return

    def _clerk(self) -> None:
        headers = self.product.token(Role.INTAKE)
        with self.product.client() as client:
            while (receipt := self._desk.get(timeout=PATIENCE_SECONDS)) is not None:
                version = acted(client, ACCEPT, headers, caseId=receipt.case_id, version=1)
                done = True if version == 2 else None
                self.receipts[receipt.sent.key] = replace(receipt, accepted=done)
                if not done:
                    return


def all_at_once(
    product: Product, work: Sequence[Callable[[httpx.Client], Receipt | int | str]]
) -> list[Receipt | int | str]:
    """What each of these answers when all of them begin at the same moment.

    Whom a busy server asks to come again comes again, as the clients of a city do.
    """
    barrier = Barrier(len(work))

    def run(one: Callable[[httpx.Client], Receipt | int | str]) -> Receipt | int | str:
        with product.client() as client:
            client.get("/healthz")  # connected, and nothing left to do but to ask
            barrier.wait(ANSWER_SECONDS)
            until = time.monotonic() + PATIENCE_SECONDS
            while (answer := one(client)) == "UNAVAILABLE" and time.monotonic() < until:
                pass
            return answer

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(run, work))


def sent_again(product: Product, letters: Iterable[Sent]) -> list[Receipt | str]:
    """What the writers of these letters are told when they send them under the same keys."""
    with product.client() as client:
        mailbox = first_mailbox(client)
        return [submit(client, mailbox, sent) for sent in letters]


def missing(product: Product, receipts: Iterable[Receipt]) -> list[tuple[Receipt, object]]:
    """Whatever a writer with number and query code does not find as it was written."""
    with product.client() as client:
        found = [(one, _tracked(client, one)) for one in receipts]
    return [(one, case) for one, case in found if not one.fits(case)]


def cases(product: Product) -> int:
    """How many there are."""
    with product.client() as client:
        answer = asked(client, CASES, product.token(Role.SUPERVISOR))
    return int(answer["data"]["cases"]["totalCount"])


def _tracked(client: httpx.Client, receipt: Receipt) -> object:
    answer = asked(client, TRACK, number=receipt.number, queryCode=receipt.query_code)
    return answer["data"]["trackedCase"]
