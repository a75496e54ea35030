"""A file is decoded once, and one of each sender at a time."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from domain.actors import ANONYMOUS
from domain.refusals import InvalidInput
from infra.attachment_store import AttachmentDirectory
from services.attachments.binding import look_at
from services.attachments.desk import AttachmentDesk, Made
from services.office import Office
from tests.services.accounts.leavers import uploaded
from tests.services.offices import MONDAY

pytestmark = pytest.mark.ring("test")


class Counting:
    """A decoder that counts what it is asked, and how many ask at once."""

    def __init__(self) -> None:
        self.asked = self.at_once = self.most = 0
        self.refuses = False

    async def make(self, data: bytes, content_type: str) -> Made:
        self.asked += 1
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        for _ in range(5):
            await asyncio.sleep(0)
        self.at_once -= 1
        if self.refuses:
            raise InvalidInput("坏", "bad", "attachments")
        return Made(data, data)


@pytest.fixture
def decoder() -> Counting:
    return Counting()


@pytest.fixture
def desk(tmp_path: Path, decoder: Counting) -> AttachmentDesk:
    return AttachmentDesk(AttachmentDirectory(tmp_path), "", decoder.make)


async def test_a_good_file_is_decoded_once_however_often_its_letter_is_refused(
    office: Office, desk: AttachmentDesk, decoder: Counting
) -> None:
    file = await uploaded(office, desk, ANONYMOUS, "one")
    looks = [await look_at(office, desk, (file,), "zhang", MONDAY) for _ in range(3)]
    assert looks[0] == looks[1] == looks[2]
    assert decoder.asked == 1


async def test_a_bad_file_is_decoded_once_until_it_is_announced_anew(
    office: Office, desk: AttachmentDesk, decoder: Counting
) -> None:
    file, decoder.refuses = await uploaded(office, desk, ANONYMOUS, "one"), True
    for _ in range(3):
        with pytest.raises(InvalidInput) as refused:
            await look_at(office, desk, (file,), "zhang", MONDAY)
        assert refused.value.field == "attachments"
    assert decoder.asked == 1
    decoder.refuses = False
    assert await uploaded(office, desk, ANONYMOUS, "one") == file
    assert await look_at(office, desk, (file,), "zhang", MONDAY)


async def test_one_sender_has_one_decoder_and_others_do_not_wait_for_it(
    office: Office, desk: AttachmentDesk, decoder: Counting
) -> None:
    ids = [await uploaded(office, desk, ANONYMOUS, str(number)) for number in range(6)]
    await asyncio.gather(*(look_at(office, desk, (id_,), "zhang", MONDAY) for id_ in ids[:3]))
    assert decoder.most == 1
    async with desk.turns.of("zhang"):
        await look_at(office, desk, (ids[3],), "li", MONDAY)
    assert decoder.asked == 4
