"""What an account takes along: files, messages and support beside the letters, as plain JSON."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.actors import Actor
from services.accounts.erasing import erase_my_account
from services.accounts.exporting import export_data
from services.attachments.passes import read
from services.office import Office
from services.publication.reading import support
from tests.services.accounts.leavers import (
    NAME,
    OPENID,
    PHOTOGRAPH,
    claimed,
    desk_at,
    sent_with,
    uploaded,
    written_by_sms,
    written_on_wechat,
)
from tests.services.accounts.people import PHONE, actor_of, desk_of, signed_in
from tests.services.conversations.writing import said
from tests.services.offices import MONDAY
from tests.services.publication.letters import published

pytestmark = pytest.mark.ring("test")

LATER = MONDAY + timedelta(minutes=10)


async def exported(office: Office, by: Actor) -> dict[str, Any]:
    data: dict[str, Any] = await export_data(office, by, LATER)
    assert json.loads(json.dumps(data)) == data, "plain JSON"
    return data


async def test_files_are_listed_with_a_link_that_opens_for_a_while(
    office: Office, tmp_path: Path
) -> None:
    desk = desk_at(tmp_path)
    li = actor_of(await signed_in(office, desk_of(office)))
    taken, waiting = [await uploaded(office, desk, li, key) for key in ("one", "two")]
    await sent_with(office, desk, li, taken)
    data = await exported(office, li)
    [file] = data["letters"][0]["attachments"]
    path = file.pop("url")
    assert file == {
        "name": NAME,
        "contentType": "image/jpeg",
        "size": len(PHOTOGRAPH),
        "sentAt": "2017-03-06T09:00:00.000+08:00",
        "urlGoodUntil": "2017-03-06T09:30:00.000+08:00",
    }
    opened = read(office.access, path.removeprefix("/attachments/"), LATER)
    assert opened is not None
    assert (opened.purpose, opened.id) == ("shown", taken)
    assert data["uploads"] == [{k: v for k, v in file.items() if k != "urlGoodUntil"}]
    assert waiting not in json.dumps(data)


async def test_messages_are_there_with_what_they_were_answered(office: Office) -> None:
    li = actor_of(await signed_in(office, desk_of(office)))
    sms = await written_by_sms(office, "one")
    wechat = await written_on_wechat(office, "跳过")
    await claimed(office, wechat, li)
    await said(office, "写信", MONDAY, OPENID)
    texted, spoken = (await exported(office, li))["conversations"]
    assert (texted["channel"], spoken["channel"]) == ("SMS", "WECHAT")
    assert [sms.number in one["answer"] for one in texted["messages"]] == [True]
    assert len(spoken["messages"]) == 8
    assert wechat.number in spoken["messages"][6]["answer"]
    assert spoken["draft"]["step"] == "MAILBOX"
    assert "人民路上的路灯坏了三天。" in json.dumps(spoken["led"], ensure_ascii=False)


async def test_what_others_said_is_not_there(office: Office) -> None:
    """Also not of somebody who named this number on WeChat: anybody can."""
    li = actor_of(await signed_in(office, desk_of(office)))
    await written_by_sms(office, "theirs", "+8613900139000")
    await written_on_wechat(office, PHONE)
    data = await exported(office, li)
    assert data["conversations"] == []
    assert data["letters"] == []


async def test_it_says_which_letters_were_supported(office: Office) -> None:
    li = actor_of(await signed_in(office, desk_of(office)))
    submitted, key = await published(office, "one")
    await published(office, "two")
    assert (await exported(office, li))["supports"] == []
    await support(office, key, "k", li, MONDAY)
    assert (await exported(office, li))["supports"] == [
        {
            "publication": key,
            "title": submitted.case.letter.title,
            "at": "2017-03-06T09:00:00.000+08:00",
        }
    ]


async def test_after_an_erasure_nothing_of_it_is_left_to_take_along(
    office: Office, tmp_path: Path
) -> None:
    desk = desk_at(tmp_path)
    li = actor_of(await signed_in(office, desk_of(office)))
    _, key = await published(office, "one")
    await support(office, key, "k", li, MONDAY)
    await uploaded(office, desk, li, "waits")
    await claimed(office, await written_on_wechat(office, PHONE), li)
    await written_by_sms(office, "one")
    await erase_my_account(office, desk_of(office), li, LATER)
    again = actor_of(await signed_in(office, desk_of(office), now=LATER))
    for by in (li, again):
        data = await exported(office, by)
        for name in ("letters", "uploads", "conversations", "supports"):
            assert data[name] == [], name
