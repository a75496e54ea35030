"""Photographs and documents beside a letter, in a directory and in a bucket of a moto server."""

from __future__ import annotations

import asyncio
import io
import os
import struct
import zlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from domain.words import Role
from infra.outside.attachments import AttachmentSettings
from tests.api.actions import HILL
from tests.api.clients import Letter, Town, letter_input
from tests.api.file_places import keys
from tests.api.file_places import place as place  # noqa: PLC0414  # fixtures
from tests.api.file_places import sender as sender  # noqa: PLC0414
from tests.api.file_places import town as town  # noqa: PLC0414
from tests.api.files import FILES, PDF, Sender, path_of, picture
from tests.services.attachments.files import jpeg_of_scans

pytestmark = pytest.mark.ring("test")

PHOTOGRAPH = picture()


async def seen(town: Town, letter: Letter) -> list[dict[str, Any]]:
    """The letter's files as its writer sees them with number and code."""
    asked = "query($number: String!, $queryCode: String!) {{ {} {{ {} }} }}".format(
        "trackedCase(number: $number, queryCode: $queryCode)", FILES
    )
    files: list[dict[str, Any]] = (await town.citizen.ask(asked, **letter.proof))["trackedCase"][
        "attachments"
    ]
    return files


async def got(town: Town, address: str) -> httpx.Response:
    """What an address of a file leads to."""
    answer = await town.http.get(path_of(address))
    if answer.status_code != 307:
        return answer
    async with httpx.AsyncClient(trust_env=False) as outside:
        return await outside.get(answer.headers["Location"])


async def test_a_photograph_is_shown_without_what_the_camera_wrote(
    town: Town, sender: Sender
) -> None:
    first = await sender.sent(PHOTOGRAPH, next(keys))
    second = await sender.sent(PDF, next(keys), contentType="application/pdf", fileName="检测.pdf")
    letter = await town.letter(attachments=[second, first])
    document, photograph = await seen(town, letter)
    assert (document["id"], document["fileName"]) == (second, "检测.pdf")
    assert (document["size"], document["thumbnailUrl"]) == (len(PDF), None)
    assert (photograph["fileName"], photograph["contentType"]) == ("油烟.jpg", "image/jpeg")
    for name, longest in (("url", 2048), ("thumbnailUrl", 320)):
        answer = await got(town, photograph[name])
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert b"Zhang" not in answer.content
        with Image.open(io.BytesIO(answer.content)) as shown:
            assert dict(shown.getexif()) == {}
            assert shown.height == min(1200, longest)  # upright: it was taken on its side
            assert shown.width < shown.height
    saved = await got(town, document["url"])
    assert saved.content == PDF
    disposition = saved.headers["Content-Disposition"]
    assert disposition == "attachment; filename*=UTF-8''%E6%A3%80%E6%B5%8B.pdf"


@pytest.mark.parametrize(("kind", "name"), [("PNG", "image/png"), ("WEBP", "image/webp")])
async def test_the_other_kinds_of_pictures_are_taken_too(
    town: Town, sender: Sender, kind: str, name: str
) -> None:
    body = picture(kind, (400, 300))
    sent = await sender.sent(body, next(keys), contentType=name, fileName="x")
    (file,) = await seen(town, await town.letter(attachments=[sent]))
    answer = await got(town, file["url"])
    assert b"Zhang" in body
    assert b"Zhang" not in answer.content
    with Image.open(io.BytesIO(answer.content)) as shown:
        assert (shown.format, dict(shown.getexif())) == (kind, {})


async def refusal(town: Town, *ids: str) -> tuple[str, str]:
    """Why a letter with these files is not taken."""
    payload = await town.citizen.do("submitLetter", **letter_input(attachments=list(ids)))
    assert payload["case"] is None
    (error,) = payload["errors"]
    return error["code"], error["field"]


BAD = ("INVALID_INPUT", "attachments")
NO_PICTURES = {
    "a page": b"<html><script>alert(1)</script></html>",
    "a page with a picture's first bytes": b"\xff\xd8\xff\xe0<html><script>alert(1)</script>",
    "another kind of picture": picture("PNG", (20, 20)),
    "half a picture": PHOTOGRAPH[:2000],
    "a document": PDF,
    "a program": b"MZ" + bytes(500),
    "a picture that takes minutes to decode": jpeg_of_scans(2_000, 2_000, 17_287),
}


@pytest.mark.parametrize("what", NO_PICTURES)
async def test_what_is_no_photograph_is_not_taken_whatever_it_is_called(
    town: Town, sender: Sender, what: str
) -> None:
    sent = await sender.sent(NO_PICTURES[what], next(keys))
    assert await refusal(town, sent) == BAD


async def test_a_page_behind_a_photograph_does_not_come_along(town: Town, sender: Sender) -> None:
    sent = await sender.sent(PHOTOGRAPH + b"<script>alert(1)</script>", next(keys))
    (file,) = await seen(town, await town.letter(attachments=[sent]))
    assert b"<script>" not in (await got(town, file["url"])).content


async def test_a_picture_that_would_unfold_to_gigabytes_is_not_decoded(
    town: Town, sender: Sender
) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(9999)))
    sent = await sender.sent(bomb + chunk(b"IEND", b""), next(keys), contentType="image/png")
    assert await refusal(town, sent) == BAD


async def test_one_letter_has_a_file_and_no_other(town: Town, sender: Sender) -> None:
    sent, another = [await sender.sent(PHOTOGRAPH, next(keys)) for _ in range(2)]
    given = letter_input(attachments=[sent])
    first = await town.citizen.do("submitLetter", **given)
    assert await refusal(town, another, sent) == BAD
    again = await town.citizen.do("submitLetter", **given)
    assert again["case"]["number"] == first["case"]["number"]
    letter = await town.letter(attachments=[another])  # which the refused letter does not keep
    assert [file["id"] for file in await seen(town, letter)] == [another]


async def test_of_two_letters_at_once_one_gets_the_file(town: Town, sender: Sender) -> None:
    sent = await sender.sent(PHOTOGRAPH, next(keys))
    writing = [
        town.citizen.do("submitLetter", **letter_input(attachments=[sent])) for _ in range(5)
    ]
    written = await asyncio.gather(*writing)
    assert sorted(len(payload["errors"]) for payload in written) == [0, 1, 1, 1, 1]


async def test_a_letter_that_was_cut_off_gets_its_files_when_it_is_sent_again(
    town: Town, sender: Sender
) -> None:
    sent = await sender.sent(PHOTOGRAPH, next(keys))
    given = letter_input(attachments=[sent])
    first = await town.citizen.do("submitLetter", **given)
    await town.database["cases"].delete_one({"number": first["case"]["number"]})  # as if killed
    again = await town.citizen.do("submitLetter", **given)
    letter = Letter(again["case"]["id"], again["case"]["number"], again["queryCode"])
    assert letter.number == first["case"]["number"]
    assert [file["id"] for file in await seen(town, letter)] == [sent]


async def test_what_was_not_sent_or_is_too_much_is_refused(town: Town, sender: Sender) -> None:
    only_announced = (await sender.request(idempotencyKey=next(keys)))["upload"]["id"]
    sent = await sender.sent(PHOTOGRAPH, next(keys))
    assert await refusal(town, only_announced) == BAD
    assert await refusal(town, "nothing") == BAD
    assert await refusal(town, sent, sent) == BAD
    assert await refusal(town, *(str(number) for number in range(7))) == BAD
    town.clock.later = timedelta(hours=25)
    assert await refusal(town, sent) == BAD


async def test_no_more_bytes_are_taken_than_were_announced(town: Town, sender: Sender) -> None:
    payload = await sender.request(size=len(PHOTOGRAPH) - 1, idempotencyKey=next(keys))
    answer = await sender.send(payload["upload"], PHOTOGRAPH)
    assert answer.status_code in (400, 413) or await refusal(town, payload["upload"]["id"]) == BAD


async def test_a_name_is_a_name_and_no_path(town: Town, sender: Sender) -> None:
    names = {
        "../../etc/passwd": "passwd.jpg",
        "C:\\Users\\zhang\\油烟.JPEG": "油烟.jpg",
        'a"; filename=x.html\r\nX: y': 'a"; filename=x.jpg',
        "x.php.html": "x.php.jpg",
    }
    ids = [await sender.sent(PHOTOGRAPH, next(keys), fileName=name) for name in names]
    files = await seen(town, await town.letter(attachments=ids))
    assert [file["fileName"] for file in files] == list(names.values())
    disposition = (await got(town, files[2]["url"])).headers["Content-Disposition"]
    assert disposition == "inline; filename*=UTF-8''a%22%3B%20filename%3Dx.jpg"


async def test_whoever_sees_the_case_sees_its_files_for_a_while(town: Town, sender: Sender) -> None:
    letter = await town.letter(sender.by, attachments=[await sender.sent(PHOTOGRAPH, next(keys))])
    asked = f"query($id: ID!) {{ node(id: $id) {{ ... on Case {{ {FILES} }} }} }}"
    readers = {
        sender.by: 1,
        town.person(Role.INTAKE): 1,
        town.person(Role.HANDLER, unit=HILL): 0,
        town.person(Role.CITIZEN, subject="zhao"): 0,
        town.person(Role.OPS): 0,
        town.citizen: 0,
    }
    for reader, count in readers.items():
        found = (await reader.send(asked, id=letter.id)).data["node"] or {"attachments": []}
        assert len(found["attachments"]) == count, reader
    ((file,), (again,)) = [await seen(town, letter) for _ in range(2)]
    assert file == again
    broken = file["url"][:-4] + ("AAAA" if not file["url"].endswith("AAAA") else "BBBB")
    assert (await got(town, broken)).status_code == 404
    town.clock.later = timedelta(minutes=31)
    assert (await got(town, file["url"])).status_code == 404


async def test_a_pass_to_look_is_none_to_send_and_the_other_way_round(
    town: Town, sender: Sender, place: AttachmentSettings
) -> None:
    if place.bucket is not None:
        pytest.skip("the bucket looks at its own signatures")
    payload = await sender.request(idempotencyKey=next(keys))
    upload = path_of(payload["upload"]["url"])
    assert (await town.http.get(upload.replace("/uploads/", "/attachments/"))).status_code == 404
    for body in (b"", b"--x--", b"--x\r\n\r\n"):
        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        assert (await town.http.post(upload, content=body, headers=kind)).status_code == 400
    assert (await town.http.post(upload + "x", content=b"")).status_code == 403
    assert (await town.http.post("/uploads/x.y", content=b"")).status_code == 403
    town.clock.later = timedelta(minutes=31)
    assert (await town.http.post(upload, content=b"")).status_code == 403


async def test_the_original_is_kept_and_nothing_lies_outside_its_folder(
    town: Town, sender: Sender, place: AttachmentSettings
) -> None:
    if place.bucket is not None:
        pytest.skip("about the directory")
    sent = await sender.sent(PHOTOGRAPH, next(keys), fileName="../../../x.jpg")
    await town.letter(attachments=[sent])
    folder = Path(town.settings.data_dir)
    assert (folder / "attachments" / sent / "original").read_bytes() == PHOTOGRAPH
    assert _names(folder) <= {"anchors", "attachments", "uploads"}
    old = folder / "uploads" / "left"
    old.write_bytes(b"x")
    os.utime(old, (1, 1))
    await sender.sent(PHOTOGRAPH, next(keys))
    assert not old.exists()


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}
