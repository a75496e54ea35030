"""Files of an account over the API, in a directory and in a bucket of a moto server."""

from __future__ import annotations

import pytest

from domain.attachments import Attachment
from domain.words import Role
from infra.attachment_store import attachment_store
from infra.outside.attachments import AttachmentSettings
from tests.api.clients import Town
from tests.api.file_places import keys
from tests.api.file_places import place as place  # noqa: PLC0414  # fixtures
from tests.api.file_places import town as town  # noqa: PLC0414
from tests.api.files import Sender, picture
from tests.services.accounts.leavers import MINUTE, swept

pytestmark = pytest.mark.ring("test")

PHOTOGRAPH = picture(size=(40, 30))
EXPORT = "{ exportMyData { data } }"
ERASE = """mutation { eraseMyAccount(input: {confirm: true}) { letters errors { code } } }"""


async def test_they_are_taken_along_and_go_with_the_account(
    town: Town, place: AttachmentSettings, caplog: pytest.LogCaptureFixture
) -> None:
    li = town.person(Role.CITIZEN, subject=f"leaver {next(keys)}")
    sender = Sender(town, li)
    taken, waiting = [
        await sender.sent(PHOTOGRAPH, next(keys), fileName="李小明家.jpg") for _ in range(2)
    ]
    await town.letter(li, attachments=[taken])
    [letter] = (await li.ask(EXPORT))["exportMyData"]["data"]["letters"]
    [exported] = letter["attachments"]
    assert exported["name"] == "李小明家.jpg"
    assert (await town.http.get(exported["url"])).status_code in (200, 307)
    done = (await li.ask(ERASE))["eraseMyAccount"]
    assert done == {"letters": 1, "errors": []}
    store = attachment_store(place, town.settings.data_dir)
    assert store is not None
    caplog.set_level("DEBUG")
    entry = await swept(town.office, store, town.clock() + MINUTE)
    assert entry.counts.failed == 0
    left, gone = (Attachment(one, "", "image/jpeg", 0) for one in (taken, waiting))
    there = [key for key in left.objects + gone.objects if await store.get(key) is not None]
    assert there == [left.shown, left.thumbnail]
    assert "李小明家" not in caplog.text
    await store.remove(left.original)  # again: nothing
