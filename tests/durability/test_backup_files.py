"""Attachments in a backup: killed anywhere and repeated, every byte comes back."""

from __future__ import annotations

import random
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.attachments import LARGEST
from infra.process import wait_until
from tests.api.files import PDF, REQUEST, path_of, picture
from tests.durability.letters import first_mailbox, letter
from tests.durability.product import ANSWER_SECONDS, PROGRAM, Product, asked

pytestmark = [pytest.mark.ring("all"), pytest.mark.database]

WAITING = 5
"""Files of the largest size, so that there is time to kill who copies them."""
SUBMIT = """
mutation ($input: SubmitLetterInput!) {
  submitLetter(input: $input) { case { number } queryCode errors { code message } }
}
"""
SHOWN = """
query ($number: String!, $queryCode: String!) {
  trackedCase(number: $number, queryCode: $queryCode) {
    attachments { fileName size url thumbnailUrl }
  }
}
"""


@dataclass(frozen=True)
class Letter:
    """What a writer has, and what was shown of its files: names, and bytes."""

    number: str
    query_code: str
    files: list[Any]


def send(client: httpx.Client, body: bytes, name: str, kind: str) -> str:
    """The id of a file that has arrived."""
    given = {"fileName": name, "contentType": kind, "size": len(body), "idempotencyKey": name}
    upload = asked(client, REQUEST, input=given)["data"]["requestUpload"]["upload"]
    fields = {one["name"]: one["value"] for one in upload["fields"]}
    files = {"file": (name, body, kind)}
    assert client.post(path_of(upload["url"]), data=fields, files=files).status_code == 204
    return str(upload["id"])


def shown(product: Product, number: str, query_code: str) -> list[Any]:
    """Names and sizes of a letter's files, with the bytes that their addresses lead to."""
    with product.client() as client:
        answer = asked(client, SHOWN, number=number, queryCode=query_code)
        found = []
        for one in answer["data"]["trackedCase"]["attachments"]:
            addresses = [one.pop("url"), one.pop("thumbnailUrl")]
            answers = [client.get(path_of(each)) for each in addresses if each is not None]
            assert {each.status_code for each in answers} == {200}
            found.append((one, [each.content for each in answers]))
    return found


def letter_with_files(product: Product) -> Letter:
    """One with a photograph and a document, and files beside it that wait for their letter."""
    noise = random.Random(20261122)
    with product.client() as client:
        sent = {
            **letter("files", 1).input(first_mailbox(client)),
            "attachments": [
                send(client, picture(), "油烟.jpg", "image/jpeg"),
                send(client, PDF, "信.pdf", "application/pdf"),
            ],
        }
        payload = asked(client, SUBMIT, input=sent)["data"]["submitLetter"]
        assert payload["errors"] == []
        for number in range(WAITING):
            send(client, noise.randbytes(LARGEST), f"{number}.jpg", "image/jpeg")
    number, code = payload["case"]["number"], payload["queryCode"]
    return Letter(number, code, shown(product, number, code))


def objects(product: Product) -> dict[str, bytes]:
    """What lies in the data directory for attachments."""
    return {
        path.relative_to(product.data_dir).as_posix(): path.read_bytes()
        for folder in ("uploads", "attachments")
        for path in (product.data_dir / folder).rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


def kill_a_backup(product: Product, file: Path) -> None:
    """``kill -9`` while it copies files; the servers go on."""
    environ = product.environ
    with subprocess.Popen(
        [PROGRAM, "backup", str(file)], env=environ, stdout=subprocess.DEVNULL
    ) as process:

        def has_begun() -> bool:
            drafts = list(file.parent.glob(f".{file.name}-*"))
            return any(draft.stat().st_size > LARGEST for draft in drafts)

        assert wait_until(lambda: has_begun() or process.poll() is not None, ANSWER_SECONDS)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL, "it was quicker"


def test_killed_and_repeated_backup_and_restore_bring_every_byte_back(
    product: Product, other: Product, tmp_path: Path
) -> None:
    file = tmp_path / "lizheng.backup"
    product.start()
    wrote = letter_with_files(product)
    assert [len(bodies) for _, bodies in wrote.files] == [2, 1]
    assert all(body for _, bodies in wrote.files for body in bodies)

    kill_a_backup(product, file)
    assert not file.exists(), "a backup is there whole or not at all"
    status, said = product.command("backup", str(file))
    assert status == 0, said
    # Of the letter's files what was sent lies in its original.
    copied = {
        key: body
        for key, body in objects(product).items()
        if key.startswith("attachments/") or len(body) == LARGEST
    }
    assert f"objects of attachments: {len(copied)}\n" in said
    assert len(copied) == 3 + 2 + WAITING

    other.take_keys_of(product)
    other.launch("restore-backup", str(file))
    assert wait_until(lambda: bool(objects(other)) or other.api.poll() is not None, ANSWER_SECONDS)
    other.kill_what_runs()
    assert objects(other).keys() < copied.keys(), "it was quicker"
    status, said = other.command("restore-backup", str(file))
    assert (status, "--replace" in said) == (1, True)
    stray = other.data_dir / "attachments" / ("0" * 32) / "shown"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"of a letter that is not in the backup")
    status, said = other.command("restore-backup", str(file), "--replace")
    assert status == 0, said
    assert f"objects of attachments: {len(copied)}\n" in said
    assert objects(other) == copied

    other.start()
    assert shown(other, wrote.number, wrote.query_code) == wrote.files


@pytest.mark.ring("release")
def test_bytes_in_a_bucket_are_not_copied_and_both_commands_say_so(
    product: Product, other: Product, tmp_path: Path
) -> None:
    file = tmp_path / "lizheng.backup"
    product.start()
    letter_with_files(product)
    product.stop()
    product.told(ATTACHMENTS_BUCKET="the-citys-files")
    status, said = product.command("backup", str(file))
    assert status == 0, said
    assert "lie in the bucket the-citys-files and were not copied" in said
    assert "S3 replication" in said
    assert "objects of attachments" not in said

    other.take_keys_of(product)
    status, said = other.command("restore-backup", str(file))
    assert status == 0, said
    assert f"The bytes of {2 + WAITING} attachments are not in this backup" in said
    assert objects(other) == {}


@pytest.mark.ring("release")
def test_a_backup_beside_another_data_directory_warns_that_files_are_lacking(
    product: Product, tmp_path: Path
) -> None:
    product.start()
    letter_with_files(product)
    product.stop()
    (product.data_dir / "attachments").rename(tmp_path / "elsewhere")
    status, said = product.command("backup", str(tmp_path / "lizheng.backup"))
    assert status == 0, said
    assert f"Of 2 files of letters no bytes were found below {product.data_dir}" in said
