"""When a notice is tried again, which day a digest is of, and when nobody needs a notice more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.case import Case
from domain.delivery import RETRY_AFTER, about_word, digest_day, needless, next_attempt
from domain.media import Addresses, Medium, route
from domain.notices import Audience, Notice, Occasion, notices_since, told_daily
from domain.words import Channel
from domain.workflow import Action
from tests.domain.office import DISTRICT, TO_FEEDBACK, TO_HANDLING, at, walked

pytestmark = pytest.mark.ring("test")

NOON = at("2017-03-06 12:00")


def test_a_notice_is_tried_again_ever_later_for_two_days_and_then_given_up() -> None:
    waits = [next_attempt(failed, NOON) for failed in range(1, len(RETRY_AFTER) + 2)]
    assert waits[:-1] == [NOON + wait for wait in RETRY_AFTER]
    assert waits[-1] is None
    assert list(RETRY_AFTER) == sorted(RETRY_AFTER)
    assert timedelta(days=1) < sum(RETRY_AFTER, timedelta()) < timedelta(days=2)


@pytest.mark.parametrize(
    ("when", "day"),
    [
        ("2017-03-07 08:59", "2017-03-06"),
        ("2017-03-07 09:00", "2017-03-07"),
        ("2017-03-08 00:10", "2017-03-07"),
    ],
)
def test_the_day_of_a_digest_begins_at_nine(when: str, day: str) -> None:
    assert digest_day(at(when)).isoformat() == day


PHONE, OPENID, DEVICE = "+8613800138000", "openid", "arn:device"
EVERYTHING = Addresses(PHONE, OPENID, DEVICE)
SMS = Medium.SMS, PHONE


@pytest.mark.parametrize(
    ("channel", "addresses", "way"),
    [
        (Channel.WEB, EVERYTHING, SMS),
        (Channel.SMS, EVERYTHING, SMS),
        (Channel.PHONE, EVERYTHING, SMS),
        (Channel.WIDGET, EVERYTHING, SMS),
        (Channel.APP, EVERYTHING, (Medium.PUSH, DEVICE)),
        (Channel.APP, Addresses(PHONE), SMS),
        (Channel.WECHAT, EVERYTHING, (Medium.WECHAT, OPENID)),
        (Channel.WECHAT, Addresses(PHONE), SMS),
        (Channel.WECHAT, Addresses(), None),
        (Channel.WEB, Addresses(openid=OPENID, device=DEVICE), None),
    ],
)
def test_an_answer_goes_the_way_that_the_letter_came(
    channel: Channel, addresses: Addresses, way: tuple[Medium, str] | None
) -> None:
    assert route(channel, addresses) == way


def test_what_it_is_about_is_one_word() -> None:
    assert about_word(None) == "SUBMISSION"
    assert about_word(Action.REJECT) == "REJECT"
    assert about_word(Occasion.OVERDUE) == "OVERDUE"


# Needless


def warning(case: Case) -> Notice:
    notice = told_daily(case, Occasion.WARNING, "x", Audience.UNIT, case.updated_at)
    assert notice is not None
    return notice


def test_a_warning_is_needless_once_the_case_is_elsewhere_or_out() -> None:
    case = walked("ACCEPT REVIEW SIGN_FOR RECORD_CONTACT")
    notice = warning(case)
    assert needless(notice, case) is None
    assert notice.unit == DISTRICT.code
    out = walked("ACCEPT REVIEW SIGN_FOR RECORD_CONTACT SUBMIT_REPLY APPROVE_REPLY")
    assert needless(notice, out)
    assert needless(notice, walked("ACCEPT"))


def test_a_question_is_needless_before_a_reply_and_after_the_answer() -> None:
    walk = "ACCEPT REVIEW SIGN_FOR RECORD_CONTACT SUBMIT_REPLY APPROVE_REPLY"
    case = walked(walk)
    notice = Notice("n", Audience.WRITER, Occasion.SURVEY, case.updated_at)
    assert needless(notice, case) is None
    assert needless(notice, walked(walk + " ANSWER_SURVEY"))
    assert needless(notice, walked("ACCEPT"))
    before = Notice("n", Audience.WRITER, Occasion.SURVEY, case.updated_at - timedelta(minutes=1))
    assert needless(before, case), "it asks about an earlier reply"


@pytest.mark.parametrize(
    ("walk", "then"),
    [
        ("ACCEPT REVIEW", "SIGN_FOR"),
        ("ACCEPT REVIEW", "PASS_DOWN"),
        ("ACCEPT REVIEW PASS_DOWN", "REFUSE"),
        ("DISPATCH_DIRECTLY", "WRONG_DISPATCH"),
        ("DISPATCH_DIRECTLY", "SUBMIT_REPLY APPROVE_REPLY"),
        (f"{TO_FEEDBACK} SEND_BACK_REPLY", "SUBMIT_REPLY APPROVE_REPLY"),
        (f"{TO_HANDLING} INVOLVE_UNIT", "WITHDRAW"),
    ],
)
def test_a_unit_is_not_told_to_do_what_is_done_or_another_units(walk: str, then: str) -> None:
    case = walked(walk)
    notice = next(one for one in reversed(notices_since(case, 0)) if one.audience == Audience.UNIT)
    assert needless(notice, case) is None
    assert needless(notice, walked(then, case))
