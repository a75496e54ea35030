"""The survey's page, as a browser without scripts sees it."""

from __future__ import annotations

import html
import itertools
import logging
import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from api.app import now
from api.survey_drafts import Draft, open_draft
from domain.calendar import CITY_TIME
from domain.history import Chain
from domain.words import Role
from services.functions.satisfaction_callback import satisfaction_callback
from storage.sealed_cases import SealedCases
from storage.state_seals import StateSeals
from tests.api.actions import RIVER, TO_CALLBACK
from tests.api.clients import Letter, Town
from tests.api.conftest import SECRETS
from tests.services.functions.jobs import carried_out

pytestmark = pytest.mark.ring("test")

SURVEY = """query($number: String!, $queryCode: String!) {
  trackedCase(number: $number, queryCode: $queryCode) {
    stage survey { state askedAt answer { resolved satisfaction reason comment } } } }"""
YES = {"resolved": "yes", "satisfaction": "4"}
NO = {"resolved": "no", "satisfaction": "1"}

_seconds = itertools.count(1)


def morning() -> datetime:
    """The next ten o'clock in the city: nobody is asleep."""
    local = now().astimezone(CITY_TIME)
    ten = local.replace(hour=10, minute=0, second=0, microsecond=0)
    return ten if ten > local else ten + timedelta(days=1)


async def asked(town: Town, walk: str = TO_CALLBACK, **changed: Any) -> tuple[Letter, str]:
    """A letter whose writer was asked, and the address of the page."""
    letter = await town.walked(walk, writer={"name": "张小明"}, **changed)
    account = {"$set": {"account": "li"}}  # no telephone: each may be asked on the same day
    cases = SealedCases(town.database["cases"], StateSeals(Chain(SECRETS.chain_key)))
    assert await cases.update({"_id": letter.key}, account)
    await ask_again(town)
    return letter, link(town, letter)


async def ask_again(town: Town, *, tomorrow: bool = False) -> None:
    town.clock.later += timedelta(days=tomorrow)
    town.clock.later = max(town.clock.later, morning() - now())
    # A run of its own each time: a second is a run's key.
    at = town.clock().replace(microsecond=0) + timedelta(seconds=next(_seconds))
    await carried_out(town.office, satisfaction_callback, at=at)


def link(town: Town, letter: Letter, round_: int = 1) -> str:
    return f"/survey/{town.office.access.survey_token(letter.key, round_)}"


async def opened(town: Town, path: str, language: str = "en") -> httpx.Response:
    return await town.http.get(path, headers={"Accept-Language": language})


async def posted(town: Town, path: str, fields: dict[str, str]) -> httpx.Response:
    """What a browser shows after sending: the page that it is sent on to."""
    answer = await town.http.post(path, data=fields, headers={"Accept-Language": "en"})
    if answer.status_code != 303:
        return answer
    return await town.http.get(path + answer.headers["location"])


async def survey(town: Town, letter: Letter) -> dict[str, Any]:
    found = (await town.citizen.ask(SURVEY, **letter.proof))["trackedCase"]
    return {"stage": found["stage"], **found["survey"]}


async def test_the_page_shows_what_it_is_about(town: Town) -> None:
    letter, path = await asked(town, title="楼下<b>油烟</b>")
    page = await opened(town, path)
    assert page.status_code == 200
    text = html.unescape(page.text)
    for shown in (letter.number, "楼下<b>油烟</b>", "油烟净化设施已安装。", "River Subdistrict"):
        assert shown in text
    assert "<b>油烟" not in page.text, "what somebody wrote is text"
    assert '<html lang="en">' in page.text
    assert "How satisfied are you?" in page.text


async def test_it_speaks_both_languages_and_the_reader_s_choice_wins(town: Town) -> None:
    _, path = await asked(town)
    assert "您对办理结果满意吗" in (await opened(town, path, "zh-CN,zh;q=0.9")).text
    assert "How satisfied" in (await opened(town, f"{path}?lang=en", "zh")).text
    chinese = await opened(town, f"{path}?lang=zh", "en")
    assert chinese.headers["content-language"] == "zh-CN"
    assert 'action="?lang=zh"' in chinese.text
    assert "How satisfied" in (await opened(town, f"{path}?lang=xx", "en")).text


async def test_a_satisfied_writer_answers_with_two_clicks(town: Town) -> None:
    letter, path = await asked(town)
    before = await survey(town, letter)
    assert (before["state"], before["askedAt"] is not None) == ("ASKED", True)
    done = await posted(town, path, {**YES, "comment": "谢谢\r\n大家", "reason": ""})
    assert done.status_code == 200
    assert "Thank you" in done.text
    after = await survey(town, letter)
    assert (after["stage"], after["state"]) == ("CONCLUSION", "ANSWERED")
    assert after["answer"] == {
        "resolved": True,
        "satisfaction": 4,
        "reason": None,
        "comment": "谢谢\n大家",
    }


async def test_who_is_not_satisfied_is_asked_why_once_and_the_case_goes_back(town: Town) -> None:
    letter, path = await asked(town)
    why = await posted(town, path, NO)
    assert why.status_code == 200
    assert "Please tell us why" in why.text
    assert 'value="no" required checked' in why.text, "what was chosen stays"
    assert (await survey(town, letter))["stage"] == "CALLBACK", "nothing is saved yet"
    done = await posted(town, path, {**NO, "reason": "还在排烟", "reason_was_asked": "1"})
    assert "back with the unit" in done.text
    after = await survey(town, letter)
    assert after["stage"] == "HANDLING"


async def test_nobody_has_to_say_why(town: Town) -> None:
    letter, path = await asked(town)
    done = await posted(town, path, {**NO, "reason_was_asked": "1"})
    assert done.status_code == 200
    assert (await survey(town, letter))["stage"] == "HANDLING"


async def test_the_second_time_a_reviewer_decides(town: Town) -> None:
    letter, path = await asked(town)
    await posted(town, path, {**NO, "reason": "还在排烟"})
    await town.walk(letter, "SUBMIT_REPLY APPROVE_REPLY")
    await ask_again(town, tomorrow=True)
    second = link(town, letter, 2)
    done = await posted(town, second, {**NO, "reason": "仍在排烟"})
    assert "A reviewer will look" in done.text
    assert (await survey(town, letter))["stage"] == "CALLBACK"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"comment": ""}, ["resolved", "satisfaction"]),
        ({"resolved": "yes"}, ["satisfaction"]),
        ({"satisfaction": "5"}, ["resolved"]),
        ({"resolved": "perhaps", "satisfaction": "6"}, ["resolved", "satisfaction"]),
        ({**YES, "comment": "长" * 1001}, ["comment"]),
        ({**NO, "reason": "长" * 1001}, ["reason"]),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_to_those_who_listen(
    town: Town, fields: dict[str, str], wrong: list[str]
) -> None:
    letter, path = await asked(town)
    page = await posted(town, path, fields)
    assert page.status_code == 200
    assert 'role="alert"' in page.text
    for field in wrong:
        assert f'id="{field}-wrong"' in page.text
        assert f'href="#{field}"' in page.text
    assert page.text.count('class="wrong"') == len(wrong)
    assert (await survey(town, letter))["state"] == "ASKED"


async def test_every_field_has_a_name_for_those_who_do_not_see(town: Town) -> None:
    _, path = await asked(town)
    page = (await opened(town, path)).text
    for field in re.findall(r'<textarea id="(\w+)"', page):
        assert f'<label for="{field}">' in page
    radios = re.findall(r"<label><input type=\"radio\"[^>]*> <span>(.+?)</span></label>", page)
    assert len(radios) == page.count('<input type="radio"') == 7
    assert page.count("<fieldset") == page.count("<legend") == 2
    assert "<script" not in page


async def test_a_link_that_was_used_thanks_and_takes_no_other_answer(town: Town) -> None:
    letter, path = await asked(town)
    await posted(town, path, YES)
    for again in (await opened(town, path), await posted(town, path, NO)):
        assert again.status_code == 200
        assert "Your answer has arrived" in again.text
        assert letter.number not in again.text
        assert {'href="/?lang=en"', 'href="/city?lang=en"'} <= set(
            re.findall(r'href="/.*?"', again.text)
        )
    assert (await survey(town, letter))["answer"]["satisfaction"] == 4


async def test_every_sending_ends_at_an_address_that_says_nothing_of_the_answer(town: Town) -> None:
    _, path = await asked(town)
    written = {**NO, "comment": "secret words"}
    for fields in ({"comment": "secret words"}, written, {**written, "reason_was_asked": "1"}):
        answer = await town.http.post(path, data=fields)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("?lang=")
        assert "secret" not in answer.headers["location"]
        assert answer.headers["cache-control"] == "no-store"


async def test_a_draft_opens_at_its_own_link_and_for_half_an_hour(town: Town) -> None:
    _, path = await asked(town)
    sent_on = (await town.http.post(path, data={"comment": "谢谢"})).headers["location"]
    assert "谢谢</textarea>" in (await town.http.get(path + sent_on)).text
    token, sealed = path.rsplit("/", 1)[1], parse_qs(sent_on[1:])["draft"][0]
    access, moment = town.office.access, town.clock()
    assert open_draft(access, token, sealed, moment).form.comment == "谢谢"
    assert open_draft(access, token, sealed, moment + timedelta(minutes=31)) == Draft()
    assert open_draft(access, "another", sealed, moment) == Draft()
    for nonsense in ("x", "字", "A" * 5000, "%ff"):
        assert (await town.http.get(f"{path}?draft={nonsense}")).status_code == 200


async def test_words_that_no_address_has_room_for_are_not_lost(town: Town) -> None:
    _, path = await asked(town)
    long = "".join(chr(0x4E00 + place * 7 % 20_000) for place in range(4_000))
    answer = await town.http.post(path, data={"comment": long})
    assert answer.status_code == 200
    assert long in answer.text


async def test_the_link_of_an_earlier_reply_is_void(town: Town) -> None:
    letter, path = await asked(town)
    await posted(town, path, {**NO, "reason": "还在排烟"})
    assert "back with the unit" in (await opened(town, path)).text
    await town.walk(letter, "SUBMIT_REPLY APPROVE_REPLY")
    assert (await opened(town, path)).status_code == 410
    assert (await posted(town, path, YES)).status_code == 410
    await ask_again(town, tomorrow=True)
    assert (await opened(town, path)).status_code == 404
    assert (await opened(town, link(town, letter, 2))).status_code == 200


async def test_before_the_question_the_link_opens_nothing(town: Town) -> None:
    letter = await town.walked(TO_CALLBACK)
    assert (await opened(town, link(town, letter))).status_code == 404


@pytest.mark.parametrize(
    "token", ["x", "%00", "字", "A" * 2000, "..%2f..", "AAAAAAAAAAAAAAAAAAAAAAAA"]
)
async def test_nonsense_opens_nothing(town: Town, token: str) -> None:
    page = await opened(town, f"/survey/{token}")
    assert page.status_code == 404


@pytest.mark.parametrize("role", [Role.HANDLER, Role.APPROVER, Role.INTAKE, Role.REVIEWER])
async def test_whoever_works_on_cases_does_not_answer_here_either(town: Town, role: Role) -> None:
    letter, path = await asked(town)
    token = town.person(role, unit=RIVER).token
    answer = await town.http.post(path, data=YES, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403
    assert (await survey(town, letter))["state"] == "ASKED"


async def test_a_page_is_kept_by_nobody_and_framed_by_nobody(town: Town) -> None:
    _, path = await asked(town)
    for page in (await opened(town, path), await opened(town, "/survey/nonsense")):
        headers = page.headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
        assert policy.pop("style-src").startswith("'sha256-")
        assert policy == {
            "default-src": "'none'",
            "img-src": "'self'",
            "form-action": "'self'",
            "base-uri": "'none'",
            "frame-ancestors": "'none'",
        }
        assert "RateLimit-Remaining" in headers


async def test_the_token_is_in_no_page_and_in_no_line_of_the_log(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    _, path = await asked(town)
    token = path.rsplit("/", 1)[1]
    with caplog.at_level(logging.DEBUG):
        pages = [
            await opened(town, path),
            await posted(town, path, {}),
            await posted(town, path, YES),
        ]
    written = "\n".join(
        str(vars(record)) for record in caplog.records if "httpx" not in record.name
    )
    assert "survey page" in written
    assert token not in written
    assert all(token not in page.text and token not in str(page.headers) for page in pages)


async def test_guessing_is_counted_and_ends(town: Town) -> None:
    _, path = await asked(town)
    headers = {"Accept-Language": "en"}
    for number in range(town.settings.guesses_per_address + 20):
        page = await town.http.get(f"/survey/guess{number}", headers=headers)
        if page.status_code == 429:
            break
    assert page.status_code == 429
    assert int(page.headers["retry-after"]) > 0
    assert (await opened(town, path)).status_code == 429, "right and wrong ones alike"
    town.clock.later += timedelta(days=2)  # some guesses of this module were made tomorrow
    assert (await opened(town, path)).status_code == 200


async def test_what_is_no_form_is_refused(town: Town) -> None:
    _, path = await asked(town)
    json = await town.http.post(path, json=YES)
    assert json.status_code == 415
    form = {"content-type": "application/x-www-form-urlencoded"}
    broken = await town.http.post(path, content=b"resolved=\xff", headers=form)
    assert broken.status_code == 400
    many = await town.http.post(path, content=b"a=1&" * 50, headers=form)
    assert many.status_code == 400
    large = await town.http.post(path, content=b"x" * 300_000, headers=form)
    assert large.status_code == 413
    assert (await town.http.put(path, data=YES)).status_code == 405
