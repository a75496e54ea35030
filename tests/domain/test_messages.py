"""What notices say: short, in both languages, with nothing that must stay inside."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain import notices
from domain.case import Case
from domain.messages import (
    LONGEST_REPLY,
    MOST_LINES,
    Told,
    Words,
    digest_line,
    digest_words,
    shortened,
    units_words,
    writers_words,
)
from domain.notices import Audience, Notice, Occasion, notices_since, told_daily
from domain.refusals import Text
from domain.words import Outcome
from domain.workflow import Action
from tests.domain.office import TO_CALLBACK, TO_HANDLING, acts, at, walked

pytestmark = pytest.mark.ring("test")

LONGEST = 5 * 67
"""Signs of five parts of a Chinese text message."""
LINK = "https://letters.example/survey/" + "x" * 24


def last(case: Case, audience: Audience = Audience.WRITER) -> Notice:
    """What the case's last entry tells to somebody."""
    told = notices_since(case, case.version - 1)
    return next(notice for notice in told if notice.audience is audience)


def to_writer(case: Case, **more: object) -> Words:
    return writers_words(Told(last(case), case, **more))  # type: ignore[arg-type]  # by name


def to_unit(case: Case) -> Words:
    return units_words(Told(last(case, Audience.UNIT), case))


WRITERS = {
    "": "已收到",
    "REJECT": "未予受理。原因：",
    f"{TO_HANDLING} REQUEST_EXTENSION DECIDE_EXTENSION": "办理时间已延长，将于2017-",
    TO_CALLBACK: "已有答复：",
    f"{TO_CALLBACK} ANSWER_SURVEY APPEAL DECIDE_APPEAL": "说明：",
}


@pytest.mark.parametrize("walk", WRITERS)
def test_a_writer_reads_the_number_and_what_happened_and_nothing_secret(walk: str) -> None:
    case = walked(walk)
    words = to_writer(case)
    assert f"【网络理政】您的来信（编号{case.number}）" in words.text.zh
    assert WRITERS[walk] in words.text.zh
    for text in words.text:
        assert case.number in text
        assert case.letter.body not in text
        assert len(text) < LONGEST
    assert words.text.en.isascii() or case.reply or words.quotes


UNITS = {
    "ACCEPT REVIEW": "有新的诉求件待签收",
    "ACCEPT REVIEW PASS_DOWN": "有新的诉求件待签收",
    "DISPATCH_DIRECTLY": "有紧急诉求件直派办理",
    f"{TO_HANDLING} INVOLVE_UNIT": "请协助办理诉求件",
    f"{TO_HANDLING} REQUEST_EXTENSION DECIDE_EXTENSION": "延期申请已批准",
    f"{TO_HANDLING} SUBMIT_REPLY SEND_BACK_REPLY": "答复被退回：",
    f"{TO_HANDLING} SUPERVISE": "督办（",
    f"{TO_HANDLING} SUPERVISE REVOKE_SUPERVISION": "撤销督办（",
}


@pytest.mark.parametrize("walk", UNITS)
def test_a_unit_reads_which_case_what_and_until_when(walk: str) -> None:
    case = walked(walk)
    words = to_unit(case)
    assert UNITS[walk] in words.text.zh
    assert f"{case.number}《{case.letter.title}》" in words.text.zh
    assert "答复时限2017-03-" in words.text.zh
    assert case.letter.body not in words.text.zh
    assert case.number in words.subject.zh
    assert "\n" not in words.subject.zh + words.subject.en


def test_every_notice_that_there_can_be_has_its_words() -> None:
    """Whoever adds a row to the table of notices adds the text."""
    case = walked(TO_CALLBACK)
    for action, audiences in notices._TOLD.items():
        for audience in audiences:
            told = Told(Notice("n", audience, action, case.updated_at, "5101"), case)
            if action in (Action.SUPERVISE, Action.REVOKE_SUPERVISION):
                continue  # tested above: it names the rung
            to_units = audience in (Audience.UNIT, Audience.SUPERIOR)
            assert (units_words(told) if to_units else writers_words(told)).text.zh


def replied(text: str) -> Case:
    case = acts(walked(TO_HANDLING), Action.SUBMIT_REPLY, text=text)
    return acts(case, Action.APPROVE_REPLY)


def test_a_long_reply_and_one_of_a_confidential_case_are_only_pointed_to() -> None:
    case = walked(TO_CALLBACK)
    assert case.reply
    assert case.reply.text in to_writer(case).text.zh
    confidential = to_writer(replace(case, confidential=True)).text
    assert case.reply.text not in confidential.zh
    assert "请凭编号和查询码查看" in confidential.zh
    assert "长" * LONGEST_REPLY in to_writer(replied("长" * LONGEST_REPLY)).text.zh
    assert "长" not in to_writer(replied("长" * (LONGEST_REPLY + 1))).text.zh


def test_a_long_reason_is_cut() -> None:
    case = acts(walked(""), Action.REJECT, reason="因" * 1000, advice="建" * 1000)
    text = to_writer(case).text
    assert len(text.zh) < LONGEST
    assert "…。建议：" in text.zh
    assert shortened(" a\n b ", 10) == "a b"
    assert shortened("abcdef", 4) == "abc…"


def test_a_joined_letter_is_told_the_main_cases_reply_under_its_own_number() -> None:
    main = walked(TO_CALLBACK)
    joined = replace(walked(""), number="20170306-000009-9", main_case=main.id)
    joined = replace(joined, outcome=Outcome.MERGED)
    told = Told(Notice("n", Audience.WRITER, Action.APPROVE_REPLY, at("2017-03-09")), joined, main)
    assert main.reply
    assert main.reply.text in writers_words(told).text.zh
    assert joined.number in writers_words(told).text.zh
    assert main.number not in writers_words(told).text.zh
    rejected = walked("REJECT")
    told = Told(Notice("n", Audience.WRITER, Action.REJECT, at("2017-03-09")), joined, rejected)
    assert str(rejected.history[-1].details["reason"]) in writers_words(told).text.zh


def test_a_survey_has_its_link_and_how_to_answer_by_reply() -> None:
    case = walked(TO_CALLBACK)
    for occasion in (Occasion.SURVEY, Occasion.SURVEY_REMINDER):
        notice = Notice("n", Audience.WRITER, occasion, case.updated_at)
        text = writers_words(Told(notice, case, link=LINK)).text
        assert LINK in text.zh
        assert LINK in text.en
        assert "1至5" in text.zh
        assert "1 to 5" in text.en
        assert len(text.zh) < LONGEST


def test_a_digest_has_a_line_for_each_case_and_counts_what_is_beyond() -> None:
    case = walked(TO_HANDLING)
    notice = told_daily(case, Occasion.OVERDUE, "x", Audience.UNIT, case.updated_at)
    assert notice is not None
    line = digest_line(notice, case)
    assert line.zh.startswith(f"超期　{case.number}《{case.letter.title}》　办理时限2017-03-")
    assert line.en.startswith(f"Overdue  {case.number}")
    words = digest_words(date(2017, 3, 7), [line, line])
    assert words.subject == Text("2017-03-07 督办摘要（2条）", "Digest of 2017-03-07 (2)")
    assert len(words.text.zh.splitlines()) == 3
    long = digest_words(date(2017, 3, 7), [line] * (MOST_LINES + 1))
    assert long.text.zh.endswith("另有1条")
    assert long.text.en.endswith("and 1 more")
    assert len(long.text.zh.splitlines()) == MOST_LINES + 2


def test_a_rung_is_named_in_the_digest() -> None:
    case = walked(f"{TO_HANDLING} SUPERVISE")
    line = digest_line(last(case, Audience.UNIT), case)
    assert line.zh.startswith("督办（")
