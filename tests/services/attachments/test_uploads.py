"""A form is for so many bytes, and in a day there are so many for all together."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from domain.actors import ANONYMOUS
from domain.attachments import UploadAsked
from domain.refusals import TooManyAttempts
from infra.attachment_store import AttachmentDirectory
from services.attachments.desk import AttachmentDesk
from services.attachments.uploads import request_upload
from services.office import Office
from tests.services.offices import MONDAY

pytestmark = pytest.mark.ring("test")


async def test_all_together_announce_so_many_bytes_a_day(office: Office, tmp_path: Path) -> None:
    desk = AttachmentDesk(AttachmentDirectory(tmp_path), bytes_a_day=2_500)
    asked = UploadAsked("油烟.jpg", "image/jpeg", 1_000)

    async def announce(address: str, later: timedelta = timedelta()) -> None:
        await request_upload(office, desk, asked, address, ANONYMOUS, address, MONDAY + later)

    await announce("198.51.100.1")
    await announce("198.51.100.2")
    with pytest.raises(TooManyAttempts) as refused:
        await announce("198.51.100.3")
    assert 0 < refused.value.retry_after <= 24 * 3600
    await announce("198.51.100.3", timedelta(days=1))
