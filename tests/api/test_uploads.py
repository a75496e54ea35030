"""A file is announced before it is sent."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.file_places import keys
from tests.api.file_places import place as place  # noqa: PLC0414  # fixtures
from tests.api.file_places import sender as sender  # noqa: PLC0414
from tests.api.file_places import town as town  # noqa: PLC0414
from tests.api.files import Sender

pytestmark = pytest.mark.ring("test")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"size": 0}, "size"),
        ({"size": 10 * 1024 * 1024 + 1}, "size"),
        ({"contentType": "text/html"}, "contentType"),
        ({"contentType": "image/svg+xml"}, "contentType"),
        ({"contentType": "image/heic"}, "contentType"),
        ({"fileName": ".."}, "fileName"),
        ({"fileName": "\u202e\u0000"}, "fileName"),
        ({"idempotencyKey": ""}, "idempotencyKey"),
    ],
)
async def test_what_cannot_be_taken_is_not_announced(
    sender: Sender, given: dict[str, Any], field: str
) -> None:
    payload = await sender.request(**given)
    assert payload["upload"] is None
    (error,) = payload["errors"]
    assert (error["code"], error["field"]) == ("INVALID_INPUT", field)


async def test_the_same_key_is_the_same_file_and_no_other(sender: Sender) -> None:
    key = next(keys)
    one, again = [await sender.request(idempotencyKey=key) for _ in range(2)]
    assert one["upload"]["id"] == again["upload"]["id"]
    other = await sender.request(idempotencyKey=key, size=5)
    assert [error["code"] for error in other["errors"]] == ["DUPLICATE"]


async def test_one_sends_so_many_files_in_an_hour(sender: Sender) -> None:
    for _ in range(60):
        assert (await sender.request(idempotencyKey=next(keys)))["errors"] == []
    refused = await sender.request(idempotencyKey=next(keys))
    assert [error["code"] for error in refused["errors"]] == ["TOO_MANY_ATTEMPTS"]
