"""What partners are told of a case, when it is tried again, and when nobody tries any more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.asks import MainCase
from domain.notices import Audience, Notice, entry_place
from domain.refusals import InvalidInput
from domain.webhooks import (
    MOST_FAILURES,
    RETRY_AFTER,
    Attempt,
    Circuit,
    Delivery,
    DeliveryState,
    Event,
    next_try,
    read_events,
    read_url,
    reply_to_joined,
)
from domain.words import Stage
from domain.workflow import Action
from tests.domain.office import TO_CALLBACK, acts, at, submitted, walked

pytestmark = pytest.mark.ring("test")

JOINED = acts(submitted(), Action.JOIN, main_case=MainCase("main", None), when="2017-03-06 12:30")
NOW = datetime(2017, 3, 6, 1, tzinfo=UTC)
DELIVERY = Delivery("msg_1", "w", "p", Event.REPLIED, "n", "{}", NOW, due_at=NOW)


def _attempt(status: int | None, at: datetime = NOW) -> Attempt:
    return Attempt(at, status, None if status else "ConnectError", 5)


def test_it_is_tried_for_about_a_day_with_growing_pauses() -> None:
    delivery, at, pauses = DELIVERY, NOW, []
    while delivery.due_at is not None:
        at = max(at, delivery.due_at)
        delivery = delivery.after(_attempt(503, at))
        if delivery.due_at:
            pauses.append(delivery.due_at - at)
    assert delivery.state is DeliveryState.GIVEN_UP
    assert len(pauses) == len(RETRY_AFTER)
    assert pauses == sorted(pauses)
    assert timedelta(hours=20) < sum(pauses, timedelta()) < timedelta(hours=28)


def test_the_pause_is_stretched_by_up_to_a_fifth_the_same_for_the_same_delivery() -> None:
    pauses = set()
    for number in range(200):
        due = next_try(f"msg_{number}", 3, NOW)
        assert due is not None
        assert due == next_try(f"msg_{number}", 3, NOW)
        assert RETRY_AFTER[2] <= due - NOW <= RETRY_AFTER[2] * 1.2
        pauses.add(due)
    assert len(pauses) > 50


@pytest.mark.parametrize(
    ("status", "taken"),
    [
        *((status, True) for status in (200, 204, 299)),
        *((status, False) for status in (199, 301, 404, 500, None)),
    ],
)
def test_only_a_status_of_two_hundred_and_something_takes_it(
    status: int | None, taken: bool
) -> None:
    after = DELIVERY.after(_attempt(status))
    assert (after.state is DeliveryState.DELIVERED) == taken
    assert (after.due_at is None) == taken
    assert after.attempts == (not taken)
    assert (after.id, after.body, after.log) == (DELIVERY.id, DELIVERY.body, (_attempt(status),))


def test_a_replay_waits_as_if_it_were_new_under_the_same_id() -> None:
    given_up = DELIVERY.given_up()
    replayed = given_up.replayed(NOW + timedelta(days=1))
    assert (replayed.id, replayed.state, replayed.attempts) == ("msg_1", DeliveryState.QUEUED, 0)
    assert replayed.due_at == NOW + timedelta(days=1)
    assert replayed.version > given_up.version > DELIVERY.version


def test_an_endpoint_that_fails_is_left_alone_for_longer_and_longer() -> None:
    circuit, at = Circuit(), NOW
    for _ in range(MOST_FAILURES - 1):
        circuit = circuit.after(at, taken=False)
        assert not circuit.is_open(at)
    pauses = []
    for _ in range(6):
        circuit = circuit.after(at, taken=False)
        assert circuit.open_until is not None
        assert circuit.is_open(at)
        pauses.append(circuit.open_until - at)
        at = circuit.open_until
        assert not circuit.is_open(at)  # one attempt is let through
    assert pauses == sorted(pauses)
    assert pauses[0] < pauses[-1]
    assert circuit.after(at, taken=True) == Circuit()


@pytest.mark.parametrize(
    "url",
    ["https://hooks.example.org/lizheng?x=1", "https://hooks.example.org:8443/", "https://[2606:4700::1]/x"],
)  # fmt: skip
def test_a_webhook_is_an_https_url(url: str) -> None:
    assert read_url(url, loopback=False) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example.org",
        "http://hooks.example.org/x",
        "http://127.0.0.1/x",
        "http://localhost:8080",
        "https://",
        "https://user:secret@hooks.example.org/",
        "https://hooks.example.org/#x",
        "https://hooks.example.org:0/",
        "https://hooks.example.org:x/",
        "https://hooks.example.org/\r\nX: y",
        "https://hooks.example.org\\@evil.example/",
        "https://hooks.例子/",
        "file:///etc/passwd",
        "gopher://hooks.example.org",
        "https://hooks.example.org/" + "x" * 500,
    ],
)
def test_what_is_none_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_url(url, loopback=False)
    assert refused.value.field == "url"


def test_in_development_it_may_lead_to_this_machine_and_to_no_other() -> None:
    for url in ("http://127.0.0.1:9000/x", "http://localhost/x", "http://[::1]:9000/"):
        assert read_url(url, loopback=True) == url
    for url in ("http://hooks.example.org/", "http://10.0.0.1/", "http://0x7f.1/"):
        with pytest.raises(InvalidInput):
            read_url(url, loopback=True)


def test_events_are_some_and_each_once() -> None:
    assert read_events([Event.CONCLUDED, Event.REPLIED, Event.CONCLUDED]) == (
        Event.REPLIED,
        Event.CONCLUDED,
    )
    with pytest.raises(InvalidInput):
        read_events([])


# Letters that were joined to another case


def test_a_main_case_without_a_reply_has_nothing_to_tell() -> None:
    assert reply_to_joined(JOINED, None) is None
    assert reply_to_joined(JOINED, submitted()) is None
    assert reply_to_joined(submitted(), walked(TO_CALLBACK)) is None


def test_a_reply_after_the_joining_is_told_as_of_the_reply() -> None:
    main = acts(submitted(), Action.REJECT, reason="不属于受理范围", when="2017-03-07 10:00")
    told = reply_to_joined(JOINED, main)
    assert told is not None
    assert (told.event, told.number, told.stage) == (Event.REPLIED, JOINED.number, Stage.CONCLUSION)
    assert told.at == at("2017-03-07 10:00")
    assert told.submitted_at == JOINED.letter.submitted_at


def test_a_reply_before_the_joining_is_told_as_of_the_joining() -> None:
    main = acts(submitted(), Action.REJECT, reason="不属于受理范围", when="2017-03-06 12:10")
    told = reply_to_joined(JOINED, main)
    assert told is not None
    assert told.at == at("2017-03-06 12:30")


def test_a_notice_of_the_main_case_is_of_no_entry_of_the_joined_one() -> None:
    own = Notice(f"{JOINED.id}-2-partner", Audience.PARTNER, Action.JOIN, NOW)
    of_main = Notice(f"main-7-joined-{JOINED.id}-partner", Audience.PARTNER, Action.REJECT, NOW)
    assert (entry_place(own, JOINED), entry_place(of_main, JOINED)) == (2, None)
